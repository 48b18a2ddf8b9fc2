/**
 * The charts of a sensitivity. To add one: write its headline and its painting in
 * `charts/`, and add its entry here.
 */
import type { Sensitivity } from '../experiments/sensitivity/sensitivity.ts';
import { canDrawRows, paintRows, rowsHeadline } from './charts/rows-of-draws.ts';
import { canDrawTornado, paintTornado, tornadoHeadline } from './charts/tornado.ts';
import type { Pen, PlotArea } from './picture.ts';

export interface SensitivityChartEntry {
  readonly name: string;
  readonly help: string;
  readonly fileName: string;
  /** what the picture shows, below its headline */
  readonly shows: string;
  /** whether there is anything to draw */
  readonly canDraw: (sensitivity: Sensitivity) => boolean;
  /** a sentence that says the answer: its title */
  readonly headline: (sensitivity: Sensitivity) => string;
  readonly paint: (pen: Pen, sensitivity: Sensitivity, room: PlotArea) => void;
}

export const sensitivityCharts: readonly SensitivityChartEntry[] = [
  {
    name: 'tornado',
    help: 'How far each assumption alone moves the session-minutes lost, from one end of its range to the other',
    fileName: 'tornado.png',
    shows: 'Session-minutes lost at both ends of each range, the others as in the file',
    canDraw: canDrawTornado,
    headline: tornadoHeadline,
    paint: paintTornado,
  },
  {
    name: 'rows',
    help: 'Which observed rows and expectations hold in which run, a column for each run',
    fileName: 'rows.png',
    shows: 'Filled: it holds; pale: it does not; thin: the run does not say. Blue: observed rows, green: expectations',
    canDraw: canDrawRows,
    headline: rowsHeadline,
    paint: paintRows,
  },
];
