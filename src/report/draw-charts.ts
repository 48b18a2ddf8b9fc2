/**
 * Draws charts as PNG: 1600 × 900, white, the same bytes for the same data on every machine, whatever
 * fonts it has. The chart library is loaded with the first picture, as the canvas is (open-canvas.ts).
 */
import type { ChartConfiguration, ChartDataset, FillTarget, Plugin } from 'chart.js';
import type { ChartData } from './chart-data.ts';
import { charts, type ChartEntry } from './charts.ts';
import { clockAxisTitle, clockTicks } from './clock-axis.ts';
import {
  drawFlags,
  drawHead,
  drawWindows,
  font,
  fontFamily,
  layOutFrame,
  marginPx,
  textSizePx,
  type Frame,
} from './frame.ts';
import { loadedForDrawing, openCanvas } from './open-canvas.ts';
import { ink } from './palette.ts';
import { pictureHeightPx, pictureWidthPx, type Measure, type Pen, type Picture } from './picture.ts';

export interface DrawnChart {
  readonly name: string;
  readonly fileName: string;
  readonly headline: string;
  readonly png: Buffer;
}

interface Studio {
  readonly measure: Measure;
  readonly render: (configuration: ChartConfiguration) => Promise<Buffer>;
}

let studio: Promise<Studio> | undefined;

async function openStudio(): Promise<Studio> {
  const { createCanvas } = await openCanvas();
  const { ChartJSNodeCanvas } = await loadedForDrawing(() => import('chartjs-node-canvas'));
  const renderer = new ChartJSNodeCanvas({
    width: pictureWidthPx,
    height: pictureHeightPx,
    backgroundColour: '#FFFFFF',
    chartCallback: (library) => {
      library.defaults.font.family = `"${fontFamily.normal}"`;
      library.defaults.font.size = textSizePx;
      library.defaults.color = ink.text;
    },
  });
  const pen = createCanvas(8, 8).getContext('2d');
  return {
    measure: (text, sizePx, weight) => {
      pen.font = font(sizePx, weight);
      return pen.measureText(text).width;
    },
    render: (configuration) => renderer.renderToBuffer(configuration, 'image/png'),
  };
}

function fillOf(picture: Picture, index: number): FillTarget {
  const { fill, fillFrom } = picture.lines[index];
  if (fill === undefined) return false;
  if (fillFrom !== undefined) return { value: fillFrom };
  return picture.stacked === true && index > 0 ? '-1' : 'origin';
}

function datasetsOf(picture: Picture): ChartDataset<'line', { x: number; y: number }[]>[] {
  return picture.lines.map((line, index) => ({
    data: line.points.map(({ x, y }) => ({ x, y })),
    borderColor: line.stroke.color,
    borderDash: [...line.stroke.dash],
    borderWidth: line.widthPx,
    borderJoinStyle: 'round',
    borderCapStyle: 'round',
    pointRadius: 0,
    // The library draws the first dataset last. In a stack, order would also change what lies below.
    order: picture.stacked === true ? 0 : -index,
    backgroundColor: line.fill ?? 'transparent',
    fill: fillOf(picture, index),
  }));
}

function scalesOf(
  data: ChartData,
  picture: Picture,
  frame: Frame,
): NonNullable<ChartConfiguration<'line'>['options']>['scales'] {
  const { yAxis } = picture;
  const ticks = clockTicks(data.clock, data.endMs, 12);
  const title = (text: string): object => ({ display: true, text, color: ink.faint, font: { size: textSizePx } });
  return {
    x: {
      type: 'linear',
      min: 0,
      max: data.endMs,
      title: title(clockAxisTitle(data.clock)),
      border: { color: ink.axis },
      grid: { color: ink.grid, tickColor: ink.axis },
      ticks: { autoSkip: false, maxRotation: 0, callback: (_, index) => ticks[index].label },
      afterBuildTicks: (axis) => {
        axis.ticks = ticks.map(({ atMs }) => ({ value: atMs }));
      },
    },
    y: {
      type: yAxis.scale,
      min: yAxis.min,
      max: yAxis.max,
      stacked: picture.stacked === true,
      reverse: yAxis.rows === true,
      title: title(yAxis.title),
      border: { color: ink.axis },
      grid: {
        display: yAxis.rows !== true,
        color: ({ index }: { index: number }) => (yAxis.ticks[index]?.hasNoLine === true ? 'transparent' : ink.grid),
        tickLength: 6,
      },
      ticks: { autoSkip: false, callback: (_, index) => frame.yLabels[index] ?? '' },
      afterBuildTicks: (axis) => {
        axis.ticks = [...yAxis.ticks.map(({ value }) => value), ...(yAxis.guides ?? [])].map((value) => ({ value }));
      },
      afterFit: (axis) => {
        axis.width = frame.yAxisWidthPx;
      },
    },
  };
}

function framePlugin(data: ChartData, picture: Picture, frame: Frame): Plugin<'line'> {
  const penOf = (chart: unknown): Pen => (chart as { ctx: Pen }).ctx;
  const areaOf = (area: { left: number; right: number; top: number; bottom: number }) => ({
    leftPx: area.left,
    rightPx: area.right,
    topPx: area.top,
    bottomPx: area.bottom,
  });
  return {
    id: 'frame',
    beforeDatasetsDraw: (chart) => {
      const pen = penOf(chart);
      const area = areaOf(chart.chartArea);
      drawWindows(pen, data, frame, area);
      picture.paint?.(pen, area);
    },
    afterDatasetsDraw: (chart) => {
      const pen = penOf(chart);
      drawHead(pen, frame);
      drawFlags(pen, frame, areaOf(chart.chartArea));
    },
  };
}

/** What is no finite number is no value: charts leave it out, as they do where there is none. */
function finite(data: ChartData): ChartData {
  const values = (series: Float64Array | undefined): Float64Array | undefined =>
    series?.some((value) => Math.abs(value) === Infinity) === true
      ? series.map((value) => (Number.isFinite(value) ? value : NaN))
      : series;
  return {
    ...data,
    series: Object.fromEntries(Object.entries(data.series).map(([name, series]) => [name, values(series)])),
  };
}

/** One chart as PNG. */
export async function drawChart(entry: ChartEntry, whole: ChartData): Promise<DrawnChart> {
  studio ??= openStudio();
  const { measure, render } = await studio;
  const data = finite(whole);
  const picture = entry.picture(data);
  const headline = entry.headline(data);
  const frame = layOutFrame(data, picture, headline, measure);
  const configuration: ChartConfiguration<'line', { x: number; y: number }[]> = {
    type: 'line',
    data: { datasets: datasetsOf(picture) },
    options: {
      animation: false,
      responsive: false,
      parsing: false,
      normalized: true,
      layout: {
        padding: { left: marginPx, right: pictureWidthPx - frame.plotRightPx, top: frame.plotTopPx, bottom: 16 },
      },
      scales: scalesOf(data, picture, frame) ?? {},
      plugins: { legend: { display: false }, title: { display: false }, tooltip: { enabled: false } },
    },
    plugins: [framePlugin(data, picture, frame)],
  };
  const png = await render(configuration);
  return { name: entry.name, fileName: entry.fileName, headline, png };
}

/** All charts, in the registry's order, one after the other. */
export async function drawCharts(data: ChartData, entries: readonly ChartEntry[] = charts): Promise<DrawnChart[]> {
  const drawn: DrawnChart[] = [];
  for (const entry of entries) drawn.push(await drawChart(entry, data));
  return drawn;
}
