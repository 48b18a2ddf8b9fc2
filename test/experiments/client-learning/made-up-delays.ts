// Delays as a server would measure them of a client with a given backoff: drawn from the policy itself, with a small error.
import { delaysOf, plainDelays, type Delay } from '../../../src/experiments/client-learning/delays.ts';
import type { ClientLog, SeenAttempt, Treatment } from '../../../src/experiments/client-learning/seen-attempts.ts';
import { backoffs } from '../../../src/policies/backoff.ts';
import { createPolicy, type PolicySpec } from '../../../src/policies/parameters.ts';
import { seededRandom } from '../../seeded-random.ts';

const plainAttempt: SeenAttempt = {
  page: 0,
  transport: 'websocket',
  treatment: 'refuse',
  code: null,
  retryAfterSec: null,
  startMs: 0,
  endMs: null,
  endedBy: null,
  openedMs: null,
  answeredMs: null,
  silentFromMs: null,
  held: false,
  overlaps: false,
  signs: [],
};

/** One step: what the server does, and how long the attempt or connection lasts. */
export interface Step extends Partial<SeenAttempt> {
  readonly treatment: Treatment;
  readonly lastsMs: number;
}

export interface MadeUpClient {
  readonly spec: PolicySpec;
  /** a connection that held so long resets its counter */
  readonly resetAfterMs?: number;
  readonly seed: number;
  readonly honoursHints?: boolean;
}

const opens = new Set<Treatment>(['accept', 'die', 'close', 'silent']);

/** What is seen of such a client that meets these steps, one after the other. */
export function logOf(
  { spec, resetAfterMs = 0, seed, honoursHints = false }: MadeUpClient,
  steps: readonly Step[],
): ClientLog {
  const backoff = createPolicy(backoffs, spec);
  const uniform = seededRandom(seed);
  const pageDraw = uniform();
  const attempts: SeenAttempt[] = [];
  let atMs = 0;
  let number = 0;
  let previousMs = 0;
  for (const [i, { lastsMs, ...step }] of steps.entries()) {
    const before = attempts.at(-1);
    if (before !== undefined) {
      number++;
      const drawn = { uniform: () => (backoff.drawsOncePerPage === true ? pageDraw : uniform()) };
      const saidMs = backoff.delayMs(number, number === 1 ? 0 : previousMs, drawn);
      previousMs = saidMs;
      const ownMs = backoff.countsFromAttempt === true ? Math.max(0, saidMs - steps[i - 1].lastsMs) : saidMs;
      const hintMs = honoursHints ? (before.retryAfterSec ?? 0) * 1000 : 0;
      atMs = before.endMs! + Math.max(ownMs, hintMs) + 1 + 4 * uniform();
    }
    const isOpen = opens.has(step.treatment);
    const openedMs = isOpen ? atMs + 1 : null;
    attempts.push({
      ...plainAttempt,
      endedBy: 'server',
      ...step,
      startMs: atMs,
      openedMs,
      answeredMs: openedMs,
      endMs: atMs + lastsMs,
    });
    if (isOpen && lastsMs >= resetAfterMs) number = 0;
  }
  return {
    name: '',
    dialect: null,
    likelyPresets: [],
    serverPings: null,
    attempts,
    absences: [],
    overlaps: 0,
    untilMs: attempts.at(-1)!.endMs! + 1000,
  };
}

export const held: Step = { treatment: 'accept', lastsMs: 6500, held: true };
export const refused: Step = { treatment: 'refuse', code: 503, lastsMs: 2 };
export const hung: Step = { treatment: 'hang', lastsMs: 4000, endedBy: 'client' };

/** A course as the command takes it: two rounds of refusals, then attempts that hang. */
export const usualSteps: readonly Step[] = [
  held,
  ...Array<Step>(6).fill(refused),
  held,
  ...Array<Step>(6).fill(refused),
  ...Array<Step>(4).fill(hung),
];

export function madeUpDelays(spec: PolicySpec, seed: number): readonly Delay[] {
  return plainDelays(delaysOf(logOf({ spec, seed }, usualSteps)));
}
