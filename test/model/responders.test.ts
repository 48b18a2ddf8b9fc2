// People's rules and what comes after what.
import { describe, expect, it } from 'vitest';
import { client, runLog, seconds, tier, type RunLog } from './run-log.ts';

const tiers = [tier({ parallelism: 1000, boot: '20s', holdsSessions: true })];
const products = [{ name: 'chat', sessions: 100 }];
const loss = { name: 'loss', at: '10500ms', action: 'reboot', target: { tier: 'api' } };
const restart = (name: string, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  name,
  action: 'restart-tier',
  tier: 'api',
  ...fields,
});

function run(rule: Readonly<Record<string, unknown>>, timeline: readonly unknown[] = [loss]): RunLog {
  const responder = {
    name: 'people',
    detect: { when: 'impactedPods >= 1', for: '5s' },
    act: [restart('remedy')],
    ...rule,
  };
  return runLog({ clock: seconds(200), tiers, products, clients: [client()], timeline, responders: [responder] });
}
const began = (log: RunLog, name: string): number[] =>
  log.actions.filter((action) => action.name === name && !action.done).map(({ atMs }) => atMs);

describe('a responder', () => {
  it('detects, is paged, engages, diagnoses and acts, each after its delay', () => {
    const log = run({ page: '10s', engage: '20s', diagnose: '30s' });
    // Impacted from the whole second 11 on, and five seconds later still.
    expect(log.steps).toEqual([
      { atMs: 16_000, step: 'detected' },
      { atMs: 26_000, step: 'paged' },
      { atMs: 46_000, step: 'engaged' },
      { atMs: 76_000, step: 'diagnosed' },
    ]);
    expect(began(log, 'remedy')).toEqual([76_000]);
  });

  it('takes one action after the other', () => {
    const act = [restart('first'), restart('second', { after: 'first', by: '4s' }), restart('third')];
    const log = run({ act });
    expect([began(log, 'first'), began(log, 'second'), began(log, 'third')]).toEqual([[16_000], [20_000], [20_000]]);
  });

  it('does nothing while nothing is wrong', () => {
    const log = run({}, []);
    expect([log.steps, log.actions]).toEqual([[], []]);
  });

  it('does not detect what is over sooner', () => {
    // The host is back after 20 s and everybody connected a second or so later.
    expect(run({ detect: { when: 'impactedPods >= 1', for: '30s' } }).steps).toEqual([]);
  });

  it('counts from the last time on that the condition came true', () => {
    // True from 11 to 31 s and from 36 to 56 s: long enough together, and not by itself.
    const again = { ...loss, name: 'again', at: '35500ms' };
    expect(run({ detect: { when: 'impactedPods >= 1', for: '25s' } }, [loss, again]).steps).toEqual([]);
    expect(run({ detect: { when: 'impactedPods >= 1', for: '15s' } }, [loss, again]).steps[0]).toEqual({
      atMs: 26_000,
      step: 'detected',
    });
  });

  it('acts once, however often it happens', () => {
    const log = run({}, [loss, { ...loss, name: 'again', at: '100s' }]);
    expect(began(log, 'remedy')).toHaveLength(1);
  });

  it('that stands down does nothing if all is well when it has the diagnosis, and watches again', () => {
    const rule = { page: '10s', engage: '10s', diagnose: '10s' };
    const again = { ...loss, name: 'again', at: '100500ms', action: 'crash' };
    expect(began(run(rule), 'remedy')).toEqual([46_000]);
    expect(began(run({ ...rule, standsDown: true }), 'remedy')).toEqual([]);
    // Nobody hears of a crash without a keepalive, so the second loss lasts.
    expect(began(run({ ...rule, standsDown: true }, [loss, again]), 'remedy')).toEqual([136_000]);
  });

  it('does not look before its time', () => {
    expect(run({ from: '12s' }).steps[0]).toEqual({ atMs: 17_000, step: 'detected' });
  });

  it('draws its delays where they are distributions', () => {
    const pagedMs = run({ page: { uniform: ['10s', '20s'] } }).steps[1].atMs;
    expect(pagedMs).toBeGreaterThan(26_000);
    expect(pagedMs).toBeLessThan(36_000);
  });
});

describe('an action after another', () => {
  it('begins so long after the hosts of that one are up again', () => {
    const timeline = [
      loss,
      { name: 'next', after: 'loss', by: '7s', action: 'reboot', target: { tier: 'api' } },
      restart('last', { after: 'next' }),
    ];
    const log = runLog({ clock: seconds(200), tiers, products, clients: [client()], timeline });
    expect([began(log, 'loss'), began(log, 'next'), began(log, 'last')]).toEqual([[10_500], [37_500], [57_500]]);
  });

  it('never begins if that one does not', () => {
    const timeline = [restart('late', { after: 'remedy' })];
    expect(began(run({}, timeline), 'late')).toEqual([]);
  });

  it('may wait for a responder', () => {
    const timeline = [loss, restart('late', { after: 'people', by: '3s' })];
    expect(began(run({ page: '10s' }, timeline), 'late')).toEqual([29_000]);
  });
});
