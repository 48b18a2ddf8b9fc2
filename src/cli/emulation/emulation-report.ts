/**
 * What `sim emulate` prints at its end: of the metrics of a run those that a
 * server can see, under their own names and definitions, and how well this
 * machine kept up. Who is disconnected, and how long an outage lasted, only the
 * clients know.
 */
import { allReadings, metricOf, unitWord } from '../../metrics/catalogue.ts';
import { endedRun, type EndedRun } from '../../metrics/ended-run.ts';
import type { Histogram } from '../../metrics/histogram.ts';
import type { MetricsRecorder } from '../../metrics/metrics-recorder.ts';
import { toldValue } from '../../metrics/outcome.ts';
import type { OutcomeValue } from '../../metrics/told-value.ts';
import { valueText } from '../../metrics/value-text.ts';
import { jsonText } from '../../scenario/safe-text.ts';
import { formatClock } from '../../scenario/wall-clock.ts';
import { tableText, wrapped } from '../table.ts';
import type { Side } from '../terminal.ts';

/** Those that hosts and balancers can count, by themselves. */
const seen = [
  'attempts',
  'rejected',
  'attemptsPerSecondPeak',
  'goodput',
  'connectTime',
  'queueWait',
  'utilisation',
  'abandonedWorkFraction',
  'drops',
  'hostDeaths',
  'hostReboots',
  'ejections',
] as const;
/** Of those that have statistics, the ones that the table shows. */
const shownParts = new Set(['p50', 'p99']);

export interface EmulationEnd {
  readonly identity: Readonly<{ scenario: string; variant: string; set: readonly string[]; seed: string }>;
  readonly recorder: MetricsRecorder;
  readonly startAtMs: number;
  readonly complete: boolean;
  readonly lateness: Histogram;
  /** by why: what never came to the model */
  readonly turnedAway: Readonly<Record<string, number>>;
  readonly leftOut: readonly string[];
}

function readingsOf(ended: EndedRun): Record<string, OutcomeValue> {
  const names: ReadonlySet<string> = new Set(seen);
  return Object.fromEntries(
    Object.entries(allReadings(ended)).flatMap(([name, { value }]): [string, OutcomeValue][] =>
      names.has(name.split('.', 1)[0]) ? [[name, toldValue(ended, metricOf(name)?.unit ?? 'count', value)]] : [],
    ),
  );
}

/** Parts of a count are told beside it, not below; of tiers, each has its row if there are several. */
function isRow(name: string, value: OutcomeValue, tiers: number): boolean {
  if (value === null) return false;
  const parts = name.split('.').slice(1);
  const kinds = metricOf(name)?.parts ?? [];
  if (kinds.includes('quantile')) return shownParts.has(parts.at(-1) ?? '');
  if (kinds.includes('tier')) return parts.length === (tiers > 1 ? 1 : 0);
  return parts.length === 0 && (name === 'attempts' || value !== 0);
}

function noteOf(name: string, values: Readonly<Record<string, OutcomeValue>>, ended: EndedRun): string {
  return metricOf(name)?.headline?.note?.({ name, values, censored: {}, reasons: {}, ended }) ?? '';
}

function roundMs(ms: number): number {
  return Math.round(10 * ms) / 10;
}

export function printEmulation(end: EmulationEnd, asJson: boolean, out: Side): void {
  const { identity, recorder, startAtMs, complete, lateness, turnedAway, leftOut } = end;
  const ended = endedRun(recorder, !complete);
  const values = readingsOf(ended);
  const { clock } = recorder.scenario;
  const from = formatClock(clock, startAtMs);
  const to = formatClock(clock, recorder.endMs);
  const late =
    lateness.count === 0 ? null : { p99Ms: roundMs(lateness.quantile(0.99)), maxMs: roundMs(lateness.quantile(1)) };
  if (asJson) {
    const units = Object.fromEntries(seen.map((name) => [name, unitWord(name)]));
    out.write(
      `${jsonText({ ...identity, complete, from, to, metrics: values, units, turnedAway, late, leftOut }, 2)}\n`,
    );
    return;
  }
  const { colors, width } = out;
  const rows = Object.entries(values)
    .filter(([name, value]) => isRow(name, value, recorder.scenario.tiers.length))
    .map(([name, value]) => [
      name,
      colors.bold(valueText(value, metricOf(name)?.unit ?? 'count')),
      colors.dim(noteOf(name, values, ended)),
    ]);
  const interrupted = complete ? '' : ', interrupted';
  out.write(
    wrapped(colors.bold(`${identity.scenario} / ${identity.variant}, ${from}–${to}${interrupted}`), width, 0, 2),
  );
  out.write(tableText(rows, { width, wraps: 2, lead: 2, indent: 2, align: ['left', 'right'], colors }));
  for (const [why, count] of Object.entries(turnedAway))
    if (count > 0) out.write(wrapped(`turned away, and not among the attempts: ${count}, ${why}`, width, 2, 2));
  if (late !== null)
    out.write(
      wrapped(
        `99 % of the events came at most ${late.p99Ms} ms late, all of them at most ${late.maxMs} ms`,
        width,
        2,
        2,
      ),
    );
}
