/** What `sim sweep` prints: where the boundary lies, a row for each value, or the grid of two fields, and how it was found. */
import type { Sweep, SweepPoint } from '../experiments/sweep.ts';
import { visible } from '../scenario/safe-text.ts';
import { boundaryBand, recoversWords, sweepFigure, sweepInterval, sweepNotes, sweepVerdict } from './sweep-words.ts';
import { printQuestion, shortLabel } from './field-report.ts';
import { printEnd } from './result-end.ts';
import { tableText, wrapped } from './table.ts';
import type { Side } from './terminal.ts';

const indent = 2;

function isOwn({ own, axes }: Sweep, { values }: SweepPoint): boolean {
  return own?.every((place, i) => axes[i].values[place].text === values[i]) ?? false;
}

function curveTable(sweep: Sweep, { colors, width }: Side): string {
  const { metric, statistic, axes } = sweep;
  const rows = sweep.points.map((point) => {
    const { values, collapsed, undecided, n, estimate } = point;
    const open = undecided === null || undecided === 0 ? '' : `, ${undecided} undecided`;
    const worlds = collapsed === null ? String(n) : `${collapsed} of ${n}${open}`;
    const mark = isOwn(sweep, point) ? '◂' : '';
    return [values[0], sweepFigure(sweep, estimate), sweepInterval(sweep, point), worlds, mark].map(visible);
  });
  const figure = metric === 'collapse' ? 'P(collapse)' : statistic;
  return tableText(rows, {
    head: [
      visible(shortLabel(axes[0])),
      figure,
      metric === 'collapse' ? 'band' : 'interval',
      metric === 'collapse' ? 'worlds' : 'n',
      '',
    ],
    align: ['right', 'right', 'right', 'right'],
    tooWide: 'parts',
    width,
    indent,
    colors,
  });
}

/** Rows are the second field's values, columns the first one's. */
function gridTable(sweep: Sweep, { colors, width }: Side): string {
  const [across, down] = sweep.axes;
  const figureAt = new Map(sweep.points.map((point) => [point.values.join('\n'), point]));
  const rows = down.values.map(({ text }) => [
    visible(text),
    ...across.values.map((column) => {
      const point = figureAt.get([column.text, text].join('\n'));
      if (point === undefined) return '';
      const figure = sweepFigure(sweep, point.estimate).replace('\u00a0%', '');
      return isOwn(sweep, point) ? `[${figure}]` : figure;
    }),
  ]);
  const unit = sweep.metric === 'collapse' ? 'P(collapse) in %' : sweep.metric;
  const about = `${unit}: ${shortLabel(across)} across, ${shortLabel(down)} down${sweep.own === null ? '' : '; [ ] is the scenario as it stands'}`;
  return `${wrapped(visible(about), width, indent)}\n${tableText(rows, {
    head: ['', ...across.values.map(({ text }) => visible(text))],
    align: Array.from({ length: across.values.length + 1 }, (): 'right' => 'right'),
    tooWide: 'parts',
    width,
    indent,
    colors,
  })}`;
}

function boundaryTable(sweep: Sweep, { colors, width }: Side): string {
  const along = sweep.along ?? 0;
  const [axis, other] = [sweep.axes[along], sweep.axes[1 - along]];
  const rows = sweep.boundaries.map((one) => [one.at ?? '', recoversWords(sweep, one), boundaryBand(one)].map(visible));
  return tableText(rows, {
    head: [visible(shortLabel(other)), visible(`recovers, ${shortLabel(axis)}`), 'collapses | recovers'],
    align: ['right', 'right', 'right'],
    tooWide: 'parts',
    width,
    indent,
    colors,
  });
}

export function printSweep(
  sweep: Sweep,
  folder: string,
  fileNames: readonly string[],
  set: readonly string[],
  side: Side,
): void {
  const { width, write } = side;
  const { axes, points, boundaries } = sweep;
  printQuestion(sweep, set, null, side);
  write(`\n${wrapped(visible(sweepVerdict(sweep)), width, indent)}`);
  if (points.length > 0) write(`\n${axes.length > 1 ? gridTable(sweep, side) : curveTable(sweep, side)}`);
  if (axes.length > 1 && boundaries.length > 0) write(`\n${boundaryTable(sweep, side)}`);
  printEnd(sweepNotes(sweep), folder, fileNames, side);
}
