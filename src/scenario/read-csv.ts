/**
 * CSV as text to rows of cells (RFC 4180): commas, quotes around what holds commas,
 * quotes or line ends, two quotes for one. Lines end in LF or CRLF; a mark of the
 * byte order and empty lines are passed over. Nothing is made of the cells.
 */

export interface CsvRow {
  /** in the text, from 1 */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvMistake {
  readonly line: number;
  readonly found: string;
}

export type CsvRead = { readonly rows: readonly CsvRow[] } | { readonly mistake: CsvMistake };

export function readCsv(text: string): CsvRead {
  const rows: CsvRow[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    for (;;) {
      let cell = '';
      if (text[at] === '"') {
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          if (at >= text.length) return { mistake: { line: start, found: 'a quote that nothing closes' } };
          if (text[at] === '"') at++;
          if (text[at] === '\n') line++;
          cell += text[at];
        }
        at++;
      } else {
        const from = at;
        while (at < text.length && text[at] !== ',' && text[at] !== '\n') at++;
        cell = text.slice(from, at);
        if (text[at] !== ',') cell = cell.replace(/\r$/, '');
      }
      if (text[at] === '\r' && (text[at + 1] === '\n' || at + 1 === text.length)) at++;
      const isLast = at >= text.length || text[at] === '\n';
      cells.push(cell);
      if (!isLast && text[at] !== ',')
        return { mistake: { line, found: `${JSON.stringify(text[at])} after a closed quote` } };
      at++;
      if (isLast) break;
    }
    line++;
    if (cells.length > 1 || cells[0].trim() !== '') rows.push({ line: start, cells });
  }
  return { rows };
}
