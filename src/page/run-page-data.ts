/**
 * The page's data out of a run: the records that the run has anyway, chosen and rounded. Nothing of Node's, so
 * that a browser's worker can make it as well.
 */
import { metricCatalogue, metricOf } from '../metrics/catalogue.ts';
import type { EndedRun } from '../metrics/ended-run.ts';
import type { Outcome } from '../metrics/outcome.ts';
import { causedDrops, reproductionCurve } from '../metrics/reproduction.ts';
import { rounded } from '../metrics/rounding.ts';
import { longerText, shownIn } from '../metrics/shown.ts';
import { story } from '../metrics/story.ts';
import type { TimeSeries } from '../metrics/time-series.ts';
import { valueText } from '../metrics/value-text.ts';
import type { NotableEvent } from '../model/state/recorder.ts';
import { hostStates } from '../model/state/vocabulary.ts';
import { explainScenario } from '../scenario/explain.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import {
  PAGE_FORMAT,
  type PageChart,
  type PageCurve,
  type PageData,
  type PageFigure,
  type PageLoss,
} from './page-data.ts';

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

/** Parents below this share are told by none. */
const SHARE_MIN = 0.05;
/** A storm of more losses than that shows those that dropped most. */
const LOSSES_MAX = 5000;

const cell = (value: number): number | null => (Number.isFinite(value) ? rounded(value) : null);

export function pageDataOf(run: PageRun): PageData {
  const { outcome, ended, loaded } = run;
  const { scenario, recorder } = ended;
  if (recorder.hostSeries === null) throw new Error('a page needs a run that looked at its hosts');
  const { fleet } = recorder;
  const curve = reproductionCurve(recorder.ledger, recorder.endMs);
  const series = recorder.hostSeries.data();
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
    complete: outcome.complete,
    command: run.command,
    verdict: verdictOf(outcome),
    clock: { startMs: scenario.clock.startMs, timezone: scenario.clock.timezone },
    endMs: scenario.clock.durationMs,
    story: story(ended).map((line): [string, string] => {
      const [when, ...words] = line.split('  ');
      return [when, words.join('  ').trim()];
    }),
    figures: figuresOf(outcome, ended),
    pods: fleet.podNames,
    tiers: fleet.tierNames,
    hostStates,
    hosts: series.states.map((_, host) => ({
      label: fleet.hostLabel(host),
      tier: fleet.hostTier(host),
      pod: fleet.hostPod(host),
      slots: fleet.hostSlots(host),
    })),
    series,
    charts: chartsOf(run),
    marks: run.events
      .filter(({ kind }) => !['hostUp', 'hostReady', 'hostUnready', 'hostReadmitted'].includes(kind))
      .map(({ atMs, kind, text }) => ({ atMs, kind, text })),
    reproduction: {
      atMs: curve.atMs,
      values: curve.values.map(cell),
      crossings: curve.crossings,
      settledMs: curve.settledMs,
    },
    losses: lossesOf(ended),
    observed: outcome.observed,
    fields: explainScenario(loaded).map(({ path, value, unit, origin, ground }) => ({
      path,
      value,
      unit,
      origin,
      why: ground === null ? '' : ground.kind === 'source' ? ground.cite : ground.why,
    })),
  };
}

function verdictOf({ episodes, complete }: Outcome): string {
  if (!complete) return 'interrupted';
  if (episodes.length === 0) return 'stable: no outage';
  const metastable = episodes.some((episode) => episode.metastable === true);
  const open = episodes.some(({ resolvedAt }) => resolvedAt === null);
  if (metastable) return open ? 'metastable: it sustains itself, and has not ended' : 'metastable, and ended in time';
  return open ? 'not over when the run ends' : 'recovered';
}

function figuresOf(outcome: Outcome, ended: EndedRun): PageFigure[] {
  const { metrics: values, censored, reasons } = outcome;
  return shownIn(metricCatalogue, 'headline').flatMap(([metric, headline]) => {
    const { part, words } = headline;
    const names =
      part === undefined
        ? Object.keys(values).filter((name) => name === metric)
        : Object.keys(values).filter((name) => name.startsWith(`${metric}.`) && name.endsWith(`.${part}`));
    return names.flatMap((name): PageFigure[] => {
      const value = values[name];
      const row = { name, values, censored, reasons, ended };
      const isEmpty = value === null && !(name in censored) && words === undefined;
      if (isEmpty || (headline.hideZero === true && value === 0) || headline.isTold?.(row) === false) return [];
      const text =
        words !== undefined
          ? words(value).text
          : name in censored
            ? longerText(censored[name], '≥')
            : valueText(value, metricOf(name)?.unit ?? 'count');
      return [{ name, text, note: headline.note?.(row) ?? '', help: metricOf(name)?.help ?? '' }];
    });
  });
}

function chartsOf({ series, ended }: PageRun): PageChart[] {
  const { fleet, hostSeries } = ended.recorder;
  const atMs = [...series.atMs];
  const curve = (column: string, name: string): PageCurve[] => {
    const values: Float64Array | undefined = series.columns[column];
    return values === undefined ? [] : [{ name, unit: series.units[column], values: Array.from(values, cell) }];
  };
  const hosts = hostSeries!.data();
  return [
    {
      title: 'Disconnected, by pod',
      atMs,
      curves: [
        ...curve('disconnectedFraction', 'fleet'),
        ...fleet.podNames.flatMap((pod) => curve(`disconnectedFraction.${pod}`, pod)),
      ],
    },
    {
      title: 'Attempts, by how they end',
      atMs,
      curves: ['connected', 'timedOut', 'rejected', 'reset', 'cancelled'].flatMap((end) =>
        curve(`attemptsPerSec.${end}`, end),
      ),
    },
    {
      title: 'Queue wait, mean by tier',
      atMs,
      curves: fleet.tierNames.flatMap((tier) => curve(`queueWaitMs.${tier}.mean`, tier)),
    },
    {
      title: 'Goodput against abandoned work',
      atMs: hosts.atMs,
      curves: fleet.tierNames.flatMap((tier, index): PageCurve[] => [
        { name: `${tier}: for somebody`, unit: 'per second', values: hosts.work[index].goodPerSec.map(cell) },
        { name: `${tier}: for nobody`, unit: 'per second', values: hosts.work[index].forNobodyPerSec.map(cell) },
      ]),
    },
  ];
}

function lossesOf({ recorder: { ledger } }: EndedRun): PageLoss[] {
  const caused = causedDrops(ledger);
  const told = ledger.losses.map(({ number, atMs, kind, subject, parents }) => ({
    number,
    atMs,
    kind,
    subject,
    drops: ledger.dropsOf(number),
    caused: rounded(caused.get(number) ?? 0),
    parents: [...parents]
      .filter(([, share]) => share >= SHARE_MIN)
      .sort(([, a], [, b]) => b - a)
      .map(([parent, share]): [number, number] => [parent, rounded(share)]),
  }));
  if (told.length <= LOSSES_MAX) return told;
  const kept = new Set([...told].sort((a, b) => b.drops - a.drops).slice(0, LOSSES_MAX).map(({ number }) => number)); // prettier-ignore
  return told.filter(({ number }) => kept.has(number));
}
