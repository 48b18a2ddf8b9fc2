/**
 * Where two long lists part. A deep comparison of a million rows takes a test ten times as long as making them, and
 * prints them all.
 */
export interface Difference<T> {
  readonly at: number;
  /** the rows around that place */
  readonly one: readonly T[];
  readonly other: readonly T[];
}

/** Null if they are the same, row by row; rows are texts or numbers. */
export function firstDifference<T extends string | number>(
  one: readonly T[],
  other: readonly T[],
): Difference<T> | null {
  const length = Math.max(one.length, other.length);
  for (let at = 0; at < length; at++) {
    if (at < one.length && at < other.length && one[at] === other[at]) continue;
    const around = (rows: readonly T[]): readonly T[] => rows.slice(Math.max(0, at - 3), at + 3);
    return { at, one: around(one), other: around(other) };
  }
  return null;
}
