// What tables show of the catalogue: each entry in its place, and none that no outcome has a value for. What they print
// is pinned by the pages in docs/.
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { headlineRows } from '../../src/cli/headlines.ts';
import { emptyBaseline } from '../../src/experiments/baseline.ts';
import { runScenario } from '../../src/experiments/run.ts';
import { comparedMetrics } from '../../src/experiments/variant-estimates.ts';
import { metricCatalogue, metricOf } from '../../src/metrics/catalogue.ts';
import type { Metric } from '../../src/metrics/metric.ts';
import { joined, sharesNote, shownIn, tailNote, type HeadlineRow } from '../../src/metrics/shown.ts';
import { scenarioOf } from '../small-scenario.ts';

const metric: Metric = { unit: 'count', help: 'for a test', parts: [], better: null, read: () => 0 };

// A host of two that is rebooted: some are refused, some give up, and newcomers arrive meanwhile.
const scenario = scenarioOf({
  clock: { date: '2023-04-26', from: '00:00', to: '10m' },
  tiers: [
    { name: 'front', hosts: 2, parallelism: 1, serviceTime: '300ms', queue: { limit: 4 }, boot: '60s', holdsSessions: true },
    { name: 'back', scope: 'shared', hosts: 1, parallelism: 8, serviceTime: '10ms' },
  ],
  products: [
    {
      name: 'chat',
      sessions: 100,
      arrivals: { process: 'constant', schedule: [{ from: '0s', rate: '1/s' }] },
      lifetime: '5m',
    },
  ],
  clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' }, giveUp: { after: 4 } }],
  timeline: [{ name: 'maintenance', at: '60s', action: 'reboot', target: { tier: 'front', hosts: [1] } }],
}); // prettier-ignore

async function ran() {
  return runScenario(scenario, { seed: 'shown', variant: 'baseline', scenarioHash: '', withMetrics: true });
}

describe('a table', () => {
  it('shows the entries that say so in the order of their places, then those without one in the order of the catalogue', () => {
    const catalogue: Record<string, Metric> = {
      last: { ...metric, compared: {} },
      none: metric,
      second: { ...metric, compared: { place: 20 } },
      first: { ...metric, compared: { place: 10, head: 'the first' }, headline: { place: 5 } },
      alsoSecond: { ...metric, compared: { place: 20 } },
      veryLast: { ...metric, compared: {} },
    };
    expect(shownIn(catalogue, 'compared').map(([name]) => name)).toEqual([
      'first', 'second', 'alsoSecond', 'last', 'veryLast',
    ]); // prettier-ignore
    expect(shownIn(catalogue, 'headline')).toEqual([['first', { place: 5 }]]);
    expect(shownIn(catalogue, 'kept')).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('has headlines that outcomes have, and each value that says something has its row, in their order', async () => {
    const { outcome, ended } = await ran();
    const rows = headlineRows(outcome, ended, picocolors.createColors(false)).map(([name]) => name);
    const expected = shownIn(metricCatalogue, 'headline').flatMap(([name, { part, hideZero, words, isTold }]) => {
      if (metricCatalogue[name].isListed !== undefined) return [];
      const names = Object.keys(outcome.metrics).filter(
        (key) => key === name || (part !== undefined && key.startsWith(`${name}.`) && key.endsWith(`.${part}`)),
      );
      expect(names, name).not.toEqual([]);
      return names.filter((key) => {
        const value = outcome.metrics[key];
        return (
          (words !== undefined || key in outcome.censored || (value !== null && !(hideZero === true && value === 0))) &&
          isTold?.({ name: key, values: outcome.metrics, censored: outcome.censored, reasons: {}, ended }) !== false
        );
      });
    });
    expect(rows).toEqual(expected);
    expect(rows).toEqual(expect.arrayContaining(['collapse', 'rejected', 'gaveUp', 'arrivals', 'reconnectTime.p50']));
  });

  it('compares and keeps what every outcome has under that name, whatever its tiers; a clock time is no column', async () => {
    const { metrics } = (await ran()).outcome;
    const compared = comparedMetrics.map((one) => one.metric);
    expect(compared.filter((name) => !(name in metrics) || metricOf(name)?.unit === 'instant')).toEqual([]);
    expect(Object.keys(emptyBaseline('v0', null).tolerances).filter((name) => !(name in metrics))).toEqual([]);
  });

  it('has a column by its statistic: of durations the median', () => {
    const wrong = comparedMetrics.filter(
      ({ metric: name, statistic }) => (metricOf(name)?.unit === 'duration') !== (statistic === 'median'),
    );
    expect(wrong).toEqual([]);
    expect(comparedMetrics.map(({ head }) => head)).toContain('time to recover');
  });
});

describe('a note', () => {
  const row = (name: string, values: HeadlineRow['values']): HeadlineRow =>
    ({ name, values, censored: { 'queueWait.api.p99': { atMs: 90_000 } }, reasons: {} }) as unknown as HeadlineRow;

  it('tells the shares of a count, the greatest first and none of nothing', () => {
    const values = { drops: 8, 'drops.killed': 2, 'drops.lease': 0, 'drops.reboot': 6, dropsOther: 7 };
    expect(sharesNote(row('drops', values))).toBe('reboot\u00a075\u00a0%, killed\u00a025\u00a0%');
    expect(sharesNote(row('drops', { drops: 0 }))).toBe('');
  });

  it('tells the tail of a distribution, of a tier too', () => {
    const values = { 'queueWait.api.p50': 10, 'queueWait.api.p95': 1500, 'queueWait.api.p99': null };
    expect(tailNote(row('queueWait.api.p50', values))).toBe('p95 1.5s, p99 >\u00a01m30s');
  });

  it('is joined of what says something', () => {
    expect(joined('', 'a', '', 'b')).toBe('a; b');
  });
});
