/**
 * The outcome of a run, as it is written to outcome.json: plain data with a
 * stable order of keys, numbers rounded, instants as clock times of the
 * scenario's day. A metric without a value is null, and `reasons` says why; the
 * duration of an episode that is still open is null too, and `censored` says
 * how long it had lasted.
 */
import type { Expression, MetricUnit } from '../scenario/expression.ts';
import { jsonText } from '../scenario/safe-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { allReadings, metricCatalogue, metricOf, unitWord, type MetricValue } from './catalogue.ts';
import { judge, type Verdict } from './judgement.ts';
import type { Episode } from './episodes.ts';
import type { EndedRun } from './ended-run.ts';
import type { Metric } from './metric.ts';
import { judgeObserved, type ObservedKind } from './observed.ts';
import { reproductionCurve, reproductionWithin, type EpisodeReproduction } from './reproduction.ts';
import { rounded } from './rounding.ts';
import { CLOCK_TIME, numberUnit, type Censored, type OutcomeValue } from './told-value.ts';

export interface Outcome {
  readonly tool: string;
  readonly format: number;
  readonly scenario: string;
  readonly variant: string;
  /** what was changed beside it, as `path=value`; empty if nothing was */
  readonly set: readonly string[];
  readonly seed: string;
  readonly scenarioHash: string;
  readonly fingerprint: string;
  /** false: the run was interrupted, and this is what there was until then */
  readonly complete: boolean;
  readonly metrics: Readonly<Record<string, OutcomeValue>>;
  /** what values are in: by a metric's name without its parts, and by the keys of episodes as `episodes.peakAt` */
  readonly units: Readonly<Record<string, string>>;
  /** a sentence for each metric that has no value, or whose value is not final */
  readonly reasons: Readonly<Record<string, string>>;
  /** metrics that had not ended when the run did; they are null */
  readonly censored: Readonly<Record<string, Censored>>;
  readonly episodes: readonly EpisodeOutcome[];
  readonly observed: readonly ObservedOutcome[];
  readonly expectations: readonly ExpectationOutcome[];
}

export interface EpisodeOutcome {
  readonly startedAt: string;
  readonly allPodsAt: string | null;
  readonly peakAt: string;
  readonly peakDisconnectedFraction: number;
  readonly recoveringAt: string | null;
  readonly resolvedAt: string | null;
  /** from when on the storm's reproduction number was below 1 until the end of it; null: it never was, or not at the end */
  readonly turnedAt: string | null;
  /** the greatest that it was; null if no attempt ended in an impacted pod */
  readonly reproductionMax: number | null;
  /** of an open one that has been calm since then, for less than five minutes, when the run ends */
  readonly calmFrom: string | null;
  /** the action that had begun last before it; null: it began before any had */
  readonly trigger: string | null;
  readonly triggerEndedAt: string | null;
  /** null: the run ended too soon to tell */
  readonly outlivesTrigger: boolean | null;
  /** null: the run ended too soon to tell */
  readonly metastable: boolean | null;
  readonly endedBy: string;
  readonly hostDeaths: number;
  readonly sessionMinutesLost: number;
}

export interface ObservedOutcome {
  readonly name: string;
  readonly at: string;
  readonly says: string;
  readonly expect: string | null;
  readonly simulated: OutcomeValue;
  /** what `simulated` is in; null where nothing is expected */
  readonly unit: string | null;
  readonly since: string | null;
  /** null: only on record, not reached, or the run does not claim to be the day that was observed */
  readonly holds: boolean | null;
  readonly kind: ObservedKind;
}

export interface ExpectationOutcome {
  readonly expression: string;
  readonly value: OutcomeValue;
  /** what `value` is in */
  readonly unit: string;
  /** of a value that had not ended when the run did, and is null */
  readonly censoredAtMs?: number;
  /** null: undecided, for the run ended too soon, or needs the runs that `needs` names */
  readonly holds: boolean | null;
  /** only where there is no value or no verdict: why */
  readonly reason?: string;
  /** only where it needs other runs: the variants */
  readonly needs?: readonly string[];
}

/** Which run this was. */
export interface RunIdentity {
  readonly variant: string;
  /** changes beside the variant's; none if not said */
  readonly set?: readonly string[] | undefined;
  readonly seed: string;
  readonly scenarioHash: string;
  readonly fingerprint: string;
  readonly complete: boolean;
  /** whether it claims to be the day that was observed: only then do `observed` rows judge it */
  readonly sameDay: boolean;
}

/** What the values of an episode are in; null where they are words, or yes or no. */
const unitsOfEpisode: Readonly<Record<keyof EpisodeOutcome, string | null>> = {
  startedAt: CLOCK_TIME,
  allPodsAt: CLOCK_TIME,
  peakAt: CLOCK_TIME,
  peakDisconnectedFraction: unitWord('peakDisconnectedFraction'),
  recoveringAt: CLOCK_TIME,
  resolvedAt: CLOCK_TIME,
  turnedAt: CLOCK_TIME,
  reproductionMax: unitWord('reproduction'),
  calmFrom: CLOCK_TIME,
  trigger: null,
  triggerEndedAt: CLOCK_TIME,
  outlivesTrigger: null,
  metastable: null,
  endedBy: null,
  hostDeaths: unitWord('hostDeaths'),
  sessionMinutesLost: unitWord('sessionMinutesLost'),
};
const episodeUnits = Object.fromEntries(
  Object.entries(unitsOfEpisode).flatMap(([key, unit]) => (unit === null ? [] : [[`episodes.${key}`, unit]])),
);

const TOOL = 'cascade-sim';
const FORMAT = 1;

export function createOutcome(ended: EndedRun, identity: RunIdentity): Outcome {
  const { scenario } = ended;
  const readings = allReadings(ended);
  return {
    tool: TOOL,
    format: FORMAT,
    scenario: scenario.name,
    variant: identity.variant,
    set: identity.set ?? [],
    seed: identity.seed,
    scenarioHash: identity.scenarioHash,
    fingerprint: identity.fingerprint,
    complete: identity.complete,
    metrics: mapped(readings, ({ value }, name) => toldValue(ended, unitOf(name), value)),
    units: { ...mapped(metricCatalogue, toldUnit), ...episodeUnits },
    reasons: mapped(readings, ({ reason }) => reason ?? undefined),
    censored: mapped(readings, (reading, name) => censoredOf(unitOf(name), reading)),
    episodes: episodeOutcomes(ended),
    observed: scenario.observed.map((row) => observedOutcome(ended, row, identity.sameDay)),
    expectations: scenario.expect.map((condition) =>
      expectationOutcome(ended, condition, judge(ended, condition, identity.variant)),
    ),
  };
}

/** The text of outcome.json. */
export function outcomeJson(outcome: Outcome): string {
  return `${jsonText(outcome, 2)}\n`;
}

/** A map with each value made into another, or left out. */
function mapped<V, W>(
  map: Readonly<Record<string, V>>,
  of: (value: V, name: string) => W | undefined,
): Record<string, W> {
  return Object.fromEntries(Object.entries(map).flatMap(([name, value]): [string, W][] => {
    const made = of(value, name);
    return made === undefined ? [] : [[name, made]];
  })); // prettier-ignore
}

/** What an outcome tells a metric's values in. */
function toldUnit(metric: Pick<Metric, 'unit' | 'measuredIn'>): string {
  return metric.unit === 'instant' ? CLOCK_TIME : numberUnit(metric);
}

function unitOf(name: string): MetricUnit {
  return metricOf(name)?.unit ?? 'count';
}

/** A metric's value as outcomes tell it. */
export function toldValue({ scenario }: EndedRun, unit: MetricUnit, value: number): OutcomeValue {
  if (!Number.isFinite(value)) return null;
  return unit === 'instant' ? formatClock(scenario.clock, value) : rounded(value);
}

/** Of what had not ended when the run did: an open outage, or times among those of sessions that are still away. */
function censoredOf(unit: MetricUnit, { value, range }: Pick<MetricValue, 'value' | 'range'>): Censored | undefined {
  const isOpen = unit === 'duration' && range?.high === Infinity && range.mayBeNone !== true;
  return isOpen && !Number.isFinite(value) ? { atMs: rounded(range.low) } : undefined;
}

function expectationOutcome(
  ended: EndedRun,
  { text, left }: Scenario['expect'][number],
  verdict: Verdict,
): ExpectationOutcome {
  const { value, holds, reason, needs } = verdict;
  const censored = censoredOf(unitOf(left.metric), verdict);
  return {
    expression: text,
    value: toldValue(ended, unitOf(left.metric), value),
    unit: toldUnit(metricOf(left.metric) ?? { unit: 'count' }),
    ...(censored === undefined ? {} : { censoredAtMs: censored.atMs }),
    holds,
    ...(reason === null ? {} : { reason }),
    ...(needs === undefined ? {} : { needs }),
  };
}

function episodeOutcomes({ scenario, recorder, curve, episodes }: EndedRun): EpisodeOutcome[] {
  if (episodes.length === 0) return [];
  const reproduction = reproductionCurve(recorder.traffic, curve);
  return episodes.map((episode) => episodeOutcome(scenario, episode, reproductionWithin(reproduction, episode)));
}

function episodeOutcome({ clock }: Scenario, episode: Episode, { max, turnedMs }: EpisodeReproduction): EpisodeOutcome {
  const told = (atMs: number | null): string | null => (atMs === null ? null : formatClock(clock, atMs));
  return {
    startedAt: formatClock(clock, episode.startedMs),
    allPodsAt: told(episode.allPodsMs),
    peakAt: formatClock(clock, episode.peakMs),
    peakDisconnectedFraction: rounded(episode.peakDisconnectedFraction),
    recoveringAt: told(episode.recoveringMs),
    resolvedAt: told(episode.resolvedMs),
    turnedAt: told(turnedMs),
    reproductionMax: Number.isNaN(max) ? null : rounded(max),
    calmFrom: told(episode.calmFromMs),
    trigger: episode.trigger,
    triggerEndedAt: told(episode.triggerEndedMs),
    outlivesTrigger: episode.outlivesTrigger,
    metastable: episode.metastable,
    endedBy: episode.endedBy,
    hostDeaths: episode.hostDeaths,
    sessionMinutesLost: rounded(episode.sessionMinutesLost),
  };
}

function observedUnit(expect: Expression | null): string | null {
  if (expect === null) return null;
  return expect.kind === 'milestone' ? CLOCK_TIME : toldUnit(metricOf(expect.left.metric) ?? { unit: 'count' });
}

function observedOutcome(ended: EndedRun, row: Scenario['observed'][number], sameDay: boolean): ObservedOutcome {
  const { clock } = ended.scenario;
  const { simulated, isInstant, sinceMs, holds, kind } = judgeObserved(ended, row);
  return {
    name: row.name,
    at: formatClock(clock, row.atMs),
    says: row.says,
    expect: row.expect?.text ?? null,
    simulated: toldValue(ended, isInstant ? 'instant' : 'count', simulated),
    unit: observedUnit(row.expect),
    since: sinceMs === null ? null : formatClock(clock, sinceMs),
    holds: sameDay ? holds : null,
    kind: sameDay || kind === 'record' ? kind : 'counterfactual',
  };
}
