// What an output must not have, whoever wrote the texts in it: told by readers of their own (a CSV parser, a Markdown
// renderer, an XML validator, GitHub's rules for log lines), which know nothing of how the program makes texts safe.
import { createRequire } from 'node:module';
import { marked } from 'marked';

interface Validation {
  readonly valid: boolean;
  readonly errors: readonly { readonly message: string }[];
}

const { validateXML } = createRequire(import.meta.url)('xmllint-wasm') as {
  readonly validateXML: (request: { xml: readonly { fileName: string; contents: string }[] }) => Promise<Validation>;
};

const invisible = /[^\P{Cc}\n\t]|[\p{Cs}\p{Bidi_Control}\u2028\u2029\ufeff\ufffe\uffff]/gu;
/** The colours that the program uses. */
const colors = /\u001b\[(?:1|2|22|31|32|33|36|39)m/g;
const ownAnnotation =
  /^::error file=[^,:]*,line=\d+,col=\d+,title=(?:expectation (?:missed|undecided)|moved from the baseline|not in the baseline|not judged)::/;

/** Of what a terminal or a log shows. */
export function logDangers(text: string, { hasColors = false, mayAnnotate = false } = {}): string[] {
  const plain = hasColors ? text.replaceAll(colors, '') : text;
  const found = [...plain.matchAll(invisible)].map(([mark]) => `U+${mark.charCodeAt(0).toString(16)}`);
  // The hostile texts begin with red; what is shown of them does not.
  if (/\u001b\[31m(?:RED|\\x07)/.test(text)) found.push("a text's own colour");
  for (const line of plain.split('\n')) {
    if (line.trimStart().startsWith('::') && !(mayAnnotate && ownAnnotation.test(line)))
      found.push(`a workflow command: ${line}`);
    if (/##\w*\[/.test(line)) found.push(`a command: ${line}`);
  }
  return [...new Set(found)];
}

const harmlessTags = new Set([
  'h1',
  'h2',
  'h3',
  'p',
  'ul',
  'li',
  'code',
  'pre',
  'strong',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'blockquote',
  'br',
]);

/** Of Markdown, as a renderer sees it. */
export function markdownDangers(text: string): string[] {
  const html = marked.parse(text, { gfm: true });
  const tags = [...html.matchAll(/<\/?([a-z][\w-]*)([^>]*)>/gi)];
  const bad = tags.filter(
    ([, name, attributes]) => !harmlessTags.has(name) || !/^(?: align="(?:right|left)")?$/.test(attributes),
  );
  return [...logDangers(text), ...bad.map(([tag]) => tag)];
}

/** The cells of a CSV file (RFC 4180). Throws where it is none. */
export function csvCells(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error('a quote is not closed');
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') cell += text[at++];
        else break;
      }
      at++;
    } else while (at < text.length && !',\n'.includes(text[at])) cell += text[at++];
    rows.at(-1)!.push(cell);
    if (text[at] === '\n') rows.push([]);
    else if (text[at] !== ',' && at < text.length) throw new Error(`"${text[at]}" after a closed quote`);
    at++;
  }
  return rows.slice(0, -1);
}

/** Of CSV, as a spreadsheet takes it. */
export function csvDangers(text: string): string[] {
  const rows = csvCells(text);
  const runs = rows.flat().filter((cell) => /^\s*[=+\-@\t\r]/.test(cell) && !/^-?[\d.]+(?:e[+-]\d+)?$/.test(cell));
  const widths = new Set(rows.map((row) => row.length));
  return [
    ...logDangers(text),
    ...runs.map((cell) => `a formula: ${cell}`),
    ...(widths.size === 1 ? [] : ['rows of different lengths']),
  ];
}

/** Of JSON; also if it is none. Several lines may be a document each. */
export function jsonDangers(text: string, isLines = false): string[] {
  for (const document of isLines ? text.trimEnd().split('\n') : [text]) JSON.parse(document);
  return logDangers(text);
}

/** Of XML, as a validator reads it. */
export async function xmlDangers(text: string): Promise<string[]> {
  const { valid, errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents: text }] });
  return [...logDangers(text), ...(valid ? [] : errors.map(({ message }) => message))];
}

/** Of a file, by its name. */
export async function fileDangers(name: string, text: string): Promise<string[]> {
  if (name.endsWith('.json')) return jsonDangers(text);
  if (name.endsWith('.jsonl')) return jsonDangers(text, true);
  if (name.endsWith('.csv')) return csvDangers(text);
  if (name.endsWith('.md')) return markdownDangers(text);
  if (name.endsWith('.xml')) return xmlDangers(text);
  return logDangers(text);
}
