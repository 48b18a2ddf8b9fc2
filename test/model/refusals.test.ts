/**
 * While no host of a pod is up, its sessions' refused attempts are worked off
 * ahead of their time. It is a short cut and nothing else: against one event
 * per attempt, the same happens to the same sessions at the same times.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { AttemptEnd, RejectReason } from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { firstDifference } from '../first-difference.ts';
import { scenarioOf } from '../small-scenario.ts';
import { randomContent } from './random-scenario.ts';
import { withJitter } from './scattered-clients.ts';
import { silentRecorder } from './silent-recorder.ts';

const RUNS = Number(process.env.REFUSAL_RUNS ?? 60);

/** Everything told, in order of time; and how many refusals were told ahead. */
function story(scenario: Scenario, shortcuts: boolean): { told: string[]; ahead: number; attempts: number } {
  const told: { readonly atMs: number; readonly what: string }[] = [];
  const tell = (atMs: number, what: string): void => void told.push({ atMs, what });
  let ahead = 0;
  const recorder = silentRecorder({
    attemptEnded: (atMs, pod, end, reason) => tell(atMs, `ended ${pod} ${end} ${reason}`),
    refusedAhead: (atMs, pod) => {
      ahead++;
      tell(atMs, `ended ${pod} ${AttemptEnd.rejected} ${RejectReason.noHost}`);
    },
    dropped: (atMs, pod, cause) => tell(atMs, `dropped ${pod} ${cause}`),
    connected: (atMs, pod, connectMs, reconnectMs) => tell(atMs, `connected ${pod} ${connectMs} ${reconnectMs}`),
    left: (atMs, pod) => tell(atMs, `left ${pod}`),
    gaveUp: (atMs, pod) => tell(atMs, `gave up ${pod}`),
    suppressed: (atMs, pod) => tell(atMs, `suppressed ${pod}`),
    pageReloaded: (atMs, pod, cause) => tell(atMs, `reloaded ${pod} ${cause}`),
    hostChanged: (atMs, host, state) => tell(atMs, `host ${host} ${state}`),
  });
  const simulation = new Simulation(scenario, { seed: 'refusals', recorder, shortcuts, inspects: true });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  told.sort((a, b) => a.atMs - b.atMs || (a.what < b.what ? -1 : 1));
  return { told: told.map(({ atMs, what }) => `${atMs} ${what}`), ahead, attempts: simulation.attemptCount };
}

describe('working off refused attempts ahead', () => {
  it('changes nothing of what happens', () => {
    let ahead = 0;
    fc.assert(
      fc.property(randomContent, (content) => {
        const scenario = scenarioOf(withJitter(content));
        const plain = story(scenario, false);
        const quick = story(scenario, true);
        expect(firstDifference(quick.told, plain.told)).toBeNull();
        expect(quick.attempts).toBe(plain.attempts);
        ahead += quick.ahead;
      }),
      { numRuns: RUNS, seed: 6 },
    );
    // The comparison means something only if the short cut was taken.
    expect(ahead).toBeGreaterThan(1000);
  });

  it('goes on after a portion as if there were none', () => {
    // 150 seconds without a host: one session tries some 150,000 times, more than are worked off at a time.
    const scenario = scenarioOf({
      clock: { date: '2023-04-26', from: '00:00', to: '4m' },
      networkDelay: '0.1ms',
      tiers: [
        { name: 'api', hosts: 1, parallelism: 1, serviceTime: '10ms', boot: { constant: '150s' }, holdsSessions: true },
      ],
      products: [{ name: 'chat', sessions: 1 }],
      clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '0.5ms', jitter: '0.5ms' } }],
      timeline: [{ name: 'loss', at: '10s', action: 'reboot', target: { tier: 'api' } }],
    });
    const plain = story(scenario, false);
    const quick = story(scenario, true);
    expect(quick.ahead).toBeGreaterThan(2 * 65_536);
    expect(firstDifference(quick.told, plain.told)).toBeNull();
  });
});
