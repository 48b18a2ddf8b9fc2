/**
 * The numbers of titles. They are the outcome's, or a comparison's figures, by
 * their names, and are told as all tables tell them; a title computes none. What
 * a chart draws may be thinned, or a mean over some seconds: no number is read
 * off it.
 */
import type { VariantResult } from '../experiments/comparison.ts';
import { metricOf } from '../metrics/catalogue.ts';
import type { ChartData } from './chart-data.ts';
import { valueText } from '../metrics/value-text.ts';

/** A number of the outcome; null where it has none. */
export function figureOf({ metrics }: ChartData, name: string): number | null {
  const value = metrics[name] ?? null;
  return typeof value === 'number' ? value : null;
}

/** A value of the outcome in words. */
export function figureText({ metrics }: ChartData, name: string): string {
  return valueText(metrics[name] ?? null, metricOf(name)?.unit ?? 'count');
}

/** `HH:MM` of an instant of the outcome. */
export function clockMinute({ metrics }: ChartData, name: string): string {
  return String(metrics[name]).slice(0, 'HH:MM'.length);
}

/** A figure of a variant: the mean or median over its replications that tables tell. */
export function variantEstimate({ estimates }: VariantResult, metric: string): number {
  return estimates[metric].value;
}

export function variantEstimateText(variant: VariantResult, metric: string): string {
  const value = variantEstimate(variant, metric);
  return valueText(Number.isFinite(value) ? value : null, metricOf(metric)?.unit ?? 'count');
}
