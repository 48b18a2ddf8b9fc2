/**
 * How sure a share of worlds is, be it looked at once or again and again.
 *
 * Once, after a number of worlds that was fixed beforehand: the exact binomial
 * bounds (Clopper and Pearson, Biometrika 26, 1934). Whenever one likes: a
 * mixture of likelihood ratios (Robbins, Ann. Math. Stat. 41, 1970). Against
 * "the share is at least p" the ratio of odds r < 1 has the likelihood ratio
 * rᵏ (1 + (r − 1)p)⁻ⁿ after k of n; it is a supermartingale under all that is
 * denied, so the weighted mean over some r is too, and exceeds 1/α ever with probability
 * α at most (Ville, 1939). The same with r > 1 against "at most p". For each r it
 * is monotone in p, so that the shares not yet denied are an interval.
 */

/** `any-time`: however often one looks; `once`: after a number of worlds fixed beforehand. */
export type Looks = 'any-time' | 'once';

/** Ratios of odds between what is denied and what it is held against; 0 and ∞ are shares of nothing and all. */
const ODDS_RATIOS = [1.15, 1.3, 1.6, 2, 3, 6, 20, Infinity];
/** Near a cliff nearly all worlds agree. */
const WEIGHTS = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.3];

function logMean(logs: readonly number[]): number {
  const most = Math.max(...logs);
  if (most === -Infinity) return -Infinity;
  return most + Math.log(logs.reduce((sum, one, i) => sum + WEIGHTS[i] * Math.exp(one - most), 0));
}

/** The logarithm of the evidence that the share is below p, after `count` of n. */
export function evidenceBelow(count: number, n: number, p: number): number {
  return logMean(
    ODDS_RATIOS.map((ratio) => {
      const r = 1 / ratio;
      if (r === 0) return count === 0 ? -n * Math.log(1 - p) : -Infinity;
      return count * Math.log(r) - n * Math.log(1 + (r - 1) * p);
    }),
  );
}

/** The logarithm of the evidence that the share is above p. */
export function evidenceAbove(count: number, n: number, p: number): number {
  return evidenceBelow(n - count, n, 1 - p);
}

/** P(X ≤ k) of a binomial X. */
export function binomialAtMost(k: number, n: number, p: number): number {
  if (k >= n || p <= 0) return 1;
  if (k < 0 || p >= 1) return 0;
  const [logP, logQ] = [Math.log(p), Math.log(1 - p)];
  let logTerm = n * logQ;
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log(n - i + 1) - Math.log(i) + logP - logQ;
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/** The least p from 0 to 1 at which what only comes true with growing p is true. */
function leastShare(isSo: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const mid = (low + high) / 2;
    if (isSo(mid)) high = mid;
    else low = mid;
  }
  return high;
}

/** The share is no greater, but with probability `alpha` at most. */
export function upperShare(count: number, n: number, alpha: number, looks: Looks): number {
  if (n === 0 || count >= n) return 1;
  return looks === 'once'
    ? leastShare((p) => binomialAtMost(count, n, p) <= alpha)
    : leastShare((p) => evidenceBelow(count, n, p) >= -Math.log(alpha));
}

/** The share is no less, but with probability `alpha` at most. */
export function lowerShare(count: number, n: number, alpha: number, looks: Looks): number {
  return 1 - upperShare(n - count, n, alpha, looks);
}

/** Whether the share is certainly at most p. */
export function isAtMost(count: number, n: number, p: number, alpha: number, looks: Looks): boolean {
  if (looks === 'once') return binomialAtMost(count, n, p) <= alpha;
  return evidenceBelow(count, n, p) >= -Math.log(alpha);
}

/** Whether the share is certainly more than p. */
export function isMoreThan(count: number, n: number, p: number, alpha: number, looks: Looks): boolean {
  return isAtMost(n - count, n, 1 - p, alpha, looks);
}

/** After so many worlds with the same shares one look, fixed beforehand, would have said it; null: not within a million. */
export function fixedNumber(share: number, p: number, alpha: number): number | null {
  const says = (n: number): boolean =>
    share <= p
      ? isAtMost(Math.round(share * n), n, p, alpha, 'once')
      : isMoreThan(Math.round(share * n), n, p, alpha, 'once');
  let n = 1;
  while (n <= 1_000_000 && !says(n)) n = Math.max(n + 1, Math.ceil(n * 1.02));
  return n > 1_000_000 ? null : n;
}
