/**
 * A client version as a scenario says it, from what was seen of real clients:
 * every field that could be seen with how it was, the backoff with how well it
 * fits, the nearest preset, and what cannot be seen from a server.
 */
import type { PolicySpec } from '../../policies/parameters.ts';
import { backoffs } from '../../policies/backoff.ts';
import { formatDuration } from '../../scenario/quantity.ts';
import { resetFinding, retryAfterFinding, sentAwayOf, type SentAway } from './answers.ts';
import { effort, fitBackoff, type BackoffFit, type Effort } from './backoff-fit.ts';
import { byNumber } from './candidate-values.ts';
import { delaysOf, plainDelays, type Delay } from './delays.ts';
import {
  connectTimeoutFinding,
  giveUpFinding,
  keepaliveFinding,
  plural,
  type Finding,
  type Written,
} from './findings.ts';
import { nearestPreset, type NearestPreset } from './nearest-preset.ts';
import { isAnswered, type ClientLog } from './seen-attempts.ts';
import { secondsText } from './told-times.ts';

/** The delays before the n-th attempt, over the repetitions. */
export interface NumberedDelays {
  readonly number: number;
  readonly seen: number;
  readonly minMs: number;
  readonly meanMs: number;
  readonly maxMs: number;
}

export interface LearntClient {
  readonly attempts: number;
  readonly clients: number;
  readonly pages: number;
  readonly transports: readonly string[];
  readonly dialect: string | null;
  readonly delays: readonly NumberedDelays[];
  readonly fit: BackoffFit | null;
  readonly findings: readonly Finding[];
  readonly nearest: NearestPreset;
  readonly sentAway: readonly SentAway[];
  /** what the reader must know before believing it */
  readonly cautions: readonly string[];
}

function writtenParameter(unit: string, value: unknown): Written {
  if (value === Infinity) return 'none';
  if (unit === 'duration' || unit === 'durationOrNone') return formatDuration(value as number);
  if (unit === 'durations') return (value as readonly number[]).map(formatDuration);
  if (unit !== 'distribution') return value as Written;
  const { name, parameters } = value as { name: string; parameters: Record<string, number> };
  const values = Object.values(parameters).map(formatDuration);
  return { [name]: values.length === 1 ? values[0] : values };
}

/** A policy with all its parameters, in the notation of a file. */
export function writtenPolicy({ policy, parameters }: PolicySpec): Written {
  const written = Object.entries(parameters).map(([name, value]) => [
    name,
    writtenParameter(backoffs[policy].parameters[name].unit, value),
  ]);
  return { policy, ...(Object.fromEntries(written) as Record<string, Written>) };
}

function numbered(plain: readonly Delay[]): readonly NumberedDelays[] {
  return [...byNumber(plain)].map(([number, some]) => ({
    number,
    seen: some.length,
    minMs: Math.min(...some),
    meanMs: some.reduce((sum, ms) => sum + ms, 0) / some.length,
    maxMs: Math.max(...some),
  }));
}

/** Fewer say hardly anything of a policy. */
const DELAYS_LEAST = 6;

function fitText({ delays, within }: BackoffFit): string {
  if (delays < DELAYS_LEAST) return `from ${plural(delays, 'delay')} only: a guess, of which many others are as good`;
  if (within === delays) return `all ${delays} delays are such as it says`;
  const verdict =
    within / delays >= 0.8 ? 'it fits, but for some' : 'IT DOES NOT FIT WELL: look at the delays yourself';
  return `${within} of ${delays} delays are such as it says: ${verdict}`;
}

function delayText({ number, seen, minMs, meanMs, maxMs }: NumberedDelays): string {
  const times = seen === 1 ? '' : ` (${seen} times)`;
  if (secondsText(minMs) === secondsText(maxMs) || maxMs - minMs < 20)
    return `attempt ${number} came after ${secondsText(meanMs)}${times}`;
  return `attempt ${number} came after ${secondsText(minMs)} to ${secondsText(maxMs)}, ${secondsText(meanMs)} on average${times}`;
}

/** Of more, the others are in the JSON. */
const DELAYS_TOLD = 12;

/** Whether delays are counted from the attempt's start or its end, where that makes a difference. */
function countText(plain: readonly Delay[], fit: BackoffFit): string | null {
  const entry = backoffs[fit.best.spec.policy].create(fit.best.spec.parameters);
  const long = plain.filter(({ after, lastedMs }) => after.treatment === 'hang' && lastedMs > 300);
  if (long.length === 0) return null;
  const [{ lastedMs, delayMs }] = long;
  const from = entry.countsFromAttempt === true ? 'start' : 'end';
  return `counted from the ${from} of the attempt before: one that hung for ${secondsText(lastedMs)} was followed by the next ${secondsText(delayMs)} after it ended`;
}

function backoffFinding(plain: readonly Delay[], fit: BackoffFit | null): Finding {
  if (fit === null) return { field: 'backoff', value: null, seen: ['not seen: no attempt followed a failure'] };
  const seen = [
    ...numbered(plain).slice(0, DELAYS_TOLD).map(delayText),
    fitText(fit),
    ...(fit.undecided.length === 0
      ? []
      : [`not decided by these delays, and left as the policy has it: ${fit.undecided.join(', ')}`]),
    ...(fit.alsoFit.length === 0
      ? []
      : [
          `nearly as likely: ${fit.alsoFit
            .slice(0, 3)
            .map(({ spec }) => spec.policy)
            .join(', ')}`,
        ]),
  ];
  const count = countText(plain, fit);
  return { field: 'backoff', value: writtenPolicy(fit.best.spec), seen: count === null ? seen : [...seen, count] };
}

function cautionsOf(logs: readonly ClientLog[], fit: BackoffFit | null): readonly string[] {
  const overlaps = logs.reduce((sum, log) => sum + log.overlaps, 0);
  const attempts = logs.flatMap((log) => log.attempts);
  const everConnected = attempts.some((one) => isAnswered(one) || one.held);
  const perPage = fit !== null && backoffs[fit.best.spec.policy].create(fit.best.spec.parameters).drawsOncePerPage;
  return [
    ...(overlaps > 2
      ? [
          `${plural(overlaps, 'attempt')} came while another was going on: several clients seem to be there, and what they did may be mixed up; point one at a time, or give each a name (?client=1, ?client=2)`,
        ]
      : []),
    ...(everConnected
      ? []
      : ['it was never seen to stay connected: it may want an answer that this program cannot give']),
    ...(perPage === true && logs.length === 1
      ? ['luck that a client draws once, when it starts, looks like no luck at all: start it again and compare']
      : []),
  ];
}

/** Takes up to some seconds. In a hurry the backoff is fitted with less effort. */
export function learnClient(logs: readonly ClientLog[], spent: Effort = effort.usual): LearntClient {
  const delays = logs.flatMap(delaysOf);
  const plain = plainDelays(delays);
  const likely = [...new Set(logs.flatMap(({ likelyPresets }) => likelyPresets))];
  const fit = plain.length === 0 ? null : fitBackoff(plain, { effort: spent, likely });
  const findings = [
    backoffFinding(plain, fit),
    connectTimeoutFinding(logs),
    giveUpFinding(logs),
    resetFinding(logs, delays, fit),
    retryAfterFinding(delays, fit),
    keepaliveFinding(logs),
  ];
  const attempts = logs.flatMap((log) => log.attempts);
  return {
    attempts: attempts.length,
    clients: logs.length,
    pages: logs.reduce((sum, log) => sum + 1 + Math.max(0, ...log.attempts.map(({ page }) => page)), 0),
    transports: [...new Set(attempts.map(({ transport }) => transport))],
    dialect: logs.find(({ dialect }) => dialect !== null)?.dialect ?? null,
    delays: numbered(plain),
    fit,
    findings,
    nearest: nearestPreset(findings, fit, plain, likely),
    sentAway: sentAwayOf(logs),
    cautions: cautionsOf(logs, fit),
  };
}
