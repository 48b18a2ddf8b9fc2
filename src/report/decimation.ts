/**
 * Thins a long series for a picture without losing its peaks: the samples are put into as many buckets as
 * the picture can show, and each bucket keeps its lowest and its highest sample, in their order. A bucket
 * without any number keeps one sample, so that the gap stays a gap.
 */

/**
 * Indexes, ascending, of the samples to draw; all of them if there are at most two per bucket. The first
 * and the last sample are always among them.
 */
export function peakIndexes(values: Float64Array, bucketCount: number): number[] {
  const length = values.length;
  if (length <= 2 * bucketCount) return Array.from({ length }, (_, index) => index);
  const kept: number[] = [];
  const keep = (index: number): void => {
    if (kept.length === 0 || kept[kept.length - 1] < index) kept.push(index);
  };
  keep(0);
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const from = Math.floor((bucket * length) / bucketCount);
    const to = Math.floor(((bucket + 1) * length) / bucketCount);
    let lowest = -1;
    let highest = -1;
    for (let index = from; index < to; index++) {
      const value = values[index];
      if (Number.isNaN(value)) continue;
      if (lowest < 0 || value < values[lowest]) lowest = index;
      if (highest < 0 || value > values[highest]) highest = index;
    }
    if (lowest < 0) keep(from);
    else {
      keep(Math.min(lowest, highest));
      keep(Math.max(lowest, highest));
    }
  }
  keep(length - 1);
  return kept;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The points of a line through the samples that `peakIndexes` keeps. A sample alone between two gaps is
 * drawn back to the sample before it, since a line needs two points to be seen.
 */
export function thinnedPoints(samplesMs: Float64Array, values: Float64Array, bucketCount: number): Point[] {
  const kept = peakIndexes(values, bucketCount);
  const isGap = (place: number): boolean => place < 0 || place >= kept.length || Number.isNaN(values[kept[place]]);
  return kept.flatMap((index, place) => {
    const point = { x: samplesMs[index], y: values[index] };
    const isAlone = !isGap(place) && isGap(place - 1) && isGap(place + 1);
    return isAlone ? [{ x: samplesMs[Math.max(0, index - 1)], y: point.y }, point] : [point];
  });
}

/** Index of the largest value, NaN aside; −1 if there is none. */
export function peakIndex(values: Float64Array): number {
  let peak = -1;
  for (let index = 0; index < values.length; index++) {
    if (!Number.isNaN(values[index]) && (peak < 0 || values[index] > values[peak])) peak = index;
  }
  return peak;
}
