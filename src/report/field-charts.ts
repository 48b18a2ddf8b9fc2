/**
 * The charts of plans and of sweeps. To add one: write its headline and its painting
 * in `charts/`, and add its entry here; commands draw it where it fits, and the list
 * of charts names it from then on.
 */
import type { Plan } from '../experiments/plan.ts';
import type { Sweep } from '../experiments/sweep.ts';
import { hasPlanCurve, paintPlanCurve, planCurveHeadline } from './charts/plan-curve.ts';
import { frontierShows, hasFrontier, paintFrontier } from './charts/plan-frontier.ts';
import { hasSweepCurve, paintSweepCurve, sweepCurveHeadline, sweepCurveShows } from './charts/sweep-curve.ts';
import { hasSweepMap, paintSweepMap, sweepMapHeadline, sweepMapShows } from './charts/sweep-map.ts';
import { frontierHeadline } from './frontier-words.ts';
import type { Pen, PlotArea } from './picture.ts';

export interface FieldChartEntry<Result> {
  readonly name: string;
  readonly help: string;
  readonly fileName: string;
  /** whether there is something of it to draw */
  readonly fits: (result: Result) => boolean;
  /** a sentence that says the answer: its title */
  readonly headline: (result: Result) => string;
  /** what the picture shows, below its headline */
  readonly shows: (result: Result) => string;
  /** Paints into the room below both. */
  readonly paint: (pen: Pen, result: Result, room: PlotArea) => void;
}

export const planCharts: readonly FieldChartEntry<Plan>[] = [
  {
    name: 'plan-curve',
    help: 'Of a plan of one field, the figure that its target is about at each value with its band, the target, the answer and its neighbour',
    fileName: 'plan-curve.png',
    fits: hasPlanCurve,
    headline: planCurveHeadline,
    shows: ({ answers: [{ n }] }) => `${n} worlds`,
    paint: paintPlanCurve,
  },
  {
    name: 'plan-frontier',
    help: 'Of a plan of two fields, the answer at each value of the second, with what meets the target, does not, and is undecided, and the costs; over the clock where that field is an instant',
    fileName: 'plan-frontier.png',
    fits: hasFrontier,
    headline: frontierHeadline,
    shows: frontierShows,
    paint: paintFrontier,
  },
];

export const sweepCharts: readonly FieldChartEntry<Sweep>[] = [
  {
    name: 'sweep-curve',
    help: 'Of a sweep of one field, the metric at each value with its band, and where the collapse passes one half',
    fileName: 'sweep-curve.png',
    fits: hasSweepCurve,
    headline: sweepCurveHeadline,
    shows: sweepCurveShows,
    paint: paintSweepCurve,
  },
  {
    name: 'sweep-map',
    help: 'Of a sweep of two fields, the metric at each point as a heat map, with the boundary between recovery and collapse and its band',
    fileName: 'sweep-map.png',
    fits: hasSweepMap,
    headline: sweepMapHeadline,
    shows: sweepMapShows,
    paint: paintSweepMap,
  },
];
