/**
 * Loads a scenario: text to tree, the variants' and command line's changes, the
 * schema, the checks across fields. The baseline and every variant are always
 * checked, whichever is asked for; all problems come at once, sorted by place.
 */
import { assumptionProblems } from './assumptions.ts';
import { readOutline, type Context } from './context.ts';
import { contentHash } from './content-hash.ts';
import { crossProblems, nothingChecked, strayRows, type CheckedParts } from './cross-checks.ts';
import type { Vocabulary } from './expression.ts';
import { problemsOf } from './issue.ts';
import { givenProblems } from './given.ts';
import type { Kind } from './kind.ts';
import { noteOrigin } from './origin.ts';
import { hinted, problemAt, sortProblems, type Problem } from './problem.ts';
import { scenarioKind } from './scenario-fields.ts';
import type { Scenario } from './scenario.ts';
import { PROBLEMS_MAX } from './size-limits.ts';
import { readSource, type ScenarioSource } from './source-text.ts';
import { didYouMean, oneOf } from './suggestion.ts';
import { entryOf, toPlain, type Tree } from './tree.ts';
import type { Change } from './tree-path.ts';
import { applyChanges, commandLineChanges, variantTrees } from './variants.ts';

export interface LoadOptions {
  /** `baseline` (the default) or a variant's name */
  readonly variant?: string;
  /** texts like `tiers.api.hosts=16`, applied before the variant's own changes: what the file could have said instead */
  readonly assuming?: readonly string[];
  /** the same, applied last */
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
  /**
   * Whether it claims to be the day that was observed: the baseline does, and a
   * variant that says `sameDay`, but nothing that --set has changed.
   */
  readonly sameDay: boolean;
  /** what the file's own variants come to, without any `--set` */
  readonly variantScenarios: ReadonlyMap<string, Scenario>;
  /** of the resolved scenario */
  readonly hash: string;
  readonly tree: ScenarioTree;
}

export type LoadResult = LoadedScenario | { readonly ok: false; readonly problems: readonly Problem[] };

interface Reader {
  readonly file: string;
  readonly root: ReturnType<typeof scenarioKind>;
  readonly context: Context;
  readonly checked: CheckedParts;
}

interface ReadTree {
  readonly scenario: Scenario | null;
  readonly problems: readonly Problem[];
}

const schemas = new WeakMap<Vocabulary, Pick<Reader, 'root' | 'context'>>();

/** Building the schema takes longer than reading a file with it, so there is one for each vocabulary. */
function schemaFor(vocabulary: Vocabulary, tree: Tree): Pick<Reader, 'root' | 'context'> {
  let schema = schemas.get(vocabulary);
  if (schema === undefined) {
    const context: Context = { vocabulary, outline: readOutline(tree), file: {} };
    schema = { root: scenarioKind(context), context };
    schemas.set(vocabulary, schema);
  }
  schema.context.outline = readOutline(tree);
  schema.context.file = {};
  return schema;
}

/** One tree through the schema and the checks. What it shares with the trees before it of the same file has been read already. */
function readTree({ file, root, context, checked }: Reader, tree: Tree): ReadTree {
  context.outline = readOutline(tree, context.outline);
  // Compiling the schema would take longer than reading a few trees with it.
  const result = root.schema.safeParse(toPlain(tree), { jitless: true });
  const issues = result.success ? [] : result.error.issues;
  const problems = issues
    .flatMap((issue) => problemsOf(file, root, tree, issue))
    .concat(crossProblems(file, root, tree, context.outline.clock, checked));
  if (!result.success || problems.length > 0) return { scenario: null, problems };
  const { variants: _variants, $schema: _schema, ...scenario } = result.data;
  return { scenario, problems };
}

/** A file that was read once, with all that is wrong with it and its variants; its variants are loaded from it. */
export interface OpenedFile {
  /** those of the file itself, in its order */
  readonly variants: readonly { readonly name: string; readonly title: string }[];
  load(options?: LoadOptions): LoadResult;
}

/** Reads a file, checks it and every variant of it. */
export function openScenario(source: ScenarioSource, vocabulary: Vocabulary): OpenedFile {
  const { tree: base, problems } = readSource(source);
  if (base === null || problems.length > 0) {
    const failed: LoadResult = { ok: false, problems: sortProblems(problems) };
    return { variants: [], load: () => failed };
  }
  const reader: Reader = { file: source.file, ...schemaFor(vocabulary, base), checked: nothingChecked() };
  const found = new Found(
    readTree(reader, base).problems,
    strayRows(reader.file, reader.root, base),
    assumptionProblems(reader.file, reader.root, reader.context, base),
    givenProblems(reader.file, reader.root, reader.context, base),
  );
  const written = variantTrees({ ...reader, base });
  found.add(written.problems);
  const trees = new Map<string, Tree | null>([['baseline', base]]);
  const changes = new Map<string, readonly Change[]>();
  const scenarios = new Map<string, Scenario>();
  const sameDays = new Set(['baseline']);
  for (const { name, tree, sameDay, changes: made, problems: own } of written.trees) {
    trees.set(name, tree);
    changes.set(name, made);
    if (sameDay) sameDays.add(name);
    found.add(own);
    // Where so much is wrong, the rest of the variants can wait.
    if (found.isFull) break;
    if (tree === null) continue;
    const read = readTree(reader, tree);
    found.addOf(name, read.problems);
    if (read.scenario !== null) scenarios.set(name, read.scenario);
  }
  const { names } = written;
  const opened: Opened = { source, reader, base, trees, changes, scenarios, sameDays, names, found: found.all };
  return { variants: names, load: (options = {}) => loadFrom(opened, options) };
}

interface Opened {
  readonly source: ScenarioSource;
  readonly reader: Reader;
  readonly base: Tree;
  /** by variant; null if its changes could not be made */
  readonly trees: ReadonlyMap<string, Tree | null>;
  /** by variant, what made its tree */
  readonly changes: ReadonlyMap<string, readonly Change[]>;
  /** by variant, those that are sound */
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** variants that claim to be the day that was observed, and the baseline */
  readonly sameDays: ReadonlySet<string>;
  readonly names: OpenedFile['variants'];
  readonly found: readonly Problem[];
}

/** Problems as they are found, those of variants only if the file itself has not got them. */
class Found {
  private problems: readonly Problem[] = [];
  private readonly known = new Set<string>();

  constructor(...lists: readonly (readonly Problem[])[]) {
    for (const list of lists) this.add(list);
  }

  get all(): readonly Problem[] {
    return this.problems;
  }

  /** There is no need to look for more: nobody will be told. */
  get isFull(): boolean {
    return this.problems.length > 10 * PROBLEMS_MAX;
  }

  add(problems: readonly Problem[]): void {
    for (const problem of problems) this.known.add(keyOf(problem));
    this.problems = this.problems.concat(problems);
  }

  /** A problem that only a variant has says so, unless it is at the variant's own change, or says something else that helps. */
  addOf(variant: string, problems: readonly Problem[]): void {
    this.add(
      problems
        .filter((problem) => !this.known.has(keyOf(problem)))
        .map((problem) => hinted(problem, () => problem.hint ?? `in variant "${variant}"`)),
    );
  }
}

function keyOf({ line, column, path, expected }: Problem): string {
  return JSON.stringify([line, column, path, expected]);
}

/** The variant's tree over what is assumed of the file. */
function assumedTree({ reader, base, changes }: Opened, variant: string, assuming: readonly string[]) {
  const assumed = commandLineChanges(assuming, '--assume');
  const own = changes.get(variant) ?? [];
  const made = applyChanges({ ...reader, base }, base, [...assumed.changes, ...own], '');
  return { tree: made.tree, problems: [...assumed.problems, ...made.problems] };
}

/** A variant with the command line's changes, or why there is none. */
function loadFrom(opened: Opened, { variant = 'baseline', assuming = [], set = [] }: LoadOptions): LoadResult {
  const { source, reader, base, trees, scenarios, sameDays, names, found } = opened;
  const start = trees.get(variant);
  if (start === undefined && names.every(({ name }) => name !== variant)) {
    const known = ['baseline', ...names.map(({ name }) => name)];
    const place = { line: 0, column: 0, set: null };
    const unknown = problemAt(reader.file, place, {
      path: 'variants',
      expected: oneOf(known),
      found: JSON.stringify(variant),
      hint: () => didYouMean(variant, known),
    });
    return { ok: false, problems: sortProblems([...found, unknown]) };
  }
  const { changes, problems } = commandLineChanges(set);
  if (start === undefined || start === null) return { ok: false, problems: sortProblems([...found, ...problems]) };
  const under = assuming.length === 0 ? { tree: start, problems: [] } : assumedTree(opened, variant, assuming);
  const applied = applyChanges({ ...reader, base }, under.tree, changes, '');
  const { scenario, problems: last } = readTree(reader, applied.tree);
  const all = sortProblems([...found, ...under.problems, ...problems, ...applied.problems, ...last]);
  if (scenario === null || all.length > 0) return { ok: false, problems: all };
  noteOrigin(scenario, { source, variant, assuming, set });
  const tree = { root: reader.root, context: reader.context, tree: applied.tree, base };
  return {
    ok: true,
    scenario,
    variant,
    variants: names,
    variantScenarios: scenarios,
    sameDay: set.length === 0 && assuming.length === 0 && sameDays.has(variant),
    hash: contentHash(scenario),
    tree,
  };
}

export function loadScenario(source: ScenarioSource, vocabulary: Vocabulary, options: LoadOptions = {}): LoadResult {
  return openScenario(source, vocabulary).load(options);
}

/** Whether a variant or --set has given the scenario a story of its own. */
export function hasOwnStory({ tree: { tree } }: Pick<LoadedScenario, 'tree'>): boolean {
  const story = entryOf(tree, 'story');
  return story !== undefined && (story.variant !== null || story.place.set !== null);
}
