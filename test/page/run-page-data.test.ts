// The page's data: sentences about runs that are told by hand, rows that are thinned, and that its parts are those of
// the outcome.
import { describe, expect, it } from 'vitest';
import { reproductionCurve } from '../../src/metrics/reproduction.ts';
import type { TimeSeries } from '../../src/metrics/time-series.ts';
import { AttemptEnd } from '../../src/model/state/vocabulary.ts';
import { ThinnedRows } from '../../src/page/charts-of-run.ts';
import { summaryOf, turnOf } from '../../src/page/summary.ts';
import { both, started, toldRun, waiting, type Script } from '../metrics/told-run.ts';

const fails: Script[number] = (_fleet, recorder, atMs) => {
  for (let i = 0; i < 50; i++) recorder.attemptEnded(atMs, 0, AttemptEnd.timedOut, -1);
};
const returns: Script[number] = (_fleet, recorder, atMs) => {
  for (let i = 0; i < 20; i++) recorder.connected(atMs, 0, 100, 1000, 0, 0);
};

function told(script: Script, seconds: number): { summary: string[]; turn: ReturnType<typeof turnOf> } {
  const ended = toldRun(script, seconds);
  const curve = reproductionCurve(ended.recorder.traffic, ended.curve);
  return { summary: summaryOf(ended, curve), turn: turnOf(ended, curve, ended.episodes[0]) };
}

describe('the summary', () => {
  it('says that nothing happened where nothing did', () => {
    const ended = toldRun({}, 60);
    expect(summaryOf(ended, reproductionCurve(ended.recorder.traffic, ended.curve))).toEqual([
      'No pod was ever impacted: whoever dropped got back, and nothing spread.',
    ]);
  });

  it('tells what began an outage, how large it was, where it turned and after what, and its end', () => {
    const { summary, turn } = told(
      {
        10: both(started('maintenance'), waiting(100)),
        20: fails,
        60: both(started('cure', true), fails),
        65: both(returns, returns),
        70: waiting(0),
      },
      500,
    );
    expect(turn).toEqual({ atMs: 70_000, text: ', shortly after maintenance and cure' });
    expect(summary).toHaveLength(1);
    expect(summary[0]).toMatch(
      /^At \d\d:\d\d, after maintenance, p1 was impacted\. At its peak, at \d\d:\d\d, 25.% of all /,
    );
    expect(summary[0]).toMatch(
      /It turned at \d\d:\d\d, shortly after maintenance and cure, and was over at \d\d:\d\d\.$/,
    );
  });

  it('says of an outage that goes on that it was not over', () => {
    const { summary, turn } = told({ 10: waiting(100, 100), 20: fails }, 300);
    expect(turn).toBeNull();
    expect(summary[0]).toMatch(/^At \d\d:\d\d p1, p2 went down, though nothing had been done to the fleet\./);
    expect(summary[0]).toMatch(/It was not over when the run ended\.$/);
  });
});

describe('rows that a page thins', () => {
  const series = (rows: number): TimeSeries => ({
    everyMs: 1000,
    atMs: Float64Array.from({ length: rows }, (_, at) => 1000 * at),
    columns: {
      rate: Float64Array.from({ length: rows }, (_, at) => at),
      share: Float64Array.from({ length: rows }, (_, at) => at / rows),
      wait: Float64Array.from({ length: rows }, (_, at) => (at % 2 === 0 ? NaN : at)),
    },
    units: { rate: 'per second', share: 'fraction', wait: 'ms' },
    hostStates: { labels: [], tiers: [], codes: [] },
  });

  it('are all there if they are few', () => {
    const rows = new ThinnedRows(series(3600));
    expect(rows.atMs).toHaveLength(3600);
    expect(rows.curve('wait', 'w')[0].values.slice(0, 4)).toEqual([null, 1, null, 3]);
    expect(rows.curve('none', 'n')).toEqual([]);
  });

  it('are means of rates and waits, and the last of what is counted at an instant, if they are many', () => {
    const rows = new ThinnedRows(series(3 * 3600));
    expect(rows.atMs.slice(0, 3)).toEqual([0, 3000, 6000]);
    expect(rows.curve('rate', 'r')[0].values.slice(0, 3)).toEqual([0, (1 + 2 + 3) / 3, (4 + 5 + 6) / 3]);
    expect(rows.curve('share', 's')[0].values[3600 - 1]).toBeCloseTo((3 * 3599) / (3 * 3600), 3);
    expect(rows.curve('wait', 'w')[0].values.slice(0, 3)).toEqual([null, 2, 5]);
  });
});
