/**
 * The outcome of a run, as it is written to outcome.json: plain data with a
 * stable order of keys, numbers rounded, instants as clock times of the
 * scenario's day. A metric without a value is null; the duration of an episode
 * that is still open is a text like `> 1h20m`.
 */
import type { MetricUnit } from '../scenario/expression.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { allValues, metricCatalogue } from './catalogue.ts';
import { judge } from './comparison.ts';
import type { Episode } from './episodes.ts';
import type { Figures } from './figures.ts';
import { judgeObserved, type ObservedKind } from './observed.ts';
import { longestEpisode } from './outage-metrics.ts';
import { roughDuration, rounded } from './rounding.ts';

/** A number, a clock time, `> 1h20m`, or null where there is no value. */
export type OutcomeValue = number | string | null;

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
  readonly triggerEndedAt: string | null;
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
  readonly since: string | null;
  readonly holds: boolean | null;
  readonly kind: ObservedKind;
}

export interface ExpectationOutcome {
  readonly expression: string;
  readonly value: OutcomeValue;
  /** null: needs another variant's run */
  readonly holds: boolean | null;
  /** only where there is no value or no verdict: why */
  readonly reason?: string;
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
}

const TOOL = 'cascade-sim';
const FORMAT = 1;

export function createOutcome(figures: Figures, identity: RunIdentity): Outcome {
  const { scenario, episodes } = figures;
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
    metrics: outcomeMetrics(figures),
    episodes: episodes.map((episode) => episodeOutcome(scenario, episode)),
    observed: scenario.observed.map((row) => observedOutcome(figures, row)),
    expectations: scenario.expect.map((comparison) => {
      const { value, holds, reason } = judge(figures, comparison, identity.variant);
      const told = toldValue(figures, metricCatalogue[comparison.left.metric]?.unit ?? 'count', value);
      return { expression: comparison.text, value: told, holds, ...(reason === null ? {} : { reason }) };
    }),
  };
}

/** The text of outcome.json. */
export function outcomeJson(outcome: Outcome): string {
  return `${JSON.stringify(outcome, null, 2)}\n`;
}

/** A metric's value as outcomes and tables tell it. */
export function toldValue({ scenario, recorder, episodes }: Figures, unit: MetricUnit, value: number): OutcomeValue {
  if (Number.isNaN(value)) return null;
  if (unit === 'instant') return formatClock(scenario.clock, value);
  if (Number.isFinite(value)) return rounded(value);
  const openMs = recorder.endMs - (longestEpisode(episodes)?.startedMs ?? 0);
  return `> ${roughDuration(openMs)}`;
}

function outcomeMetrics(figures: Figures): Record<string, OutcomeValue> {
  const told: Record<string, OutcomeValue> = {};
  for (const [name, value] of Object.entries(allValues(figures)))
    told[name] = toldValue(figures, metricCatalogue[name.split('.')[0]].unit, value);
  return told;
}

function episodeOutcome({ clock }: Scenario, episode: Episode): EpisodeOutcome {
  const told = (atMs: number | null): string | null => (atMs === null ? null : formatClock(clock, atMs));
  return {
    startedAt: formatClock(clock, episode.startedMs),
    allPodsAt: told(episode.allPodsMs),
    peakAt: formatClock(clock, episode.peakMs),
    peakDisconnectedFraction: rounded(episode.peakDisconnectedFraction),
    recoveringAt: told(episode.recoveringMs),
    resolvedAt: told(episode.resolvedMs),
    triggerEndedAt: told(episode.triggerEndedMs),
    metastable: episode.metastable,
    endedBy: episode.endedBy,
    hostDeaths: episode.hostDeaths,
    sessionMinutesLost: rounded(episode.sessionMinutesLost),
  };
}

function observedOutcome(figures: Figures, row: Scenario['observed'][number]): ObservedOutcome {
  const { clock } = figures.scenario;
  const { simulated, isInstant, sinceMs, holds, kind } = judgeObserved(figures, row);
  return {
    name: row.name,
    at: formatClock(clock, row.atMs),
    says: row.says,
    expect: row.expect?.text ?? null,
    simulated: toldValue(figures, isInstant ? 'instant' : 'count', simulated),
    since: sinceMs === null ? null : formatClock(clock, sinceMs),
    holds,
    kind,
  };
}
