// What the story tells, of files of which it is known from outside what is right.
import { describe, expect, it } from 'vitest';
import { story } from '../../src/metrics/story.ts';
import { judgeObserved } from '../../src/metrics/observed.ts';
import { HostFill } from '../../src/metrics/host-fill.ts';
import { ranCase } from '../cases/ran-case.ts';
import { FakeFleet } from './fake-fleet.ts';
import { both, parsed, started, toldRun, waiting, type Script } from './told-run.ts';

async function told(
  file: string,
  changes?: Readonly<Record<string, string>>,
): Promise<{ text: string; metrics: Readonly<Record<string, unknown>> }> {
  const { ended, outcome } = await ranCase(file, changes);
  return { text: story(ended).join('\n'), metrics: outcome.metrics };
}

describe('the story', () => {
  it('counts hosts that die again and again once', async () => {
    const { text, metrics } = await told('minimal/min-boom.yaml', {
      'sessions: 3000': 'sessions: 300',
      'limit: 100': 'limit: 10',
    });
    expect(text).toMatch(/2 hosts run out of memory again and again in p1, 5\d\d times/);
    expect(text).toContain('0 sessions connected, 300 of those who dropped still away');
    expect([metrics.collapse, metrics.neverBack]).toEqual([1, 300]);
  });

  it('says of an orderly slow return that it outlives its trigger, and no more', async () => {
    const { text, metrics } = await told('minimal/min-slow.yaml');
    expect(text).toMatch(/the trigger is over, and the outage outlives it$/m);
    expect(text).not.toContain('metastable');
    expect([metrics.collapse, metrics.outlivesTrigger, metrics.neverBack]).toEqual([0, 1, 0]);
  });

  it('lets nothing outlive a trigger that there was none of', async () => {
    const { text, metrics } = await told('minimal/min-notrigger.yaml', { 'to: "10:40"': 'to: "10:16"' });
    expect(text).toContain('though nothing was done to the fleet; it sustains itself: metastable');
    expect(text).not.toContain('trigger is over');
    expect([metrics.collapse, metrics.outlivesTrigger]).toEqual([1, 0]);
  });

  it('does not call over what is not, nor open what is over, when the clock ends', async () => {
    const undecided = await told('minimal/min-undecided.yaml');
    expect(undecided.text).toMatch(
      /4 sessions connected, 2,996 of those who dropped still away; the outage is not over$/,
    );
    expect([undecided.metrics.collapse, undecided.metrics['reconnectTime.p50']]).toEqual([null, null]);
    const end = await told('minimal/min-end.yaml');
    expect(end.text).toContain('300 sessions connected; nobody is disconnected any more from 10:06:12 on');
    expect(end.text).not.toContain('the outage is not over');
  });

  it('tells of sessions that stall, which drop nobody and are no episode', async () => {
    const changes = { 'timeout: 10s': 'timeout: 10m, answered: own-lane, moves: attempt' };
    const { text, metrics } = await told('minimal/min-lease.yaml', changes);
    // Half of the 5,000 are to be placed anew by the one host that is left, at 200 ms each:
    // 500 s, and five are at the first whole second.
    expect(text).toMatch(
      /^10:05–10:13 {2}up to 49\.9\s% of the sessions stall: connected, they wait for another host of presence$/m,
    );
    expect([metrics.drops, metrics.episodes]).toEqual([0, 0]);
    expect((await told('minimal/min-lease.yaml')).text).not.toContain('stall');
  });

  it('tells who is still out at the end, of those who dropped and of all others', async () => {
    const { text } = await told('minimal/min-notrigger.yaml', { 'to: "10:40"': 'to: "10:16"' });
    expect(text).toMatch(/the run ends with \d+ sessions connected, 9,\d{3} not let in; the outage is not over$/);
    // 99.6 % and the like are not all.
    expect(text).toMatch(/the peak: (9\d(\.\d)?|>\s99\.9)\s% of the sessions/);
  });

  it('tells of a limit that lets in little since its clients come in step', async () => {
    const { text } = await told('users/in-step.yaml');
    expect(text).toMatch(/api's limit lets in 0\.\d+ of its 5 connects per second: the clients come in step/);
  });

  it('tells what scaling did, a climb at a time', () => {
    const step =
      (fromHosts: number, toHosts: number): Script[number] =>
      (_fleet, recorder, atMs) =>
        recorder.scaled(atMs, 'p1/front', fromHosts, toHosts);
    const text = story(toldRun({ 60: step(2, 3), 120: step(3, 5), 180: step(5, 8), 300: step(8, 7) }, 600)).join('\n');
    expect(text).toContain('16:31–16:33  p1/front is scaled from 2 to 8 hosts, in 3 steps');
    expect(text).toContain('16:35        p1/front is scaled from 8 to 7 hosts');
  });
});

describe('an observed end of an outage', () => {
  const resolvedAt = (atSec: number): boolean | null =>
    judgeObserved(
      // Resolved at 200 s; another begins at 600 s, and does not end.
      toldRun({ 100: both(started('a'), waiting(60)), 200: waiting(0), 600: both(started('b'), waiting(60)) }, 1200),
      {
        name: 'row',
        atMs: atSec * 1000,
        says: '',
        expect: parsed('resolved', 'observed'),
        toleranceMs: 450_000,
        means: 'begins',
        untilMs: null,
        postedAfter: null,
      } as never,
    ).holds;

  it('is none of an outage before the one that goes on by then', () => {
    expect([resolvedAt(590), resolvedAt(640)]).toEqual([true, false]);
  });
});

describe('the fullest host', () => {
  it('is told with its time, and what the others of its tier had', () => {
    const fleet = new FakeFleet(3, 0);
    const held = [0, 0, 0];
    const view = Object.assign(Object.create(fleet) as FakeFleet, { hostSessions: (host: number) => held[host] });
    const fill = new HostFill(1);
    for (const [second, sessions] of [
      [0, 0, 0],
      [4, 2, 0],
      [1, 9, 3],
      [9, 9, 9],
    ].entries()) {
      sessions.forEach((count, host) => (held[host] = count));
      fill.take(1000 * second, view);
    }
    const [{ fullest, values }] = fill.sessions;
    expect(fullest).toEqual({ host: 1, atMs: 2000, value: 9, others: 2 });
    // Twelve of them, four nothing; as far as a histogram tells.
    expect([values.count, values.mean, values.quantile(4 / 12), values.quantile(1)]).toEqual([12, 46 / 12, 0, 9]);
  });
});
