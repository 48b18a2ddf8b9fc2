// The charts as pictures: size, sameness of bytes, text that is really drawn, and what the headlines say.
import { describe, expect, it } from 'vitest';
import type { ChartData } from '../../src/report/chart-data.ts';
import { charts, type ChartEntry } from '../../src/report/charts.ts';
import { drawChart, drawCharts, type DrawnChart } from '../../src/report/draw-charts.ts';
import { layOutFrame, textSizePx, type Frame } from '../../src/report/frame.ts';
import type { Picture, PlotArea } from '../../src/report/picture.ts';
import { differingPixels, pixelsOf } from './pixels.ts';
import { syntheticOutage } from './synthetic-outage.ts';

const outage = syntheticOutage();
/** The outage as each chart draws it, drawn once. */
const drawings = new Map<string, Promise<DrawnChart>>();

function drawing(entry: ChartEntry): Promise<DrawnChart> {
  const drawn = drawings.get(entry.name) ?? drawChart(entry, outage);
  drawings.set(entry.name, drawn);
  return drawn;
}

function entryOf(name: string): ChartEntry {
  return charts.find((entry) => entry.name === name)!;
}

/** Dark pixels in the rows of the picture from `fromPx` to `toPx`. */
function darkCount(pixels: Uint8ClampedArray, fromPx: number, toPx: number): number {
  let count = 0;
  for (let at = fromPx * 1600 * 4; at < toPx * 1600 * 4; at += 4)
    if (pixels[at] + pixels[at + 1] + pixels[at + 2] < 200) count++;
  return count;
}

function calm(data: ChartData): ChartData {
  const still = (values: Float64Array | undefined): Float64Array => new Float64Array(values?.length ?? 0);
  return {
    ...data,
    metrics: Object.fromEntries(
      Object.keys(data.metrics).map((name) => [name, name === 'attemptsPeakAt' ? '16:30:00' : 0]),
    ),
    series: Object.fromEntries(Object.entries(data.series).map(([name, values]) => [name, still(values)])),
    hostStates: { ...data.hostStates, codes: data.hostStates.codes.map((row) => new Uint8Array(row.length)) },
    actions: [],
    milestones: [],
    episodes: [],
  };
}

/**
 * A chart that draws its data changes at least so many of the 1.2 million pixels of its plot: a thin line from one end
 * of it to the other is some three thousand.
 */
const LEAST_PIXELS = 1500;

/**
 * How many pixels of the plot the outage itself makes: those in which the chart differs from one with the same frame,
 * axes and flags, into which the chart paints a calm day.
 */
async function pixelsOfTheOutage(entry: ChartEntry, drawn: DrawnChart): Promise<number> {
  let plot: PlotArea | undefined;
  const onCalmDay: ChartEntry = {
    ...entry,
    picture: (data) => {
      const { lines, paint } = entry.picture(calm(outage));
      const painted: Picture['paint'] = (pen, area) => {
        plot = area;
        paint?.(pen, area);
      };
      return { ...entry.picture(data), lines, paint: painted };
    },
  };
  const [storm, blank] = [await pixelsOf(drawn.png), await pixelsOf((await drawChart(onCalmDay, outage)).png)];
  return differingPixels(storm, blank, plot!);
}

describe('every chart', () => {
  it.each(charts)('$name is a PNG of 1600 × 900, the same bytes each time', async (entry) => {
    const first = await drawing(entry);
    const second = await drawChart(entry, syntheticOutage());
    expect(first.png.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect([first.png.readUInt32BE(16), first.png.readUInt32BE(20)]).toEqual([1600, 900]);
    expect(first.png.equals(second.png)).toBe(true);
    expect(first.fileName).toBe(`${entry.name}.png`);
  });

  it.each(charts)('$name really draws its headline', async (entry) => {
    const pixels = await pixelsOf((await drawing(entry)).png);
    const mute = await pixelsOf((await drawChart({ ...entry, headline: () => '' }, outage)).png);
    expect(darkCount(pixels, 0, 60)).toBeGreaterThan(2000);
    expect(darkCount(mute, 0, 60)).toBe(0);
  });

  it('says below its subtitle what was changed in the scenario, and makes room for it', async () => {
    const entry = entryOf('attempts');
    const set = ['clients.current.backoff.cap=5m', 'tiers.front.hosts=16'];
    const measure = (text: string, sizePx: number): number => text.length * sizePx * 0.6;
    const frameOf = (data: ChartData): Frame => layOutFrame(data, entry.picture(data), 'headline', measure);
    const [plain, changed] = [frameOf(outage), frameOf({ ...outage, set })];
    expect([plain.changes, changed.changes]).toEqual([
      '',
      'set: clients.current.backoff.cap=5m · tiers.front.hosts=16',
    ]);
    expect(changed.plotTopPx).toBeGreaterThanOrEqual(plain.plotTopPx + textSizePx);
    expect(frameOf({ ...outage, set: [`story=${'x'.repeat(500)}`] }).changes).toMatch(/^set: story=x{80,150}…$/);
    expect(
      (await drawChart(entry, { ...outage, set })).png.equals((await drawChart(entry, { ...outage, set: [] })).png),
    ).toBe(false);
    expect((await drawChart(entry, { ...outage, set: [] })).png.equals((await drawChart(entry, outage)).png)).toBe(
      true,
    );
  });

  it.each(charts)('$name differs when the data do', async (entry) => {
    const [storm, quiet] = [await drawing(entry), await drawChart(entry, calm(outage))];
    expect(storm.png.equals(quiet.png)).toBe(false);
  });

  it.each(charts)('$name draws the outage into its plot', async (entry) => {
    const message = 'a chart that draws shows the outage in its plot; what it reads, synthetic-outage.ts must have';
    expect(await pixelsOfTheOutage(entry, await drawing(entry)), message).toBeGreaterThan(LEAST_PIXELS);
  });

  it('that draws nothing, or the same whatever the data, is found out', async () => {
    const entry = entryOf('attempts');
    const picture = (change: Partial<Picture>): ChartEntry => ({
      ...entry,
      picture: (data) => ({ ...entry.picture(data), lines: [], ...change }),
    });
    const paint: Picture['paint'] = (pen, { leftPx, topPx }) => pen.fillRect(leftPx + 50, topPx + 50, 300, 300);
    const found = async (blank: ChartEntry): Promise<number> =>
      pixelsOfTheOutage(blank, await drawChart(blank, outage));
    expect(await found(picture({}))).toBe(0);
    expect(await found(picture({ paint }))).toBe(0);
  });

  it('is drawn without samples, hosts or series', async () => {
    const empty: ChartData = {
      ...calm(outage),
      metrics: {},
      samplesMs: new Float64Array(0),
      series: {},
      pods: ['pod-1'],
      tiers: [],
      hostStates: { labels: [], states: [], codes: [] },
    };
    const drawn = await drawCharts(empty);
    const headlines = Object.fromEntries(charts.map(({ name }, i) => [name, drawn[i].headline]));
    expect(Object.values(headlines)).not.toContain('');
    expect(headlines).toMatchObject({
      disconnected: 'No samples of disconnected sessions',
      attempts: 'Nobody tried to connect',
      'host-states': 'No hosts',
      'queue-wait': 'No attempt began service',
    });
  });

  it('is drawn for 60 pods as well', async () => {
    const pods = Array.from({ length: 60 }, (_, index) => `pod-${index + 1}`);
    const series = { ...outage.series };
    for (const pod of pods) series[`disconnectedFraction.${pod}`] = outage.series['disconnectedFraction.pod-1'];
    const { headline, png } = await drawChart(entryOf('disconnected'), {
      ...outage,
      metrics: { ...outage.metrics, peakImpactedPods: 60 },
      pods,
      series,
    });
    expect(headline).toContain('All 60 pods were impacted');
    expect(png.length).toBeGreaterThan(10_000);
  });
});

describe('the curve of disconnected sessions', () => {
  it('reaches the peak that its title tells, though it falls between two samples', () => {
    const samplesMs = Float64Array.from([0, 5000, 10_000]);
    const disconnectedFraction = Float64Array.from([0, 0.36, 0.2]);
    const peak = { atMs: 1000, disconnectedFraction: 0.473 };
    const episodes = [{ startedAtMs: 1000, peak, resolvedAtMs: null }];
    const one = { ...outage, pods: ['p1'], samplesMs, series: { disconnectedFraction }, episodes };
    const { lines, yAxis } = entryOf('disconnected').picture(one);
    expect(lines[0].points).toEqual([
      { x: 0, y: 0 },
      { x: 1000, y: 0.473 },
      { x: 5000, y: 0.36 },
      { x: 10_000, y: 0.2 },
    ]);
    expect(yAxis.max).toBeGreaterThan(0.473);
  });
});

describe('headlines', () => {
  it('tell the outage in clock times', async () => {
    const drawn = await Promise.all(charts.map(drawing));
    const headlines = Object.fromEntries(
      charts.map(({ name }, i) => [name, drawn[i].headline.replaceAll('\u00a0', ' ')]),
    );
    expect(Object.values(headlines)).not.toContain('');
    expect(headlines).toMatchObject({
      disconnected:
        'All 8 pods were impacted at once, up to 92.3 % of all sessions disconnected: 16:40–18:14 and 19:56–21:02',
      attempts:
        'Attempts came at up to 13,166/s (20:43): 51,234,567 in all, 42,000,000 rejected, 8,123,456 timed out, 456,789 connected',
      'host-states': 'Hosts died 412 times, and were rebooted 64 times',
      'queue-wait':
        'Of those served, one in twenty had waited 43s or more (p95) before chat-session-service: longer than clients wait',
    });
  });

  it('say so when nothing happened', () => {
    const quiet = calm(outage);
    expect(entryOf('disconnected').headline(quiet)).toBe(
      'No pod was impacted: at most 0\u00a0% of all sessions were disconnected',
    );
    expect(entryOf('attempts').headline(quiet)).toBe('Nobody tried to connect');
    expect(entryOf('host-states').headline(quiet)).toBe('No host died, and none was rebooted');
    const killed = { ...quiet, metrics: { ...quiet.metrics, hostDeaths: 5 } };
    expect(entryOf('host-states').headline(killed)).toBe('Hosts died 5 times; no reboot was planned');
    expect(entryOf('queue-wait').headline(quiet)).toBe('Attempts did not wait in queues');
  });

  it('say so when the outage was not over at the end', () => {
    const open = { ...outage, episodes: [{ startedAtMs: 600_000, resolvedAtMs: null }] };
    expect(entryOf('disconnected').headline(open)).toContain('from 16:40 on, not over by 21:30');
  });
});
