/**
 * The audit: random scenarios with random windows are run once, by the product's
 * recorder, which a log of the raw calls is kept of; then every value of the
 * catalogue must be what is counted from the log. AUDIT_RUNS sets how many,
 * AUDIT_SEED which; a failure says how to repeat it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allValues, metricCatalogue, valueAt } from '../../../src/metrics/catalogue.ts';
import { endedRun, type EndedRun } from '../../../src/metrics/ended-run.ts';
import { MetricsRecorder } from '../../../src/metrics/metrics-recorder.ts';
import type { Recorder } from '../../../src/model/state/recorder.ts';
import { Simulation } from '../../../src/model/simulation.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { brokenFractions } from '../../laws/fractions.ts';
import { lawContent } from '../../laws/law-scenario.ts';
import { scenarioOf } from '../../small-scenario.ts';
import { auditedMetrics, type Count } from './audited-metrics.ts';
import { AuditedRun } from './audited-run.ts';
import { RawLog } from './raw-log.ts';

const SEED = Number(process.env.AUDIT_SEED ?? 20261127);
const PATH = process.env.AUDIT_PATH;
const TIMEOUT_MS = 600_000;

/** Sums in another order differ in their last bits. */
const TOLERANCE = 1e-9;
/** What histograms promise of their quantiles: half of a 256th of a power of two, and a microsecond near 0. */
const QUANTILE_TOLERANCE = 1 / 512;
const SHORTEST_MS = 2 ** -10;

/**
 * Clocks that end on and off a whole second, runs that are stopped half-way, and
 * windows that begin on and off one, at the start, just before the end, and
 * later than a stopped run comes.
 */
const windowed = fc
  .record({
    content: lawContent,
    endMs: fc.constantFrom(180_000, 120_000, 119_500, 60_000, 45_001),
    from: fc.oneof(
      fc.constant(() => 0),
      fc.integer({ min: 0, max: 999_999 }).map((part) => (endMs: number) => Math.floor((endMs * part) / 1_000_000)),
      fc.integer({ min: 0, max: 179 }).map((second) => (endMs: number) => Math.min(1000 * second, endMs - 1)),
      fc.integer({ min: 1, max: 1500 }).map((beforeMs) => (endMs: number) => Math.max(0, endMs - beforeMs)),
    ),
    metastableAfter: fc.constantFrom('15m', '20s', '1500ms'),
    stops: fc.constantFrom(false, false, false, true),
  })
  .map(({ content, endMs, from, metastableAfter, stops }) => ({
    content: { ...cutTo(content, endMs), measure: { from: `${from(endMs)}ms` }, metastableAfter },
    stopMs: stops ? 1000 * Math.floor(endMs / 2000) : endMs,
  }));

/** An outage that is over after some minutes, and an action that nobody notices. */
export const overSoon = {
  clock: { date: '2023-04-26', from: '00:00', to: '10m' },
  tiers: [{ name: 'api', hosts: 2, parallelism: 1, serviceTime: '400ms', boot: '5s', holdsSessions: true }],
  products: [{ name: 'chat', sessions: 60 }],
  clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' }, connectTimeout: '9s' }],
  timeline: [
    { name: 'maintenance', at: '10s', action: 'reboot', target: { tier: 'api' } },
    { name: 'restart', at: '590s', action: 'restart-tier', tier: 'api' },
  ],
};

interface CutAction {
  readonly name: string;
  readonly at?: string;
  readonly after?: string;
  readonly by?: string;
}

const msOf = (text: string): number =>
  text.endsWith('ms') ? Number(text.slice(0, -2)) : 1000 * Number(text.slice(0, -1));

/** Actions that begin before the end, those that follow others included. */
function actionsUntil(endMs: number, actions: readonly CutAction[]): CutAction[] {
  const beginMs = new Map<string, number>();
  for (const { name, at, after = '', by = '0s' } of actions)
    beginMs.set(name, at === undefined ? (beginMs.get(after) ?? Infinity) + msOf(by) : msOf(at));
  return actions.filter(({ name }) => beginMs.get(name)! < endMs);
}

/** Nothing of a scenario may lie beyond its clock. */
function cutTo(content: Record<string, unknown>, endMs: number): Record<string, unknown> {
  const within = <Key extends string, T extends Readonly<Record<Key, string>>>(key: Key, items: readonly T[]): T[] =>
    items.filter((item) => msOf(item[key]) < endMs);
  const products = (content.products as Record<string, unknown>[]).map(({ profile, arrivals, ...own }) => {
    const { schedule, ...more } = (arrivals ?? {}) as { schedule?: { from: string; rate: string }[] };
    const cut = schedule === undefined ? arrivals : { ...more, schedule: within('from', schedule) };
    return {
      ...own,
      ...(profile === undefined ? {} : { profile: within('at', profile as { at: string }[]) }),
      ...(arrivals === undefined ? {} : { arrivals: cut }),
    };
  });
  return {
    ...content,
    clock: { date: '2023-04-26', from: '00:00', to: `${endMs}ms` },
    products,
    timeline: actionsUntil(endMs, content.timeline as CutAction[]),
    responders: (content.responders as { from?: string }[]).filter(({ from = '0s' }) => msOf(from) < endMs),
  };
}

interface Audited {
  readonly ended: EndedRun;
  readonly run: AuditedRun;
}

/** `heard` is what the recorder under audit hears with; the log hears all. */
export function audit(
  scenario: Scenario,
  heard: (recorder: Recorder) => Recorder = (recorder) => recorder,
  stopMs: number = scenario.clock.durationMs,
): Audited {
  const recorder = new MetricsRecorder(scenario);
  const log = new RawLog();
  const simulation = new Simulation(scenario, { seed: 'audit', recorder: log.before(heard(recorder)) });
  simulation.run(stopMs);
  simulation.finish();
  return { ended: endedRun(recorder), run: new AuditedRun(scenario, log) };
}

function isSame(name: string, value: number, counted: number): boolean {
  if (Number.isNaN(counted) || !Number.isFinite(counted)) return Object.is(value, counted);
  const tolerance = /\.p\d+$/.test(name)
    ? QUANTILE_TOLERANCE * Math.abs(counted) + SHORTEST_MS
    : TOLERANCE * Math.max(1, Math.abs(counted));
  return Math.abs(value - counted) <= tolerance;
}

/** Every value that is not what the log says, in words. */
export function differences({ ended, run }: Audited): string[] {
  return Object.entries(allValues(ended)).flatMap(([name, value]) => {
    const [metric, ...parts] = name.split('.');
    const count = auditedMetrics[metric] as Count | undefined;
    if (count === undefined) return [`${name} is ${value}, and nobody counts it`];
    // Where a tier or a state must be named, none has no value.
    const mustName = metric === 'stateSessions' || metricCatalogue[metric].parts.includes('quantile');
    const mustBe = metricCatalogue[metric].parts.filter((part) => part !== 'who').length;
    if (mustName && parts.length < mustBe) return Number.isNaN(value) ? [] : [`${name} is ${value} without a part`];
    const wasMeasured = metricCatalogue[metric].ofRun === true || run.fromMs <= run.endMs;
    const counted = wasMeasured ? count(run, parts) : NaN;
    return isSame(name, value, counted) ? [] : [`${name} is ${value}, and ${counted} is counted`];
  });
}

/** Metrics that one run knows by itself. */
export const ofOneRun = Object.keys(metricCatalogue).filter((name) => !('isListed' in metricCatalogue[name]));

/** A gauge at an instant is that of the last whole second. */
function gaugesAt({ ended, run }: Audited, atMs: number): string[] {
  const second = 1000 * Math.floor(atMs / 1000);
  const shots = run.log.shots.filter((shot) => shot.atMs === second && atMs <= run.endMs);
  const counts = shots.map(({ hosts }) => hosts.reduce((sum, { queued }) => sum + queued, 0));
  const { value } = valueAt(ended, { metric: 'queueLength', parts: [], variant: null, atMs }, atMs);
  return Object.is(value, counts[0] ?? NaN) ? [] : [`queueLength at ${atMs} ms is ${value}, and was ${counts[0]}`];
}

export function checkAudit(usual: number): void {
  const runs = Number(process.env.AUDIT_RUNS ?? usual);
  describe(`on ${runs} random scenarios with random windows`, () => {
    it(
      'every metric is what is counted from what the model told, and every fraction a fraction',
      () => {
        const seen = new Set<string>();
        const hold = (content: Record<string, unknown>, stopMs?: number): void => {
          const audited = audit(scenarioOf(content), undefined, stopMs);
          const values = allValues(audited.ended);
          for (const [name, value] of Object.entries(values))
            if (!Number.isNaN(value) && value !== 0) seen.add(name.split('.')[0]);
          const { fromMs, endMs } = audited.run;
          const flaws = [
            ...differences(audited),
            ...brokenFractions(values),
            ...[0, fromMs, endMs - 0.5, endMs + 0.5].flatMap((atMs) => gaugesAt(audited, atMs)),
          ];
          if (flaws.length > 0) throw new Error(flaws.join('\n'));
        };
        hold(overSoon);
        const property = fc.property(windowed, ({ content, stopMs }) => hold(content, stopMs));
        const { failed, seed, counterexamplePath, counterexample, errorInstance } = fc.check(property, {
          numRuns: runs,
          seed: SEED,
          endOnFailure: true,
          ...(PATH === undefined ? {} : { path: PATH }),
        });
        if (failed) {
          const repeat = `AUDIT_SEED=${seed} AUDIT_PATH=${counterexamplePath ?? ''} npx vitest run --project fast test/metrics/audit.test.ts`;
          throw new Error(
            `${String(errorInstance)}\non the scenario\n${JSON.stringify(counterexample?.[0])}\nrepeat: ${repeat}`,
          );
        }
        // The audit means something only where there was something to count.
        if (runs >= 40 && PATH === undefined) expect(ofOneRun.filter((name) => !seen.has(name))).toEqual([]);
      },
      TIMEOUT_MS,
    );
  });
}
