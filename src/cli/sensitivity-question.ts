/** What the flags of `sim sensitivity` ask, read against the file: methods, numbers, expressions. Mistakes are UsageErrors. */
import type { NamedFigure } from '../experiments/sensitivity/draw-space.ts';
import { metricOf, vocabulary } from '../metrics/catalogue.ts';
import { figureMistakes } from '../scenario/given.ts';
import type { MetricCondition } from '../scenario/expression.ts';
import { parseExpression } from '../scenario/expression-parser.ts';
import { parseFigure } from '../scenario/figure-expression.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { toldHint } from '../scenario/suggestion.ts';
import { UsageError } from './usage-error.ts';
import { wholeNumber } from './whole-number.ts';

export type Method = 'oat' | 'screen' | 'global';

const RUNS_MAX = 100_000;
const GLOBAL_RUNS = 300;
const TRAJECTORIES = 10;

export function methodOf(text: string): Method {
  if (text === 'oat' || text === 'screen' || text === 'global') return text;
  throw new UsageError(`--method must be oat, screen or global, not "${text}"`);
}

/** How many runs, for so many assumptions. */
export function runsOf(method: Method, text: string | undefined, assumptions: number): number {
  if (text === undefined) return method === 'screen' ? TRAJECTORIES * (assumptions + 1) : GLOBAL_RUNS;
  if (method === 'oat')
    throw new UsageError('--runs goes with --method screen or global: one at a time has two runs per assumption');
  return wholeNumber('--runs', text, RUNS_MAX);
}

export function untilDecidedOf(method: Method, text: string | undefined): boolean {
  if (text === undefined) return false;
  if (text !== 'decided') throw new UsageError(`--until must be decided, not "${text}"`);
  if (method !== 'global') throw new UsageError('--until goes with --method global');
  return true;
}

/** Conditions, and names of metrics. */
export function askedOf(texts: readonly string[], { tree, scenario }: LoadedScenario): (MetricCondition | string)[] {
  const { clock: at, podNames, tierNames, whoNames } = tree.context.outline.words;
  const words = { podNames, tierNames, whoNames, variantNames: [], clock: at ?? scenario.clock };
  return texts.map((text) => {
    if (metricOf(text) !== undefined) return text;
    const scope = { vocabulary, ...words, place: 'expect' as const, scale: tree.context.outline.scale };
    const parsed = parseExpression(text, scope);
    if ('mistake' in parsed) {
      const { expected, found, hint } = parsed.mistake;
      const told = toldHint(hint);
      throw new UsageError(`--of "${text}": expected ${expected}, found ${found}`, ...(told === null ? [] : [told]));
    }
    if (parsed.kind === 'milestone') throw new UsageError(`--of "${text}": expected a metric or a condition`);
    return parsed;
  });
}

/** The ratios of --per, by name. */
export function figuresOf(texts: readonly string[], method: Method, { tree }: LoadedScenario): NamedFigure[] {
  if (texts.length > 0 && method !== 'global') throw new UsageError('--per goes with --method global');
  return texts.map((text) => {
    const [, name, expression] = /^([a-zA-Z][\w-]*) *=(.+)$/.exec(text.trim()) ?? [];
    if (name === undefined)
      throw new UsageError(`--per must be NAME=EXPRESSION, not "${text}"`, 'like --per "spare=loadAtPeak.api / 0.8"');
    const node = parseFigure(expression);
    if ('mistake' in node) throw new UsageError(`--per ${name}: expected ${node.mistake.expected}, found ${node.mistake.found}`); // prettier-ignore
    for (const { expected, found, hint } of figureMistakes(tree, [node])) {
      const told = toldHint(hint);
      throw new UsageError(`--per ${name}: expected ${expected}, found ${found}`, ...(told === null ? [] : [told]));
    }
    return { name, node };
  });
}
