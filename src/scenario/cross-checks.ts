/**
 * Checks that look at more than one value: names that are there twice, actions
 * that wait for each other, rows that cover nothing. They read the tree, so
 * that they are told together with whatever else is wrong.
 */
import { fieldsOf, PathError, requirePath } from './tree-path.ts';
import type { Kind } from './kind.ts';
import { problemAt, type Problem } from './problem.ts';
import { parseDuration } from './quantity.ts';
import { entryOf, inline, itemsOf, nameOf, scalarOf, shortened, type Tree } from './tree.ts';
import { parseInstant, type WallClock } from './wall-clock.ts';

interface Named {
  readonly kind: Kind<unknown>;
  readonly tree: Tree;
  readonly path: string;
}

/** Finds every list in which a name is there twice, in parts that were not looked into before. */
function findDuplicateNames(
  file: string,
  { kind, tree, path }: Named,
  checked: CheckedParts,
  problems: Problem[],
): void {
  if (tree.form === 'scalar' || checked.named.has(tree)) return;
  checked.named.add(tree);
  if (tree.form === 'list' && kind.inside.form === 'list') {
    const { element } = kind.inside;
    const seen = new Set<string>();
    for (const [i, item] of tree.items.entries()) {
      const name = nameOf(item);
      const itemPath = `${path}.${shortened(name ?? String(i + 1))}`;
      if (name !== null && seen.has(name)) {
        const place = entryOf(item, 'name')?.place ?? item.place;
        problems.push(
          problemAt(file, place, {
            path: itemPath,
            expected: 'a name of its own',
            found: `"${shortened(name)}" again`,
            hint: 'paths use names, so each must be unique in its list',
          }),
        );
      }
      if (name !== null) seen.add(name);
      findDuplicateNames(file, { kind: element, tree: item, path: itemPath }, checked, problems);
    }
  } else if (tree.form === 'map') {
    const fields = fieldsOf(kind.inside, tree) ?? {};
    for (const [key, aField] of Object.entries(fields)) {
      const value = entryOf(tree, key);
      if (value !== undefined)
        findDuplicateNames(
          file,
          { kind: aField.kind, tree: value, path: path === '' ? key : `${path}.${key}` },
          checked,
          problems,
        );
    }
  }
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
    const path = `${list}.${shortened(name)}`;
    const other = byName.get(name);
    if (other === undefined) {
      const after = scalarOf(entryOf(item, 'after'));
      byName.set(name, {
        path,
        tree: item,
        after: typeof after === 'string' ? after : entryOf(item, 'at') === undefined ? before : null,
      });
    } else if (other.path !== path) {
      const place = entryOf(item, 'name')?.place ?? item.place;
      const hint = '`after` uses these names, so each must be unique among actions and responders';
      problems.push(
        problemAt(file, place, {
          path,
          expected: 'a name of its own',
          found: `"${shortened(name)}", which is also ${other.path}`,
          hint,
        }),
      );
    }
  };
  for (const action of itemsOf(entryOf(tree, 'timeline'))) add(action, 'timeline', null);
  for (const responder of itemsOf(entryOf(tree, 'responders'))) {
    add(responder, 'responders', null);
    let before = nameOf(responder);
    for (const action of itemsOf(entryOf(responder, 'act'))) {
      add(action, `responders.${shortened(nameOf(responder) ?? '')}.act`, before);
      before = nameOf(action);
    }
  }
  return { byName, problems };
}

/** Names that a long circle is told by. */
const CIRCLE_NAMES_MAX = 8;

function circleText(circle: readonly string[]): string {
  const names = circle.map(shortened);
  const told =
    circle.length <= CIRCLE_NAMES_MAX
      ? names
      : [...names.slice(0, CIRCLE_NAMES_MAX), `… (${circle.length - CIRCLE_NAMES_MAX} more)`];
  return [...told, names[0]].join(' → ');
}

/** What comes after what, from a name on, until something comes again or nothing is left. */
function trailFrom(
  byName: ReadonlyMap<string, Subject>,
  name: string,
  walkOf: Map<string, string>,
): { trail: string[]; end: string | null } {
  const trail: string[] = [];
  let at: string | null = name;
  while (at !== null && byName.has(at) && !walkOf.has(at)) {
    walkOf.set(at, name);
    trail.push(at);
    at = byName.get(at)?.after ?? null;
  }
  return { trail, end: at };
}

/** Each circle of `after` once, at its first action. Everything comes after one thing at the most, so each is walked once. */
function circles(file: string, byName: ReadonlyMap<string, Subject>): Problem[] {
  const order = new Map([...byName.keys()].map((name, place) => [name, place] as const));
  /** from where each was come by */
  const walkOf = new Map<string, string>();
  return [...byName.keys()].flatMap((name) => {
    const { trail, end } = trailFrom(byName, name, walkOf);
    // Only a walk that ends where it has been itself has found a circle that was not told.
    if (end === null || trail.length === 0 || walkOf.get(end) !== name) return [];
    const found = trail.slice(trail.indexOf(end));
    const start = found.reduce((first, one, i) => (order.get(one)! < order.get(found[first])! ? i : first), 0);
    const circle = [...found.slice(start), ...found.slice(0, start)];
    const { path, tree } = byName.get(circle[0])!;
    const place = entryOf(tree, 'after')?.place ?? tree.place;
    return problemAt(file, place, {
      path: `${path}.after`,
      expected: 'no circle of `after`',
      found: circleText(circle),
      hint: 'give one of them an `at`',
    });
  });
}

/** By name, when something can begin at the earliest: actions before it may take time, and responders any time. */
function earliestMs(byName: ReadonlyMap<string, Subject>, clock: WallClock): ReadonlyMap<string, number> {
  const earliest = new Map<string, number>();
  for (const name of byName.keys()) {
    const trail: string[] = [];
    for (
      let at: string | null = name;
      at !== null && byName.has(at) && !earliest.has(at);
      at = byName.get(at)?.after ?? null
    ) {
      // Until it is known: what comes after itself has told its problem already.
      earliest.set(at, 0);
      trail.push(at);
    }
    for (const one of trail.reverse()) {
      const { tree, after } = byName.get(one)!;
      const at = entryOf(tree, 'at');
      const given = at === undefined ? 0 : parseInstant(scalarOf(at), clock);
      const by = parseDuration(scalarOf(entryOf(tree, 'by')));
      const before = after === null ? 0 : (earliest.get(after) ?? 0);
      earliest.set(one, Math.max(typeof given === 'number' ? given : 0, before + (typeof by === 'number' ? by : 0)));
    }
  }
  return earliest;
}

/** Actions that come so long after others that they cannot happen within the clock. */
function tooLate(file: string, byName: ReadonlyMap<string, Subject>, clock: WallClock | null): Problem[] {
  if (clock === null) return [];
  const earliest = earliestMs(byName, clock);
  return [...byName].flatMap(([name, { path, tree, after }]) => {
    const by = entryOf(tree, 'by');
    if (by === undefined || after === null || (earliest.get(name) ?? 0) < clock.durationMs) return [];
    if ((earliest.get(after) ?? 0) >= clock.durationMs) return []; // told there already
    const hint = 'it would begin after the clock ends';
    return problemAt(file, by.place, {
      path: `${path}.by`,
      expected: 'a time within the clock',
      found: inline(by),
      hint,
    });
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

/** What the checks know of the file by now: variants are looked at where they are different. */
export interface CheckedParts {
  /** lists and maps that were looked into */
  readonly named: WeakSet<Tree>;
  /** the first tree's */
  times: {
    readonly timeline: Tree | undefined;
    readonly responders: Tree | undefined;
    readonly clock: WallClock | null;
  } | null;
}

export function nothingChecked(): CheckedParts {
  return { named: new WeakSet(), times: null };
}

/** Of a tree, in so far as it is not made of parts that were checked before. */
export function crossProblems(
  file: string,
  root: Kind<unknown>,
  tree: Tree,
  clock: WallClock | null,
  checked: CheckedParts,
): Problem[] {
  const problems: Problem[] = [];
  findDuplicateNames(file, { kind: root, tree, path: '' }, checked, problems);
  const times = { timeline: entryOf(tree, 'timeline'), responders: entryOf(tree, 'responders'), clock };
  const known = checked.times;
  checked.times ??= times;
  if (
    known !== null &&
    known.timeline === times.timeline &&
    known.responders === times.responders &&
    known.clock === clock
  )
    return problems;
  const { byName, problems: ambiguous } = subjects(file, tree);
  return problems.concat(ambiguous, circles(file, byName), tooLate(file, byName, clock));
}
