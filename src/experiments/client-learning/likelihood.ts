/**
 * How likely measured delays are under a backoff with given parameters. A delay
 * that the policy says is seen with a small error (timers are late, packets take
 * their time), for which a Cauchy density stands: its tails bear the one that was
 * held up for a tenth of a second. Luck is integrated out over a grid of draws:
 * for each delay by itself, or for a page as a whole if it is drawn once a page.
 */
import type { Draws } from '../../engine/luck.ts';
import type { Backoff } from '../../policies/backoff-delay.ts';
import type { Delay } from './delays.ts';

/** How fine the grid is: draws of a delay, and of a page, whose luck many delays narrow down. */
export interface Grid {
  readonly perDelay: number;
  readonly perPage: number;
}

/** For a search, and for what is told. */
export const coarse: Grid = { perDelay: 8, perPage: 80 };
export const fine: Grid = { perDelay: 24, perPage: 240 };

/** By how much a delay is usually seen too late: a timer fires late, and a client takes its time to get a connection under way. */
function lateMs(delayMs: number): number {
  return 10 + 0.006 * delayMs;
}

/** And too early, which only clocks are to blame for. */
function earlyMs(delayMs: number): number {
  return 4 + 0.002 * delayMs;
}

/** The density of a Cauchy variable that is wider on one side, where `off` is how much later a delay was seen than it was said. */
function density(off: number, delayMs: number, leastWidthMs: number): number {
  const late = Math.max(lateMs(delayMs), leastWidthMs);
  const early = Math.max(earlyMs(delayMs), leastWidthMs);
  const scaled = off / (off > 0 ? late : early);
  return 2 / (Math.PI * (late + early) * (1 + scaled * scaled));
}

/** No delay's density is higher. */
export const MOST_PER_DELAY = Math.log(density(0, 0, 0));

/** The golden section spreads further draws of the same occasion evenly. */
const GOLDEN = 0.6180339887498949;

class GridDraws implements Draws {
  private first = 0.5;
  private taken = 0;

  at(first: number): this {
    this.first = first;
    this.taken = 0;
    return this;
  }

  uniform(): number {
    return (this.first + this.taken++ * GOLDEN) % 1;
  }
}

const draws = new GridDraws();

/** What would be seen of the policy's delay with this draw. */
export function seenMs(backoff: Backoff, delay: Delay, draw: number): number {
  const previousMs = backoff.countsFromAttempt === true ? delay.previousSinceStartMs : delay.previousDelayMs;
  const saidMs = backoff.delayMs(delay.number, previousMs, draws.at(draw));
  return backoff.countsFromAttempt === true ? Math.max(0, saidMs - delay.lastedMs) : saidMs;
}

const scratch = { coarse: new Float64Array(coarse.perDelay), fine: new Float64Array(fine.perDelay) };

/** Of one delay whose luck is its own. */
function ownLikelihood(backoff: Backoff, delay: Delay, { perDelay }: Grid): number {
  const grid = perDelay === coarse.perDelay ? scratch.coarse : scratch.fine;
  const firstMs = seenMs(backoff, delay, 0.5 / perDelay);
  const isPlain = firstMs === seenMs(backoff, delay, 0.41) && firstMs === seenMs(backoff, delay, 1 - 0.5 / perDelay);
  if (isPlain) return Math.log(density(delay.delayMs - firstMs, delay.delayMs, 0));
  for (let i = 0; i < perDelay; i++) grid[i] = seenMs(backoff, delay, (i + 0.5) / perDelay);
  grid.sort();
  let sum = 0;
  for (let i = 0; i < perDelay; i++) {
    // Between two points of the grid there is as much luck as on them.
    const gapMs = Math.max(i === 0 ? 0 : grid[i] - grid[i - 1], i === perDelay - 1 ? 0 : grid[i + 1] - grid[i]) / 2;
    sum += density(delay.delayMs - grid[i], delay.delayMs, gapMs);
  }
  return Math.log(sum / perDelay);
}

/** Of the delays of one page, which has one draw for all of them. */
function pageLikelihood(backoff: Backoff, delays: readonly Delay[], { perPage }: Grid, least: number): number {
  const logs = new Float64Array(perPage);
  for (const [place, delay] of delays.entries()) {
    if (Math.max(...logs) + (delays.length - place) * MOST_PER_DELAY < least) return -Infinity;
    let beforeMs = seenMs(backoff, delay, 0.25 / perPage);
    for (let i = 0; i < perPage; i++) {
      const ms = seenMs(backoff, delay, (i + 0.5) / perPage);
      logs[i] += Math.log(density(delay.delayMs - ms, delay.delayMs, Math.abs(ms - beforeMs) / 2));
      beforeMs = ms;
    }
  }
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / perPage);
}

export function byPage(delays: readonly Delay[]): readonly (readonly Delay[])[] {
  const pages = new Map<string, Delay[]>();
  for (const delay of delays) pages.set(delay.page, [...(pages.get(delay.page) ?? []), delay]);
  return [...pages.values()];
}

/**
 * The logarithm of the likelihood, of densities per ms. Whether it is less than
 * `least` is often clear after some delays: then it is -Infinity.
 */
export function logLikelihood(
  backoff: Backoff,
  delays: readonly Delay[],
  grid: Grid = fine,
  least = -Infinity,
): number {
  let sum = 0;
  if (backoff.drawsOncePerPage === true) {
    let left = delays.length;
    for (const page of byPage(delays)) {
      left -= page.length;
      sum += pageLikelihood(backoff, page, grid, least - sum - left * MOST_PER_DELAY);
    }
    return sum;
  }
  for (let i = 0; i < delays.length; i++) {
    sum += ownLikelihood(backoff, delays[i], grid);
    if (sum + (delays.length - 1 - i) * MOST_PER_DELAY < least) return -Infinity;
  }
  return sum;
}

/** The least and the most that would be seen, by luck. */
export function seenRange(backoff: Backoff, delay: Delay): readonly [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i <= 100; i++) {
    const ms = seenMs(backoff, delay, Math.min(0.9999, Math.max(0.0001, i / 100)));
    least = Math.min(least, ms);
    most = Math.max(most, ms);
  }
  return [least, most];
}

/** The mean over its luck. */
export function seenMean(backoff: Backoff, delay: Delay): number {
  let sum = 0;
  for (let i = 0; i < 100; i++) sum += seenMs(backoff, delay, (i + 0.5) / 100);
  return sum / 100;
}

/** Whether a delay is one that the policy can say, give or take the error of a measurement. */
export function isWithin(backoff: Backoff, delay: Delay): boolean {
  const [least, most] = seenRange(backoff, delay);
  const slackMs = 30 + 0.02 * delay.delayMs;
  return delay.delayMs >= least - slackMs && delay.delayMs <= most + slackMs;
}
