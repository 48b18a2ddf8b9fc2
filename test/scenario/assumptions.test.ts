import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { drawnAssumptions, oldRanges, type Assumption } from '../../src/scenario/assumptions.ts';
import { fileText, numberAtPlace, settingsAt, sidesOf } from '../../src/scenario/assumption-values.ts';
import { loadScenario, type LoadResult } from '../../src/scenario/load.ts';

const base = `
format: 1
name: small
clock: { date: 2024-01-01, from: "09:00", to: "11:00" }
tiers:
  - name: api
    hosts: 4
    parallelism: 4
    serviceTime: { exponential: 50ms }
    sessionsAtFullLoad: 500
    balancing: random
    boot: { uniform: { from: 90s, to: 150s } }
products: [{ name: chat, sessions: 1000 }]
clients:
  - name: current
    backoff: { policy: fixed, delay: 1s }
    connectTimeout: 10s
    keepalive: { every: 25s, timeout: 20s }
timeline: [{ name: reboot, at: "09:10", action: reboot, target: { tier: api } }]
`;

function load(...rows: string[]): LoadResult {
  return loadScenario({ file: 'small.yaml', text: `${base}assumptions:\n${rows.map((row) => `  - ${row}\n`).join('')}` }, vocabulary); // prettier-ignore
}

function drawn(...rows: string[]): Assumption[] {
  const result = load(...rows);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return drawnAssumptions(result.tree);
}

function problemOf(row: string): string {
  const result = load(row);
  if (result.ok) throw new Error('it was loaded');
  expect(result.problems).toHaveLength(1);
  const [{ path, expected, found, hint, line }] = result.problems;
  expect(line).toBeGreaterThan(1);
  return `${path}: ${expected}, ${found}${hint === null ? '' : ` (${hint})`}`;
}

describe('an assumption with a range', () => {
  it('is read as its own field is, and walked by factors unless zero, a share or a time is in it', () => {
    const found = drawn(
      '{ path: tiers.api.hosts, range: [2, 8], why: x }',
      '{ path: tiers.api.serviceTime.exponential, range: [20ms, 0.2s], why: x }',
      '{ path: tiers.api.refusalWork, range: [0s, 5ms], why: x }',
      '{ path: tiers.api.abandonedWorkCost, range: [0, 1], why: x }',
      '{ path: timeline.reboot.at, range: ["09:05", "09:20"], why: x }',
      '{ path: tiers.api.sessionsAtFullLoad, range: [400, 600], scale: linear, why: x }',
    );
    expect(found.map((one) => one.kind === 'range' && [one.low, one.high, one.scale, one.leaf.base])).toEqual([
      [2, 8, 'log', 4],
      [20, 200, 'log', 50],
      [0, 5, 'linear', 0],
      [0, 1, 'linear', 1],
      [300_000, 1_200_000, 'linear', 600_000],
      [400, 600, 'linear', 500],
    ]);
  });

  it('takes others along, and a row without a range is only a reason', () => {
    const [boot, ...rest] = drawn(
      '{ path: tiers.api.boot.uniform.from, range: [45s, 180s], together: [tiers.api.boot.uniform.to], why: x }',
      '{ path: clients, why: x }',
      '{ path: products, range: [], why: x }',
    );
    expect(rest).toEqual([]);
    expect(boot).toMatchObject({ together: [{ path: 'tiers.api.boot.uniform.to', base: 150_000 }] });
  });
});

describe('what is none in the file, be it by default,', () => {
  it('can have a range and choices', () => {
    const [limit, memory] = drawn(
      '{ path: tiers.api.queue.limit, range: [10, 1000], why: x }',
      '{ path: tiers.api.inFlightLimit, choices: [none, 100], why: x }',
    );
    expect(limit).toMatchObject({ low: 10, high: 1000, scale: 'log' });
    expect([limit, memory].map(fileText)).toEqual(['none', 'none']);
    expect(settingsAt(limit, 0.5)).toEqual(['tiers.api.queue.limit=100']);
    expect(sidesOf(memory)).toEqual([['tiers.api.inFlightLimit=100']]);
  });

  it('has no factor by which others could move', () => {
    const row = '{ path: tiers.api.queue.limit, range: [10, 1000], together: [tiers.api.hosts], why: x }';
    expect(problemOf(row)).toMatch(/from none leads no factor/);
  });
});

describe('an assumption that cannot be drawn', () => {
  it.each([
    ['{ path: tiers.api.hosts, range: [2.5, 8], why: x }', /a value that tiers\.api\.hosts could have/],
    ['{ path: tiers.api.hosts, range: [0, 8], why: x }', /what tiers\.api\.hosts takes: at least 1/],
    ['{ path: tiers.api.hosts, range: ["0", "8"], why: x }', /what tiers\.api\.hosts takes: at least 1/],
    ['{ path: tiers.api.hosts, range: [5s, 8s], why: x }', /a value that tiers\.api\.hosts could have/],
    ['{ path: tiers.api.refusalWork, range: [0, 5], why: x }', /a value that tiers\.api\.refusalWork could have/],
    ['{ path: tiers.api.refusalWork, range: [0s, 5ms], scale: log, why: x }', /no logarithm/],
    ['{ path: tiers.api.hosts, range: [2, 8], together: [tiers.web.hosts], why: x }', /together/],
    ['{ path: tiers.api.hosts, range: [2, 8], together: [timeline.reboot.at], why: x }', /times together with times/],
    ['{ path: tiers.api.hosts, range: [2, 8], choices: [1, 2], why: x }', /a range or choices/],
    ['{ path: tiers.api.balancing, choices: [random], why: x }', /two values/],
    ['{ path: tiers.api.balancing, choices: [random, rendom], why: x }', /a value that tiers\.api\.balancing could have/],
    // What says more than ranges of old could is written for today.
    ['{ path: tiers.api.boot, range: [60s, 300s], scale: log, why: x }', /assumptions\.1\.path: a path that ends at one value/],
    ['{ path: expect, choices: [0.1, 0.2], why: x }', /expect is no assumption of the fleet/],
    ['{ path: tiers.api.hosts, range: [2, 4, 8], scale: linear, why: x }', /the least and the greatest plausible value, 3 values/],
    ['{ path: tiers.api.hosts, range: [{}, 8], why: x }', /like \[4, 16\]/],
  ])('says so of %s', (row, message) => {
    expect(problemOf(row)).toMatch(message);
  }); // prettier-ignore
});

// A range used to be a list of any values, of whatever the row is about: nobody read it.
describe('a range as it used to be written', () => {
  const warned = (row: string): string => {
    const result = load(row);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const [first, ...rest] = oldRanges('small.yaml', result.tree);
    expect(rest).toEqual([]);
    expect([first.line > 1, first.column > 1]).toEqual([true, true]);
    const what = drawnAssumptions(result.tree).map((one) => one.kind === 'range' && `${one.low}–${one.high}`);
    return `${first.path}: ${first.expected}, ${first.found} (${first.hint}) draws ${what.join() || 'nothing'}`;
  };

  it.each([
    ['{ path: tiers.api, range: [1, 2], why: x }', /assumptions\.1\.path: a path that ends at one value.*only a text.*like tiers\.api\.hosts.*draws nothing/],
    ['{ path: tiers.api.boot, range: [60s, 300s], why: x }', /range of tiers\.api\.boot\.uniform\.from with together|like tiers\.api\.boot\.uniform\.from.*draws nothing/],
    ['{ path: clients.current.backoff, range: [1s, 9s], why: x }', /like clients\.current\.backoff\.delay.*draws nothing/],
    ['{ path: tiers.api.balancing, range: [random, round-robin], why: x }', /choices: \[ … \].*draws nothing/],
    ['{ path: tiers.api.queue.limit, range: [none, 100], why: x }', /"none".*only a text.*choices.*draws nothing/],
    ['{ path: tiers.api.hosts, range: [2, 4, 8], why: x }', /3 values.*only a text.*choices.*draws nothing/],
    ['{ path: tiers.api.hosts, range: [8], why: x }', /one value.*only a text.*draws nothing/],
    ['{ path: tiers.api.hosts, range: [some, many], why: x }', /"some": the range is only a text.*draws nothing/],
    ['{ path: tiers.api.hosts, range: [true, 8], why: x }', /true: the range is only a text.*draws nothing/],
    ['{ path: tiers.api.hosts, range: [8, 8], why: x }', /two values that differ.*draws nothing/],
    ['{ path: expect, range: [0.1, 0.2], why: x }', /expect is no assumption of the fleet.*draws nothing/],
    ['{ path: clock.from, range: ["08:30", "09:00"], why: x }', /clock is no assumption.*draws nothing/],
    ['{ path: tiers.api.hosts, range: [8, 2], why: x }', /the least value first, \[8, 2\], read as \[2, 8\] \(range: \[2, 8\]\) draws 2–8/],
    ['{ path: tiers.api.hosts, range: ["2", "8"], why: x }', /numbers without quotes, \["2", "8"\], read as \[2, 8\] \(range: \[2, 8\]\) draws 2–8/],
    ['{ path: tiers.api.hosts, range: [8, "2"], why: x }', /numbers without quotes, \[8, "2"\], read as \[2, 8\].*draws 2–8/],
  ])('loads, and is told apart: %s', (row, message) => {
    expect(warned(row)).toMatch(message);
  }); // prettier-ignore

  it('is a text whatever is set besides, and a row of today has no warning', () => {
    const result = load('{ path: tiers.api.hosts, range: [2, 8], why: x }', '{ path: clients, why: x }');
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(oldRanges('small.yaml', result.tree)).toEqual([]);
  });
});

describe('what is given', () => {
  const withGiven = (text: string): LoadResult =>
    loadScenario({ file: 'small.yaml', text: `${base}given: ["${text}"]\n` }, vocabulary);

  it('is a condition over the arithmetic and the values of the file', () => {
    for (const text of [
      'loadAtPeak.api < 0.9',
      'tiers.api.hosts * tiers.api.sessionsAtFullLoad >= 1.5 * products.chat.sessions',
      '(tiers.api.boot.uniform.to - tiers.api.boot.uniform.from) < 5m',
    ])
      expect(withGiven(text).ok).toBe(true);
  });

  it.each([
    ['loadAtPeak.apy < 1', /a tier behind loadAtPeak: api/],
    ['loadAtPeek.api < 1', /a path that begins|a value of the file/],
    ['tiers.api < 1', /ends at one value/],
    ['loadAtPeak.api', /one of <=/],
    ['loadAtPeak.api < ', /a number, a path or a figure/],
    ['loadAtPeak.api ! 1', /numbers, paths, figures/],
  ])('that is none is told: %s', (text, message) => {
    const result = withGiven(text);
    if (result.ok) throw new Error('it was loaded');
    expect(`${result.problems[0].path}: ${result.problems[0].expected}`).toMatch(message);
  });
});

describe('a draw as a number', () => {
  it('is the value that its run has: two places of a whole number are one', () => {
    const [hosts, at, balancing] = drawn(
      '{ path: tiers.api.hosts, range: [2, 4], why: x }',
      '{ path: timeline.reboot.at, range: ["09:05", "09:15"], why: x }',
      '{ path: tiers.api.balancing, choices: [random, round-robin], why: x }',
    );
    expect([0, 0.1, 0.5, 0.9, 1].map((place) => numberAtPlace(hosts, place))).toEqual([2, 2, 3, 4, 4]);
    expect([0, 0.5].map((place) => numberAtPlace(at, place))).toEqual([300_000, 600_000]);
    expect(settingsAt(at, 0.55)).toEqual(['timeline.reboot.at=09:10:30']);
    expect(settingsAt(at, 0.5)).toEqual(['timeline.reboot.at=09:10']);
    expect([0, 0.4, 0.6, 1].map((place) => numberAtPlace(balancing, place))).toEqual([0.25, 0.25, 0.75, 0.75]);
  });
});
