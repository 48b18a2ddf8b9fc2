/**
 * What a preset says that its library does under a misbehaviour: a small interpreter of a
 * client version's fields, which shares no code with the model but the policies themselves.
 * It counts as libraries do: the first connect of a page load is not a retry.
 */
import { backoffs } from '../../src/policies/backoff.ts';
import { createPolicy } from '../../src/policies/parameters.ts';
import { retryAfters } from '../../src/policies/retry-after.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../small-scenario.ts';
import type { Misbehaviour } from './misbehaviours.ts';
import type { Subject } from './subject.ts';
import { ATTEMPTS_MOST, LUCK, PLAYED_MS } from './play.ts';
import { EXCHANGE_MS, type Attempt, type Treatment } from './world.ts';

export interface PresetPlay {
  readonly luck?: number;
  readonly isOneRequest?: boolean;
  /** what its transport can say: with halves, half an answer is what it calls open */
  readonly knows?: Subject['knows'];
}

type Client = Scenario['clients'][number];

/** A preset's client; with fields changed, as a file could change them. */
export function clientOf(preset: string, changes: object = {}): Client {
  return scenarioOf({ clients: [{ name: 'current', preset, ...changes }] }).clients[0];
}

/** When a keepalive finds out about a connection that vanished, after so long at the least and the most; null: never. */
export function detectionMs({ keepalive }: Client): readonly [fromMs: number, toMs: number] | null {
  return keepalive === null ? null : [keepalive.timeoutMs, keepalive.everyMs + keepalive.timeoutMs];
}

const meanOf = (timeout: Client['connectTimeout']['open']): number =>
  timeout === null ? Infinity : Number(timeout.parameters.mean);

/** How an attempt that begins at `startMs` goes, until it fails or the connection is lost. */
function attemptOf(startMs: number, treatment: Treatment, client: Client, opensWithHalf: boolean): Attempt {
  const { transport, opensAfterMs = 0, application = 'answers', answersAfterMs = 0, upForMs = Infinity } = treatment;
  const attempt: Attempt = { startMs, openMs: null, upMs: null, endMs: null, endedBy: null };
  const ends = (by: 'client' | 'server', afterMs: number): Attempt => ({
    ...attempt,
    endMs: startMs + afterMs,
    endedBy: by,
  });
  const { open, answer, whole } = client.connectTimeout;
  const timeoutMs = meanOf(open);
  const timesOut = (atMs = timeoutMs): Attempt => (atMs === Infinity ? attempt : ends('client', atMs));
  if (transport === 'refused') return ends('server', 0);
  if (transport !== 'opens' && transport !== 'hangs')
    return EXCHANGE_MS < timeoutMs ? ends('server', EXCHANGE_MS) : timesOut();
  if (transport === 'hangs' || opensAfterMs >= timeoutMs) return timesOut();
  attempt.openMs = startMs + opensAfterMs;
  // What comes first over the transport may be what the client calls open.
  const isOpen = !opensWithHalf || application === 'answers' || application === 'half';
  const answerByMs = whole || !isOpen ? timeoutMs : opensAfterMs + meanOf(answer);
  if (application === 'silent' || application === 'half') return timesOut(answerByMs);
  if (application !== 'answers') return ends('server', opensAfterMs);
  if (opensAfterMs + answersAfterMs >= answerByMs) return timesOut(answerByMs);
  attempt.upMs = attempt.openMs + answersAfterMs;
  return upForMs === Infinity ? attempt : ends('server', opensAfterMs + answersAfterMs + upForMs);
}

export function presetSays(client: Client, { plan }: Misbehaviour, play: PresetPlay = {}): readonly Attempt[] {
  const { luck = LUCK, isOneRequest = false, knows = [] } = play;
  const opensWithHalf = knows.includes('halves');
  const backoff = createPolicy(backoffs, client.backoff);
  const retryAfter = createPolicy(retryAfters, client.retryAfter);
  const attempts: Attempt[] = [];
  let startMs = 0;
  let retries = 0;
  let previousMs = 0;
  while (startMs <= PLAYED_MS && attempts.length < ATTEMPTS_MOST) {
    const treatment = plan(attempts.length);
    const attempt = attemptOf(startMs, treatment, client, opensWithHalf);
    attempts.push(attempt);
    if (attempt.endMs === null || attempt.endMs > PLAYED_MS) break;
    const made = retries + (isOneRequest ? 1 : 0);
    const heldFromMs = client.resetOn === 'open' ? attempt.openMs : attempt.upMs;
    if (heldFromMs !== null && attempt.endMs - heldFromMs >= client.resetAfterMs) retries = 0;
    else if (attempt.upMs === null && made >= client.giveUp.afterAttempts) break;
    retries++;
    const ownMs = backoff.delayMs(retries, retries === 1 ? 0 : previousMs, { uniform: () => luck });
    previousMs = ownMs;
    const hintSec = typeof treatment.transport === 'object' ? treatment.transport.retryAfterSec : undefined;
    const delayMs = hintSec === undefined ? ownMs : retryAfter.delayMs(ownMs, hintSec * 1000);
    startMs =
      backoff.countsFromAttempt === true ? Math.max(attempt.endMs, attempt.startMs + delayMs) : attempt.endMs + delayMs;
  }
  return attempts.map((attempt) =>
    attempt.endMs !== null && attempt.endMs > PLAYED_MS ? { ...attempt, endMs: null, endedBy: null } : attempt,
  );
}
