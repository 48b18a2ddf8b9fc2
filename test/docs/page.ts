/**
 * The pages that people read, README.md and docs/, as tests see them: fenced
 * blocks with their section and what stands before them, commands in fences and
 * in running text, links and headings.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Block {
  readonly language: string;
  readonly text: string;
  /** of its first line within the page, from 0; the fence is the line before */
  readonly line: number;
  /** the section that it stands in, as text */
  readonly section: string;
  /** what it quotes: the block right before it or, where a comment names a part, the last block of commands */
  readonly follows: Block | null;
  /** the part of that output, from the comment before it */
  readonly part: string | null;
}

export interface Page {
  /** relative to the root */
  readonly file: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly blocks: readonly Block[];
  /** texts between single backticks outside of blocks, each with its section */
  readonly spans: readonly { readonly text: string; readonly section: string }[];
}

const partPattern = /^<!-- part: (.+) -->$/;

function sectionsOf(lines: readonly string[]): string[] {
  const starts: number[] = [];
  let fenced = false;
  for (const [i, line] of lines.entries()) {
    if (line.startsWith('```')) fenced = !fenced;
    if (!fenced && /^#{1,3} /.test(line)) starts.push(i);
  }
  return lines.map((_, i) => {
    const start = starts.findLast((one) => one <= i) ?? 0;
    const end = starts.find((one) => one > start) ?? lines.length;
    return lines.slice(start, end).join('\n');
  });
}

function blocksOf(lines: readonly string[], sections: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let begun = -1;
  let lastEnd = -2;
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith('```')) continue;
    if (begun < 0) {
      begun = i;
      continue;
    }
    const between = lines.slice(lastEnd + 1, begun).filter((one) => one !== '');
    const part = partPattern.exec(between.at(-1) ?? '')?.[1] ?? null;
    const source =
      part === null && between.length === 0
        ? blocks.at(-1)
        : part === null
          ? undefined
          : blocks.findLast((block) => block.language === 'sh');
    blocks.push({
      language: lines[begun].slice(3),
      text: lines.slice(begun + 1, i).join('\n'),
      line: begun + 1,
      section: sections[i],
      follows: source ?? null,
      part,
    });
    lastEnd = i;
    begun = -1;
  }
  return blocks;
}

function spansOf(lines: readonly string[], sections: readonly string[]): { text: string; section: string }[] {
  let fenced = false;
  return lines.flatMap((line, i) => {
    if (line.startsWith('```')) fenced = !fenced;
    if (fenced) return [];
    return [...line.matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, text]) => ({ text, section: sections[i] }));
  });
}

function readPage(file: string): Page {
  const text = readFileSync(`${root}${file}`, 'utf8');
  const lines = text.split('\n');
  const sections = sectionsOf(lines);
  return { file, text, lines, blocks: blocksOf(lines, sections), spans: spansOf(lines, sections) };
}

export const pages: readonly Page[] = [
  readPage('README.md'),
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => readPage(`docs/${name}`)),
];

/** The scenarios that a page writes out: `yaml` blocks that begin with their file's name. */
export function scenariosOf({ blocks }: Page): { readonly file: string; readonly text: string }[] {
  return blocks.flatMap(({ language, text }) => {
    const file = /^# ([a-z0-9-]+\.yaml)\n/.exec(text)?.[1];
    return language === 'yaml' && file !== undefined ? { file, text: `${text}\n` } : [];
  });
}

/** GitHub's anchors of a page's headings. */
export function anchorsOf({ lines }: Page): string[] {
  return lines
    .flatMap((line) => /^#+ (.+)$/.exec(line)?.[1] ?? [])
    .map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
}
