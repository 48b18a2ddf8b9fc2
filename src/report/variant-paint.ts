/** How a chart of a comparison is painted, whichever it is: what it is given, and a variant's own stroke. */
import type { Comparison, VariantResult } from '../experiments/comparison.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { okabeIto, strokeOf, type Stroke } from './palette.ts';
import type { Pen, PlotArea } from './picture.ts';

/** What paints into the room below headline and subtitle. */
export type PaintComparison = (
  pen: Pen,
  comparison: Comparison,
  room: PlotArea,
  strokeFor: (variant: VariantResult) => Stroke,
) => void;

export function variantStroke({ name, place }: VariantResult): Stroke {
  return name === BASELINE ? { color: okabeIto.black, dash: [] } : strokeOf(place - 1);
}
