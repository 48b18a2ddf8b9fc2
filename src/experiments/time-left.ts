/**
 * How long the rest of an experiment will take, from how long its runs have
 * taken so far. Variants differ by far (a collapse is many times the work of a
 * calm day), so each is judged by its own runs alone, and one of which none has
 * ended yet by nobody else's: until each has been seen there is no estimate, but
 * what it will take at least. A run under way counts for as long as it has taken,
 * and so do all others of its variant. Whoever knows beforehand what runs will
 * cost, from smaller ones, may say so: that is held against what they do cost.
 */

interface Spent {
  runs: number;
  totalMs: number;
}

export interface TimeEstimate {
  /** what it takes at least, by what is known */
  readonly leastMs: number;
  /** null while some variant has not been seen */
  readonly usualMs: number | null;
  /** variants with runs left of which none has ended, nor is known beforehand */
  readonly unseen: number;
  /** what runs have cost for each ms that was foreseen for them; 1 while nothing is known */
  readonly ratio: number;
}

export class TimeLeft {
  private readonly jobs: number;
  private readonly foreseenMs: ReadonlyMap<string, number>;
  private readonly spent = new Map<string, Spent>();
  private readonly underWay = new Map<string, { readonly variant: string; readonly sinceMs: number }>();

  /** `foreseenMs`: what a run of a variant is thought to cost, by its name. */
  constructor(jobs: number, foreseenMs: ReadonlyMap<string, number> = new Map()) {
    this.jobs = jobs;
    this.foreseenMs = foreseenMs;
  }

  started(key: string, variant: string, nowMs: number): void {
    this.underWay.set(key, { variant, sinceMs: nowMs });
  }

  finished(key: string, nowMs: number): void {
    const run = this.underWay.get(key);
    if (run === undefined) return;
    this.underWay.delete(key);
    const spent = this.spent.get(run.variant) ?? { runs: 0, totalMs: 0 };
    this.spent.set(run.variant, { runs: spent.runs + 1, totalMs: spent.totalMs + nowMs - run.sinceMs });
  }

  /** `waiting`: how many runs of each variant have not begun. */
  estimate(waiting: ReadonlyMap<string, number>, nowMs: number): TimeEstimate {
    const under = [...this.underWay.values()].map(({ variant, sinceMs }) => ({ variant, elapsedMs: nowMs - sinceMs }));
    const ratio = this.ratioToForeseen(under);
    const names = new Set([...under.map(({ variant }) => variant), ...[...waiting].flatMap(([variant, runs]) => (runs > 0 ? [variant] : []))]);
    const elapsedOf = (name: string): number => Math.max(0, ...under.flatMap(({ variant, elapsedMs }) => (variant === name ? [elapsedMs] : [])));
    const least = new Map<string, number>();
    const usual = new Map<string, number>();
    for (const name of names) {
      const own = this.spent.get(name);
      const foreseenMs = this.foreseenMs.get(name);
      if (own !== undefined) usual.set(name, own.totalMs / own.runs);
      else if (foreseenMs !== undefined) usual.set(name, Math.max(foreseenMs * ratio, elapsedOf(name)));
      least.set(name, own === undefined ? elapsedOf(name) : own.totalMs / own.runs);
    }
    const unseen = [...names].filter((name) => !usual.has(name)).length;
    const total = (eachMs: ReadonlyMap<string, number>): number => this.total(eachMs, under, waiting);
    return { leastMs: total(least), usualMs: unseen === 0 ? total(usual) : null, unseen, ratio };
  }

  /** What runs have cost beside what was foreseen; those under way count where they cost more already. */
  private ratioToForeseen(under: readonly { variant: string; elapsedMs: number }[]): number {
    let [spentMs, foreseenMs] = [0, 0];
    const add = (variant: string, runs: number, ms: number): void => {
      spentMs += ms;
      foreseenMs += runs * (this.foreseenMs.get(variant) ?? 0);
    };
    for (const [variant, { runs, totalMs }] of this.spent) if (this.foreseenMs.has(variant)) add(variant, runs, totalMs);
    for (const { variant, elapsedMs } of under) if (elapsedMs > (this.foreseenMs.get(variant) ?? Infinity)) add(variant, 1, elapsedMs);
    return foreseenMs > 0 ? spentMs / foreseenMs : 1;
  }

  private total(eachMs: ReadonlyMap<string, number>, under: readonly { variant: string; elapsedMs: number }[], waiting: ReadonlyMap<string, number>): number {
    let work = 0;
    let longest = 0;
    const add = (leftMs: number, runs: number): void => {
      work += leftMs * runs;
      if (runs > 0) longest = Math.max(longest, leftMs);
    };
    for (const { variant, elapsedMs } of under) add(Math.max(0, (eachMs.get(variant) ?? 0) - elapsedMs), 1);
    for (const [variant, runs] of waiting) add(eachMs.get(variant) ?? 0, runs);
    // However many jobs there are, the longest run takes its time.
    return Math.max(work / this.jobs, longest);
  }
}
