/**
 * Suggestions: the known word that somebody probably meant. Words are compared
 * by optimal string alignment (insertions, deletions, substitutions and swaps
 * of neighbours; Damerau 1964), regardless of case; more than a third of the
 * letters wrong is no typo any more.
 */

/** What may help. Looking for what was probably meant takes its time, so it may be left until it is told. */
export type Hint = string | null | (() => string | null);

export function toldHint(hint: Hint): string | null {
  return typeof hint === 'function' ? hint() : hint;
}

function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) least = Math.min(least, beforePrevious[j - 2] + 1);
      current.push(least);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length];
}

/** The nearest of `candidates`, or null if none is near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (word.length > 100) return null;
  let best: string | null = null;
  let least = Infinity;
  const lower = word.toLowerCase();
  for (const candidate of candidates) {
    const bound = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    // So many letters more or fewer are so many mistakes at least.
    if (Math.abs(word.length - candidate.length) > Math.min(bound, least - 1)) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance <= bound && distance < least) {
      best = candidate;
      least = distance;
    }
  }
  if (best !== null || word.length < 3) return best;
  return candidates.find((candidate) => candidate.toLowerCase().startsWith(lower)) ?? null;
}

/** `did you mean "full-jitter"?`, or null if nothing is near. */
export function didYouMean(word: string, candidates: readonly string[]): string | null {
  const best = nearest(word, candidates);
  return best === null ? null : `did you mean "${best}"?`;
}

/** `one of fixed | exponential | …`, cut short after thirty. */
export function oneOf(candidates: readonly string[]): string {
  if (candidates.length === 1) return candidates[0];
  const shown = candidates.slice(0, 30).join(' | ');
  return `one of ${shown}${candidates.length > 30 ? ' | …' : ''}`;
}
