/**
 * Who lost what to whom: every loss (an action, a host's death, a stall, what the
 * run starts with, the ambient flaps), how many sessions dropped because of it, and the shares of
 * the losses that caused it. Followed back to losses without parents, the
 * shares say how much of a death is owed to which action; one generation of
 * them is the storm's reproduction number: drops caused per drop.
 */
import type { LossKind } from '../model/state/recorder.ts';
import { Column } from './column.ts';

export interface Loss {
  readonly atMs: number;
  readonly number: number;
  readonly kind: LossKind;
  readonly subject: string;
  readonly parents: ReadonlyMap<number, number>;
  /** Shares by subject of the losses at the root of it; they sum to at most 1, the rest being nobody's. */
  readonly roots: ReadonlyMap<string, number>;
}

export class LossLedger {
  readonly losses: Loss[] = [];
  private readonly byNumber = new Map<number, Loss>();
  private readonly byPlace = new Map<string, Loss>();
  private readonly drops = new Column();
  private readonly ofStorm = new Column();

  /** Number 0 is there from the start: ambient drops, and sessions that never dropped. */
  constructor() {
    this.add(0, 0, 'ambient', 'usual traffic', new Map());
  }

  add(atMs: number, number: number, kind: LossKind, subject: string, parents: ReadonlyMap<number, number>): void {
    const loss: Loss = {
      atMs,
      number,
      kind,
      subject,
      parents: new Map(parents),
      roots: this.rootsOf(subject, parents),
    };
    this.losses.push(loss);
    this.ofStorm.add(number, kind === 'death' || kind === 'stall' ? 1 : 0);
    this.byNumber.set(number, loss);
    this.byPlace.set(placeKey(kind, subject, atMs), loss);
  }

  /** Whether a drop that belongs to this loss is one that overload brought about: a host's death, or its stalling. */
  isOfStorm(number: number): boolean {
    return this.ofStorm.at(number) === 1;
  }

  dropped(number: number): void {
    if (number >= 0) this.drops.add(number, 1);
  }

  dropsOf(number: number): number {
    const drops = this.drops.at(number);
    return Number.isNaN(drops) ? 0 : drops;
  }

  find(kind: LossKind, subject: string, atMs: number): Loss | undefined {
    return this.byPlace.get(placeKey(kind, subject, atMs));
  }

  /** Drops that the losses of this action (of all actions if null) caused directly, per drop of its own; NaN without drops. */
  reproduction(action: string | null): number {
    let own = 0;
    let caused = 0;
    const wanted = (loss: Loss | undefined): boolean =>
      loss !== undefined && loss.kind === 'action' && (action === null || loss.subject === action);
    for (const loss of this.losses) {
      if (wanted(loss)) own += this.dropsOf(loss.number);
      for (const [parent, share] of loss.parents)
        if (wanted(this.byNumber.get(parent))) caused += share * this.dropsOf(loss.number);
    }
    return own === 0 ? NaN : caused / own;
  }

  private rootsOf(subject: string, parents: ReadonlyMap<number, number>): Map<string, number> {
    if (parents.size === 0) return new Map([[subject, 1]]);
    const roots = new Map<string, number>();
    for (const [parent, share] of parents) {
      const above = this.byNumber.get(parent)?.roots;
      if (above === undefined) continue;
      for (const [root, part] of above) roots.set(root, (roots.get(root) ?? 0) + share * part);
    }
    return roots;
  }
}

function placeKey(kind: LossKind, subject: string, atMs: number): string {
  return `${kind} ${subject} ${atMs}`;
}

/** Like `62 % maintenance, 30 % usual traffic`, the greatest first; shares below one per cent are left out. */
export function sharesInWords(shares: ReadonlyMap<string, number>): string {
  return [...shares]
    .filter(([, share]) => share >= 0.01)
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([name, share]) => `${Math.round(100 * share)} % ${name}`)
    .join(', ');
}
