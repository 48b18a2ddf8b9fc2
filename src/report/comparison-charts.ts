/**
 * The charts of a comparison. To add one: write its headline and its painting in
 * `charts/`, and add its entry here. A variant has its colour by its place in
 * the scenario file, so it is the same in all of them; the baseline is black.
 */
import type { Comparison, VariantResult } from '../experiments/comparison.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { variantsCostHeadline, paintVariantsCost } from './charts/variants-cost.ts';
import { variantsDisconnectedHeadline, paintVariantsDisconnected } from './charts/variants-disconnected.ts';
import { variantsOutageHeadline, paintVariantsOutage } from './charts/variants-outage.ts';
import { okabeIto, strokeOf, type Stroke } from './palette.ts';
import type { Pen, PlotArea } from './picture.ts';

/** What paints into the room below headline and subtitle. */
export type PaintComparison = (
  pen: Pen,
  comparison: Comparison,
  room: PlotArea,
  strokeFor: (variant: VariantResult) => Stroke,
) => void;

export interface ComparisonChartEntry {
  readonly name: string;
  readonly help: string;
  readonly fileName: string;
  /** what the picture shows, below its headline */
  readonly shows: string;
  /** a sentence that says the answer: its title */
  readonly headline: (comparison: Comparison) => string;
  readonly paint: PaintComparison;
}

export function variantStroke({ name, place }: VariantResult): Stroke {
  return name === BASELINE ? { color: okabeIto.black, dash: [] } : strokeOf(place - 1);
}

export const comparisonCharts: readonly ComparisonChartEntry[] = [
  {
    name: 'variants-disconnected',
    help: 'Of each variant, the share of the sessions that are disconnected over time: median and 10–90 % of the replications',
    fileName: 'variants-disconnected.png',
    shows: 'Disconnected sessions: median and 10–90 % of the replications; thin line: median of the baseline',
    headline: variantsDisconnectedHeadline,
    paint: paintVariantsDisconnected,
  },
  {
    name: 'variants-outage',
    help: 'Session-minutes lost by each variant, with their interval, smallest first',
    fileName: 'variants-outage.png',
    shows: 'Session-minutes lost, mean with interval; small dots: replications',
    headline: variantsOutageHeadline,
    paint: paintVariantsOutage,
  },
  {
    name: 'variants-cost',
    help: 'Cost against outage: host hours and session-minutes lost of each variant',
    fileName: 'variants-cost.png',
    shows: 'Means of session-minutes lost and host hours, with intervals',
    headline: variantsCostHeadline,
    paint: paintVariantsCost,
  },
];
