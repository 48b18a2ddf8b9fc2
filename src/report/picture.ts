/**
 * What a chart hands to the drawing: axes, lines, legend and, where lines do not do, a painter of its own.
 * Plain data; only the drawing knows the chart library. Lengths and places are pixels of the picture.
 */
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Stroke } from './palette.ts';

/** Size of every picture: a 16:9 slide. */
export const pictureWidthPx = 1600;
export const pictureHeightPx = 900;

/** How wide a text is in a font of that size. */
export type Measure = (text: string, sizePx: number, weight?: 'bold') => number;

/** What draws on the picture. */
export type Pen = SKRSContext2D;

export interface PlotArea {
  readonly leftPx: number;
  readonly rightPx: number;
  readonly topPx: number;
  readonly bottomPx: number;
}

export interface LegendItem {
  readonly text: string;
  /** A piece of line, a filled box, or the vertical line of a flag. */
  readonly mark: 'line' | 'box' | 'flag';
  readonly stroke: Stroke;
}

export interface Line {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly stroke: Stroke;
  readonly widthPx: number;
  /** Fills down to `fillFrom`, to the axis, or to the line below in a stack. */
  readonly fill?: string;
  readonly fillFrom?: number;
}

export interface YAxis {
  readonly title: string;
  readonly scale: 'linear' | 'logarithmic';
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly { readonly value: number; readonly label: string; readonly hasNoLine?: boolean }[];
  /** Further values that get a grid line but no label. */
  readonly guides?: readonly number[];
  /** Counted from the top, and without grid lines: rows instead of a quantity. */
  readonly rows?: boolean;
}

export interface Picture {
  /** What the y axis shows, in a few words; goes below the headline. */
  readonly shows: string;
  readonly legend: readonly LegendItem[];
  readonly yAxis: YAxis;
  /** Later ones are drawn over earlier ones. */
  readonly lines: readonly Line[];
  /** The lines add up, first one at the bottom; all must have the same instants. */
  readonly stacked?: boolean;
  /** Whether milestones get flags beside the actions'. */
  readonly showsMilestones?: boolean;
  /** Draws into the plot before the lines. */
  readonly paint?: (pen: Pen, area: PlotArea) => void;
}
