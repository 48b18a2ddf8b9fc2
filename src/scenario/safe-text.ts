/**
 * One door for text: whatever comes from a file, a flag, the environment or
 * another program goes through here before it reaches a reader that obeys some
 * of it: a terminal, a CI log, Markdown, a spreadsheet, an XML parser. There is
 * a function for each medium. What cannot be seen, or would steer its reader,
 * becomes an escape that can: `\x1b`, `\u202e`. Who lays texts out and colours
 * them makes them visible before, for afterwards nobody can tell the program's
 * own colours from theirs.
 */

/**
 * What a person cannot see in a text and a terminal may obey: controls (C0, DEL,
 * C1), line and paragraph separators, what turns the direction of writing
 * (Unicode's Bidi_Control), byte order and annotation marks, noncharacters, and
 * halves of surrogate pairs. Line feeds and tabs are left to the medium.
 */
const hiddenClass =
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ufff9-\\ufffb\\ufffe\\uffff\\ud800-\\udfff';
const hidden = new RegExp(`[${hiddenClass}]`, 'gu');
const hiddenOrBreak = new RegExp(`[${hiddenClass}\\n\\t]`, 'gu');

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return (
    shortEscapes[character] ??
    (code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
  );
}

/**
 * The commands of CI services, which they look for in all that is printed:
 * `##[…]`, `##vso[…]`, `##teamcity[…]` anywhere in a line, and a line that begins
 * with `::` (GitHub; blanks before it do not count, and colours are not to).
 */
const commandMark = /##(?=\w{0,40}\[)/g;
const commandLine = /^((?:[^\S\r\n\u2028\u2029]|\u001b\[\d+m)*)::/gm;

function withoutCommandLines(text: string): string {
  return text.replaceAll(commandLine, '$1\\::');
}

/** A text within a line: a name, a path, a value. */
export function visible(text: string): string {
  return text.replaceAll(hiddenOrBreak, escaped).replaceAll(commandMark, '#\\x23');
}

/** A text of several lines, which stay lines, with their tabs. */
export function visibleLines(text: string): string {
  return withoutCommandLines(
    text.replaceAll('\r\n', '\n').replaceAll(hidden, escaped).replaceAll(commandMark, '#\\x23'),
  );
}

/** Prose that may have been written in several lines, in one. */
export function visibleProse(text: string): string {
  if (!text.includes('\n')) return visible(text);
  const lines = text.split('\n').map((line) => line.trim());
  return visible(lines.filter((line) => line !== '').join(' '));
}

/** Lines of a source, above a mark that points at a column: each character stays one column wide. */
export function visibleSource(text: string): string {
  // Before a line feed a carriage return is a part of the line's end.
  return text.replaceAll('\r\n', '\n').replaceAll(hidden, '\ufffd').replaceAll(commandMark, '#\ufffd');
}

/** The same data with all its texts as `told` makes them; keys are names, and stay. */
export function withTexts<T>(data: T, told: (text: string) => string): T {
  const copy = (value: unknown): unknown => {
    if (typeof value === 'string') return told(value);
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copy(one)]));
  };
  return copy(data) as T;
}

/** The colours that this program uses, and their ends. */
const ownColor = /\u001b\[(?:1|2|22|31|32|33|36|39)m/y;

/**
 * The last line of defence: what is laid out and coloured, as a terminal or a
 * log may have it. Where colours are on, the program's own stay.
 */
export function terminalText(text: string, hasColors: boolean): string {
  const shown = text.replaceAll(hidden, (character, offset: number) => {
    ownColor.lastIndex = offset;
    return hasColors && character === '\u001b' && ownColor.test(text) ? character : escaped(character);
  });
  return withoutCommandLines(shown.replaceAll(commandMark, '#\\x23'));
}

/** JSON that is safe in a terminal and in a log as well. It means the same. */
export function jsonText(value: unknown, indent?: number): string {
  const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // Line feeds are the document's own: within a text they are escaped already.
  return JSON.stringify(value, null, indent).replaceAll(hidden, unicode).replaceAll(commandMark, '#\\u0023');
}

/** What Markdown would make something of wherever it stands, addresses too; a dollar is mathematics on GitHub. */
const markup = /[\\`*[\]~|$@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\/\/)|(?<=www)\.|^::/gi;
const html: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Prose within a line of Markdown, at its beginning and in a table's cell too. */
export function markdownText(text: string): string {
  const told = visibleProse(text)
    .trim()
    .replaceAll(markup, '\\$&')
    .replaceAll(/[&<>]/g, (mark) => html[mark]);
  // What begins a heading, a list, or the line below a heading.
  return told.replace(/^[#+=-]/, '\\$&').replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

/** A name, value or command in Markdown, as code; `inCell`: of a table, where a bar ends the cell even in code. */
export function markdownCode(text: string, inCell = false): string {
  const told = visible(text);
  if (told.trim() === '') return told;
  if (inCell && /\\\|/.test(told)) return markdownText(told);
  const inside = inCell ? told.replaceAll('|', '\\|') : told;
  const longest = (told.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 0);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `\`${inside}\`` : `${fence} ${inside} ${fence}`;
}

/** Lines as a block of code in Markdown. */
export function markdownBlock(text: string): string {
  const told = visibleLines(text);
  const longest = (told.match(/`+/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${told}\n${fence}\n`;
}

/** Where a spreadsheet would begin a formula: the cell's first sign, or that after what it may take for a separator. */
const formulaStart = /(^|[,;])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/**
 * A cell of a CSV file. Numbers are numbers, with their sign; of texts that a
 * spreadsheet would run an apostrophe makes texts (OWASP, CSV injection).
 */
export function csvCell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const shown = visibleProse(value);
  const text = shown.replaceAll(formulaStart, "$1$2'");
  return text !== shown || /^::|[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV, each line ended. */
export function csvText(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(',')}\n`).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** An attribute's value in XML 1.0, which cannot hold most controls even as entities. */
export function xmlAttribute(text: string): string {
  return visibleLines(text).replaceAll(/[&<>"\n\t]/g, (mark) => entities[mark]);
}

/** Text between tags in XML 1.0, where lines stay lines. */
export function xmlText(text: string): string {
  return visibleLines(text).replaceAll(/[&<>"]/g, (mark) => entities[mark]);
}

/** The message of a workflow command of GitHub, which is a line: https://docs.github.com/actions, workflow commands. */
export function workflowMessage(text: string): string {
  return visibleLines(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
}

/** The value of one of its properties. */
export function workflowProperty(text: string): string {
  return workflowMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** A text on a picture, which is drawn in one line. */
export function drawnText(text: string): string {
  return visibleProse(text);
}
