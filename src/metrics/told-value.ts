/**
 * Values as files tell them: a number in a unit that is named, a clock time for
 * an instant, and null where there is none. A duration that had not ended when
 * the run did is null as well, with how long it had lasted beside it: the true
 * value is no less. So nobody takes it for a number, and nobody has to read a
 * text to get at one.
 */
import type { MetricUnit } from '../scenario/expression.ts';

/** A number, a clock time, or null where there is no value. */
export type OutcomeValue = number | string | null;

const unitWords: Readonly<Record<MetricUnit, string>> = {
  duration: 'ms',
  instant: 'ms since the start',
  fraction: 'fraction',
  rate: 'per second',
  factor: 'factor',
  count: 'count',
};

/** What an outcome tells instants in, which are no numbers there. */
export const CLOCK_TIME = 'clock time';

/** What bare numbers of a metric are in: `ms`, `fraction`, `session-minutes`. */
export function numberUnit({ unit, measuredIn }: { readonly unit: MetricUnit; readonly measuredIn?: string }): string {
  return measuredIn ?? unitWords[unit];
}

/** Of a value that is censored: how far the run saw it go. */
export interface Censored {
  /** in ms; the true value is at least that */
  readonly atMs: number;
}
