/**
 * Rows of an outcome as a person reads them, wherever they are shown: what was simulated beside an observed row, the
 * value of an expectation.
 */
import { metricOf } from './catalogue.ts';
import type { ExpectationOutcome, ObservedOutcome } from './outcome.ts';
import { roughDuration } from './rounding.ts';
import { valueText } from './value-text.ts';

function unitIn(expression: string): NonNullable<ReturnType<typeof metricOf>>['unit'] {
  return metricOf(/^\w+/.exec(expression)?.[0] ?? '')?.unit ?? 'count';
}

export function simulatedText({ simulated, expect, kind }: ObservedOutcome): string {
  if (kind === 'record' || kind === 'unreached') return '–';
  return typeof simulated === 'string' ? simulated : valueText(simulated, unitIn(expect ?? ''));
}

export function expectationText({ expression, value, censoredAtMs }: ExpectationOutcome): string {
  if (censoredAtMs !== undefined) return `≥\u00a0${roughDuration(censoredAtMs)}`;
  return valueText(value, unitIn(expression));
}
