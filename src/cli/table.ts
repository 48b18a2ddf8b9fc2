/**
 * Tables for the terminal: columns without frames, aligned, two blanks apart,
 * with one column that wraps so that the whole is no wider than asked. Colours
 * may be in the cells; they count as no width.
 */
import CliTable from 'cli-table3';
import type { Colors } from './terminal.ts';

export interface TableLayout {
  readonly head?: readonly string[];
  /** per column; left if absent */
  readonly align?: readonly ('left' | 'right')[];
  /** the column that wraps if the table would be too wide */
  readonly wraps?: number;
  /** the widest it may be, indentation included */
  readonly width: number;
  readonly indent?: number;
  readonly colors: Colors;
}

const gap = 2;
const leastWrapped = 16;
const noBorders = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '',
  middle: ' '.repeat(gap),
}; // prettier-ignore

// eslint-disable-next-line no-control-regex
const colorCodes = /\u001b\[\d+m/g;

/** Columns that a text takes, without its colours. */
export function shownWidth(text: string): number {
  return [...text.replaceAll(colorCodes, '')].length;
}

function columnWidths(rows: readonly (readonly string[])[], layout: TableLayout): number[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(1, ...rows.map((row) => Math.max(...(row[column] ?? '').split('\n').map(shownWidth)))),
  );
  if (layout.wraps !== undefined) {
    const others = widths.reduce((sum, width, column) => (column === layout.wraps ? sum : sum + width), 0);
    const left = layout.width - (layout.indent ?? 0) - others - gap * (count - 1);
    widths[layout.wraps] = Math.min(widths[layout.wraps], Math.max(leastWrapped, left));
  }
  return widths;
}

/** The table as text, each line ended; empty without rows. */
export function tableText(rows: readonly (readonly string[])[], layout: TableLayout): string {
  if (rows.length === 0) return '';
  const { colors, head } = layout;
  const all = head === undefined ? rows : [head.map((cell) => colors.dim(cell)), ...rows];
  const colWidths = columnWidths(all, layout);
  const table = new CliTable({
    chars: noBorders,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths,
    colAligns: colWidths.map((_, column) => layout.align?.[column] ?? 'left'),
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  for (const row of all) table.push(colWidths.map((_, column) => row[column] ?? ''));
  const margin = ' '.repeat(layout.indent ?? 0);
  return table
    .toString()
    .split('\n')
    .map((line) => `${margin}${line}`.trimEnd() + '\n')
    .join('');
}

/** A paragraph in lines of at most `width` columns, indentation included. */
export function wrapped(text: string, width: number, indent = 0): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  for (const paragraph of text.trim().split(/\n\s*\n/)) {
    let line = '';
    for (const word of paragraph.split(/\s+/)) {
      if (line !== '' && indent + shownWidth(line) + 1 + shownWidth(word) > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines.map((line) => `${margin}${line}\n`).join('');
}
