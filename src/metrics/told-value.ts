/**
 * Values as files tell them: a number in a unit that is named, a clock time for
 * an instant, and null where there is none. A duration that had not ended when
 * the run did is null as well, with how long it had lasted beside it: the true
 * value is no less. So nobody takes it for a number, and nobody has to read a
 * text to get at one.
 */
import { metricCatalogue } from './catalogue.ts';

const unitWords = {
  duration: 'ms',
  instant: 'ms since the start',
  fraction: 'fraction',
  rate: 'per second',
  factor: 'factor',
  count: 'count',
} as const;

/** What the numbers of a metric are in, by its name without parts: `ms`, `fraction`, `session-minutes`. */
export function unitWord(metric: string): string {
  const { unit, measuredIn } = metricCatalogue[metric] ?? { unit: 'count' };
  return measuredIn ?? unitWords[unit];
}

/** Of a value that is censored: how far the run saw it go. */
export interface Censored {
  /** in ms; the true value is at least that */
  readonly atMs: number;
}
