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

/** A blank at which no line breaks: between a number and its unit. */
export const noBreak = '\u00a0';

const colorCodes = /\u001b\[\d+m/g;

/** Columns that a text takes, without its colours. */
export function shownWidth(text: string): number {
  return Array.from(text.replaceAll(colorCodes, '')).length;
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

/** Words in lines of at most `width` columns; a single longer word keeps its line to itself. */
function wrapLines(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(/ +/)) {
      if (line !== '' && shownWidth(line) + 1 + shownWidth(word) > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** The colours around a text go around each of its lines. */
function wrapCell(text: string, width: number): string {
  const [, before, inner, after] = /^((?:\u001b\[\d+m)*)([^\u001b]*)((?:\u001b\[\d+m)*)$/.exec(text) ?? ['', '', text, ''];
  return wrapLines(inner, width).map((line) => `${before}${line}${after}`).join('\n');
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
    colAligns: colWidths.map((_, column) => layout.align?.[column] ?? 'left'),
  });
  for (const row of all) table.push(colWidths.map((width, column) => wrapCell(row[column] ?? '', width)));
  const margin = ' '.repeat(layout.indent ?? 0);
  return printable(table.toString().split('\n').map((line) => `${margin}${line}`.trimEnd()));
}

/** A paragraph in lines of at most `width` columns, indentation included. */
export function wrapped(text: string, width: number, indent = 0): string {
  const margin = ' '.repeat(indent);
  const paragraphs = text.trim().split(/\n\s*\n/).map((paragraph) => paragraph.replaceAll(/\s+/g, ' '));
  return printable(paragraphs.flatMap((paragraph) => wrapLines(paragraph, width - indent)).map((line) => `${margin}${line}`));
}

/** Lines, each ended; what held words together while they were wrapped is a plain blank now. */
function printable(lines: readonly string[]): string {
  return lines.map((line) => `${line.replaceAll(noBreak, ' ')}\n`).join('');
}
