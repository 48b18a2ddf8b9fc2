// Every scenario in scenarios/ is as it should be, and the quick ones do what they say, with their own seeds; the others
// do so in shipped.full.test.ts, the full-scale incident in apr26.full.test.ts.
import { describe, expect, it } from 'vitest';
import { oldFormRanges, unsaidMeanings } from '../../src/cli/old-form-warnings.ts';
import { uncoveredNumbers } from '../../src/scenario/explain.ts';
import { checkRun } from './run-as-told.ts';
import { loadShipped, quickFiles, shippedFiles } from './shipped-scenario.ts';

const FULL_SCALE = 'apr26.json';

describe.each(shippedFiles)('scenarios/%s', (file) => {
  it('has no problems, in no variant', () => {
    for (const { name } of loadShipped(file).variants) expect(() => loadShipped(file, name)).not.toThrow();
  });

  it('is named like its file, and tells its story', () => {
    const { scenario } = loadShipped(file);
    expect(file.split('.')[0]).toBe(scenario.name);
    expect(scenario.story.length).toBeGreaterThan(300);
    expect(scenario.expect.length).toBeGreaterThan(2);
  });

  it('is written as files are now: its ranges can be drawn, and its rows say what they mean', () => {
    const loaded = loadShipped(file);
    expect([oldFormRanges, unsaidMeanings].flatMap((warn) => warn(file, loaded)).map(({ path }) => path)).toEqual([]);
  });

  it('has a source or an assumption for every number', () => {
    expect(uncoveredNumbers(loadShipped(file)).map(({ path }) => path)).toEqual([]);
  });

  it('expects something of every variant that its story is about', () => {
    const { scenario, variants } = loadShipped(file);
    // The incident's fourteen are for comparing; its story is that of the baseline.
    if (file.startsWith('apr26')) return;
    const expected = new Set(scenario.expect.map(({ left }) => left.variant));
    expect(variants.filter(({ name }) => !expected.has(name))).toEqual([]);
  });

  it('gives every variant a title', () => {
    for (const { name, title } of loadShipped(file).variants) expect(title).not.toBe(name);
  });
});

checkRun(quickFiles);

describe('the incident at a tenth', () => {
  const small = 'apr26-small.yaml';

  it('is the incident, but for sizes: the same clock, maintenance, people and clients', () => {
    const { scenario: full } = loadShipped(FULL_SCALE);
    const { scenario } = loadShipped(small);
    const sessions = (of: typeof full): number => of.products.reduce((sum, product) => sum + product.sessions, 0);
    expect(scenario.clock).toEqual(full.clock);
    expect(scenario.timeline).toEqual(full.timeline);
    expect(scenario.pods).toEqual(full.pods);
    const people = (of: typeof full): unknown =>
      of.responders.map(({ act, ...rule }) => ({ ...rule, act: act.map(({ name, when }) => ({ name, when })) }));
    expect(people(scenario)).toEqual(people(full));
    expect(scenario.clients).toEqual(full.clients);
    expect(scenario.observed.map(({ name, atMs, toleranceMs, says }) => [name, atMs, toleranceMs, says])).toEqual(
      full.observed.map(({ name, atMs, toleranceMs, says }) => [name, atMs, toleranceMs, says]),
    );
    expect(loadShipped(small).variants).toEqual(loadShipped(FULL_SCALE).variants);
    expect(sessions(scenario)).toBe(sessions(full) / 10);
  });
});

describe('the two storms', () => {
  it('differ in the backoff of their clients only', () => {
    const recovers = loadShipped('storm-recovers.yaml').scenario;
    const metastable = loadShipped('storm-metastable.yaml').scenario;
    const fleet = ({
      clock,
      seed,
      pods,
      tiers,
      products,
      clients,
      timeline,
      responders,
    }: typeof recovers): unknown => ({
      clock,
      seed,
      pods,
      tiers,
      products,
      timeline,
      responders,
      clients: clients.map((client) => ({ ...client, backoff: null })),
    });
    expect(fleet(recovers)).toEqual(fleet(metastable));
    expect(recovers.clients[0].backoff).not.toEqual(metastable.clients[0].backoff);
  });
});
