/**
 * Values as a person reads them: thousands apart, shares in per cent, lengths
 * of time in their two greatest units. Between a number and its sign stands a
 * blank at which tables break no line.
 */
import type { MetricUnit } from '../scenario/expression.ts';
import { roughDuration } from './rounding.ts';
import type { OutcomeValue } from './told-value.ts';

const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const threeDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Whole from 100 on, else three digits: 1,234,567 or 63.4 */
export function numberText(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? wholeNumber.format(value) : threeDigits.format(value);
}

const percentSign = '\u00a0%';

/** 0.123 as `12.3 %`; what is neither none nor all never reads as if it were. */
export function percentText(fraction: number): string {
  const percent = fraction * 100;
  if (percent > 0 && percent < 0.1) return `<\u00a00.1${percentSign}`;
  if (percent < 100 && percent > 99.9) return `>\u00a099.9${percentSign}`;
  return `${Number(percent.toFixed(1))}${percentSign}`;
}

/** A value of an outcome; `–` where there is none. */
export function valueText(value: OutcomeValue, unit: MetricUnit): string {
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  switch (unit) {
    case 'duration':
      return roughDuration(value);
    case 'fraction':
      return percentText(value);
    case 'rate':
      return `${numberText(value)}/s`;
    case 'factor':
      return `${numberText(value)}\u00a0×`;
    case 'count':
    case 'instant':
      return numberText(value);
  }
}

/** `1 host`, `2 hosts` */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${numberText(count)} ${count === 1 ? singular : plural}`;
}
