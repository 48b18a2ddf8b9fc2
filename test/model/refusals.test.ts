/**
 * While no host of a pod is up, its sessions' refused attempts are worked off
 * ahead of their time. It is a short cut and nothing else: against one event
 * per attempt, the same happens to the same sessions at the same times.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { AttemptEnd, rejectReasons, RejectReason } from '../../src/model/state/vocabulary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { firstDifference } from '../first-difference.ts';
import { scenarioOf } from '../small-scenario.ts';
import { randomContent } from './random-scenario.ts';
import { withJitter } from './scattered-clients.ts';
import { silentRecorder } from './silent-recorder.ts';

const RUNS = Number(process.env.REFUSAL_RUNS ?? 60);

/** Everything told, in order of time; and how many refusals were told ahead. */
function story(
  scenario: Scenario,
  shortcuts: boolean,
): { told: string[]; ahead: number; aheadAt: number[]; attempts: number } {
  const told: { readonly atMs: number; readonly what: string }[] = [];
  const tell = (atMs: number, what: string): void => void told.push({ atMs, what });
  /** by reason */
  const aheadAt = rejectReasons.map(() => 0);
  const recorder = silentRecorder({
    attemptEnded: (atMs, pod, end, reason) => tell(atMs, `ended ${pod} ${end} ${reason}`),
    refusedAhead: (atMs, pod, reason) => {
      aheadAt[reason]++;
      tell(atMs, `ended ${pod} ${AttemptEnd.rejected} ${reason}`);
    },
    dropped: (atMs, pod, cause) => tell(atMs, `dropped ${pod} ${cause}`),
    connected: (atMs, pod, connectMs, reconnectMs) => tell(atMs, `connected ${pod} ${connectMs} ${reconnectMs}`),
    left: (atMs, pod) => tell(atMs, `left ${pod}`),
    gaveUp: (atMs, pod) => tell(atMs, `gave up ${pod}`),
    suppressed: (atMs, pod) => tell(atMs, `suppressed ${pod}`),
    pageReloaded: (atMs, pod, cause) => tell(atMs, `reloaded ${pod} ${cause}`),
    hostChanged: (atMs, host, state) => tell(atMs, `host ${host} ${state}`),
  });
  const simulation = new Simulation(scenario, {
    seed: 'refusals',
    recorder,
    shortcuts,
    foresees: true,
    inspects: true,
  });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  told.sort((a, b) => a.atMs - b.atMs || (a.what < b.what ? -1 : 1));
  const ahead = aheadAt.reduce((sum, count) => sum + count, 0);
  return { told: told.map(({ atMs, what }) => `${atMs} ${what}`), ahead, aheadAt, attempts: simulation.attemptCount };
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

  it('changes nothing behind a gate that lets in so many a second, while hosts die, connects are shed, and networks are lost', () => {
    const scenario = scenarioOf({
      clock: { date: '2023-04-26', from: '00:00', to: '10m' },
      pods: 2,
      tiers: [
        {
          name: 'api',
          hosts: 2,
          parallelism: 2,
          serviceTime: { exponential: '400ms' },
          queue: { limit: 40 },
          boot: { uniform: ['20s', '40s'] },
          liveness: { every: '5s', timeout: '2s', failures: 1, answered: 'in-queue' },
          admission: { policy: 'token-bucket', rate: '6/s', burst: 3 },
          holdsSessions: true,
        },
      ],
      products: [{ name: 'chat', sessions: 200, arrivals: '1/s', lifetime: { exponential: '2m' } }],
      clients: [
        {
          name: 'current',
          share: 1,
          connectTimeout: '3s',
          backoff: { policy: 'fixed', delay: '20ms', jitter: '500ms' },
          impatience: { after: { uniform: ['10s', '60s'] } },
          giveUp: { after: 400, then: 'reload', reloadAfter: '5s' },
        },
        { name: 'fixed', share: 0, connectTimeout: '3s', backoff: { policy: 'fixed', delay: '1s', jitter: '4s' } },
      ],
      timeline: [
        { name: 'loss', at: '30s', action: 'reboot', target: { tier: 'api' } },
        { name: 'cut', at: '100s', action: 'lose-network', fraction: 0.3, for: '20s' },
        {
          name: 'tighter',
          at: '150s',
          action: 'set',
          tier: 'api',
          change: { admission: { policy: 'token-bucket', rate: '1/s' } },
        },
        { name: 'shedding', at: '200s', action: 'shed-logins', tier: 'api', fraction: 0.5, for: '30s' },
        { name: 'other', at: '300s', action: 'deploy', client: 'fixed', over: '2m' },
        { name: 'lifted', at: '500s', action: 'set', tier: 'api', change: { admission: 'none' } },
      ],
    });
    const plain = story(scenario, false);
    const quick = story(scenario, true);
    expect(firstDifference(quick.told, plain.told)).toBeNull();
    expect(quick.aheadAt[RejectReason.admission]).toBeGreaterThan(2000);
    expect(quick.aheadAt[RejectReason.noHost]).toBeGreaterThan(100);
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
