/**
 * What a value of the file must know of the rest of the file: names to refer
 * to, the clock, sizes. The outline is read leniently from the tree before the
 * schema is, so that a mistake in one place does not hide those in others.
 */
import type { Vocabulary } from './expression.ts';
import type { Scale } from './scaling.ts';
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

export interface Outline {
  /** null if the clock is wrong in itself */
  readonly clock: WallClock | null;
  readonly clockText: string;
  readonly name: string;
  readonly podNames: readonly string[];
  readonly tierNames: readonly string[];
  readonly tiers: ReadonlyMap<string, TierOutline>;
  readonly clientNames: readonly string[];
  readonly productNames: readonly string[];
  readonly variantNames: readonly string[];
  /** timeline actions, responders and their actions: what `after` may name */
  readonly subjectNames: readonly string[];
  readonly scale: Scale;
  /** paths of the `sources` rows */
  readonly sourcePaths: readonly string[];
}

/** Passed to every kind that needs more than its own value; the outline changes from variant to variant. */
export interface Context {
  readonly vocabulary: Vocabulary;
  outline: Outline;
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

export function readOutline(root: Tree): Outline {
  const clock = entryOf(root, 'clock');
  const given = (key: 'date' | 'from' | 'timezone'): unknown => scalarOf(entryOf(clock, key)) ?? clockDefaults[key];
  const to = scalarOf(entryOf(clock, 'to'));
  const tierList = entryOf(root, 'tiers');
  const scaleEntry = entryOf(root, 'scale');
  const scale = { sessions: positive(entryOf(scaleEntry, 'sessions')), hosts: positive(entryOf(scaleEntry, 'hosts')), hostSize: positive(entryOf(scaleEntry, 'hostSize')) };
  const tiers = tiersOf(tierList, scale.hosts);
  const responders = itemsOf(entryOf(root, 'responders'));
  return {
    clock: wallClock(given('date'), given('from'), to, given('timezone')),
    clockText: `${String(given('from'))} to ${String(to)}`,
    name: nameOf(root) ?? '',
    podNames: podNames(entryOf(root, 'pods')),
    tierNames: [...tiers.keys()],
    tiers,
    clientNames: names(entryOf(root, 'clients')),
    productNames: names(entryOf(root, 'products')),
    variantNames: names(entryOf(root, 'variants')),
    subjectNames: [
      ...names(entryOf(root, 'timeline')),
      ...responders.flatMap((responder) => [nameOf(responder) ?? [], names(entryOf(responder, 'act'))].flat()),
    ],
    scale,
    sourcePaths: itemsOf(entryOf(root, 'sources')).flatMap((row) => {
      const path = scalarOf(entryOf(row, 'path'));
      return typeof path === 'string' ? path : [];
    }),
  };
}

/** Whether a row's path covers a path: itself and everything below it. */
export function covers(row: string, path: string): boolean {
  return path === row || path.startsWith(`${row}.`);
}
