/**
 * Which characters a text of a scenario may have. What a terminal, a log or a
 * spreadsheet would obey instead of showing it is refused: control characters
 * (C0, DEL, C1), line and paragraph separators, and what turns the direction of
 * all that follows (U+202A–202E, U+2066–2069): right-to-left scripts need none
 * of it. So is half a surrogate pair, which no file can hold. Only what is made
 * for several lines may have line feeds.
 */

/** For texts of one line; a last line feed, as YAML's blocks bring it, is trimmed. Both as JSON Schema has patterns, with the flag `u`. */
const refused = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff';
export const linePattern = `^[^${refused}]*\\n*$`;
export const linesPattern = `^(?:[^${refused}]|\\n)*$`;

const refusedInLine = new RegExp(`[${refused}]`, 'u');
const refusedInLines = new RegExp(`(?!\\n)[${refused}]`, 'u');

export interface Unreadable {
  /** how a message shows it */
  readonly found: string;
  /** where it is in the text, in UTF-16 units */
  readonly offset: number;
}

/** The first character that the text may not have, or null. */
export function unreadable(text: string, lines: 'one' | 'several'): Unreadable | null {
  const match = lines === 'one' ? refusedInLine.exec(withoutLastLineFeeds(text)) : refusedInLines.exec(text);
  if (match === null) return null;
  const code = match[0].codePointAt(0) ?? 0;
  return {
    found: code === 0x0a ? 'a line feed' : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
    offset: match.index,
  };
}

function withoutLastLineFeeds(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end--;
  return text.slice(0, end);
}

/** How many characters a text has, as JSON Schema counts them. */
export function characterCount(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    if ((text.codePointAt(i) ?? 0) <= 0xffff) continue;
    count--;
    i++;
  }
  return count;
}
