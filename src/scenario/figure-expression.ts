/**
 * Expressions over what a file says without a run: numbers and quantities, paths
 * to values of the file (`tiers.api.hosts`), and figures of the arithmetic
 * (`loadAtPeak.api`), with + − * / and brackets; a minus has spaces around it,
 * for names have hyphens. `given` compares two of them, and `sim sensitivity
 * --per` names some as inputs of their own. Durations are in seconds and rates
 * per second, so that they can be mixed.
 */
import { parseDuration, parseFraction, parseRate } from './quantity.ts';

export type FigureNode =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'figure'; readonly figure: string; readonly tier: string }
  | {
      readonly kind: 'operation';
      readonly operator: '+' | '-' | '*' | '/';
      readonly left: FigureNode;
      readonly right: FigureNode;
    };

export const comparisons = ['<=', '>=', '<', '>'] as const;
export type Comparison = (typeof comparisons)[number];

/** What a draw must meet before it is run. */
export interface Given {
  readonly text: string;
  readonly left: FigureNode;
  readonly operator: Comparison;
  readonly right: FigureNode;
}

export interface FigureMistake {
  readonly expected: string;
  readonly found: string;
}

export type ParsedFigure<T> = T | { readonly mistake: FigureMistake };

/** Per tier, what the arithmetic knows of it. */
export const figureHelps: Readonly<Record<string, string>> = {
  loadAtStart: 'u of its hosts at the start',
  loadAtPeak: 'u of its hosts with everybody online',
  loadWithoutOne: 'the same with one host less',
  servedPerSec: 'connects per second that it serves at the load of the start',
  askedPerSec: 'connects per second that the calm asks of it',
};

const MOST_TOKENS = 200;
const DEPTH_MAX = 20;

const token =
  /\s*(?:(<=|>=|[<>()*/+]|-(?=\s|\())|(\d[\w.]*(?:[eE][+-]?\d+)?(?: ?%|\/(?:s|min|m|h|d)\b)?)|([A-Za-z][\w-]*(?:\.[\w-]+)*))/y;

interface Token {
  readonly text: string;
  readonly form: 'sign' | 'number' | 'word' | 'end';
}

class Mistake extends Error {
  readonly mistake: FigureMistake;
  constructor(expected: string, found: string) {
    super(expected);
    this.mistake = { expected, found };
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match === null)
      throw new Mistake('numbers, paths, figures, + - * / and brackets', JSON.stringify(text.slice(from).trim().slice(0, 20))); // prettier-ignore
    const [, sign, number, word] = match as (string | undefined)[];
    tokens.push({ text: sign ?? number ?? word ?? '', form: sign !== undefined ? 'sign' : number !== undefined ? 'number' : 'word' }); // prettier-ignore
    if (tokens.length > MOST_TOKENS) throw new Mistake('a shorter expression', `one of more than ${MOST_TOKENS} parts`);
  }
  return [...tokens, { text: 'its end', form: 'end' }];
}

function numberOf(text: string): number {
  if (/^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return Number(text);
  const duration = parseDuration(text);
  if (typeof duration === 'number') return duration / 1000;
  for (const parse of [parseRate, parseFraction]) {
    const read = parse(text);
    if (typeof read === 'number') return read;
  }
  throw new Mistake('a number, a duration, a rate or a percentage', text);
}

class Reader {
  private at = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get next(): Token {
    return this.tokens[this.at];
  }

  private take(signs: readonly string[]): string | null {
    const { text, form } = this.next;
    if (form !== 'sign' || !signs.includes(text)) return null;
    this.at++;
    return text;
  }

  comparison(): Comparison {
    const sign = this.take(comparisons);
    if (sign === null) throw new Mistake(`one of ${comparisons.join(' ')}`, this.next.text);
    return sign as Comparison;
  }

  end(): void {
    if (this.next.form !== 'end') throw new Mistake('an operator, or its end', this.next.text);
  }

  /** Sums of products. */
  sum(depth = 0): FigureNode {
    let left = this.product(depth);
    for (let sign = this.take(['+', '-']); sign !== null; sign = this.take(['+', '-']))
      left = { kind: 'operation', operator: sign as '+' | '-', left, right: this.product(depth) };
    return left;
  }

  private product(depth: number): FigureNode {
    let left = this.single(depth);
    for (let sign = this.take(['*', '/']); sign !== null; sign = this.take(['*', '/']))
      left = { kind: 'operation', operator: sign as '*' | '/', left, right: this.single(depth) };
    return left;
  }

  private single(depth: number): FigureNode {
    if (depth > DEPTH_MAX) throw new Mistake('fewer brackets within brackets', 'more');
    if (this.take(['(']) !== null) {
      const inner = this.sum(depth + 1);
      if (this.take([')']) === null) throw new Mistake('a closing bracket', this.next.text);
      return inner;
    }
    const { text, form } = this.next;
    if (form !== 'number' && form !== 'word') throw new Mistake('a number, a path or a figure', text);
    this.at++;
    if (form === 'number') return { kind: 'number', value: numberOf(text) };
    const [figure, tier = ''] = text.split('.');
    return Object.hasOwn(figureHelps, figure) ? { kind: 'figure', figure, tier } : { kind: 'path', path: text };
  }
}

function parsed<T>(text: string, read: (reader: Reader) => T): ParsedFigure<T> {
  try {
    const reader = new Reader(tokensOf(text));
    const result = read(reader);
    reader.end();
    return result;
  } catch (error) {
    if (error instanceof Mistake) return { mistake: error.mistake };
    throw error;
  }
}

/** One that has a value. */
export function parseFigure(text: string): ParsedFigure<FigureNode> {
  return parsed(text, (reader) => reader.sum());
}

/** One that is met or not. */
export function parseGiven(text: string): ParsedFigure<Given> {
  return parsed(text, (reader) => {
    const left = reader.sum();
    const operator = reader.comparison();
    return { text, left, operator, right: reader.sum() };
  });
}

/** What it needs of the file. */
export function leavesOf(node: FigureNode): readonly FigureNode[] {
  return node.kind === 'operation' ? [...leavesOf(node.left), ...leavesOf(node.right)] : [node];
}

export function valueOf(node: FigureNode, read: (leaf: FigureNode) => number): number {
  if (node.kind === 'number') return node.value;
  if (node.kind !== 'operation') return read(node);
  const [a, b] = [valueOf(node.left, read), valueOf(node.right, read)];
  if (node.operator === '+') return a + b;
  if (node.operator === '-') return a - b;
  return node.operator === '*' ? a * b : a / b;
}

export function isMet({ left, operator, right }: Given, read: (leaf: FigureNode) => number): boolean {
  const [a, b] = [valueOf(left, read), valueOf(right, read)];
  if (operator === '<') return a < b;
  if (operator === '>') return a > b;
  return operator === '<=' ? a <= b : a >= b;
}
