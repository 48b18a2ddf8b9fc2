/**
 * What a value of the file must know of the rest of the file: names to refer
 * to, the clock, sizes. The outline is read leniently from the tree before the
 * schema is, so that a mistake in one place does not hide those in others.
 */
import type { Vocabulary } from './expression.ts';
import type { Scale } from './scale.ts';
import { entryOf, itemsOf, nameOf, scalarOf, toPlain, type Tree } from './tree.ts';
import { epochMs, isTimezone, parseDate, parseInstant, parseTimeOfDay, type WallClock } from './wall-clock.ts';

export interface TierOutline {
  readonly shared: boolean;
  /** as in the file, and scaled, which may not be whole; null if the file does not say it well */
  readonly writtenHosts: number | null;
  readonly hosts: number | null;
  /** as in the file */
  readonly plain: Readonly<Record<string, unknown>>;
}

/** What expressions know of the file. */
export interface Words {
  /** null if the clock is wrong in itself */
  readonly clock: WallClock | null;
  readonly podNames: readonly string[];
  readonly tierNames: readonly string[];
  /** products and client versions */
  readonly whoNames: readonly string[];
  readonly variantNames: readonly string[];
}

export interface Outline extends Words {
  readonly words: Words;
  readonly clockText: string;
  readonly name: string;
  readonly tiers: ReadonlyMap<string, TierOutline>;
  readonly clientNames: readonly string[];
  readonly productNames: readonly string[];
  /** timeline actions, responders and their actions: what `after` may name */
  readonly subjectNames: readonly string[];
  readonly scale: Scale;
  /** paths of the `sources` rows */
  readonly sourcePaths: ReadonlySet<string>;
}

/** Passed to every kind that needs more than its own value; the outline changes from variant to variant. */
export interface Context {
  readonly vocabulary: Vocabulary;
  outline: Outline;
  /** the file that is read now: another object for each */
  file: object;
}

export const clockDefaults = { date: '2000-01-01', from: '00:00', timezone: 'UTC' } as const;

/** The clock that its four values mean, or null if one of them is wrong or it ends where it starts. */
export function wallClock(date: unknown, from: unknown, to: unknown, timezone: unknown): WallClock | null {
  const day = parseDate(date);
  const timeOfDayMs = parseTimeOfDay(from);
  if (day === null || timeOfDayMs === null || typeof timezone !== 'string' || !isTimezone(timezone)) return null;
  const startMs = epochMs(day, timeOfDayMs, timezone);
  const durationMs = parseInstant(to, { startMs, durationMs: Infinity, timezone });
  return typeof durationMs === 'number' && durationMs > 0 ? { startMs, durationMs, timezone } : null;
}

const places = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Where each name stands among those of an outline; the first place of one that is there twice. */
export function placesOf(names: readonly string[]): ReadonlyMap<string, number> {
  let known = places.get(names);
  if (known === undefined) {
    // Backwards, so that the first of two is the one that stays.
    known = new Map(names.map((name, place) => [name, place] as const).reverse());
    places.set(names, known);
  }
  return known;
}

function names(list: Tree | undefined): string[] {
  return itemsOf(list).flatMap((item) => nameOf(item) ?? []);
}

function podNames(pods: Tree | undefined): string[] {
  const count = scalarOf(pods) ?? (pods === undefined ? 1 : null);
  if (typeof count === 'number' && count >= 1 && count <= 10_000) return numberedPods(count);
  return names(pods);
}

/** p1 … pn */
export function numberedPods(count: number): string[] {
  return Array.from({ length: Math.floor(count) }, (_, i) => `p${i + 1}`);
}

function positive(tree: Tree | undefined): number {
  const value = scalarOf(tree);
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : 1;
}

function tiersOf(list: Tree | undefined, hostScale: number): Map<string, TierOutline> {
  const tiers = new Map<string, TierOutline>();
  for (const tier of itemsOf(list)) {
    const name = nameOf(tier);
    const hosts = scalarOf(entryOf(tier, 'hosts'));
    if (name === null || tiers.has(name)) continue;
    const writtenHosts = typeof hosts === 'number' && hosts >= 1 ? hosts : null;
    tiers.set(name, {
      shared: scalarOf(entryOf(tier, 'scope')) === 'shared',
      writtenHosts,
      hosts: writtenHosts === null ? null : Math.round(writtenHosts * hostScale),
      plain: toPlain(tier) as Record<string, unknown>,
    });
  }
  return tiers;
}

function sourcePaths(list: Tree | undefined): Set<string> {
  const paths = itemsOf(list).map((row) => scalarOf(entryOf(row, 'path')));
  return new Set(paths.filter((path) => typeof path === 'string'));
}

/** Whether two values of outlines say the same. */
function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => alike(one, b[i]));
  if (a instanceof Map || a instanceof Set) return b instanceof Map || b instanceof Set ? alike([...a], [...b]) : false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => alike((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

/** The outline, made of the parts of the one `before` that have not changed; it is that one if none has. */
export function readOutline(root: Tree, before?: Outline): Outline {
  const outline = outlineOf(root);
  if (before === undefined) return outline;
  const kept = { ...outline } as Record<string, unknown>;
  for (const [key, value] of Object.entries(before)) if (alike(value, kept[key])) kept[key] = value;
  return Object.entries(before).every(([key, value]) => kept[key] === value) ? before : (kept as unknown as Outline);
}

function outlineOf(root: Tree): Outline {
  const clock = entryOf(root, 'clock');
  const given = (key: 'date' | 'from' | 'timezone'): unknown => scalarOf(entryOf(clock, key)) ?? clockDefaults[key];
  const to = scalarOf(entryOf(clock, 'to'));
  const tierList = entryOf(root, 'tiers');
  const scaleEntry = entryOf(root, 'scale');
  const scale = {
    sessions: positive(entryOf(scaleEntry, 'sessions')),
    hosts: positive(entryOf(scaleEntry, 'hosts')),
    hostSize: positive(entryOf(scaleEntry, 'hostSize')),
  };
  const tiers = tiersOf(tierList, scale.hosts);
  const responders = itemsOf(entryOf(root, 'responders'));
  const clientNames = names(entryOf(root, 'clients'));
  const productNames = names(entryOf(root, 'products'));
  const words: Words = {
    clock: wallClock(given('date'), given('from'), to, given('timezone')),
    podNames: podNames(entryOf(root, 'pods')),
    tierNames: [...tiers.keys()],
    whoNames: [...new Set([...productNames, ...clientNames])],
    variantNames: names(entryOf(root, 'variants')),
  };
  return {
    ...words,
    words,
    clockText: `${String(given('from'))} to ${String(to)}`,
    name: nameOf(root) ?? '',
    tiers,
    clientNames,
    productNames,
    subjectNames: [
      ...names(entryOf(root, 'timeline')),
      ...responders.flatMap((responder) => [nameOf(responder) ?? [], names(entryOf(responder, 'act'))].flat()),
    ],
    scale,
    sourcePaths: sourcePaths(entryOf(root, 'sources')),
  };
}

/** The paths of rows that cover a path: its own, and those of all that it is below, the closest first. */
export function* coveringPaths(path: string): Generator<string> {
  yield path;
  for (let end = path.lastIndexOf('.'); end >= 0; end = path.lastIndexOf('.', end - 1)) {
    yield path.slice(0, end);
    if (end === 0) return;
  }
}
