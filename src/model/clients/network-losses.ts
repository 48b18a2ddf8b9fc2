/**
 * Lost networks: a share of the clients of some pods are cut off for a while.
 * Who is cut off is each page's own luck, also for those that come later.
 * Left out: short gaps that a connection survives, and what the server still
 * remembers of it.
 */
import type { Stream } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';

export interface NetworkLoss {
  /** the action's name, which keys its luck */
  readonly name: string;
  /** empty: all */
  readonly pods: readonly number[];
  readonly fraction: number;
  /** the loss that its drops belong to */
  readonly loss: number;
}

/** A loss under way. */
export interface OpenLoss {
  readonly rules: NetworkLoss;
  readonly luck: Stream;
}

export class NetworkLosses {
  /** whether anybody may be cut off now; looked at on each attempt */
  any = false;
  private readonly fleet: Fleet;
  private open: readonly OpenLoss[] = [];

  constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  begin(rules: NetworkLoss): OpenLoss {
    const own = { rules, luck: this.fleet.stream(`network loss ${rules.name}`) };
    this.open = [...this.open, own];
    this.any = true;
    return own;
  }

  end(own: OpenLoss): void {
    this.open = this.open.filter((one) => one !== own);
    this.any = this.open.length > 0;
  }

  cutsOff(session: number): boolean {
    return this.open.some((one) => this.isCutOffBy(one, session));
  }

  isCutOffBy({ rules, luck }: OpenLoss, session: number): boolean {
    const { roster } = this.fleet;
    if (rules.pods.length > 0 && !rules.pods.includes(roster.pod(session))) return false;
    return luck.at(this.fleet.pageSerial(session), 0).uniform() < rules.fraction;
  }
}
