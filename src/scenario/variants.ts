/**
 * Variants and `--set`: which changes make which tree. A variant's changes come
 * after those of the variants that it extends, in the order of the list; every
 * changed value keeps the place where the change was written.
 */
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { EXTEND_DEPTH_MAX, MOST_ITEMS } from './size-limits.ts';
import { didYouMean, oneOf } from './suggestion.ts';
import { entryOf, itemsOf, nameOf, rehomed, scalarOf, shortened, type Place, type Tree } from './tree.ts';
import { changed, PathError, type Change } from './tree-path.ts';

export interface VariantTree {
  readonly name: string;
  readonly title: string;
  /** whether it claims to be the day that was observed */
  readonly sameDay: boolean;
  /** its own and those of what it extends, in the order in which they are made */
  readonly changes: readonly Change[];
  /** null if its changes could not be made */
  readonly tree: Tree | null;
  readonly problems: readonly Problem[];
}

interface Loading {
  readonly file: string;
  readonly root: Kind<unknown>;
  readonly base: Tree;
}

/** Makes changes one after the other; those that cannot be made are problems. */
export function applyChanges(
  loading: Loading,
  tree: Tree,
  changes: readonly Change[],
  pathPrefix: string,
): { tree: Tree; problems: Problem[] } {
  const problems: Problem[] = [];
  let result = tree;
  for (const change of changes) {
    try {
      result = changed(loading.root, result, change);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      problems.push(problemAt(loading.file, change.place, { path: `${pathPrefix}${change.path}`, ...error.mistake }));
    }
  }
  return { tree: result, problems };
}

interface Extended {
  readonly name: string;
  readonly place: Place;
}

/** One of the file's variants, as it is written. */
interface WrittenVariant {
  readonly name: string;
  readonly title: string;
  readonly sameDay: boolean;
  readonly extended: readonly Extended[];
  readonly changes: readonly Change[];
}

function extendedBy(variant: Tree): Extended[] {
  const extend = entryOf(variant, 'extend');
  const rows = extend?.form === 'list' ? extend.items : extend === undefined ? [] : [extend];
  return rows.slice(0, MOST_ITEMS.extend).flatMap((row) => {
    const name = scalarOf(row);
    return typeof name === 'string' ? { name, place: row.place } : [];
  });
}

function changesOf(variant: Tree, name: string): Change[] {
  const set = entryOf(variant, 'set');
  if (set?.form !== 'map') return [];
  return [...set.entries].map(([path, { keyPlace, tree }]) => {
    const removes = tree.form === 'scalar' && tree.value === null;
    return { path, value: removes ? null : rehomed(tree, name), place: keyPlace, variant: name };
  });
}

/** By name. A name that comes again is reported where it stands; its tree would be that of the first. */
function writtenVariants(list: readonly Tree[]): Map<string, WrittenVariant> {
  const variants = new Map<string, WrittenVariant>();
  for (const variant of list) {
    const name = nameOf(variant);
    if (name === null || variants.has(name)) continue;
    const title = scalarOf(entryOf(variant, 'title'));
    const sameDay = scalarOf(entryOf(variant, 'sameDay')) === true;
    variants.set(name, {
      name,
      title: typeof title === 'string' ? title : name,
      sameDay,
      extended: extendedBy(variant),
      changes: changesOf(variant, name),
    });
  }
  return variants;
}

/** By name, how many variants the longest chain of those has that it extends, itself included; circles are cut. */
function chainLengths(variants: ReadonlyMap<string, WrittenVariant>): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const start of variants.values()) {
    // Chains may be longer than the stack is deep.
    const open = [start];
    while (open.length > 0) {
      const variant = open[open.length - 1];
      const unseen = lengths.has(variant.name)
        ? []
        : variant.extended.flatMap(({ name }) => (lengths.has(name) ? [] : (variants.get(name) ?? [])));
      if (!lengths.has(variant.name)) lengths.set(variant.name, 1);
      if (unseen.length > 0) {
        open.push(...unseen);
        continue;
      }
      open.pop();
      lengths.set(variant.name, 1 + Math.max(0, ...variant.extended.map(({ name }) => lengths.get(name) ?? 0)));
    }
  }
  return lengths;
}

function tooLong(file: string, place: Place, { name }: WrittenVariant): Problem {
  const expected = `a chain of at most ${EXTEND_DEPTH_MAX} variants that extend each other`;
  return problemAt(file, place, { path: `variants.${shortened(name)}.extend`, expected, found: 'a longer one' });
}

interface Chains extends Loading {
  readonly variants: ReadonlyMap<string, WrittenVariant>;
  readonly names: readonly string[];
}

/** The variants whose changes make this one, itself last; a circle is cut and reported, and so is a chain that is too long. */
function chain(
  { file, variants, names }: Chains,
  start: WrittenVariant,
): { chain: readonly WrittenVariant[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const done = new Set<WrittenVariant>();
  const visit = (variant: WrittenVariant, trail: readonly string[]): void => {
    if (done.has(variant)) return;
    const path = `variants.${variant.name}.extend`;
    for (const { name: other, place } of variant.extended) {
      const next = variants.get(other);
      if (other === variant.name || trail.includes(other))
        problems.push(
          problemAt(file, place, {
            path,
            expected: 'no circle of variants',
            found: [...trail, variant.name, other].join(' → '),
          }),
        );
      else if (next !== undefined && trail.length + 1 >= EXTEND_DEPTH_MAX) problems.push(tooLong(file, place, variant));
      else if (next !== undefined) visit(next, [...trail, variant.name]);
      else if (other !== 'baseline')
        problems.push(
          problemAt(file, place, {
            path,
            expected: `a variant: ${oneOf(names)}`,
            found: JSON.stringify(shortened(other)),
            hint: () => didYouMean(other, names),
          }),
        );
    }
    done.add(variant);
  };
  visit(start, []);
  return { chain: [...done], problems };
}

/** The tree that a variant's changes make, and what is wrong with them. */
function variantTree(chains: Chains, variant: WrittenVariant): VariantTree {
  const { name, title, sameDay } = variant;
  const order = chain(chains, variant);
  const count = order.chain.reduce((sum, { changes }) => sum + changes.length, 0);
  if (count > MOST_ITEMS.set) {
    const place = variant.extended[0]?.place ?? variant.changes[0].place;
    const told = {
      path: `variants.${name}`,
      expected: `at most ${MOST_ITEMS.set} changes, those of what it extends included`,
      found: String(count),
    };
    const problem = problemAt(chains.file, place, told);
    return { name, title, sameDay, changes: [], tree: null, problems: [...order.problems, problem] };
  }
  let tree = chains.base;
  const problems = [...order.problems];
  for (const one of order.chain) {
    const applied = applyChanges(chains, tree, one.changes, `variants.${one.name}.set.`);
    tree = applied.tree;
    problems.push(...applied.problems);
  }
  const changes = order.chain.flatMap((one) => one.changes);
  return { name, title, sameDay, changes, tree: problems.length === 0 ? tree : null, problems };
}

/** Where a chain of variants becomes too long, at the one that is the first beyond. */
function tooLongChains({ file, variants }: Chains, lengths: ReadonlyMap<string, number>): Problem[] {
  return [...variants.values()].flatMap((variant) => {
    if (lengths.get(variant.name) !== EXTEND_DEPTH_MAX + 1) return [];
    const { place } =
      variant.extended.find(({ name }) => lengths.get(name) === EXTEND_DEPTH_MAX) ?? variant.extended[0];
    return tooLong(file, place, variant);
  });
}

/** Every variant of the file as a tree of its own, and what is wrong with how they extend each other. */
export function variantTrees(loading: Loading): {
  trees: Iterable<VariantTree>;
  names: readonly { readonly name: string; readonly title: string }[];
  problems: Problem[];
} {
  const variants = writtenVariants(itemsOf(entryOf(loading.base, 'variants')));
  const chains: Chains = { ...loading, variants, names: [...variants.keys()] };
  const lengths = chainLengths(variants);
  const problems = tooLongChains(chains, lengths);
  // More than there may be are not looked into.
  const sound =
    variants.size > MOST_ITEMS.variants
      ? []
      : [...variants.values()].filter(({ name }) => (lengths.get(name) ?? 0) <= EXTEND_DEPTH_MAX);
  const trees = function* (): Generator<VariantTree> {
    for (const variant of sound) yield variantTree(chains, variant);
  };
  return {
    trees: { [Symbol.iterator]: trees },
    names: [...variants.values()].map(({ name, title }) => ({ name, title })),
    problems,
  };
}

/** The changes that `--set PATH=VALUE` texts mean, or those of another flag; values are YAML. */
export function commandLineChanges(
  sets: readonly string[],
  flag = '--set',
): { changes: Change[]; problems: Problem[] } {
  const changes: Change[] = [];
  const problems: Problem[] = [];
  for (const text of sets) {
    const place = { line: 0, column: 0, set: `${flag} ${text}` };
    const equals = text.indexOf('=');
    const path = text.slice(0, Math.max(equals, 0)).trim();
    const written = text.slice(equals + 1).trim();
    if (equals < 0 || path === '' || written === '') {
      problems.push(
        problemAt('', place, {
          path,
          expected: 'PATH=VALUE',
          found: JSON.stringify(text),
          hint: 'like --set tiers.api.hosts=16',
        }),
      );
      continue;
    }
    const read = readYaml('', written);
    if (read.tree === null || read.problems.length > 0) {
      for (const { expected, found, hint } of read.problems)
        problems.push(problemAt('', place, { path, expected, found, hint }));
      if (read.problems.length === 0)
        problems.push(problemAt('', place, { path, expected: 'a value', found: 'nothing', hint: 'null removes' }));
      continue;
    }
    const removes = read.tree.form === 'scalar' && read.tree.value === null;
    changes.push({ path, value: removes ? null : rehomed(read.tree, null, place), place, variant: null });
  }
  return { changes, problems };
}
