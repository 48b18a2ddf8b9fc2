/**
 * A stored baseline: the headline figures of checked scenarios, in a file that
 * people review. It holds no time, no path and no machine but the Node version
 * it was made on; keys have a stable order and figures are rounded. A figure
 * has *moved* if it differs by more than its metric's tolerance, a share of the
 * stored value that stands in the file. Figures are compared on every version
 * of Node; fingerprints of runs only on the one that the file names, since the
 * last bits of a logarithm may differ between two.
 */
import { metricCatalogue } from '../metrics/catalogue.ts';
import { roughDuration, rounded } from '../metrics/rounding.ts';
import { shownIn } from '../metrics/shown.ts';
import { formatDuration, parseDuration } from '../scenario/quantity.ts';
import { jsonText } from '../scenario/safe-text.ts';
import type { ScenarioCheck } from './check.ts';
import type { Replication } from './replication.ts';
import { mean, median } from './statistics.ts';

/** What a new baseline compares, and within which share of the stored value: what the catalogue's entries say. */
const usualTolerances: Readonly<Record<string, number>> = Object.fromEntries(
  shownIn(metricCatalogue, 'kept').map(([metric, { tolerance }]) => [metric, tolerance]),
);

/** A number, a duration like `4m30s`, `open` for an outage that the run does not see end, null for no value. */
export type StoredFigure = number | string | null;

export interface StoredVariant {
  /** of the single run; absent with replications */
  readonly fingerprint?: string;
  readonly figures: Readonly<Record<string, StoredFigure>>;
}

export interface StoredScenario {
  readonly seed: string;
  readonly variants: Readonly<Record<string, StoredVariant>>;
}

export interface Baseline {
  readonly format: 1;
  readonly node: string;
  readonly replications: number | null;
  readonly tolerances: Readonly<Record<string, number>>;
  readonly scenarios: Readonly<Record<string, StoredScenario>>;
}

export function emptyBaseline(node: string, replications: number | null): Baseline {
  return { format: 1, node, replications, tolerances: usualTolerances, scenarios: {} };
}

const OPEN = 'open';

function storedFigure(metric: string, runs: readonly Replication[]): StoredFigure {
  // What some runs ended too soon to say is no figure of the others.
  if (metric === 'collapse' && runs.some(({ undecided }) => undecided)) return null;
  const values = runs.map(({ metrics }) => metrics[metric] ?? NaN).filter((value) => !Number.isNaN(value));
  if (values.length === 0) return null;
  const isDuration = metricCatalogue[metric].unit === 'duration';
  const value = isDuration ? median(values) : mean(values);
  if (!Number.isFinite(value)) return OPEN;
  return isDuration ? formatDuration(Math.round(value / 100) * 100) : rounded(value);
}

/** What a baseline keeps of a scenario that was checked to its end. */
export function storedScenario({ runs, seed }: ScenarioCheck, tolerances: Baseline['tolerances']): StoredScenario {
  const metrics = Object.keys(tolerances).filter((metric) => Object.hasOwn(metricCatalogue, metric));
  const variants = [...runs].map(([name, replications]): [string, StoredVariant] => [
    name,
    {
      ...(replications.length === 1 && replications[0].seed === seed
        ? { fingerprint: replications[0].fingerprint }
        : {}),
      figures: Object.fromEntries(metrics.map((metric) => [metric, storedFigure(metric, replications)])),
    },
  ]);
  return { seed, variants: Object.fromEntries(variants) };
}

export interface Move {
  readonly variant: string;
  readonly metric: string;
  readonly from: StoredFigure;
  readonly to: StoredFigure;
  /** of the stored value; null where there is none to take a share of */
  readonly change: number | null;
  readonly direction: 'up' | 'down' | 'other';
  /** null: neither way is better, or there is nothing to compare */
  readonly better: boolean | null;
  readonly tolerance: number;
}

function numeric(figure: StoredFigure): number {
  if (typeof figure === 'number') return figure;
  if (figure === null) return NaN;
  if (figure === OPEN) return Infinity;
  const ms = parseDuration(figure);
  return typeof ms === 'number' ? ms : NaN;
}

function moveOf(variant: string, metric: string, from: StoredFigure, to: StoredFigure, tolerance: number): Move | null {
  if (from === to) return null;
  const [a, b] = [numeric(from), numeric(to)];
  if (Math.abs(b - a) <= tolerance * Math.abs(a) + Number.EPSILON) return null;
  const change = Number.isFinite(b - a) && a !== 0 ? (b - a) / Math.abs(a) : null;
  const direction = b > a ? 'up' : b < a ? 'down' : 'other';
  const goodWay = metricCatalogue[metric]?.better ?? null;
  const better = direction === 'other' || goodWay === null ? null : (goodWay === 'lower') === (direction === 'down');
  return { variant, metric, from, to, change, direction, better, tolerance };
}

export interface BaselineVerdict {
  readonly moves: readonly Move[];
  /** what else fails: a scenario or variant that the file does not have */
  readonly missing: readonly string[];
  /** what is worth knowing, and fails nothing */
  readonly notes: readonly string[];
}

/** How a checked scenario compares with what the file has of it. `node` is the version that it ran on. */
export function compareWithBaseline(
  baseline: Baseline,
  name: string,
  now: StoredScenario,
  node: string,
): BaselineVerdict {
  if (!Object.hasOwn(baseline.scenarios, name))
    return { moves: [], missing: [`the baseline has no scenario ${name}`], notes: [] };
  const before = baseline.scenarios[name];
  const moves: Move[] = [];
  const missing: string[] = [];
  const notes: string[] = before.seed === now.seed ? [] : [`the seed was ${before.seed}, and is ${now.seed}`];
  const otherEvents: string[] = [];
  for (const [variant, { figures, fingerprint }] of Object.entries(now.variants)) {
    if (!Object.hasOwn(before.variants, variant)) {
      missing.push(`the baseline of ${name} has no variant ${variant}`);
      continue;
    }
    const stored = before.variants[variant];
    const moved = Object.entries(baseline.tolerances).flatMap(
      ([metric, tolerance]) =>
        moveOf(variant, metric, stored.figures[metric] ?? null, figures[metric] ?? null, tolerance) ?? [],
    );
    moves.push(...moved);
    const comparable = baseline.node === node && fingerprint !== undefined && stored.fingerprint !== undefined;
    if (comparable && moved.length === 0 && fingerprint !== stored.fingerprint) otherEvents.push(variant);
  }
  if (otherEvents.length > 0)
    notes.push(`other events than the baseline's, but figures within its tolerances: ${otherEvents.join(', ')}`);
  return { moves, missing, notes };
}

/** With these scenarios' figures instead of its own; others stay. */
export function updatedBaseline(
  baseline: Baseline,
  node: string,
  scenarios: ReadonlyMap<string, StoredScenario>,
): Baseline {
  const all = { ...baseline.scenarios, ...Object.fromEntries(scenarios) };
  return { ...baseline, node, scenarios: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

export function baselineText(baseline: Baseline): string {
  const about =
    'Headline figures of checked scenarios. `sim check FILES --baseline THIS` compares with them; with --update it rewrites them. A tolerance is a share of the stored figure.';
  const { format, node, replications, tolerances, scenarios } = baseline;
  return `${jsonText({ about, format, node, replications, tolerances, scenarios }, 2)}\n`;
}

type Plain = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFigure(value: unknown): value is StoredFigure {
  return (
    value === null ||
    typeof value === 'number' ||
    value === OPEN ||
    (typeof value === 'string' && typeof parseDuration(value) === 'number')
  );
}

function isVariant(value: unknown): value is StoredVariant {
  return isMap(value) && isMap(value.figures) && Object.values(value.figures).every(isFigure);
}

function isScenario(value: unknown): value is StoredScenario {
  return (
    isMap(value) &&
    typeof value.seed === 'string' &&
    isMap(value.variants) &&
    Object.values(value.variants).every(isVariant)
  );
}

/** The baseline that a text holds, or what is wrong with it. */
export function parseBaseline(text: string): Baseline | { readonly mistake: string } {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return { mistake: `it is no JSON: ${(error as Error).message}` };
  }
  if (!isMap(read) || read.format !== 1) return { mistake: 'it is no baseline of format 1' };
  const { node, replications, tolerances, scenarios } = read;
  if (typeof node !== 'string') return { mistake: '`node` must be a version of Node' };
  if (replications !== null && typeof replications !== 'number')
    return { mistake: '`replications` must be a number, or null' };
  if (!isMap(tolerances)) return { mistake: '`tolerances` must be a map of metrics and shares' };
  for (const [metric, tolerance] of Object.entries(tolerances)) {
    if (!Object.hasOwn(metricCatalogue, metric))
      return { mistake: `\`tolerances\` names ${JSON.stringify(metric)}, which is no metric` };
    if (typeof tolerance !== 'number' || !(tolerance >= 0))
      return { mistake: `the tolerance of ${metric} must be a share of at least 0, like 0.05` };
  }
  if (!isMap(scenarios)) return { mistake: '`scenarios` must be a map' };
  for (const [name, scenario] of Object.entries(scenarios))
    if (!isScenario(scenario)) return { mistake: `the figures of ${name} are not as sim writes them` };
  return {
    format: 1,
    node,
    replications,
    tolerances: tolerances as Baseline['tolerances'],
    scenarios: scenarios as Baseline['scenarios'],
  };
}

/** As people read it. */
export function figureText(metric: string, figure: StoredFigure): string {
  if (figure === null) return 'no value';
  if (typeof figure === 'number') return String(figure);
  const ms = numeric(figure);
  return metricCatalogue[metric]?.unit === 'duration' && Number.isFinite(ms) ? roughDuration(ms) : figure;
}
