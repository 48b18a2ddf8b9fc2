/**
 * Whether a field changes anything at all: if its values give the same events at the
 * same times in all of the first worlds, no number of further runs will find where it
 * matters, and that is said at once.
 */
import type { ProbeRecord } from './probes.ts';

/** All that was tried was the same. */
export class NoInfluenceError extends Error {
  readonly field: string;
  readonly worlds: number;
  readonly values: number;

  constructor(field: string, worlds: number, values: number) {
    super(`${field} changes nothing: ${values} of its values gave the same run, event for event, in ${worlds} worlds`);
    this.name = 'NoInfluenceError';
    this.field = field;
    this.worlds = worlds;
    this.values = values;
  }
}

export class NoInfluence {
  private readonly field: string;
  private readonly columns: number;
  /** by column, whether its first round was the same throughout */
  private readonly same = new Map<number, boolean>();

  constructor(field: string, columns: number) {
    this.field = field;
    this.columns = columns;
  }

  /** A column's round; only its first one is looked at. Throws once all columns have been heard and all were the same. */
  hear(
    column: number,
    questions: readonly { readonly world: number; readonly value: number }[],
    records: readonly ProbeRecord[],
  ): void {
    if (this.same.has(column)) return;
    const byWorld = new Map<number, Set<string>>();
    questions.forEach(({ world }, i) => {
      const seen = byWorld.get(world) ?? new Set();
      byWorld.set(world, seen.add(records[i].fingerprint));
    });
    const values = new Set(questions.map(({ value }) => value)).size;
    const isSame = values > 1 && [...byWorld.values()].every(({ size }) => size === 1);
    this.same.set(column, isSame);
    if (this.same.size === this.columns && [...this.same.values()].every(Boolean))
      throw new NoInfluenceError(this.field, byWorld.size, values);
  }
}
