/**
 * The page's data out of a run: the records that the run has anyway, chosen and rounded. Nothing of Node's, so
 * that a browser's worker can make it as well.
 */
import { metricOf } from '../metrics/catalogue.ts';
import type { EndedRun } from '../metrics/ended-run.ts';
import { headlineFigures } from '../metrics/headlines.ts';
import type { HostSeriesData } from '../metrics/host-series.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { expectationText, simulatedText } from '../metrics/outcome-text.ts';
import type { Outcome } from '../metrics/outcome.ts';
import { causedDrops, reproductionCurve, type ReproductionCurve } from '../metrics/reproduction.ts';
import { story } from '../metrics/story.ts';
import type { TimeSeries } from '../metrics/time-series.ts';
import type { NotableEvent } from '../model/state/recorder.ts';
import { counted } from '../metrics/value-text.ts';
import { hostStates } from '../model/state/vocabulary.ts';
import { explainScenario, type ExplainRow, type Ground } from '../scenario/explain.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { chartsOf, reproductionChart, short, ThinnedRows } from './charts-of-run.ts';
import { PAGE_FORMAT, type PageData, type PageLoss, type PageObserved } from './page-data.ts';
import { summaryOf, turnOf } from './summary.ts';

export interface PageRun {
  readonly outcome: Outcome;
  readonly series: TimeSeries;
  readonly events: readonly NotableEvent[];
  readonly ended: EndedRun;
  readonly loaded: LoadedScenario;
  readonly variantTitle: string;
  readonly version: string;
  readonly command: string;
}

/** A storm of more losses than that shows those that dropped most. */
const LOSSES_MAX = 3000;
/** Of so many marks only those of people and of episodes are kept. */
const MARKS_MAX = 3000;
/** What happens to hosts all the time; the fleet shows it. */
const hostKinds = new Set(['hostUp', 'hostReady', 'hostUnready', 'hostReadmitted', 'hostRebooted', 'hostEjected']);

export function pageDataOf(run: PageRun): PageData {
  const { outcome, ended } = run;
  const { scenario, recorder } = ended;
  if (recorder.hostSeries === null) throw new Error('a page needs a run that looked at its hosts');
  const curve = reproductionCurve(recorder.traffic, ended.curve);
  const looks = recorder.hostSeries.data();
  const rows = new ThinnedRows(run.series);
  return {
    format: PAGE_FORMAT,
    tool: outcome.tool,
    version: run.version,
    title: scenario.title,
    variant: outcome.variant,
    variantTitle: run.variantTitle,
    set: outcome.set,
    seed: outcome.seed,
    scenarioHash: outcome.scenarioHash,
    fingerprint: outcome.fingerprint,
    command: run.command,
    ...verdictOf(outcome),
    summary: summaryOf(ended, curve),
    clock: { startMs: scenario.clock.startMs, timezone: scenario.clock.timezone },
    endMs: scenario.clock.durationMs,
    story: story(ended).map((line): [string, string] => {
      const [when, ...words] = line.split('  ');
      return [when, words.join('  ').trim()];
    }),
    figures: headlineFigures(outcome, ended).map(({ name, text, note }) => ({
      name,
      text,
      note,
      help: metricOf(name)?.help ?? '',
    })),
    ...fleetOf(ended, looks),
    rowsMs: rows.atMs,
    reproductionMs: curve.atMs,
    charts: chartsOf(rows, looks, recorder.fleet),
    reproduction: reproductionChart(curve),
    reproductionSays: reproductionSays(ended, curve),
    turns: ended.episodes.flatMap((episode) => turnOf(ended, curve, episode) ?? []),
    marks: marksOf(run.events),
    ...lossesOf(ended),
    observed: observedOf(outcome, ended),
    expectations: outcome.expectations
      .filter(({ needs }) => needs === undefined)
      .map((one) => ({
        expression: one.expression,
        value: expectationText(one),
        holds: one.holds,
        reason: one.reason ?? '',
      })),
    ...rulesOf(run.loaded),
  };
}

function verdictOf({ episodes, complete }: Outcome): Pick<PageData, 'verdict' | 'mood'> {
  if (!complete) return { verdict: 'Interrupted', mood: 'unsure' };
  if (episodes.length === 0) return { verdict: 'Stable: no outage', mood: 'calm' };
  const open = episodes.some(({ resolvedAt }) => resolvedAt === null);
  if (episodes.some(({ metastable }) => metastable === true))
    return {
      verdict: open
        ? 'Metastable: it keeps itself up, and has not ended'
        : 'Metastable: it kept itself up until it was ended',
      mood: 'bad',
    };
  if (open) return { verdict: 'An outage that had not ended when the run did', mood: 'unsure' };
  return { verdict: 'Recovered: an outage that ended', mood: 'calm' };
}

function fleetOf(
  { recorder }: EndedRun,
  looks: HostSeriesData,
): Pick<PageData, 'pods' | 'tiers' | 'hostStates' | 'hosts' | 'series'> {
  const { fleet } = recorder;
  const brief = (values: readonly number[]): number[] => values.map((value) => short(value) ?? 0);
  return {
    pods: fleet.podNames,
    tiers: fleet.tierNames,
    hostStates,
    hosts: looks.states.map((_, host) => ({
      label: fleet.hostLabel(host),
      tier: fleet.hostTier(host),
      pod: fleet.hostPod(host),
      slots: fleet.hostSlots(host),
    })),
    series: {
      ...looks,
      tiers: looks.tiers.map(({ arriving, forSomebody, forNobody }) => ({
        arriving: brief(arriving),
        forSomebody: brief(forSomebody),
        forNobody: brief(forNobody),
      })),
      attempts: Object.fromEntries(Object.entries(looks.attempts).map(([end, values]) => [end, brief(values)])),
    },
  };
}

function marksOf(events: readonly NotableEvent[]): PageData['marks'] {
  const told = events.filter(({ kind }) => !hostKinds.has(kind));
  const marks = told.length <= MARKS_MAX ? told : told.filter(({ kind }) => kind !== 'hostDied' && kind !== 'stall');
  return marks.map(({ atMs, kind, text }) => ({ atMs, kind, text }));
}

function reproductionSays(ended: EndedRun, curve: ReproductionCurve): string[] {
  const clock = (atMs: number): string => formatClock(ended.scenario.clock, atMs);
  const first = curve.crossings.find(({ upwards }) => upwards);
  if (first === undefined) return ['It was never at 1: whoever lost something got back sooner than others were taken.'];
  const { episodes } = ended;
  const turns = episodes.flatMap((episode, at) => {
    const turn = turnOf(ended, curve, episode);
    const where = episodes.length === 1 ? 'It' : `In outage ${at + 1} it`;
    return turn === null ? [] : [`${where} fell below 1 for good at ${clock(turn.atMs)}${turn.text}.`];
  });
  const last = curve.crossings.at(-1);
  return [
    `It reached 1 at ${clock(first.atMs)}.`,
    ...turns,
    ...(last?.upwards === true ? ['It is not below 1 when the run ends.'] : []),
  ];
}

function lossesOf({ recorder: { ledger } }: EndedRun): Pick<PageData, 'losses' | 'lossCount'> {
  const caused = causedDrops(ledger);
  const told = ledger.losses.map(({ number, atMs, kind, subject, parents }): PageLoss => {
    const [parent, share] = [...parents].reduce((most, one) => (one[1] > most[1] ? one : most), [-1, 0]);
    const own = { number, atMs: Math.round(atMs), kind, subject, drops: ledger.dropsOf(number) };
    return { ...own, caused: Math.round(caused.get(number) ?? 0), parent, share: short(share) ?? 0 };
  });
  if (told.length <= LOSSES_MAX) return { losses: told, lossCount: told.length };
  const most = [...told].sort((a, b) => b.drops + b.caused - a.drops - a.caused).slice(0, LOSSES_MAX);
  const kept = new Set(most.map(({ number }) => number));
  return { losses: told.filter(({ number }) => kept.has(number)), lossCount: told.length };
}

/** What was observed judges the day on which it was, and is no measure of another. */
function observedOf({ observed, variant }: Outcome, { scenario }: EndedRun): PageObserved[] {
  if (variant !== BASELINE && observed.some(({ kind }) => kind === 'counterfactual')) return [];
  return observed.map((row, at) => ({
    atMs: scenario.observed[at].atMs,
    at: row.at,
    says: row.says,
    expect: row.expect ?? '',
    simulated: simulatedText(row),
    since: row.since ?? '',
    holds: row.holds,
    kind: row.kind,
  }));
}

function rulesOf(loaded: LoadedScenario): Pick<PageData, 'assumptions' | 'fields'> {
  const rows = explainScenario(loaded);
  const assumed = new Map<string, { ground: Extract<Ground, { kind: 'assumption' }>; rows: ExplainRow[] }>();
  for (const row of rows) {
    if (row.ground?.kind !== 'assumption') continue;
    const known = assumed.get(row.ground.path);
    if (known === undefined) assumed.set(row.ground.path, { ground: row.ground, rows: [row] });
    else known.rows.push(row);
  }
  return {
    assumptions: [...assumed.values()].map(({ ground, rows: about }) => ({
      path: ground.path,
      value:
        about.length === 1
          ? about[0].value
          : (about.find(({ path }) => path === ground.path)?.value ?? counted(about.length, 'field')),
      plausible: ground.plausible,
      why: ground.why,
    })),
    fields: rows.map(({ path, value, origin, help, ground }) => ({
      path,
      value,
      origin,
      help,
      why: ground === null ? '' : ground.kind === 'source' ? ground.cite : ground.why,
    })),
  };
}
