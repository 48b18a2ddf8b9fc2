// One figure, one source: every number in a chart's title is one of the outcome's, or of the comparison's figures, in the
// words of the tables; every clock time is an instant of the outcome.
import { beforeAll, describe, expect, it } from 'vitest';
import { chartDataOf } from '../../src/cli/chart-input.ts';
import { createComparison } from '../../src/experiments/comparison.ts';
import { replicate, replicationSeed } from '../../src/experiments/replication.ts';
import { runScenario, type RunResult } from '../../src/experiments/run.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { charts } from '../../src/report/charts.ts';
import { comparisonCharts } from '../../src/report/comparison-charts.ts';
import { valueText } from '../../src/metrics/value-text.ts';
import { comparedText, comparedVariants } from '../experiments/compared-scenario.ts';
import { runShipped } from '../scenarios/shipped-scenario.ts';
import { scenarioOf } from '../small-scenario.ts';

/** Every number with its unit's sign, and every clock time, of a title. `p95` is a name, and so are those of variants, pods and tiers. */
function tokensOf(title: string, names: readonly string[]): string[] {
  const text = [...names]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, name) => rest.replaceAll(name, '…'), title)
    .replaceAll(/\bp\d\d\b/g, '…');
  const found: string[] = text.match(/[<>]?\u00a0?\d[\d.,:hms]*(?:\u00a0?%|\u00a0?×|\/s|ms|[hms])?/g) ?? [];
  return found.map((token) => token.replace(/[.,:]+$/, '').trim());
}

/** Of a run: the values of its metrics, its pods, and the clock times of its episodes, to the minute. */
function knownOf({ outcome, ended }: RunResult): Set<string> {
  const known = new Set([String(ended.scenario.pods.length)]);
  for (const [name, value] of Object.entries(outcome.metrics))
    known.add(valueText(value, metricCatalogue[name.split('.')[0]].unit));
  const instants = [
    ...Object.values(outcome.metrics),
    ...outcome.episodes.flatMap((episode) => Object.values<unknown>({ ...episode })),
  ];
  for (const instant of instants)
    if (typeof instant === 'string' && /^\d\d:\d\d/.test(instant)) known.add(instant.slice(0, 5));
  return known;
}

/** Numbers of the titles that nobody knows. */
function strayNumbers(run: RunResult, source: RunResult = run): string[] {
  const { pods, tiers, clock } = run.ended.scenario;
  const known = knownOf(source);
  const end = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: clock.timezone,
  }).format(clock.startMs + clock.durationMs);
  known.add(end);
  const names = [...pods, ...tiers].map(({ name }) => name);
  const data = chartDataOf(run, '');
  return charts.flatMap(({ headline }) =>
    tokensOf(headline(data), names)
      .filter((token) => !known.has(token))
      .map((token) => `${token} in "${headline(data)}"`),
  );
}

const run = (fields: Readonly<Record<string, unknown>>): Promise<RunResult> =>
  runScenario(scenarioOf(fields), { seed: 'titles', variant: 'baseline', scenarioHash: '', withMetrics: true });

describe('the numbers in the titles of a run', () => {
  let storm: RunResult;
  beforeAll(async () => {
    storm = await runShipped('storm-metastable.yaml');
  }, 60_000);

  it("of an outage are its outcome's, and of a calm day too", async () => {
    expect(strayNumbers(storm)).toEqual([]);
    expect(strayNumbers(await runShipped('one-host.yaml'))).toEqual([]);
  });

  it('are there to be checked, and one that is wrong is found', () => {
    const data = chartDataOf(storm, '');
    for (const { headline } of charts) expect(tokensOf(headline(data), ['front']).length).toBeGreaterThan(0);
    const wrong = { ...storm, outcome: { ...storm.outcome, metrics: { ...storm.outcome.metrics, attempts: 1 } } };
    expect(strayNumbers(storm, wrong)).toHaveLength(1);
  });

  it("are its outcome's in a window that has no whole second, and amid an outage", async () => {
    const tiers = [{ name: 'api', hosts: 2, parallelism: 1, serviceTime: '500ms', holdsSessions: true }];
    const outage = { tiers, pods: 3, products: [{ name: 'chat', sessions: 90 }], start: { disconnected: 0.5 } };
    expect(
      strayNumbers(
        await run({
          ...outage,
          clock: { date: '2023-04-26', from: '00:00', to: '9900ms' },
          measure: { from: '9100ms' },
        }),
      ),
    ).toEqual([]);
    expect(strayNumbers(await run({ ...outage, clock: { date: '2023-04-26', from: '23:50', to: '00:10' } }))).toEqual(
      [],
    );
  });
});

describe('the numbers in the titles of a comparison', () => {
  it('are its figures', async () => {
    // All three hosts are rebooted, and two variants bear it better.
    const text = `${comparedText.replace('hosts: [1] }', 'hosts: [1, 2, 3] }')}  - { name: more-hosts, set: { tiers.front.hosts: 6 } }\n`;
    const variants = comparedVariants(text, ['longer-cap', 'more-hosts']);
    const byVariant = await Promise.all(
      variants.map(async ({ name, scenario, hash }) => {
        const tasks = [0, 1, 2].map((index) => ({
          variant: { name, scenario, hash, sameDay: false },
          index,
          seed: replicationSeed('titles', index),
          until: 'end' as const,
        }));
        return Promise.all(tasks.map((task) => replicate(task)));
      }),
    );
    const comparison = createComparison({ variants, byVariant, seed: 'titles', until: 'end', complete: true });
    const known = new Set(
      comparison.variants.flatMap(({ estimates }) =>
        Object.entries(estimates).map(([metric, { value }]) => valueText(value, metricCatalogue[metric].unit)),
      ),
    );
    const titles = comparisonCharts.map(({ headline }) => headline(comparison));
    const tokens = titles.flatMap((title) =>
      tokensOf(
        title,
        variants.map(({ name }) => name),
      ),
    );
    expect(tokens.length).toBeGreaterThan(5);
    expect([tokens.filter((token) => !known.has(token)), titles]).toEqual([[], titles]);
  });
});
