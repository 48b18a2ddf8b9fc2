// The charts of a sensitivity: size, sameness of bytes, that bars are as long as what they stand for and columns as many as
// hold, what the titles say, and when there is nothing to draw. A blank chart has no pixel of any of these colours.
import { describe, expect, it } from 'vitest';
import { DrawSpace } from '../../src/experiments/sensitivity/draw-space.ts';
import type { Knob, Side } from '../../src/experiments/sensitivity/one-at-a-time.ts';
import type { Sensitivity } from '../../src/experiments/sensitivity/sensitivity.ts';
import { targetsOf } from '../../src/experiments/sensitivity/targets.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { okabeIto } from '../../src/report/palette.ts';
import { drawSensitivityChart } from '../../src/report/draw-sensitivity.ts';
import { sensitivityCharts } from '../../src/report/sensitivity-charts.ts';
import { openScenario } from '../../src/scenario/load.ts';
import { settingsAt, valueText } from '../../src/scenario/assumption-values.ts';
import { lostText } from '../cli/lost-scenario.ts';
import { countPixels, pixelsOf, wholePicture, type Pixels } from './pixels.ts';

const [tornado, rows] = sensitivityCharts;
const opened = openScenario({ file: 'lost.yaml', text: lostText }, vocabulary);
const loaded = opened.load();
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { assumptions } = new DrawSpace(opened, loaded, [], []);
const { all: targets } = targetsOf(loaded.scenario, []);
const head = { scenario: loaded.scenario, set: [], seed: 'lost', targets, leftOut: 0 };

/** gone, back, two expectations, collapse, session-minutes lost. */
const record = (held: readonly number[], lost: number) =>
  ({ fingerprint: '', values: [...held, lost], missedMs: [] }) as const;

/** Made up: what is lost at the low and the high end of each assumption; null is impossible. The file loses 400. */
function madeUp(ends: readonly (readonly [number | null, number | null])[], held = [1, 0, 1, NaN, 0]): Sensitivity {
  const knobs = ends.map(([low, high], i): Knob => {
    const sides = [low, high].map((lost, place): Side => {
      const settings = settingsAt(assumptions[i], place);
      const side = { settings, value: valueText(settings[0]), flips: [], isSame: false };
      if (lost === null) return { ...side, state: 'impossible', why: 'it does not fit', record: null };
      return { ...side, state: 'run', why: null, record: record(held, lost) };
    });
    const change = Math.max(...[low, high].map((lost) => Math.abs((lost ?? 400) - 400) / 400));
    return { assumption: assumptions[i], sides, verdict: 'matters', change };
  });
  const base = record([1, 1, 1, 1, 0], 400);
  return { ...head, method: 'oat', result: { complete: true, base, targets, knobs, runs: 1 + 2 * ends.length } };
}

const isColor = (pixels: Pixels, color: string) => {
  const rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return (at: number): boolean => rgb.every((part, i) => pixels[at + i] === part);
};

async function areaOf(entry: typeof tornado, sensitivity: Sensitivity, color: string): Promise<number> {
  return countPixels(wholePicture, isColor(await pixelsOf(await drawSensitivityChart(entry, sensitivity)), color));
}

describe('charts of a sensitivity', () => {
  it.each([tornado, rows])('$name is a PNG of 1600 × 900, the same bytes each time, other ones for other runs', async (entry) => {
    const png = await drawSensitivityChart(entry, madeUp([[100, 800]]));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 900]);
    expect(png.equals(await drawSensitivityChart(entry, madeUp([[100, 800]])))).toBe(true);
    expect(png.equals(await drawSensitivityChart(entry, madeUp([[200, 800]], [1, 1, 1, 1, 0])))).toBe(false);
  }); // prettier-ignore
});

describe('the tornado', () => {
  // Each pair of ends within 0 and 800, so that the scale is the same; the legend has a square of each colour.
  const blue = (low: number) => areaOf(tornado, madeUp([[low, 800]]), okabeIto.blue);

  it('has a bar for each end, as long as what it moves', async () => {
    const [legend, half, whole] = [await blue(400), await blue(300), await blue(200)];
    expect(legend).toBeGreaterThan(300);
    expect(half - legend).toBeGreaterThan(500);
    expect(Math.abs((whole - legend) / (half - legend) - 2)).toBeLessThan(0.1);
    const red = await areaOf(tornado, madeUp([[400, 800]]), okabeIto.vermillion);
    expect(Math.abs((red - legend) / (half - legend) - 4)).toBeLessThan(0.2);
  });

  it('has none for an end that is impossible', async () => {
    expect(await areaOf(tornado, madeUp([[200, null]]), okabeIto.vermillion)).toBe(
      await areaOf(tornado, madeUp([[200, 400]]), okabeIto.vermillion),
    );
  });

  it('says in its title what moves most, and how many move much', () => {
    const told = tornado.headline(madeUp([[390, 410], [400, 400], [100, 800]])); // prettier-ignore
    expect(told).toBe(
      'products.chat.sessions alone moves the session-minutes lost from 100 to 800; 1 of 3 assumptions move them by a tenth or more',
    );
  });

  it('is not drawn where nothing moves, nor of draws of all at once', () => {
    expect(tornado.canDraw(madeUp([[100, 800]]))).toBe(true);
    expect(tornado.canDraw(madeUp([[400, 400]]))).toBe(false);
    expect(tornado.canDraw({ ...head, method: 'screen', assumptions, result: { complete: true, runs: [], points: 0, impossible: 0, effects: [] } })).toBe(false); // prettier-ignore
  });
});

describe('rows and runs', () => {
  const area = (held: readonly number[], color: string) => areaOf(rows, madeUp([[100, 800]], [...held]), color);

  it('has a filled place for each run in which a row holds, blue for rows and green for expectations', async () => {
    // Three runs: the file, in which all but collapse holds, and two that are as said.
    const [none, one, both] = [
      await area([0, 0, 0, 0, 0], okabeIto.blue),
      await area([1, 0, 0, 0, 0], okabeIto.blue),
      await area([1, 1, 0, 0, 0], okabeIto.blue),
    ];
    expect(none).toBeGreaterThan(1000);
    // Two places of the file's, then two more for each row.
    expect([one / none, both / none].map((ratio) => Math.round(ratio * 20) / 20)).toEqual([2, 3]);
    const green = await area([0, 0, 1, 1, 0], okabeIto.green);
    expect(Math.round((green / (await area([0, 0, 0, 0, 0], okabeIto.green))) * 20) / 20).toBe(3);
  });

  it('has a thin place where a run does not say', async () => {
    const [says, not] = [await area([1, 1, 0, 1, 0], okabeIto.green), await area([1, 1, 0, NaN, 0], okabeIto.green)];
    expect(says).toBeGreaterThan(not);
    expect(await area([1, 1, 0, NaN, 0], '#E8E8E8')).toBeLessThan(await area([1, 1, 0, 0, 0], '#E8E8E8'));
  });

  it('says in its title in how many all of them hold, and which is the rarest', () => {
    expect(rows.headline(madeUp([[100, 800]], [1, 0, 1, 1, 0]))).toBe(
      'All 2 observed rows hold in 1 of 3 runs with one assumption changed; back holds in 33 %',
    );
  });
});
