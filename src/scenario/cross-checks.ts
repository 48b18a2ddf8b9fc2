/**
 * Checks that look at more than one value: names that are there twice, actions
 * that wait for each other, rows that cover nothing. They read the tree, so
 * that they are told together with whatever else is wrong.
 */
import { fieldsOf, PathError, requirePath } from './tree-path.ts';
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { parseDuration } from './quantity.ts';
import { entryOf, inline, itemsOf, nameOf, scalarOf, type Tree } from './tree.ts';
import { parseInstant, type WallClock } from './wall-clock.ts';

/** Every list in which a name is there twice. */
function duplicateNames(file: string, kind: Kind<unknown>, tree: Tree, path: string): Problem[] {
  const problems: Problem[] = [];
  if (tree.form === 'list' && kind.inside.form === 'list') {
    const { element } = kind.inside;
    const seen = new Set<string>();
    for (const [i, item] of tree.items.entries()) {
      const name = nameOf(item);
      const itemPath = `${path}.${name ?? i + 1}`;
      if (name !== null && seen.has(name)) {
        const place = entryOf(item, 'name')?.place ?? item.place;
        problems.push(problemAt(file, place, { path: itemPath, expected: 'a name of its own', found: `"${name}" again`, hint: 'paths use names, so each must be unique in its list' }));
      }
      if (name !== null) seen.add(name);
      problems.push(...duplicateNames(file, element, item, itemPath));
    }
  } else if (tree.form === 'map') {
    const fields = fieldsOf(kind.inside, tree) ?? {};
    for (const [key, aField] of Object.entries(fields)) {
      const value = entryOf(tree, key);
      if (value !== undefined) problems.push(...duplicateNames(file, aField.kind, value, path === '' ? key : `${path}.${key}`));
    }
  }
  return problems;
}

interface Subject {
  readonly path: string;
  readonly tree: Tree;
  readonly after: string | null;
}

/** Everything that an action may come after, by name; and the names that mean two things. */
function subjects(file: string, tree: Tree): { byName: Map<string, Subject>; problems: Problem[] } {
  const byName = new Map<string, Subject>();
  const problems: Problem[] = [];
  const add = (item: Tree, list: string, before: string | null): void => {
    const name = nameOf(item);
    if (name === null) return;
    const path = `${list}.${name}`;
    const other = byName.get(name);
    if (other === undefined) {
      const after = scalarOf(entryOf(item, 'after'));
      byName.set(name, { path, tree: item, after: typeof after === 'string' ? after : entryOf(item, 'at') === undefined ? before : null });
    } else if (other.path !== path) {
      const place = entryOf(item, 'name')?.place ?? item.place;
      const hint = '`after` uses these names, so each must be unique among actions and responders';
      problems.push(problemAt(file, place, { path, expected: 'a name of its own', found: `"${name}", which is also ${other.path}`, hint }));
    }
  };
  for (const action of itemsOf(entryOf(tree, 'timeline'))) add(action, 'timeline', null);
  for (const responder of itemsOf(entryOf(tree, 'responders'))) {
    add(responder, 'responders', null);
    let before = nameOf(responder);
    for (const action of itemsOf(entryOf(responder, 'act'))) {
      add(action, `responders.${nameOf(responder) ?? ''}.act`, before);
      before = nameOf(action);
    }
  }
  return { byName, problems };
}

/** Each circle of `after` once, at its first action. */
function circles(file: string, byName: ReadonlyMap<string, Subject>): Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  for (const [name, subject] of byName) {
    const trail = [name];
    let next = subject.after;
    while (next !== null && !trail.includes(next) && byName.has(next)) {
      trail.push(next);
      next = byName.get(next)?.after ?? null;
    }
    if (next !== name || told.has(name)) continue;
    for (const one of trail) told.add(one);
    const place = entryOf(subject.tree, 'after')?.place ?? subject.tree.place;
    problems.push(problemAt(file, place, { path: `${subject.path}.after`, expected: 'no circle of `after`', found: [...trail, name].join(' → '), hint: 'give one of them an `at`' }));
  }
  return problems;
}

/** When an action can begin at the earliest: actions before it may take time, and responders any time. */
function earliestMs(byName: ReadonlyMap<string, Subject>, clock: WallClock, name: string, trail: readonly string[]): number {
  const subject = byName.get(name);
  if (subject === undefined || trail.includes(name)) return 0;
  const at = entryOf(subject.tree, 'at');
  const given = at === undefined ? 0 : parseInstant(scalarOf(at), clock);
  const by = parseDuration(scalarOf(entryOf(subject.tree, 'by')));
  const before = subject.after === null ? 0 : earliestMs(byName, clock, subject.after, [...trail, name]);
  return Math.max(typeof given === 'number' ? given : 0, before + (typeof by === 'number' ? by : 0));
}

/** Actions that come so long after others that they cannot happen within the clock. */
function tooLate(file: string, byName: ReadonlyMap<string, Subject>, clock: WallClock | null): Problem[] {
  if (clock === null) return [];
  return [...byName].flatMap(([name, { path, tree, after }]) => {
    const by = entryOf(tree, 'by');
    if (by === undefined || after === null || earliestMs(byName, clock, name, []) < clock.durationMs) return [];
    if (earliestMs(byName, clock, after, []) >= clock.durationMs) return []; // told there already
    const hint = 'it would begin after the clock ends';
    return problemAt(file, by.place, { path: `${path}.by`, expected: 'a time within the clock', found: inline(by), hint });
  });
}

/** Rows of `sources` and `assumptions` whose path leads nowhere. In a variant a row may cover what the variant removes. */
export function strayRows(file: string, root: Kind<unknown>, tree: Tree): Problem[] {
  const problems: Problem[] = [];
  for (const list of ['sources', 'assumptions']) {
    for (const [i, row] of itemsOf(entryOf(tree, list)).entries()) {
      const node = entryOf(row, 'path');
      const path = scalarOf(node);
      if (node === undefined || typeof path !== 'string') continue;
      try {
        requirePath(root, tree, path);
      } catch (error) {
        if (!(error instanceof PathError)) throw error;
        problems.push(problemAt(file, node.place, { path: `${list}.${i + 1}.path`, ...error.mistake }));
      }
    }
  }
  return problems;
}

export function crossProblems(file: string, root: Kind<unknown>, tree: Tree, clock: WallClock | null): Problem[] {
  const { byName, problems } = subjects(file, tree);
  problems.push(...circles(file, byName), ...tooLate(file, byName, clock));
  return [...duplicateNames(file, root, tree, ''), ...problems];
}
