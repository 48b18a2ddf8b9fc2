/**
 * A client version as the model uses it: policies and distributions built from
 * the scenario's data, once per run.
 */
import { createDistribution, type Distribution } from '../../engine/distributions.ts';
import type { Engine } from '../../engine/engine.ts';
import { Stream } from '../../engine/luck.ts';
import type { Backoff } from '../../policies/backoff-delay.ts';
import { backoffs } from '../../policies/backoff.ts';
import { createPolicy } from '../../policies/parameters.ts';
import { retryAfters, type RetryAfter } from '../../policies/retry-after.ts';
import { retryGates, type RetryGate } from '../../policies/retry-gate.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Fleet } from './fleet.ts';
import { AttemptKind } from './vocabulary.ts';

type Client = Scenario['clients'][number];

export interface ClientRules {
  readonly client: Client;
  readonly backoff: Backoff;
  /** whether its delays are spread by luck, so that no two sessions' attempts come at one instant */
  readonly scatters: boolean;
  /** before the first attempt after a loss; null: as the backoff says */
  readonly firstDelay: Distribution | null;
  /** see Backoff */
  readonly drawsOncePerPage: boolean;
  readonly countsFromAttempt: boolean;
  /** until the answer, or in two stages until the transport is open; null: it waits for ever */
  readonly connectTimeout: Distribution | null;
  /** where timeouts of one constant length are kept; −1 if they are not constant */
  readonly timeoutLane: number;
  /** whether that is only until the transport is open, and `answerTimeout` counts from there */
  readonly waitsInStages: boolean;
  /** null: it waits for ever, or not in stages */
  readonly answerTimeout: Distribution | null;
  readonly answerLane: number;
  /** whether a connection holds since its transport opened, not since the answer */
  readonly holdsFromOpen: boolean;
  /** how its attempts multiply; null: they do not */
  readonly multiplies: Client['multiplies'];
  /** failed attempts before giving up; Infinity: never */
  readonly giveUpAfter: number;
  readonly reloadAfter: Distribution;
  /** attempts so soon after a drop resume the lost session; 0: none does */
  readonly resumesForMs: number;
  /** null: hints change nothing */
  readonly retryAfter: RetryAfter | null;
  /** null: nothing is held back */
  readonly gate: RetryGate | null;
  /** how long a person stands being disconnected before the page is loaded again; null: for ever */
  readonly patience: Distribution | null;
  /** how many attempts after a drop go to the host that was lost */
  readonly pinnedAttempts: number;
  readonly keepaliveEveryMs: number;
  readonly keepaliveTimeoutMs: number;
}

function scatters(backoff: Backoff): boolean {
  // Luck of the class that runs use: another one here would keep V8 from inlining its draws into the delays.
  const luck = new Stream('any', 'backoff');
  const delayMs = (attempt: number, owner: number): number => backoff.delayMs(attempt, 1000, luck.at(owner, attempt));
  return [1, 2, 8].every((attempt) => delayMs(attempt, 1) !== delayMs(attempt, 2));
}

export function compileClient(client: Client, engine: Engine): ClientRules {
  const { open, answer, whole } = client.connectTimeout;
  const connectTimeout = open === null ? null : createDistribution(open);
  const answerTimeout = answer === null ? null : createDistribution(answer);
  const retryAfter = createPolicy(retryAfters, client.retryAfter);
  const gate = createPolicy(retryGates, client.retryGate);
  const backoff = createPolicy(backoffs, client.backoff);
  return {
    client,
    backoff,
    scatters: scatters(backoff),
    firstDelay: client.firstDelay === null ? null : createDistribution(client.firstDelay),
    drawsOncePerPage: backoff.drawsOncePerPage === true,
    countsFromAttempt: backoff.countsFromAttempt === true,
    connectTimeout,
    timeoutLane: connectTimeout?.constant === true ? engine.openLane() : -1,
    waitsInStages: !whole,
    answerTimeout,
    answerLane: answerTimeout?.constant === true ? engine.openLane() : -1,
    holdsFromOpen: client.resetOn === 'open',
    multiplies: client.multiplies,
    giveUpAfter: client.giveUp.afterAttempts,
    reloadAfter: createDistribution(client.giveUp.reloadAfter),
    resumesForMs: client.resumesForMs,
    retryAfter: retryAfter.ignores ? null : retryAfter,
    gate: gate.open ? null : gate,
    patience: client.impatience === null ? null : createDistribution(client.impatience.after),
    pinnedAttempts: client.affinity?.attempts ?? 0,
    keepaliveEveryMs: client.keepalive?.everyMs ?? Infinity,
    keepaliveTimeoutMs: client.keepalive?.timeoutMs ?? Infinity,
  };
}

/** What kind of attempt the session begins at `startedMs`; of a page that was loaded again its first one asks for the page. */
export function kindOfAttempt(rules: ClientRules, fleet: Fleet, session: number, startedMs: number): number {
  const { roster } = fleet;
  if (roster.isReloaded(session))
    return fleet.firstOfPage(session) === session ? AttemptKind.reloaded : AttemptKind.fresh;
  if (rules.resumesForMs === 0) return AttemptKind.fresh;
  const droppedMs = roster.droppedAtMs[session];
  return droppedMs >= 0 && startedMs - droppedMs <= rules.resumesForMs ? AttemptKind.resumed : AttemptKind.fresh;
}
