// Every number that a file holds has a unit, beside it, under `units` or in its name, and docs/reading-a-result.md says
// what the word or the key means.
import { describe, expect, it } from 'vitest';
import { comparisonCsv, comparisonJson, replicationsCsv } from '../../src/cli/comparison-files.ts';
import { compareVariants } from '../../src/experiments/compare.ts';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { metricCatalogue, metricOf } from '../../src/metrics/catalogue.ts';
import { outcomeJson } from '../../src/metrics/outcome.ts';
import { timeSeriesCsv, type SeriesUnit } from '../../src/metrics/time-series.ts';
import { comparedText, comparedVariants } from '../experiments/compared-scenario.ts';
import { scenarioOf } from '../small-scenario.ts';
import { pages } from './page.ts';

const page = pages.find(({ file }) => file === 'docs/reading-a-result.md')!;

/** Names in backticks that a cell lists. */
const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

/** The rows below a head, each as its cells. */
function tableBelow(head: string): string[][] {
  const start = page.lines.indexOf(head);
  expect(start, head).toBeGreaterThan(0);
  const end = page.lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return page.lines.slice(start + 2, end < 0 ? undefined : end).map((line) => line.split(' | '));
}

const words = tableBelow('| unit | is |').flatMap(([word]) => namesIn(word));
const keys = tableBelow('| key | is |').flatMap(([names]) => namesIn(names));

type Plain = Readonly<Record<string, unknown>>;

/** Every number below, with its path and the object that holds it. */
function numbersIn(
  value: unknown,
  path: readonly string[] = [],
  holder: Plain = {},
): { path: string[]; holder: Plain }[] {
  if (typeof value === 'number') return [{ path: [...path], holder }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    numbersIn(one, [...path, key], Array.isArray(value) ? holder : (value as Plain)),
  );
}

// An outage that is open at the end, in a pod whose one host is rebooted, with rows and expectations of each unit.
const scenario = scenarioOf({
  clock: { date: '2023-04-26', from: '10:00', to: '10:04' },
  tiers: [{ name: 'api', hosts: 2, parallelism: 1, serviceTime: '2s', boot: '10m', holdsSessions: true }],
  products: [{ name: 'chat', sessions: 100 }],
  timeline: [{ name: 'maintenance', at: '10:01', action: 'reboot', target: { tier: 'api', hosts: [1] } }],
  observed: [
    { name: 'said', at: '10:01', says: 'something was wrong' },
    { name: 'seen', at: '10:02', says: 'a part is out', expect: 'disconnectedFraction > 0.1', means: 'has-begun' },
    { name: 'over', at: '10:03', says: 'it is over', expect: 'resolved', means: 'begins' },
    { name: 'begun', at: '10:01', says: 'it begins', expect: 'started', means: 'begins' },
  ],
  expect: ['timeToRecover < 10m', 'goodput > 0/s', 'started < 10:02', 'sessionMinutesLost > 1', 'drops > 1'],
}); // prettier-ignore

const run: Promise<RunResult> = runScenario(scenario, {
  seed: 'units', variant: 'baseline', scenarioHash: '', withMetrics: true,
}); // prettier-ignore

describe('the unit of a metric', () => {
  it('is a word that the page explains, of each metric and of nothing else', async () => {
    const { units } = (await run).outcome;
    const own = Object.keys(units).filter((name) => !name.startsWith('episodes.'));
    expect(own).toEqual(Object.keys(metricCatalogue));
    expect(Object.entries(units).filter(([, unit]) => !words.includes(unit))).toEqual([]);
    expect(words.filter((word) => !['ms since the start', ...Object.values(units)].includes(word))).toEqual([]);
  });
});

describe('the reference', () => {
  it('has a row for every metric, with what it is and its unit', () => {
    const reference = pages.find(({ file }) => file === 'docs/scenario-reference.md')!;
    const start = reference.lines.indexOf('## metric');
    expect(start).toBeGreaterThan(0);
    const rows = reference.lines.slice(start).map((line) => line.split(' | '));
    const mute = Object.keys(metricCatalogue).filter((name) => {
      const row = rows.find(([first]) => first === `| \`${name}\``);
      return row === undefined || row[1].length < 10 || !/^[a-z-]+$/.test(row[2] ?? '');
    });
    expect(mute).toEqual([]);
  });
});

describe('outcome.json', () => {
  it('has a unit for every number and clock time', async () => {
    const { outcome } = await run;
    const read = JSON.parse(outcomeJson(outcome)) as typeof outcome;
    const unitOf = ([part, second, third]: readonly string[], holder: Plain): unknown => {
      if (part === 'metrics') return read.units[second.split('.')[0]];
      if (part === 'episodes') return read.units[`episodes.${third}`];
      return third === 'simulated' || third === 'value' ? holder.unit : undefined;
    };
    const numbers = numbersIn(read).filter(({ path }) => path[0] !== 'format');
    const mute = numbers.filter(
      ({ path, holder }) => !words.includes(String(unitOf(path, holder))) && !/Ms$/.test(path.at(-1)!),
    );
    expect(mute.map(({ path }) => path.join('.'))).toEqual([]);
    expect(numbers.length).toBeGreaterThan(50);
    const clockTimes = Object.entries(read.metrics).filter(([, value]) => typeof value === 'string');
    expect(clockTimes.filter(([name]) => read.units[name] !== 'clock time')).toEqual([]);
    expect(read.observed.map(({ unit }) => unit)).toEqual([null, 'fraction', 'clock time', 'clock time']);
    expect(read.expectations.map(({ unit }) => unit)).toEqual([
      'ms', 'per second', 'clock time', 'session-minutes', 'count',
    ]); // prettier-ignore
    expect(read.expectations[0]).toMatchObject({ value: null, censoredAtMs: expect.any(Number) as number });
  });

  it('has a unit for every key of an episode that is no word and no truth value', async () => {
    const [episode] = (await run).outcome.episodes;
    const { units } = (await run).outcome;
    const unitless = Object.keys(episode).filter((key) => !Object.hasOwn(units, `episodes.${key}`));
    expect(unitless).toEqual(['trigger', 'outlivesTrigger', 'metastable', 'endedBy']);
    expect(Object.keys(units).filter((key) => key.startsWith('episodes.') && !(key.slice(9) in episode))).toEqual([]);
  });
});

describe('timeseries.csv', () => {
  const endings: Readonly<Record<SeriesUnit, RegExp>> = {
    ms: /Ms$/,
    'per second': /PerSec$/,
    fraction: /Fraction$/,
    count: /(?<!Ms|Sec|Fraction|At)$/,
  };

  it('has columns whose names tell their units, which the page lists', async () => {
    const { series } = await run;
    const header = timeSeriesCsv(series, scenario.clock).split('\n')[0].split(',');
    expect(header).toEqual(['clock', 'atSec', ...Object.keys(series.units)]);
    const wrong = Object.entries(series.units).filter(([name, unit]) => !endings[unit].test(name.split('.')[0]));
    expect(wrong).toEqual([]);
    const listed = tableBelow('| column | unit | holds |').flatMap(([names, unit]) =>
      namesIn(names).map((name) => `${name.split('.')[0]} ${namesIn(unit)[0]}`),
    );
    const columns = Object.entries(series.units).map(([name, unit]) => `${name.split('.')[0]} ${unit}`);
    expect([...new Set(columns)].sort()).toEqual([...new Set(listed)].sort());
  });
});

describe('a comparison', () => {
  const compared = compareVariants(
    { variants: comparedVariants(comparedText, ['longer-cap']), seed: 'units', replications: 2, until: 'end' },
    { jobs: 1 },
  );

  it('has a unit for every number of comparison.json', async () => {
    const read = JSON.parse(comparisonJson(await compared)) as Plain;
    const inUnit = ['value', 'low', 'high', 'atLeast', 'atMost', 'pairedWidth', 'unpairedWidth'];
    const mute = numbersIn(read).filter(({ path, holder }) => {
      const key = path.at(-1)!;
      if (inUnit.includes(key)) return !words.includes(String(holder.unit));
      return !/Ms$/.test(key) && !keys.includes(key) && path[0] !== 'format';
    });
    expect(mute.map(({ path }) => path.join('.'))).toEqual([]);
    // One unit each; two more are of the gains by common luck, a pair of widths in each variant.
    expect(JSON.stringify(read).match(/"value"/g)).toHaveLength(JSON.stringify(read).match(/"unit"/g)!.length - 2);
  });

  it('has a unit in every line of comparison.csv, and in the names of the columns of replications.csv', async () => {
    const [head, ...lines] = comparisonCsv(await compared).trim().split('\n').map((line) => line.split(',')); // prettier-ignore
    expect(lines.filter((cells) => !words.includes(cells[head.indexOf('unit')]))).toEqual([]);
    const columns = replicationsCsv(await compared)
      .split('\n')[0]
      .split(',');
    const suffixes: Readonly<Record<string, string>> = { duration: 'Ms', instant: 'Ms', rate: 'PerSec' };
    const names = Object.keys((await compared).variants[0].replications[0].metrics);
    const missing = names.filter((name) => !columns.includes(`${name}${suffixes[metricOf(name)!.unit] ?? ''}`));
    expect(missing).toEqual([]);
  });
});
