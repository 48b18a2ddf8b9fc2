/**
 * Tables for the terminal: columns without frames, aligned, two blanks apart,
 * with one column that wraps so that the whole is no wider than asked. A table
 * that does not fit even so is told row by row, each as a block of lines, or in
 * several tables one below the other; no word is ever broken. Colours may be in
 * the cells; they count as no width. Wrapping takes time in proportion to the text.
 */
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Colors } from './colors.ts';

export type Row = readonly string[];

export interface TableLayout {
  readonly head?: Row;
  /** per column; left if absent */
  readonly align?: readonly ('left' | 'right')[];
  /** the column that wraps if the table would be too wide */
  readonly wraps?: number;
  /** the widest it may be, indentation included */
  readonly width: number;
  readonly indent?: number;
  readonly colors: Colors;
  /**
   * What becomes of a table that is too wide. `blocks`, if absent: a row is some lines, the first
   * `lead` columns (1 if absent) on the first, the others below under their heads. `parts`: columns
   * are told in several tables, each of which begins with the first column.
   */
  readonly tooWide?: 'blocks' | 'parts';
  readonly lead?: number;
}

const gap = '  ';
/** A column that wraps is no narrower than this, for nobody reads text of two words a line. */
const leastWrapped = 20;
/** Lines of a block below its first are so much further in. */
const blockIndent = 4;

/** A blank at which no line breaks: between a number and its unit. */
export const noBreak = '\u00a0';

/** Columns that a text takes, without its colours. */
export function shownWidth(text: string): number {
  return stringWidth(text);
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, shownWidth(text)), 0);
}

/** Words in lines of at most `width` columns; a single longer word keeps its line to itself. Colours are closed and opened again at line ends. */
export function wrapLines(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: false, trim: true }).split('\n');
}

/** Lines, each ended; what held words together while they were wrapped is a plain blank now. */
function printable(lines: readonly string[]): string {
  return lines.map((line) => `${line.replaceAll(noBreak, ' ').trimEnd()}\n`).join('');
}

/** A paragraph in lines of at most `width` columns, indentation included; all but its first line `hanging` columns further in. */
function paragraph(text: string, width: number, indent: number, hanging = 0): string[] {
  const margin = ' '.repeat(indent);
  const first = wrapLines(text, width - indent);
  if (hanging === 0 || first.length === 1) return first.map((line) => `${margin}${line}`);
  // The first line is as long as it can be, the others are broken anew.
  const rest = wrapLines(first.slice(1).join(' '), width - indent - hanging);
  return [`${margin}${first[0]}`, ...rest.map((line) => `${margin}${' '.repeat(hanging)}${line}`)];
}

/** Paragraphs in lines of at most `width` columns, indentation included. */
export function wrapped(text: string, width: number, indent = 0, hanging = 0): string {
  const paragraphs = text
    .trim()
    .split(/\n\s*\n/)
    .map((one) => one.replaceAll(/[^\S\u00a0]+/g, ' '));
  return printable(paragraphs.flatMap((one) => paragraph(one, width, indent, hanging)));
}

/** Lines that hold a command to copy, which a break would spoil: the terminal itself breaks them. */
const isCommand = /^\s*(?:repeat:? |npx |sim )/;

/** A message of lines, those that are wider than `width` broken between words, and going on a little further in. */
export function folded(text: string, width: number): string {
  if (text.length <= width) return text;
  return text
    .split('\n')
    .flatMap((line) => {
      if (shownWidth(line) <= width || isCommand.test(line)) return line;
      const indent = /^ */.exec(line)?.[0].length ?? 0;
      return paragraph(line.slice(indent), width, indent, 2);
    })
    .join('\n');
}

function columnsOf(rows: readonly Row[]): number {
  return rows.reduce((most, row) => Math.max(most, row.length), 0);
}

/** Of each column, as wide as its longest line. */
function naturalWidths(rows: readonly Row[]): number[] {
  return Array.from({ length: columnsOf(rows) }, (_, column) =>
    Math.max(1, widest(rows.flatMap((row) => (row[column] ?? '').split('\n')))),
  );
}

function totalWidth(widths: readonly number[], indent: number): number {
  return widths.reduce((sum, width) => sum + width, indent) + gap.length * (widths.length - 1);
}

/** Widths with which the table fits, or null. */
function fittingWidths(rows: readonly Row[], { wraps, width, indent = 0 }: TableLayout): number[] | null {
  const widths = naturalWidths(rows);
  const over = totalWidth(widths, indent) - width;
  if (over <= 0) return widths;
  if (wraps === undefined || wraps >= widths.length) return null;
  const left = widths[wraps] - over;
  const words = rows.flatMap((row) => (row[wraps] ?? '').split(/[ \n]/)).map(shownWidth);
  // A word that is too long for a block as well speaks for neither.
  const longest = words.reduce((most, word) => (word > most && word <= width - indent - blockIndent ? word : most), 0);
  if (left < Math.max(leastWrapped, longest)) return null;
  return widths.map((one, column) => (column === wraps ? left : one));
}

function columnLines(
  rows: readonly Row[],
  widths: readonly number[],
  { align, wraps, indent = 0 }: Pick<TableLayout, 'align' | 'wraps' | 'indent'>,
): string[] {
  const margin = ' '.repeat(indent);
  return rows.flatMap((row) => {
    const cells = widths.map((width, column) =>
      column === wraps ? wrapLines(row[column] ?? '', width) : (row[column] ?? '').split('\n'),
    );
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, i) => {
      const last = cells.findLastIndex((lines) => shownWidth(lines[i] ?? '') > 0);
      const texts = widths.slice(0, last + 1).map((width, column) => {
        const text = cells[column][i] ?? '';
        if (column === last && align?.[column] !== 'right') return text;
        const blanks = ' '.repeat(Math.max(0, width - shownWidth(text)));
        return align?.[column] === 'right' ? `${blanks}${text}` : `${text}${blanks}`;
      });
      return `${margin}${texts.join(gap)}`;
    });
  });
}

/** In one line. */
function flat(cell: string): string {
  return cell.replaceAll('\n', ' ');
}

/** A head and its value, which stay on one line if they can. */
function labelled(head: string, cell: string, width: number, { colors }: TableLayout): string {
  const text = head === '' ? flat(cell) : `${colors.dim(`${head}:`)} ${flat(cell)}`;
  return shownWidth(text) <= width ? text.replaceAll(' ', noBreak) : text;
}

/** A row as lines of its own. */
function blockLines(row: Row, layout: TableLayout): string[] {
  const { head = [], wraps, width, indent = 0, lead = 1 } = layout;
  const isThere = (cell: string): boolean => shownWidth(cell) > 0;
  const lines = paragraph(row.slice(0, lead).filter(isThere).map(flat).join(gap), width, indent, blockIndent);
  const inner = indent + blockIndent;
  const pairs = row.flatMap((cell, column) =>
    column < lead || column === wraps || !isThere(cell)
      ? []
      : labelled(flat(head[column] ?? ''), cell, width - inner, layout),
  );
  if (pairs.length > 0) lines.push(...paragraph(pairs.join(gap), width, inner));
  const text = wraps === undefined || wraps < lead ? '' : (row[wraps] ?? '');
  if (isThere(text)) lines.push(...paragraph(text, width, inner));
  return lines;
}

/** Columns in groups that fit, each with the first one; null if not even one fits beside it. */
function columnParts(widths: readonly number[], { width, indent = 0 }: TableLayout): number[][] | null {
  const parts: number[][] = [];
  for (let column = 1; column < widths.length; column++) {
    const last = parts.at(-1);
    const fits = (columns: readonly number[]): boolean =>
      totalWidth(
        columns.map((one) => widths[one]),
        indent,
      ) <= width;
    if (last !== undefined && fits([...last, column])) last.push(column);
    else if (fits([0, column])) parts.push([0, column]);
    else return null;
  }
  return parts;
}

function partLines(rows: readonly Row[], layout: TableLayout): string[] | null {
  const widths = naturalWidths(rows);
  const parts = columnParts(widths, layout);
  return (
    parts?.flatMap((columns, i) => {
      const pick = <T>(all: readonly T[]): T[] => columns.map((column) => all[column]);
      const lines = columnLines(
        rows.map((row) => pick(row).map((cell) => cell ?? '')),
        pick(widths),
        { align: pick(layout.align ?? []), indent: layout.indent ?? 0 },
      );
      return i === 0 ? lines : ['', ...lines];
    }) ?? null
  );
}

/** The table as text, each line ended; empty without rows. */
export function tableText(rows: readonly Row[], layout: TableLayout): string {
  if (rows.length === 0) return '';
  const { colors, head } = layout;
  const all =
    head === undefined
      ? rows
      : [
          head.map((cell) =>
            cell
              .split('\n')
              .map((line) => colors.dim(line))
              .join('\n'),
          ),
          ...rows,
        ];
  const widths = fittingWidths(all, layout);
  if (widths !== null) return printable(columnLines(all, widths, layout));
  const parts = layout.tooWide === 'parts' ? partLines(all, layout) : null;
  return printable(parts ?? rows.flatMap((row) => blockLines(row, layout)));
}
