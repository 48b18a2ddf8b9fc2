/**
 * Variants and `--set`: which changes make which tree. A variant's changes come
 * after those of the variants that it extends, in the order of the list; every
 * changed value keeps the place where the change was written.
 */
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { didYouMean, oneOf } from './suggestion.ts';
import { entryOf, itemsOf, nameOf, rehomed, scalarOf, type Place, type Tree } from './tree.ts';
import { changed, PathError, type Change } from './tree-path.ts';

interface VariantTree {
  readonly name: string;
  readonly title: string;
  /** whether it claims to be the day that was observed */
  readonly sameDay: boolean;
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
export function applyChanges(loading: Loading, tree: Tree, changes: readonly Change[], pathPrefix: string): { tree: Tree; problems: Problem[] } {
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

function extended(variant: Tree): { name: string; place: Place }[] {
  const extend = entryOf(variant, 'extend');
  const rows = extend?.form === 'list' ? extend.items : extend === undefined ? [] : [extend];
  return rows.flatMap((row) => {
    const name = scalarOf(row);
    return typeof name === 'string' ? { name, place: row.place } : [];
  });
}

function changesOf(variant: Tree): Change[] {
  const set = entryOf(variant, 'set');
  const name = nameOf(variant);
  if (set?.form !== 'map') return [];
  return [...set.entries].map(([path, { keyPlace, tree }]) => {
    const removes = tree.form === 'scalar' && tree.value === null;
    return { path, value: removes ? null : rehomed(tree, name), place: keyPlace, variant: name };
  });
}

/** The variants whose changes make this one, itself last; a cycle is cut and reported. */
function chain(loading: Loading, variants: readonly Tree[], name: string): { chain: Tree[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const done: Tree[] = [];
  const names = variants.flatMap((variant) => nameOf(variant) ?? []);
  const visit = (one: string, trail: readonly string[]): void => {
    const variant = variants.find((candidate) => nameOf(candidate) === one);
    if (variant === undefined || done.includes(variant)) return;
    for (const { name: other, place } of extended(variant)) {
      const path = `variants.${one}.extend`;
      const found = JSON.stringify(other);
      if (other === one || trail.includes(other))
        problems.push(problemAt(loading.file, place, { path, expected: 'no circle of variants', found: [...trail, one, other].join(' → ') }));
      else if (other !== 'baseline' && !names.includes(other))
        problems.push(problemAt(loading.file, place, { path, expected: `a variant: ${oneOf(names)}`, found, hint: didYouMean(other, names) }));
      else visit(other, [...trail, one]);
    }
    done.push(variant);
  };
  visit(name, []);
  return { chain: done, problems };
}

/** Every variant of the file as a tree of its own. */
export function variantTrees(loading: Loading): VariantTree[] {
  const variants = itemsOf(entryOf(loading.base, 'variants'));
  const seen = new Set<string>();
  return variants.flatMap((variant) => {
    const name = nameOf(variant);
    // A name that comes again is reported where it stands; its tree would be that of the first.
    if (name === null || seen.has(name)) return [];
    seen.add(name);
    const title = scalarOf(entryOf(variant, 'title'));
    const sameDay = scalarOf(entryOf(variant, 'sameDay')) === true;
    const order = chain(loading, variants, name);
    let tree = loading.base;
    const problems = [...order.problems];
    for (const one of order.chain) {
      const applied = applyChanges(loading, tree, changesOf(one), `variants.${nameOf(one) ?? ''}.set.`);
      tree = applied.tree;
      problems.push(...applied.problems);
    }
    return { name, title: typeof title === 'string' ? title : name, sameDay, tree: problems.length === 0 ? tree : null, problems };
  });
}

/** The changes that `--set PATH=VALUE` texts mean; values are YAML. */
export function commandLineChanges(sets: readonly string[]): { changes: Change[]; problems: Problem[] } {
  const changes: Change[] = [];
  const problems: Problem[] = [];
  for (const text of sets) {
    const place = { line: 0, column: 0, set: `--set ${text}` };
    const equals = text.indexOf('=');
    const path = text.slice(0, Math.max(equals, 0)).trim();
    const written = text.slice(equals + 1).trim();
    if (equals < 0 || path === '' || written === '') {
      problems.push(problemAt('', place, { path, expected: 'PATH=VALUE', found: JSON.stringify(text), hint: 'like --set tiers.api.hosts=16' }));
      continue;
    }
    const read = readYaml('', written);
    if (read.tree === null || read.problems.length > 0) {
      for (const { expected, found, hint } of read.problems) problems.push(problemAt('', place, { path, expected, found, hint }));
      if (read.problems.length === 0) problems.push(problemAt('', place, { path, expected: 'a value', found: 'nothing', hint: 'null removes' }));
      continue;
    }
    const removes = read.tree.form === 'scalar' && read.tree.value === null;
    changes.push({ path, value: removes ? null : rehomed(read.tree, null, place), place, variant: null });
  }
  return { changes, problems };
}
