// `--over`: worlds that have draws of the assumptions. What each world had, by its own repetition; how often each draw comes;
// that what a variant says comes over the draws; mistakes. A plan over draws is in calibrate-command.full.test.ts. 24 sessions
// are lost and let back in one after the other, so that it is over (24 − burst) / rate later.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AssumedWorlds } from '../../src/experiments/assumed-worlds.ts';
import { jobOf, sentJob } from '../../src/experiments/queue/wire.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { openScenario } from '../../src/scenario/load.ts';
import { bucketFleet, bucketFolder } from './bucket-scenario.ts';
import { sim, type Captured } from './captured-terminal.ts';
import { csvCells } from './dangers.ts';

const text = `${bucketFleet}variants:
  - { name: rate, title: a rate of its own, set: { tiers.front.admission.rate: 0.5/s } }
  - { name: other, title: another policy, set: { tiers.front.admission: { policy: none } } }
  - { name: same, title: as it is, set: { tiers.front.admission.burst: 1 } }
assumptions:
  - { path: tiers.front.admission.rate, range: [0.02/s, 0.24/s], why: decides when it is over }
  - { path: clients.current.backoff.delay, range: [2s, 8s], together: [clients.current.backoff.jitter], why: not known }
`;

const { folder, file } = bucketFolder(text);
const csv = (name: string, lines: readonly string[]): string => {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

const rates = ['tiers.front.admission.rate,weight', '0.05/s,1', '0.2/s,3'];
const quiet = (out: string, jobs = '1'): string[] => ['--out', join(folder, out), '--quiet', '--no-charts', '--jobs', jobs]; // prettier-ignore
const compare = (over: string, out: string, ...more: readonly string[]): Promise<Captured> => sim('compare', file, '--over', over, ...quiet(out), ...more); // prettier-ignore

interface Compared {
  readonly over: string;
  readonly variants: readonly { name: string; fingerprints: readonly string[] }[];
}

describe('worlds over draws', () => {
  it('have each draw as often as it weighs', () => {
    const draws = [1, 3, 6].map((weight, i) => ({ number: i, weight, assuming: [] }));
    const worlds = new AssumedWorlds(draws, 'seed');
    const n = 5000;
    const counts = [0, 0, 0];
    for (let i = 0; i < n; i++) counts[worlds.drawOf(i).number]++;
    // Pearson's χ² of two degrees of freedom is below it in 999 of 1000.
    expect(draws.reduce((sum, { weight }, i) => sum + (counts[i] - (n * weight) / 10) ** 2 / ((n * weight) / 10), 0)).toBeLessThan(13.8); // prettier-ignore
    expect(new AssumedWorlds(draws, 'seed').drawOf(17)).toBe(worlds.drawOf(17));
  });

  it('are the runs of their draws, beneath what a variant says, and the same for any jobs', async () => {
    const over = csv('rates.csv', rates);
    const asked = ['--replications', '4', '--variants', 'rate,other,same', '--json'];
    const { stdout, exitCode } = await compare(over, 'one', ...asked);
    expect(exitCode).toBe(0);
    const two = await sim('compare', file, '--over', over, ...quiet('two', '2'), ...asked);
    expect(two.stdout).toBe(stdout);
    const { variants, over: told } = JSON.parse(stdout) as Compared;
    expect(told).toContain('2 draws');
    const of = (name: string): readonly string[] => variants.find((one) => one.name === name)!.fingerprints;
    expect(of('same')).toEqual(of('baseline'));
    const worlds = new AssumedWorlds([1, 3].map((weight, i) => ({ number: i, weight, assuming: [`tiers.front.admission.rate=${['0.05/s', '0.2/s'][i]}`] })), 'bucket'); // prettier-ignore
    const alone = async (variant: string, world: number): Promise<string> => {
      const assumed = worlds.drawOf(world).assuming.flatMap((one) => ['--assume', one]);
      const flags = ['--variant', variant, '--seed', `bucket/${world}`, ...assumed, ...quiet('alone').slice(0, -2)];
      return (JSON.parse((await sim('run', file, ...flags, '--json')).stdout) as { fingerprint: string }).fingerprint;
    };
    const seen = new Set<number>();
    for (const world of [0, 1, 2, 3]) {
      seen.add(worlds.drawOf(world).number);
      for (const variant of ['baseline', 'rate']) expect(await alone(variant, world)).toBe(of(variant)[world]);
    }
    expect(seen.size).toBe(2);
  });

  it('say so where they are of a calibration that was not done', async () => {
    const over = csv('early.csv', ['tiers.front.admission.rate,within,doubt', '0.1/s,40m,0.5']);
    const { stdout } = await compare(over, 'early', '--replications', '1', '--variants', 'same', '--json');
    expect((JSON.parse(stdout) as Compared).over).toMatch(/came no nearer to what was seen than 40m, with each row .* wrong with a probability of 50\s%$/); // prettier-ignore
  });

  it('travel to other machines with their draws', () => {
    const opened = openScenario({ file: 'bucket.yaml', text }, vocabulary);
    const worlds = new AssumedWorlds([{ number: 1, weight: 1, assuming: ['tiers.front.admission.rate=0.2/s'] }], 'seed'); // prettier-ignore
    const { scenario, hash } = worlds.worldsOf(opened, 'same', { variant: 'same', set: ['tiers.front.boot=2s'] })(0);
    const job = jobOf({ variant: { name: 'same', scenario, hash }, index: 0, seed: 's', until: 'end' }, 'build', crypto.randomUUID()); // prettier-ignore
    const { variant, assuming = [], set } = sentJob.parse(job).scenario;
    const there = openScenario({ file: job.scenario.file, text: job.scenario.text }, vocabulary).load({ variant, assuming, set }); // prettier-ignore
    expect(there.ok && there.hash).toBe(job.scenario.hash);
    const plain = opened.load({ variant: 'same', set });
    expect(plain.ok && plain.hash).not.toBe(job.scenario.hash);
  });

  it('move what goes together, and let what is set decide', async () => {
    const over = csv('delays.csv', ['draw,clients.current.backoff.delay', '1,8s', '2,6s']);
    const run = async (...more: readonly string[]): Promise<readonly string[]> => {
      const { stdout } = await compare(over, 'delays', '--replications', '3', '--variants', 'same', '--json', ...more);
      return (JSON.parse(stdout) as Compared).variants[0].fingerprints;
    };
    const worlds = new AssumedWorlds([{ number: 1, weight: 1, assuming: ['8s', '2s'] }, { number: 2, weight: 1, assuming: ['6s', '1.5s'] }], 'bucket'); // prettier-ignore
    const own = await Promise.all([0, 1, 2].map(async (world) => {
      const [delay, jitter] = worlds.drawOf(world).assuming;
      const sets = ['--set', `clients.current.backoff.delay=${delay}`, '--set', `clients.current.backoff.jitter=${jitter}`];
      const { stdout } = await sim('run', file, '--seed', `bucket/${world}`, ...sets, ...quiet('own').slice(0, -2), '--json');
      return (JSON.parse(stdout) as { fingerprint: string }).fingerprint;
    })); // prettier-ignore
    expect(await run()).toEqual(own);
    const [decided, again] = [await run('--set', 'clients.current.backoff.delay=3s'), await run('--set', 'clients.current.backoff.delay=5s')]; // prettier-ignore
    expect(decided).not.toEqual(own);
    expect(again).not.toEqual(decided);
  });
});

describe('mistakes of --over', () => {
  it.each([
    ['none of its columns', ['a.b,weight', '1,1'], 'no column of'],
    ['no draw', ['tiers.front.admission.rate'], 'has no draw'],
    ['a line that is too short', [...rates, '0.1/s'], 'rates-a-line-that-is-too-short.csv:4 has 1 cell'],
    ['a weight that is none', [...rates, '0.1/s,much'], ':4: the weight must be a number from 0, not "much"'],
    ['a quote that stays open', [...rates, '"0.1/s,1'], ':4: a quote that nothing closes'],
    ['nothing that weighs', ['tiers.front.admission.rate,weight', '0.1/s,0'], 'no draw of'],
    ['another scenario', ['tiers.front.admission.rate,made from', '0.1/s,0123456789ab'], 'was made from another scenario'],
    ['a value that is none', ['tiers.front.admission.rate', 'soon'], 'in draw 1, baseline is no scenario: tiers.front.admission.rate'],
  ])('%s', async (name, lines, message) => {
    const { exitCode, stderr } = await compare(csv(`rates-${name.replaceAll(' ', '-')}.csv`, lines), 'wrong');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  }); // prettier-ignore

  it('a file that is not there, a budget, a shard', async () => {
    for (const [more, message] of [
      [[], 'cannot read'],
      [['--budget', '1m'], '--over and --budget exclude each other'],
      [['--shard', '1/2'], '--over does not go with --shard'],
    ] as const) {
      const { exitCode, stderr } = await compare(join(folder, 'none.csv'), 'wrong', ...more);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  });

  it('a posterior of before is told once the fleet is another one, and not for a title', async () => {
    const at = join(folder, 'stale.yaml');
    const observed = 'observed: [{ name: resolved, at: "10:08", says: resolved, expect: resolved, means: begins, tolerance: 4m }]\n'; // prettier-ignore
    const write = (from: string, to: string): void => writeFileSync(at, `${text.replace(from, to)}${observed}`);
    write('', '');
    const made = await sim('calibrate', at, ...quiet('stale'), '--particles', '5', '--variants', 'none');
    expect(made.exitCode).toBe(0);
    const posterior = join(folder, 'stale', 'bucket', 'calibrate', 'posterior.csv');
    expect(csvCells(readFileSync(posterior, 'utf8'))[0]).toContain('made from');
    const again = (): Promise<Captured> => sim('compare', at, '--over', posterior, ...quiet('again'), '--replications', '2', '--variants', 'same'); // prettier-ignore
    write('title: as it is', 'title: what it was');
    expect((await again()).exitCode).toBe(0);
    write('boot: 1s', 'boot: 2s');
    const { exitCode, stderr } = await again();
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('was made from another scenario than this is now')]);
    // A change that is made here and now is one, not another file.
    write('', '');
    const set = await sim('compare', at, '--over', posterior, ...quiet('set'), '--replications', '2', '--variants', 'same', '--set', 'tiers.front.boot=3s'); // prettier-ignore
    expect(set.exitCode).toBe(0);
  });
});
