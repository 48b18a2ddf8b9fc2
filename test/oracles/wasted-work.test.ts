/*
 * The threshold of wasted work. N clients are disconnected, each tries again
 * every D = delay + connect timeout (the time from one attempt's start to the
 * next one's, if it fails by timeout), hosts can serve C connects per second,
 * and an attempt that is abandoned before its turn still costs the fraction w
 * of a service. While everybody fails, N/D attempts per second ask for w·N/D
 * services per second. If that is C or more, the queue does not get shorter,
 * everybody in it waits for longer than the timeout, and so everybody goes on
 * failing: stuck exactly when D ≤ w·N/C. If it is less, the age of the next in
 * line falls by 1 − w·N/(C·D) seconds per second served until it reaches the
 * timeout. From then on hosts have just so much left for attempts in time that
 * a share s with (N/D)(s + (1 − s)w) = C connects, which is above 0, and grows
 * as those who are back ask no more.
 *
 * The theory knows two kinds of attempts. A third one, begun in time and done
 * too late, costs a whole service and is lost, so services must be short beside
 * the timeout and vary (exponential ones do): else, for w < 1, the age may stay
 * within one service of the timeout. And the connected must not be lost again,
 * so their keepalive waits for longer than an attempt. The start is a freeze in
 * which everybody drops and a queue grows of four times the threshold's D: one
 * burst onto an empty queue would not do, for those within the first timeout's
 * worth of it get in. At 3 % from the threshold the drift decides within the
 * run; at D = w·N/C itself it is a random walk without one, which is not tested.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/metrics/outcome.ts';
import { ranText, stormText, thresholdOf, type Storm } from './wasted-work.ts';

async function run(storm: Storm, unit: number, replication: number): Promise<Outcome> {
  const more = `expect: ["disconnectedFraction at ${Math.floor(200 * unit) - 1}s == 0"]`;
  return ranText(stormText(storm, unit, { more }), replication);
}

/** Everybody dropped; how many attempts got in since, and who is still disconnected at the end. */
async function outcomes(
  storm: Storm,
  unit: number = thresholdOf(storm),
): Promise<readonly { connected: number; drops: number; disconnected: number }[]> {
  const replications = await Promise.all([0, 1].map((replication) => run(storm, unit, replication)));
  return replications.map(({ metrics, expectations }) => ({
    connected: Number(metrics['attempts.connected']),
    drops: Number(metrics.drops),
    disconnected: Number(expectations[0].value),
  }));
}

async function isStuck(storm: Storm, unit?: number): Promise<void> {
  for (const each of await outcomes(storm, unit))
    expect(each).toEqual({ connected: 0, drops: storm.n, disconnected: 1 });
}

async function recovers(storm: Storm, unit?: number): Promise<void> {
  for (const each of await outcomes(storm, unit))
    expect(each).toEqual({ connected: storm.n, drops: storm.n, disconnected: 0 });
}

const NEAR = 0.03;
const fleet = { n: 300, c: 30 };

describe('a fleet whose failed attempts cost the fraction w of a service', () => {
  it.each([1, 0.5, 0.25])('w = %d: is stuck with D just below w·N/C, and recovers with D just above', async (w) => {
    const unit = thresholdOf({ ...fleet, w });
    await isStuck({ ...fleet, w, d: (1 - NEAR) * unit });
    await recovers({ ...fleet, w, d: (1 + NEAR) * unit });
  });

  it('crosses the threshold by the number of its clients, too', async () => {
    const storm = { ...fleet, w: 0.5 };
    const d = thresholdOf(storm);
    await isStuck({ ...storm, n: storm.n * (1 + NEAR), d }, d);
    await recovers({ ...storm, n: storm.n * (1 - NEAR), d }, d);
  });

  it('crosses the threshold by the capacity of its hosts, too', async () => {
    const storm = { ...fleet, w: 0.5 };
    const d = thresholdOf(storm);
    await isStuck({ ...storm, c: storm.c * (1 - NEAR), d }, d);
    await recovers({ ...storm, c: storm.c * (1 + NEAR), d }, d);
  });

  it('recovers at ten times the load that its hosts can serve if failed attempts cost nothing', async () => {
    await recovers({ ...fleet, w: 0, d: 1 }, 1 / (1 + NEAR));
  });
});
