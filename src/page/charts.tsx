/**
 * Linked charts: all show the same stretch of time, a line at the instant of the handle, and numbered lines where
 * something was done to the fleet. Zooming one (drag, or the buttons) zooms all; a click sets the handle. Colours are
 * told apart by everybody, lines by dashes as well; each curve's name is a button that hides it, with its value beside.
 */
import { effect, signal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { observedMarks } from './observed.tsx';
import type { PageChart, PageData } from './page-data.ts';
import { Term } from './terms.tsx';
import { clockText, nowMs, placeAt, stretch, valueText } from './view.tsx';

const HEIGHT_PX = { min: 230, max: 460, perWidth: 0.3 };
/** Okabe and Ito's, darker on white and lighter on black. */
const palettes = {
  light: ['#0072b2', '#c44e00', '#00795a', '#b0568c', '#7a5200', '#3d8fc9', '#5b5b5b'],
  dark: ['#56b4e9', '#ff9248', '#2fcf9f', '#e39cc5', '#f0e442', '#9cc9ef', '#b8b8b8'],
};
const dashes = [[], [9, 4], [2, 3]];
/** Steps of the time axis, in minutes. */
const minutes = [1 / 12, 1 / 6, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440];

const darkly = matchMedia('(prefers-color-scheme: dark)');
const isDark = signal(darkly.matches);
darkly.addEventListener('change', ({ matches }) => {
  isDark.value = matches;
});

function heightOf(width: number): number {
  return Math.round(Math.max(HEIGHT_PX.min, Math.min(HEIGHT_PX.max, HEIGHT_PX.perWidth * width)));
}

/** A number about 1 is drawn by its distance from there in thousandths, on an axis that shows small and large ones: linear to one, logarithmic beyond. */
const aboutOne = {
  of: (value: number): number => Math.asinh(1000 * (value - 1)),
  back: (drawn: number): number => 1 + Math.sinh(drawn) / 1000,
};
const splitsAboutOne = [0, 0.9, 0.99, 0.999, 1, 1.001, 1.01, 1.1, 2].map(aboutOne.of);

interface Mark {
  readonly atMs: number;
  readonly text: string;
}

/** What was done to the fleet, in the order of the numbers that stand on the charts. */
export function actionsOf({ marks }: PageData): Mark[] {
  return marks.filter(({ kind }) => kind === 'actionStarted');
}

function timesOf(data: PageData, { times }: PageChart): readonly number[] {
  return times === 'rows' ? data.rowsMs : times === 'looks' ? data.series.atMs : data.reproductionMs;
}

function drawMarks(plot: uPlot, marks: readonly Mark[], { ink, fontPx }: Pick<Look, 'ink' | 'fontPx'>): void {
  const { left, top, width, height } = plot.bbox;
  const { ctx } = plot;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = devicePixelRatio;
  ctx.font = `${0.92 * fontPx * devicePixelRatio}px system-ui, sans-serif`;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  let lastEnd = -Infinity;
  marks.forEach(({ atMs }, at) => {
    const x = plot.valToPos(atMs, 'x', true);
    if (x < left || x > left + width) return;
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
    const text = String(at + 1);
    if (x < lastEnd) return;
    ctx.fillText(text, x + 2 * devicePixelRatio, top + 0.85 * fontPx * devicePixelRatio);
    lastEnd = x + ctx.measureText(text).width + 4 * devicePixelRatio;
  });
  ctx.restore();
}

interface Look {
  readonly width: number;
  readonly ink: string;
  readonly grid: string;
  readonly dark: boolean;
  readonly fontPx: number;
  readonly onCursor: (place: number | null) => void;
}

const colorOf = (at: number, dark: boolean): string => {
  const palette = dark ? palettes.dark : palettes.light;
  return palette[at % palette.length];
};
const dashOf = (at: number): number[] => dashes[Math.floor(at / palettes.light.length) % dashes.length];

function hooksOf(data: PageData, chart: PageChart, { ink, dark, fontPx, onCursor }: Look): uPlot.Hooks.Arrays {
  const actions = actionsOf(data);
  return {
    draw: [
      (plot) => drawMarks(plot, actions, { ink, fontPx }),
      (plot) => {
        if (chart.showsObserved === true) observedMarks(plot, data.observed, { dark, fontPx });
      },
    ],
    setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    setScale: [
      (plot, key) => {
        const { min, max } = plot.scales.x;
        if (key !== 'x' || min === undefined || max === undefined || min === null || max === null) return;
        const [from, until] = stretch.peek();
        if (from !== min || until !== max) stretch.value = [min, max];
      },
    ],
  };
}

function valueAxis({ unit }: PageChart): uPlot.Axis {
  if (unit !== 'factor') return { size: 70, values: (_plot, splits) => splits.map((value) => valueText(value, unit)) };
  return {
    size: 70,
    splits: ({ scales: { y } }) => splitsAboutOne.filter((one) => one >= (y.min ?? 0) && one <= (y.max ?? 0)),
    values: (_plot, splits) => splits.map((value) => valueText(aboutOne.back(value), unit)),
    filter: (_plot, splits) => splits,
  };
}

function optionsOf(data: PageData, chart: PageChart, look: Look): uPlot.Options {
  const { width, ink, grid, dark } = look;
  const lines = { stroke: grid, width: 1 };
  const axis = { stroke: ink, font: `${look.fontPx}px system-ui, sans-serif`, grid: lines, ticks: lines };
  return {
    width,
    height: heightOf(width),
    legend: { show: false },
    scales: { x: { time: false } },
    cursor: { drag: { x: true, y: false }, sync: { key: 'page' } },
    axes: [
      {
        ...axis,
        values: (_plot, splits, _axis, _space, step) =>
          splits.map((atMs) => (step < 60_000 ? clockText(atMs) : clockText(atMs).slice(0, 5))),
        space: 70,
        incrs: minutes.map((one) => one * 60_000),
      },
      { ...axis, ...valueAxis(chart) },
    ],
    series: [
      {},
      ...chart.curves.map((_, at): uPlot.Series => ({
        stroke: colorOf(at, dark),
        dash: dashOf(at),
        width: at === 0 && chart.showsObserved === true ? 2.5 : 1.5,
        points: { show: false },
      })),
    ],
    hooks: hooksOf(data, chart, look),
  };
}

/** A sample of the line as it is drawn, beside its name. */
function Sample({ at }: { at: number }) {
  return (
    <svg class="line" width="26" height="8" aria-hidden="true">
      <line
        x1="0"
        x2="26"
        y1="4"
        y2="4"
        stroke={colorOf(at, isDark.value)}
        stroke-width="3"
        stroke-dasharray={dashOf(at).join(' ')}
      />
    </svg>
  );
}

function drawnValues({ unit }: PageChart, values: readonly (number | null)[]): readonly (number | null)[] {
  return unit === 'factor' ? values.map((value) => (value === null ? null : aboutOne.of(value))) : values;
}

interface NamesProps {
  readonly chart: PageChart;
  readonly times: readonly number[];
  readonly cursor: number | null;
  readonly hidden: ReadonlySet<number>;
  readonly onToggle: (at: number) => void;
}

/** The curves' names with their values at the pointer, or else at the handle. */
function Names({ chart, times, cursor, hidden, onToggle }: NamesProps) {
  const place = cursor ?? placeAt(times, nowMs.value);
  return (
    <ul class="names">
      {chart.curves.map(({ name, values }, at) => (
        <li key={name}>
          <button type="button" aria-pressed={!hidden.has(at)} onClick={() => onToggle(at)}>
            <Sample at={at} /> <span dir="auto">{name}</span>
          </button>{' '}
          <span class="figure">{valueText(values[place], chart.unit)}</span>
        </li>
      ))}
    </ul>
  );
}

export function Chart({ data, chart }: { data: PageData; chart: PageChart }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<uPlot | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const times = useMemo(() => timesOf(data, chart), [data, chart]);
  const dark = isDark.value;
  useEffect(() => {
    const element = place.current!;
    const { color, borderColor, fontSize } = getComputedStyle(element);
    const fontPx = 0.75 * parseFloat(fontSize);
    const look = { width: element.clientWidth, ink: color, grid: borderColor, dark, fontPx, onCursor: setCursor };
    const plot = new uPlot(
      optionsOf(data, chart, look),
      [times, ...chart.curves.map(({ values }) => drawnValues(chart, values))] as uPlot.AlignedData,
      element,
    );
    drawn.current = plot;
    hidden.forEach((at) => plot.setSeries(at + 1, { show: false }));
    const line = document.createElement('div');
    line.className = 'handle-line';
    plot.over.append(line);
    const zoomed = effect(() => {
      const [min, max] = stretch.value;
      if (plot.scales.x.min !== min || plot.scales.x.max !== max) plot.setScale('x', { min, max });
    });
    const moved = effect(() => {
      const [from, until] = stretch.value;
      const share = (nowMs.value - from) / (until - from);
      line.style.left = `${100 * share}%`;
      line.hidden = share < 0 || share > 1;
    });
    let downAt = NaN;
    plot.over.addEventListener('mousedown', ({ clientX }) => (downAt = clientX));
    plot.over.addEventListener('mouseup', ({ clientX, offsetX }) => {
      if (Math.abs(clientX - downAt) < 3)
        nowMs.value = Math.round(Math.max(0, Math.min(data.endMs, plot.posToVal(offsetX, 'x'))));
    });
    const watch = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: heightOf(element.clientWidth) }),
    );
    watch.observe(element);
    return () => {
      zoomed();
      moved();
      watch.disconnect();
      plot.destroy();
      drawn.current = null;
    };
  }, [data, chart, dark]);
  const toggle = (at: number): void => {
    const next = new Set(hidden);
    if (!next.delete(at)) next.add(at);
    drawn.current?.setSeries(at + 1, { show: !next.has(at) });
    setHidden(next);
  };
  return (
    <figure class="chart" role="group" aria-label={chart.title}>
      <figcaption>
        <Term help={chart.help}>{chart.title}</Term>
      </figcaption>
      <div ref={place} class="plot" />
      <Names chart={chart} times={times} cursor={cursor} hidden={hidden} onToggle={toggle} />
    </figure>
  );
}

function ZoomButtons({ data }: { data: PageData }) {
  const zoom = (factor: number): void => {
    const [from, until] = stretch.value;
    const half = Math.max(30_000, (factor * (until - from)) / 2);
    const middle = Math.min(Math.max(nowMs.value, from), until);
    stretch.value = [Math.max(0, middle - half), Math.min(data.endMs, middle + half)];
  };
  return (
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
  );
}

export function Charts({ data }: { data: PageData }) {
  const actions = useMemo(() => actionsOf(data), [data]);
  return (
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">Curves</h2>
      <p class="note screen-only">
        Drag over a chart to zoom all of them; click to set the handle. Values are those at the pointer, or at the
        handle.
      </p>
      <ZoomButtons data={data} />
      {actions.length > 0 && (
        <ol class="actions" aria-label="What was done to the fleet, by its number on the charts">
          {actions.map(({ atMs, text }, at) => (
            <li key={at}>
              <button
                type="button"
                class="plain"
                onClick={() => {
                  nowMs.value = Math.round(atMs);
                }}
              >
                <b>{at + 1}</b> <span class="when">{clockText(atMs)}</span> <span dir="auto">{text}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <div class="charts">
        {data.charts
          .filter(({ curves }) => curves.length > 0)
          .map((chart) => (
            <Chart key={chart.title} data={data} chart={chart} />
          ))}
      </div>
    </section>
  );
}
