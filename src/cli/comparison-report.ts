/** What `sim compare` prints: the answer in a sentence, the tables, what is to be said beside them, and where the files are. */
import type { Comparison } from '../experiments/comparison.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { visible, visibleProse, withTexts } from '../scenario/safe-text.ts';
import type { Cell } from './comparison-cells.ts';
import { comparisonNotes, comparisonPreface, comparisonVerdict } from './comparison-notes.ts';
import { comparisonTables, type ComparisonTable } from './comparison-text.ts';
import { printEnd } from './result-end.ts';
import { tableText, wrapped } from './table.ts';
import type { Colors } from './colors.ts';
import type { Side } from './terminal.ts';

const indent = 2;
/** Heads of several words take a line for each, so that the numbers stay close together. */
const headOf = (text: string): string => text.replaceAll(' ', '\n');

function cellText(cell: Cell | string, colors: Colors): string {
  if (typeof cell === 'string') return cell;
  const mark = cell.isCertain === undefined ? '' : cell.isCertain ? '*' : '\u00a0';
  const bounds = [cell.note ?? '', cell.interval.replace(' to ', ' to\n')].filter((line) => line !== '').join('\n');
  const figure = cell.isCertain === false ? cell.figure : colors.bold(cell.figure);
  return `${figure}${mark}${
    bounds === ''
      ? ''
      : `\n${bounds
          .split('\n')
          .map((line) => colors.dim(line))
          .join('\n')}`
  }`;
}

function tableTextOf({ title, about, head, rows }: ComparisonTable, { colors, width }: Side): string {
  const cells = rows.map((row) =>
    row.map((cell, i) => (i === 0 && cell === BASELINE ? colors.cyan(BASELINE) : cellText(cell, colors))),
  );
  const align = head.map((_, i): 'left' | 'right' => (i === 0 ? 'left' : 'right'));
  return `\n${colors.bold(title)}\n${wrapped(about, width, indent)}\n${tableText(cells, { head: head.map(headOf), align, tooWide: 'parts', width, indent, colors })}`;
}

export function printComparison(
  comparison: Comparison,
  folder: string,
  fileNames: readonly string[],
  side: Side,
): void {
  const { colors, width, write } = side;
  const { scenario, set, over, variants, seed } = comparison;
  const line = (text: string): void => write(wrapped(text, width, 0, indent));
  line(colors.bold(visibleProse(scenario.title)));
  line(colors.dim(visible(`${scenario.name}, ${variants.length} variants, seed ${seed}`)));
  for (const change of set) line(colors.cyan(visibleProse(`set in all variants: ${change}`)));
  if (over !== undefined) line(colors.cyan(visible(over)));
  for (const told of comparisonPreface(comparison)) write(`\n${wrapped(colors.yellow(visible(told)), width, indent)}`);
  write(`\n${wrapped(visible(comparisonVerdict(comparison)), width, indent)}`);
  for (const table of comparisonTables(comparison)) write(tableTextOf(withTexts(table, visible), side));
  printEnd(comparisonNotes(comparison), folder, fileNames, side);
}
