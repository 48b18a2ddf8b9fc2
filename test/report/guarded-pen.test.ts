// What a canvas must not be given does not reach it: neither places that are no numbers, at which the native code ends
// the process, nor texts that cannot be seen. And no chart needs that: series without values, with one, or with NaN
// and infinities are drawn.
import { createCanvas } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createComparison, type Comparison } from '../../src/experiments/comparison.ts';
import type { Replication } from '../../src/experiments/replication.ts';
import type { ChartData } from '../../src/report/chart-data.ts';
import { charts } from '../../src/report/charts.ts';
import { comparisonCharts } from '../../src/report/comparison-charts.ts';
import { drawChart } from '../../src/report/draw-charts.ts';
import { drawComparisonChart } from '../../src/report/draw-comparison.ts';
import { layOutFrame } from '../../src/report/frame.ts';
import { openCanvas } from '../../src/report/open-canvas.ts';
import type { Pen } from '../../src/report/picture.ts';
import { comparedText, comparedVariants } from '../experiments/compared-scenario.ts';
import { syntheticOutage } from './synthetic-outage.ts';

beforeAll(async () => {
  await openCanvas();
});

function paper(): { pen: Pen; bytes: () => Buffer } {
  const canvas = createCanvas(60, 30);
  const pen = canvas.getContext('2d');
  pen.font = '20px "cascade-sim sans"';
  return { pen, bytes: () => canvas.toBuffer('image/png') };
}

describe('a pen', () => {
  it.each([NaN, Infinity, -Infinity])('draws nothing at %s, and goes on', (wrong) => {
    const { pen, bytes } = paper();
    const blank = bytes();
    pen.beginPath();
    pen.arc(wrong, 5, 3, 0, 6);
    pen.arc(5, 5, wrong, 0, 6);
    pen.ellipse(5, 5, 2, 2, wrong, 0, 6);
    pen.arcTo(1, 1, wrong, 3, 3);
    pen.rect(wrong, 1, 2, 3);
    pen.roundRect(1, 1, wrong, 3, 2);
    pen.moveTo(wrong, 1);
    pen.bezierCurveTo(1, 2, 3, 4, 5, wrong);
    pen.quadraticCurveTo(1, 2, 3, wrong);
    pen.fill();
    pen.stroke();
    pen.fillRect(1, wrong, 2, 3);
    pen.strokeRect(1, wrong, 2, 3);
    pen.fillText('x', wrong, 5);
    pen.setLineDash([wrong, 2]);
    pen.translate(wrong, 0);
    pen.rotate(wrong);
    pen.scale(wrong, 1);
    expect(bytes().equals(blank)).toBe(true);
    pen.fillRect(1, 1, 20, 20);
    expect(bytes().equals(blank)).toBe(false);
  });

  it('writes and measures what people can see of a text', () => {
    const drawn = (text: string): Buffer => {
      const { pen, bytes } = paper();
      pen.fillText(text, 1, 20);
      return bytes();
    };
    expect(drawn('a\u0000b').equals(drawn('a\\x00b'))).toBe(true);
    expect(drawn('\u202eab').equals(drawn('\\u202eab'))).toBe(true);
    const { pen } = paper();
    expect(pen.measureText('\u001b\u0000').width).toBe(pen.measureText('\\x1b\\x00').width);
  });
});

/** Made-up chart data with these values in all series. */
function withValues(values: readonly number[]): ChartData {
  const outage = syntheticOutage();
  return {
    ...outage,
    samplesMs: Float64Array.from(values, (_, i) => (i + 1) * 5000),
    series: Object.fromEntries(Object.keys(outage.series).map((name) => [name, Float64Array.from(values)])),
    hostStates: { ...outage.hostStates, codes: outage.hostStates.codes.map(() => new Uint8Array(values.length)) },
  };
}

describe('a chart of a run', () => {
  const series = {
    'no samples': [],
    one: [0.5],
    'one that is NaN': [NaN],
    'only NaN': [NaN, NaN, NaN],
    gaps: [NaN, 0.5, NaN, 0.2, 0.3, NaN],
    infinities: [0.1, Infinity, -Infinity, 0.2, NaN],
  };
  it.each(
    charts.flatMap((entry) =>
      Object.entries(series).map(([what, values]) => ({ entry, name: entry.name, what, values })),
    ),
  )('($name) is drawn of $what', async ({ entry, values }) => {
    expect((await drawChart(entry, withValues(values))).png.length).toBeGreaterThan(5000);
  });

  it.each(charts)('($name) tells infinities as it tells gaps', async (entry) => {
    const [infinite, gaps] = [
      await drawChart(entry, withValues([0.1, Infinity, 0.2, -Infinity])),
      await drawChart(entry, withValues([0.1, NaN, 0.2, NaN])),
    ];
    expect(infinite.png.equals(gaps.png)).toBe(true);
  });

  it('has the visible form of texts in its title, subtitle, labels and changes', () => {
    const evil = '\u001b[31m\u202e\u0000x\ny';
    const outage = syntheticOutage();
    const data = {
      ...outage,
      seed: evil,
      set: [`story=${evil}`],
      actions: [{ atMs: 1, name: 'a', kind: 'action' as const, label: evil }],
    };
    const picture = { ...charts[0].picture(outage), showsMilestones: false };
    const frame = layOutFrame(data, picture, evil, (text) => text.length);
    const shown = '\\x1b[31m\\u202e\\x00x y';
    expect(frame.headlineLines.join(' ')).toBe(shown);
    expect(frame.subtitle).toContain(`seed ${shown}`);
    expect(frame.changes).toBe(`set: story=${shown}`);
    expect(frame.flags.flags.map(({ text }) => text)).toEqual([expect.stringMatching(/ \\x1b\[31m\\u202e\\x00x y$/)]);
  });
});

describe('a chart of a comparison', () => {
  /** Of one variant besides the baseline, all of whose runs have these metrics and this curve. */
  function compared(lost: number, curve: readonly number[]): Comparison {
    const [baseline] = comparedVariants(comparedText, []);
    const variants = [baseline, { ...baseline, hash: 'other', name: 'other', title: 'other' }];
    const byVariant = variants.map(({ name }, v) =>
      Array.from({ length: 6 }, (_, index): Replication => ({
        variant: name, index, seed: `c/${index}`, fingerprint: `${v} ${index}`, ending: 'clock', endMs: 60_000, openMs: null, undecided: false, curve,
        metrics: { sessionMinutesLost: v === 0 ? 5 + index : lost, peakDisconnectedFraction: lost, timeToRecover: 1000, hostDeaths: 0, retryAmplification: 2, hostHours: v === 0 ? 10 : lost, collapse: 0 },
      })),
    ); // prettier-ignore
    return createComparison({ variants, byVariant, seed: 'c', until: 'end', complete: true });
  }

  it.each(comparisonCharts)(
    '($name) is drawn where runs have no numbers, infinite ones, or no curve',
    async (entry) => {
      for (const [lost, curve] of [
        [NaN, [NaN, NaN]],
        [Infinity, [Infinity, 0.2]],
        [3, []],
        [3, [0.5]],
        [3, [NaN, 0.5, NaN]],
      ] as const) {
        expect((await drawComparisonChart(entry, compared(lost, curve))).length).toBeGreaterThan(5000);
      }
    },
  );

  it('gives a canvas no place that is no number', async () => {
    const { pen } = paper();
    const methods = Object.getPrototypeOf(pen) as Record<'arc' | 'fillText', (...args: unknown[]) => unknown>;
    const spies = (['arc', 'fillText'] as const).map((name) => vi.spyOn(methods, name));
    for (const entry of comparisonCharts.filter(({ name }) => name !== 'variants-cost'))
      await drawComparisonChart(entry, compared(NaN, [NaN, 0.5]));
    const places = spies.flatMap(({ mock }) => mock.calls.flat().filter((argument) => typeof argument === 'number'));
    for (const spy of spies) spy.mockRestore();
    expect(places.length).toBeGreaterThan(50);
    expect(places.every(Number.isFinite)).toBe(true);
  });
});
