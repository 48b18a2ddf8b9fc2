// No text, whatever it holds, keeps a regular expression of src/ busy: each is run on hostile texts of a hundred thousand
// characters, made of what it is made of itself. A quadratic one takes ten thousand times longer than a linear one. The lint
// (eslint-plugin-regexp) proves the same for most; this finds those that it cannot, and what is put together at run time.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it, vi } from 'vitest';
import { cpuClock } from './busy-machine.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const LENGTH = 100_000;
/** A linear one takes some milliseconds, a quadratic one half a minute. */
const CPU_MS_MAX = 1500;

interface Found {
  readonly source: string;
  readonly flags: string;
  readonly at: string;
}

function isInFunction(node: ts.Node): boolean {
  return ts.findAncestor(node, (one) => ts.isFunctionLike(one)) !== undefined;
}

function literalsOf(path: string): { literals: Found[]; madeWhenCalled: string[] } {
  const name = path.slice(root.length + 1);
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const literals: Found[] = [];
  const madeWhenCalled: string[] = [];
  const visit = (node: ts.Node): void => {
    const at = `${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      literals.push({ source: node.text.slice(1, end), flags: node.text.slice(end + 1), at });
    }
    const makes = ts.isNewExpression(node) && node.expression.getText() === 'RegExp';
    if (makes && isInFunction(node)) madeWhenCalled.push(at);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { literals, madeWhenCalled };
}

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => join(root, 'src', path));
const parsed = files.map(literalsOf);

/** Characters that the expression itself speaks of, and some that every text may have. */
function alphabetOf(source: string): string[] {
  const own = Array.from(
    source.replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
  );
  return [
    ...new Set([
      ...own.filter((c) => !/[\\^$()|]/.test(c)),
      ' ',
      '\n',
      '\r',
      '\t',
      'a',
      'Z',
      '0',
      '.',
      '-',
      '/',
      '"',
      '[',
      '\u001b',
      'é',
    ]),
  ];
}

function textsFor(source: string): string[] {
  const alphabet = alphabetOf(source);
  const pairs = alphabet
    .slice(0, 6)
    .flatMap((a) => alphabet.slice(0, 6).map((b) => a + b))
    .filter(([a, b]) => a !== b);
  return [...alphabet, ...pairs].flatMap((pump) => {
    const long = pump.repeat(LENGTH / pump.length);
    return [long, `${long}\u0000`];
  });
}

/** The slowest run over hostile texts, in CPU time; ends with the first that is far too slow. */
function slowest({ source, flags }: Found): { ms: number; text: string } {
  let worst = { ms: 0, text: '' };
  for (const text of textsFor(source)) {
    // Those that replace, split or search go on after what they found.
    const everywhere = new RegExp(source, flags.replace(/[gy]/g, '') + 'g');
    const spentMs = cpuClock();
    if (flags.includes('y')) new RegExp(source, flags).test(text);
    else if (flags.includes('g')) text.replace(everywhere, '');
    else new RegExp(source, flags).test(text);
    const ms = spentMs();
    if (ms > worst.ms) worst = { ms, text: JSON.stringify(`${text.slice(0, 6)}…`) };
    if (ms > CPU_MS_MAX) break;
  }
  return worst;
}

describe('the regular expressions of the program', () => {
  it('are all seen here: one that is put together is so when its file is loaded', () => {
    expect(parsed.flatMap(({ madeWhenCalled }) => madeWhenCalled)).toEqual([]);
  });

  it.each(parsed.flatMap(({ literals }) => literals).map((one) => [`/${one.source}/${one.flags}`, one] as const))(
    '%s takes time in proportion to the text',
    (_name, found) => {
      const { ms, text } = slowest(found);
      expect(ms, `${found.at} on ${text}`).toBeLessThan(CPU_MS_MAX);
    },
  );

  it('take time in proportion to the text if they are put together, too', async () => {
    const made: Found[] = [];
    const Original = RegExp;
    vi.stubGlobal(
      'RegExp',
      new Proxy(Original, {
        construct: (target, args: [string, string?]) => {
          const made1 = new target(...args);
          made.push({ source: made1.source, flags: made1.flags, at: 'put together' });
          return made1;
        },
      }),
    );
    vi.resetModules();
    await Promise.all([
      import('../src/scenario/quantity.ts'),
      import('../src/scenario/readable-text.ts'),
      import('../src/scenario/wall-clock.ts'),
    ]);
    vi.unstubAllGlobals();
    expect(made.length).toBeGreaterThan(4);
    for (const found of made) expect(slowest(found).ms, found.source).toBeLessThan(CPU_MS_MAX);
  });
});
