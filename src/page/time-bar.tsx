/**
 * The time axis with its handle, always in sight: play, pause, speed, a slider that the keyboard moves as well, and
 * above it in small the share of the disconnected with what was done to the fleet.
 */
import { useSignalEffect } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { PageData } from './page-data.ts';
import { nowMs, nowText, playing, speed, valueText, placeAt } from './view.tsx';

const STEP_MS = 10_000;
const WIDTH = 1000;
const HEIGHT = 30;

/** The fleet's share as the outline of an area. */
function outline(data: PageData): string {
  const { values } = data.charts[0].curves[0];
  const points = data.rowsMs.map((atMs, at) => {
    const x = (WIDTH * atMs) / data.endMs;
    return `${x.toFixed(1)},${(HEIGHT * (1 - (values[at] ?? 0))).toFixed(1)}`;
  });
  return `M0,${HEIGHT}L${points.join('L')}L${WIDTH},${HEIGHT}Z`;
}

function InSmall({ data }: { data: PageData }) {
  const path = useMemo(() => outline(data), [data]);
  const marks = data.marks.filter(({ kind }) => kind === 'actionStarted');
  return (
    <svg class="small" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} class="area" />
      {marks.map(({ atMs }, at) => (
        <line
          key={at}
          class="mark"
          x1={(WIDTH * atMs) / data.endMs}
          x2={(WIDTH * atMs) / data.endMs}
          y1={0}
          y2={HEIGHT}
        />
      ))}
    </svg>
  );
}

function Disconnected({ data }: { data: PageData }) {
  const value = data.charts[0].curves[0].values[placeAt(data.rowsMs, nowMs.value)];
  return <span class="note">{valueText(value, 'fraction')} disconnected</span>;
}

function usePlay(data: PageData): void {
  useSignalEffect(() => {
    if (!playing.value) return;
    let last = NaN;
    let frame = 0;
    const step = (at: number): void => {
      nowMs.value = Math.min(data.endMs, nowMs.peek() + (Number.isNaN(last) ? 0 : at - last) * 60 * speed.peek());
      last = at;
      if (nowMs.peek() >= data.endMs) playing.value = false;
      else frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  });
}

export function TimeBar({ data }: { data: PageData }) {
  usePlay(data);
  return (
    <div class="time-bar" role="region" aria-label="The instant that is shown">
      <button
        type="button"
        class="play"
        onClick={() => {
          if (nowMs.value >= data.endMs) nowMs.value = 0;
          playing.value = !playing.value;
        }}
      >
        {playing.value ? 'Pause' : 'Play'}
      </button>
      <label class="speed">
        <span class="unseen">Speed</span>
        <select
          value={String(speed.value)}
          onChange={(event) => {
            speed.value = Number(event.currentTarget.value);
          }}
        >
          {[1, 5, 15, 60].map((minutes) => (
            <option key={minutes} value={String(minutes)}>{`${minutes} min/s`}</option>
          ))}
        </select>
      </label>
      <span class="now-text">
        <output class="now">{nowText}</output> <Disconnected data={data} />
      </span>
      <div class="track">
        <InSmall data={data} />
        <input
          type="range"
          id="scrub"
          aria-label="Instant"
          aria-valuetext={nowText}
          min={0}
          max={data.endMs}
          step={STEP_MS}
          value={nowMs}
          onInput={(event) => {
            nowMs.value = Number(event.currentTarget.value);
          }}
        />
      </div>
    </div>
  );
}
