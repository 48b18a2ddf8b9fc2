/**
 * Loads a scenario: text to tree, the variants' and command line's changes, the
 * schema, the checks across fields. The baseline and every variant are always
 * checked, whichever is asked for; all problems come at once, sorted by place.
 */
import { readOutline, type Context } from './context.ts';
import { contentHash } from './content-hash.ts';
import { crossProblems, strayRows } from './cross-checks.ts';
import type { Vocabulary } from './expression.ts';
import { problemsOf } from './issue.ts';
import type { Kind } from './kind.ts';
import { problemAt, sortProblems, type Problem } from './problem.ts';
import { scenarioKind } from './scenario-fields.ts';
import type { Scenario } from './scenario.ts';
import { readSource, type ScenarioSource } from './source-text.ts';
import { didYouMean, oneOf } from './suggestion.ts';
import { toPlain, type Tree } from './tree.ts';
import { applyChanges, commandLineChanges, variantTrees } from './variants.ts';

export interface LoadOptions {
  /** `baseline` (the default) or a variant's name */
  readonly variant?: string;
  /** texts like `tiers.api.hosts=16`, applied last */
  readonly set?: readonly string[];
}

/** The scenario as a tree, for those who explain it. */
export interface ScenarioTree {
  readonly root: Kind<unknown>;
  /** its outline is that of the tree read last, of whatever file */
  readonly context: Context;
  /** of the variant, with every `--set` */
  readonly tree: Tree;
  /** the file as it stands */
  readonly base: Tree;
}

export interface LoadedScenario {
  readonly ok: true;
  readonly scenario: Scenario;
  /** `baseline`, or the variant's name */
  readonly variant: string;
  readonly variants: readonly { readonly name: string; readonly title: string }[];
  /** of the resolved scenario */
  readonly hash: string;
  readonly tree: ScenarioTree;
}

export type LoadResult = LoadedScenario | { readonly ok: false; readonly problems: readonly Problem[] };

interface Reader {
  readonly file: string;
  readonly root: ReturnType<typeof scenarioKind>;
  readonly context: Context;
}

const schemas = new WeakMap<Vocabulary, Pick<Reader, 'root' | 'context'>>();

/** Building the schema takes longer than reading a file with it, so there is one for each vocabulary. */
function schemaFor(vocabulary: Vocabulary, tree: Tree): Pick<Reader, 'root' | 'context'> {
  let schema = schemas.get(vocabulary);
  if (schema === undefined) {
    const context: Context = { vocabulary, outline: readOutline(tree) };
    schema = { root: scenarioKind(context), context };
    schemas.set(vocabulary, schema);
  }
  return schema;
}

/** One tree through the schema and the checks. */
function readTree(reader: Reader, tree: Tree): { scenario: Scenario | null; problems: Problem[] } {
  const { file, root, context } = reader;
  context.outline = readOutline(tree);
  // Compiling the schema would take longer than reading a few trees with it.
  const result = root.schema.safeParse(toPlain(tree), { jitless: true });
  const issues = result.success ? [] : result.error.issues;
  const problems = issues.flatMap((issue) => problemsOf(file, root, tree, issue));
  problems.push(...crossProblems(file, root, tree, context.outline.clock));
  if (!result.success || problems.length > 0) return { scenario: null, problems };
  const { variants: _variants, $schema: _schema, ...scenario } = result.data;
  return { scenario, problems };
}

/** The tree that was asked for, or why there is none. */
function chosenTree(reader: Reader, base: Tree, trees: ReturnType<typeof variantTrees>, options: LoadOptions): { tree: Tree | null; problems: Problem[] } {
  const { variant = 'baseline', set = [] } = options;
  const names = ['baseline', ...trees.map(({ name }) => name)];
  if (!names.includes(variant)) {
    const place = { line: 0, column: 0, set: null };
    const hint = didYouMean(variant, names);
    return { tree: null, problems: [problemAt(reader.file, place, { path: 'variants', expected: oneOf(names), found: JSON.stringify(variant), hint })] };
  }
  const start = variant === 'baseline' ? base : (trees.find(({ name }) => name === variant)?.tree ?? null);
  const { changes, problems } = commandLineChanges(set);
  if (start === null) return { tree: null, problems };
  const applied = applyChanges({ ...reader, base }, start, changes, '');
  return { tree: applied.tree, problems: [...problems, ...applied.problems] };
}

export function loadScenario(source: ScenarioSource, vocabulary: Vocabulary, options: LoadOptions = {}): LoadResult {
  const { tree: base, problems } = readSource(source);
  if (base === null || problems.length > 0) return { ok: false, problems: sortProblems(problems) };
  const reader: Reader = { file: source.file, ...schemaFor(vocabulary, base) };

  const found = [...readTree(reader, base).problems, ...strayRows(reader.file, reader.root, base)];
  const trees = variantTrees({ ...reader, base });
  for (const { name, tree, problems: own } of trees) {
    found.push(...own);
    if (tree !== null) found.push(...readTree(reader, tree).problems.map((problem) => inVariant(problem, name, found)));
  }
  const chosen = chosenTree(reader, base, trees, options);
  found.push(...chosen.problems);
  if (chosen.tree === null) return { ok: false, problems: sortProblems(found) };
  const { scenario, problems: last } = readTree(reader, chosen.tree);
  const all = sortProblems([...found, ...last]);
  if (scenario === null || all.length > 0) return { ok: false, problems: all };
  const variant = options.variant ?? 'baseline';
  const variants = trees.map(({ name, title }) => ({ name, title }));
  const tree = { root: reader.root, context: reader.context, tree: chosen.tree, base };
  return { ok: true, scenario, variant, variants, hash: contentHash(scenario), tree };
}

/** A problem that only a variant has says so, unless it is at the variant's own change. */
function inVariant(problem: Problem, variant: string, known: readonly Problem[]): Problem {
  const before = known.some((one) => one.line === problem.line && one.column === problem.column && one.path === problem.path && one.expected === problem.expected);
  if (before || problem.hint !== null) return problem;
  return { ...problem, hint: `in variant "${variant}"` };
}
