/**
 * Linked charts: all show the same stretch of time and a line at the instant of the handle; zooming one (drag, or
 * the buttons) zooms all. Colours are told apart by everybody, and lines by dashes as well.
 */
import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { PageChart, PageData } from './page-data.ts';
import { clockText, nowMs, stretch } from './view.tsx';

const colors = ['#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8C8C8C'];
/** Steps of the time axis. */
const minutes = [1 / 12, 1 / 6, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440];
const dashes = [[], [10, 5], [3, 4]];

function valueText(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return '–';
  if (unit === 'fraction') return `${(100 * value).toFixed(1)} %`;
  if (unit === 'ms') return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(0)} ms`;
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(2)}${unit === 'per second' ? '/s' : ''}`;
}

function optionsOf(chart: PageChart, width: number, ink: string, grid: string): uPlot.Options {
  const unit = chart.curves[0]?.unit ?? '';
  const axis = { stroke: ink, grid: { stroke: grid }, ticks: { stroke: grid } };
  return {
    width,
    height: 220,
    legend: { live: true },
    scales: { x: { time: false } },
    cursor: { drag: { x: true, y: false } },
    axes: [
      {
        ...axis,
        values: (_plot, splits) => splits.map((atMs) => clockText(atMs).slice(0, 5)),
        space: 70,
        incrs: minutes.map((one) => one * 60_000),
      },
      { ...axis, values: (_plot, splits) => splits.map((value) => valueText(value, unit)), size: 70 },
    ],
    series: [
      { label: 'time', value: (_plot, atMs) => (atMs === null ? '–' : clockText(atMs)) },
      ...chart.curves.map(({ name, unit: own }, at): uPlot.Series => ({
        label: name,
        stroke: colors[at % colors.length],
        dash: dashes[Math.floor(at / colors.length) % dashes.length],
        width: 1.5,
        value: (_plot, value) => valueText(value, own),
      })),
    ],
    hooks: {
      draw: [
        (plot) => {
          const x = plot.valToPos(nowMs.peek(), 'x', true);
          const { left, top, width: wide, height } = plot.bbox;
          if (x < left || x > left + wide) return;
          plot.ctx.fillStyle = ink;
          plot.ctx.fillRect(x, top, 1.5, height);
        },
      ],
      setScale: [
        (plot, key) => {
          const { min, max } = plot.scales.x;
          if (key !== 'x' || min === undefined || max === undefined || min === null || max === null) return;
          const [from, until] = stretch.peek();
          if (from !== min || until !== max) stretch.value = [min, max];
        },
      ],
    },
  };
}

export function Chart({ chart }: { chart: PageChart }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const style = getComputedStyle(element);
    const options = optionsOf(chart, element.clientWidth, style.color, style.borderColor);
    const plot = new uPlot(
      options,
      [chart.atMs, ...chart.curves.map(({ values }) => values)] as uPlot.AlignedData,
      element,
    );
    const zoomed = effect(() => {
      const [min, max] = stretch.value;
      if (plot.scales.x.min !== min || plot.scales.x.max !== max) plot.setScale('x', { min, max });
    });
    const moved = effect(() => {
      if (nowMs.value >= 0) plot.redraw(false);
    });
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 220 }));
    watch.observe(element);
    return () => {
      zoomed();
      moved();
      watch.disconnect();
      plot.destroy();
    };
  }, [chart]);
  return (
    <figure class="chart" role="group" aria-label={chart.title}>
      <figcaption>{chart.title}</figcaption>
      <div ref={place} class="plot" />
    </figure>
  );
}

export function Charts({ data }: { data: PageData }) {
  const zoom = (factor: number): void => {
    const [from, until] = stretch.value;
    const half = (factor * (until - from)) / 2;
    const middle = Math.min(Math.max(nowMs.value, from), until);
    stretch.value = [Math.max(0, middle - half), Math.min(data.endMs, middle + half)];
  };
  return (
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">Curves</h2>
      <p class="buttons">
        <button type="button" onClick={() => zoom(0.5)}>
          Zoom in at the handle
        </button>{' '}
        <button type="button" onClick={() => zoom(2)}>
          Zoom out
        </button>{' '}
        <button
          type="button"
          onClick={() => {
            stretch.value = [0, data.endMs];
          }}
        >
          The whole run
        </button>{' '}
        <output id="stretch">
          {clockText(stretch.value[0])} to {clockText(stretch.value[1])}
        </output>
      </p>
      {data.charts.map((chart) => (
        <Chart key={chart.title} chart={chart} />
      ))}
    </section>
  );
}
