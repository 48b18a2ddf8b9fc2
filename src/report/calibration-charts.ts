/**
 * The charts of a calibration. To add one: write its headline and its painting in
 * `charts/`, and add its entry here.
 */
import type { ToldCalibration } from '../experiments/calibration/told-calibration.ts';
import { fanHeadline, paintFan } from './charts/fitting-curves.ts';
import { paintPosteriors, posteriorsHeadline } from './charts/posteriors.ts';
import type { Pen, PlotArea } from './picture.ts';

export interface CalibrationChartEntry {
  readonly name: string;
  readonly help: string;
  readonly fileName: string;
  /** what the picture shows, below its headline */
  readonly shows: string;
  /** a sentence that says the answer: its title */
  readonly headline: (told: ToldCalibration) => string;
  readonly paint: (pen: Pen, told: ToldCalibration, room: PlotArea) => void;
}

export const calibrationCharts: readonly CalibrationChartEntry[] = [
  {
    name: 'posteriors',
    help: 'Where in its range each assumption lies, in the draws that fit',
    fileName: 'posteriors.png',
    shows: 'Grey: the range; bars: the draws that fit, darker where identified; line: the file',
    headline: posteriorsHeadline,
    paint: paintPosteriors,
  },
  {
    name: 'fitting-curves',
    help: 'The disconnected share of every draw that fits, and where the observed rows are',
    fileName: 'fitting-curves.png',
    shows: 'Disconnected share of all sessions in each draw, as dark as it weighs; thick: their median; dots: measured',
    headline: fanHeadline,
    paint: paintFan,
  },
];
