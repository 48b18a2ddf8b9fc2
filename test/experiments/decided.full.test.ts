// What a run says that is cut once all is decided, the whole run says as well: of fleets that turn just when it looks as if
// they never would, by themselves or because somebody did something about it.
import { describe, expect, it } from 'vitest';
import { replicate } from '../../src/experiments/replication.ts';
import { loadShipped } from '../scenarios/shipped-scenario.ts';

describe('the collapse that a cut run tells', () => {
  it.each([
    // The better client is there, and the last come back a quarter of an hour after the reboot.
    ['12:15', 1, 1],
    ['12:15', 1, 2],
    ['12:15', 2, 1],
    // The first outage is over, thanks to the limit, when it has looked hopeless for fifteen minutes.
    ['10:45', 8, 0],
    ['11:00', 4, 1],
    ['11:20', 8, 0],
    ['11:45', 1, 3],
  ])('is that of the whole run: a second reboot at %s, of %i hosts a pod, world %i', async (at, hosts, index) => {
    const set = [`timeline.reboot-goes-on.at=${at}`, `timeline.reboot-goes-on.target.hosts=${hosts}`];
    const { scenario, hash } = loadShipped('all-clear.yaml', 'baseline', set);
    const task = { variant: { name: 'baseline', scenario, hash }, index, seed: `all-clear/${index}` };
    const [cut, whole] = [await replicate({ ...task, until: 'decided' }), await replicate({ ...task, until: 'end' })];
    expect(cut.metrics.collapse).toBe(whole.metrics.collapse);
  });
});
