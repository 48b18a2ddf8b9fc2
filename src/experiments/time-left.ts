/**
 * How long the rest of an experiment will take, from how long its runs have
 * taken so far. Variants differ by far (a collapse is many times the work of a
 * calm day), so each is judged by its own runs, and one of which none has ended
 * yet by all others'. Nothing is said before the first run has ended.
 */

interface Spent {
  runs: number;
  totalMs: number;
}

export class TimeLeft {
  private readonly jobs: number;
  private readonly spent = new Map<string, Spent>();
  private readonly underWay = new Map<string, { readonly variant: string; readonly sinceMs: number }>();

  constructor(jobs: number) {
    this.jobs = jobs;
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

  /** `waiting`: how many runs of each variant have not begun. Null while nothing is known. */
  estimateMs(waiting: ReadonlyMap<string, number>, nowMs: number): number | null {
    if (this.spent.size === 0) return null;
    let work = 0;
    let longest = 0;
    const add = (leftMs: number): void => {
      work += leftMs;
      longest = Math.max(longest, leftMs);
    };
    for (const { variant, sinceMs } of this.underWay.values()) add(Math.max(0, this.usualMs(variant) - (nowMs - sinceMs)));
    for (const [variant, runs] of waiting) for (let i = 0; i < runs; i++) add(this.usualMs(variant));
    // However many jobs there are, the longest run takes its time.
    return Math.max(work / this.jobs, longest);
  }

  private usualMs(variant: string): number {
    const own = this.spent.get(variant);
    if (own !== undefined) return own.totalMs / own.runs;
    let runs = 0;
    let totalMs = 0;
    for (const spent of this.spent.values()) {
      runs += spent.runs;
      totalMs += spent.totalMs;
    }
    return totalMs / runs;
  }
}
