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

interface UnderWay {
  readonly variant: string;
  readonly sinceMs: number;
  /** 0…1 of its clock */
  fraction: number;
}

/** A run under way, as it is now. */
interface Begun {
  readonly variant: string;
  readonly elapsedMs: number;
  /** what the whole would take if it went on as it has; null while it has hardly begun */
  readonly projectedMs: number | null;
}

export interface TimeEstimate {
  /** what it takes at least, by what is known */
  readonly leastMs: number;
  /** null while some variant has not been seen */
  readonly usualMs: number | null;
  /** variants with runs left of which none has ended, nor is known beforehand */
  readonly unseen: number;
  /** if runs under way go on as they have, and nothing else is wrong: no estimate, but a warning */
  readonly projectedMs: number;
  /** what runs cost for each ms that was foreseen for them, by that; 1 while nothing is known */
  readonly ratio: number;
}

/** A run that is not so far says nothing of the rest. */
const PROJECTED_FROM = 0.05;

export class TimeLeft {
  private readonly jobs: number;
  private readonly foreseenMs: ReadonlyMap<string, number>;
  private readonly spent = new Map<string, Spent>();
  private readonly underWay = new Map<string, UnderWay>();

  /** `foreseenMs`: what a run of a variant is thought to cost, by its name. */
  constructor(jobs: number, foreseenMs: ReadonlyMap<string, number> = new Map()) {
    this.jobs = jobs;
    this.foreseenMs = foreseenMs;
  }

  started(key: string, variant: string, nowMs: number): void {
    this.underWay.set(key, { variant, sinceMs: nowMs, fraction: 0 });
  }

  progressed(key: string, fraction: number): void {
    const run = this.underWay.get(key);
    if (run !== undefined) run.fraction = fraction;
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
    const begun = [...this.underWay.values()].map(({ variant, sinceMs, fraction }): Begun => {
      const elapsedMs = nowMs - sinceMs;
      return { variant, elapsedMs, projectedMs: fraction < PROJECTED_FROM ? null : elapsedMs / fraction };
    });
    const ratio = this.ratioToForeseen(begun);
    const names = new Set([
      ...begun.map(({ variant }) => variant),
      ...[...waiting].flatMap(([variant, runs]) => (runs > 0 ? [variant] : [])),
    ]);
    const [least, usual, projected] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
    for (const name of names) {
      const own = begun.filter(({ variant }) => variant === name);
      const elapsedMs = Math.max(0, ...own.map((run) => run.elapsedMs));
      const meanMs = this.meanMs(name);
      const foreseenMs = this.foreseenMs.get(name);
      if (meanMs !== null) usual.set(name, meanMs);
      else if (foreseenMs !== undefined) usual.set(name, Math.max(foreseenMs * ratio, elapsedMs));
      least.set(name, meanMs ?? elapsedMs);
      projected.set(
        name,
        meanMs ??
          Math.max(
            elapsedMs,
            ...own.map((run) => run.projectedMs ?? 0),
            own.length > 0 ? 0 : (foreseenMs ?? 0) * ratio,
          ),
      );
    }
    const unseen = [...names].filter((name) => !usual.has(name)).length;
    const total = (eachMs: ReadonlyMap<string, number>): number => this.total(eachMs, begun, waiting);
    return {
      leastMs: total(least),
      usualMs: unseen === 0 ? total(usual) : null,
      unseen,
      projectedMs: total(projected),
      ratio,
    };
  }

  /** Of the runs that have ended. */
  private meanMs(variant: string): number | null {
    const own = this.spent.get(variant);
    return own === undefined ? null : own.totalMs / own.runs;
  }

  private ratioToForeseen(begun: readonly Begun[]): number {
    let [tookMs, foreseenMs] = [0, 0];
    const add = (variant: string, runs: number, ms: number): void => {
      const each = this.foreseenMs.get(variant);
      if (each === undefined) return;
      tookMs += ms;
      foreseenMs += runs * each;
    };
    for (const [variant, { runs, totalMs }] of this.spent) add(variant, runs, totalMs);
    for (const { variant, elapsedMs, projectedMs } of begun) {
      const ms = Math.max(elapsedMs, projectedMs ?? 0);
      if (projectedMs !== null || elapsedMs > (this.foreseenMs.get(variant) ?? Infinity)) add(variant, 1, ms);
    }
    return foreseenMs > 0 ? tookMs / foreseenMs : 1;
  }

  private total(
    eachMs: ReadonlyMap<string, number>,
    begun: readonly Begun[],
    waiting: ReadonlyMap<string, number>,
  ): number {
    let work = 0;
    let longest = 0;
    const add = (leftMs: number, runs: number): void => {
      work += leftMs * runs;
      if (runs > 0) longest = Math.max(longest, leftMs);
    };
    for (const { variant, elapsedMs } of begun) add(Math.max(0, (eachMs.get(variant) ?? 0) - elapsedMs), 1);
    for (const [variant, runs] of waiting) add(eachMs.get(variant) ?? 0, runs);
    // However many jobs there are, the longest run takes its time.
    return Math.max(work / this.jobs, longest);
  }
}
