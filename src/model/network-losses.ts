/**
 * Lost networks: a share of the clients of some pods are cut off for a while.
 * Those connected drop, unaware until their next keepalive fails; an attempt
 * under way ends for its client (the hosts go on with it); one begun meanwhile
 * fails after a network delay without reaching the balancer. Who is cut off is
 * each session's own luck, also for those that come later. Left out: short
 * gaps that a connection survives, and what the server still remembers of it.
 */
import type { Stream } from '../engine/luck.ts';
import type { Fleet } from './fleet.ts';
import { DropCause, Session } from './vocabulary.ts';

export interface NetworkLoss {
  /** the action's name, which keys its luck */
  readonly name: string;
  /** empty: all */
  readonly pods: readonly number[];
  readonly fraction: number;
  /** the loss that its drops belong to */
  readonly loss: number;
}

export class NetworkLosses {
  /** whether anybody may be cut off now; looked at on each attempt */
  any = false;
  private readonly fleet: Fleet;
  private current: { readonly rules: NetworkLoss; readonly luck: Stream }[] = [];

  constructor(fleet: Fleet) {
    this.fleet = fleet;
  }

  /** Returns what ends it. */
  begin(rules: NetworkLoss): () => void {
    const { fleet } = this;
    const { roster } = fleet;
    const own = { rules, luck: fleet.stream(`network loss ${rules.name}`) };
    this.current.push(own);
    this.any = true;
    for (let session = 0; session < roster.slots; session++) {
      const state = roster.state(session);
      if ((state !== Session.connected && state !== Session.connecting) || !this.isCutOffBy(own, session)) continue;
      if (state === Session.connected) this.drop(session, rules.loss);
      else fleet.clients.losesNetwork(session);
    }
    return () => {
      this.current = this.current.filter((one) => one !== own);
      this.any = this.current.length > 0;
    };
  }

  cutsOff(session: number): boolean {
    return this.current.some((one) => this.isCutOffBy(one, session));
  }

  private isCutOffBy(
    { rules, luck }: { readonly rules: NetworkLoss; readonly luck: Stream },
    session: number,
  ): boolean {
    const { roster } = this.fleet;
    if (rules.pods.length > 0 && !rules.pods.includes(roster.pod(session))) return false;
    return luck.at(roster.serial(session), 0).uniform() < rules.fraction;
  }

  private drop(session: number, loss: number): void {
    const { attempts, clients, engine, hosts, roster, watches } = this.fleet;
    const keepalives = watches[0].find((watch) => watch.isKeepalive);
    // A keepalive that its host had not answered by now will not be answered any more.
    const sinceMs = Math.min(hosts[roster.host[0][session]].stalledSinceMs(attempts), engine.nowMs);
    clients.dropUnaware(session, DropCause.network, loss, keepalives?.failsMs(session, sinceMs) ?? Infinity);
  }
}
