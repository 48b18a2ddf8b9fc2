// The charts of a calibration: size, sameness of bytes, as much colour as there are draws, and what their titles say.
import { describe, expect, it } from 'vitest';
import type { calibrate } from '../../src/experiments/calibration/calibrate.ts';
import { type DrawResult } from '../../src/experiments/calibration/calibrate.ts';
import { findingsOf } from '../../src/experiments/calibration/findings.ts';
import type { Particle, Population } from '../../src/experiments/calibration/populations.ts';
import type { ToldCalibration } from '../../src/experiments/calibration/told-calibration.ts';
import { DrawSpace } from '../../src/experiments/sensitivity/draw-space.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { calibrationCharts } from '../../src/report/calibration-charts.ts';
import { drawCalibrationChart } from '../../src/report/draw-calibration.ts';
import { okabeIto } from '../../src/report/palette.ts';
import { openScenario } from '../../src/scenario/load.ts';
import { bucketText } from '../cli/bucket-scenario.ts';
import { countPixels, pixelsOf, wholePicture, type Pixels } from './pixels.ts';

const opened = openScenario({ file: 'bucket.yaml', text: bucketText }, vocabulary);
const loaded = opened.load();
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { scenario, hash } = loaded;
const { assumptions } = new DrawSpace(opened, loaded, [], []);
const [posteriors, fan] = calibrationCharts;

/** Draws of which the rate lies within such a part of its range, and the other anywhere; out from 10:02 to 10:08. */
function told(width: number, count = 60, reachedMs = 120_000): ToldCalibration {
  const places = Array.from({ length: count }, (_, i) => [0.5 + width * ((i + 0.5) / count - 0.5), ((i * 7 + 0.5) / count) % 1]); // prettier-ignore
  const particle = (point: readonly number[], number: number): Particle<DrawResult> => ({
    proposal: { population: 0, number, point, tried: number + 1, toleranceMs: Infinity },
    weight: 1,
    result: {
      set: [],
      record: {
        fingerprint: '',
        seed: '',
        whole: true,
        readings: ['resolved', 'down'].map((name) => ({ name, holds: true, missedMs: 0, beginsMs: [480_000], baseRate: 0.1 })), // prettier-ignore
        sessionMinutesLost: 1,
        curve: Array.from({ length: 520 }, (_, second) => (second > 40 && second < 160 ? 1 : 0)),
      },
    },
  });
  const pooled = places.map(particle);
  const population: Population<DrawResult> = { number: 0, toleranceMs: reachedMs, particles: pooled, run: pooled, effectiveSize: count }; // prettier-ignore
  const prior = Array.from({ length: 64 }, (_, i) => particle([(i + 0.5) / 64, ((i * 5 + 0.5) / 64) % 1], i));
  const first = { ...population, run: prior };
  const calibration: Awaited<ReturnType<typeof calibrate>> = {
    assumptions,
    rows: scenario.observed,
    series: [],
    against: ['resolved', 'down'],
    toleranceMs: 120_000,
    populations: [first, population],
    pooled,
    durationMs: scenario.clock.durationMs,
    stop: 'tolerance',
    impossible: 0,
  };
  const findings = findingsOf(calibration, scenario.clock.durationMs);
  return { scenario, hash, set: [], seed: 'bucket', calibration, findings, worths: null };
}

async function areaOf(entry: typeof fan, one: ToldCalibration, color: string): Promise<number> {
  const rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const pixels: Pixels = await pixelsOf(await drawCalibrationChart(entry, one));
  return countPixels(wholePicture, (at) => rgb.every((part, i) => pixels[at + i] === part));
}

describe('charts of a calibration', () => {
  it.each([posteriors, fan])('$name is a PNG of 1600 × 900, the same bytes each time, other ones for other draws', async (entry) => {
    const png = await drawCalibrationChart(entry, told(0.1));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 900]);
    expect(png.equals(await drawCalibrationChart(entry, told(0.1)))).toBe(true);
    expect(png.equals(await drawCalibrationChart(entry, told(0.1, 30)))).toBe(false);
  }); // prettier-ignore

  it('say what is identified, and fill that in the stronger colour', async () => {
    expect(posteriors.headline(told(0.1))).toBe('The observations identify 1 of 2 assumptions');
    expect(posteriors.headline(told(0.999))).toBe('The observations identify none of 2 assumptions');
    expect(await areaOf(posteriors, told(0.1), okabeIto.blue)).toBeGreaterThan(500);
    expect(await areaOf(posteriors, told(0.999), okabeIto.blue)).toBe(0);
  });

  it('say how many even draws fit, and whether rows may be wrong', () => {
    expect(fan.headline(told(0.1, 40))).toMatch(/^Draws worth 40 even ones fit 2 rows within 2m/);
    expect(fan.headline(told(0.1, 40, 240_000))).toBe('Draws worth 40 even ones fit 2 rows within 4m, if some of these may be wrong'); // prettier-ignore
  });
});
