/**
 * The fleet at an instant: a cell a host, grouped by pod and tier, with the handle of time below. A cell says its
 * host's state by colour and by sign, and by a bar how many wait there, against the most that waited at any host
 * of its tier. One cell is reached by Tab, the others from it by arrow keys.
 */
import { useComputed, useSignalEffect } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { PageData } from './page-data.ts';
import { chosenHost, clockText, nowMs, nowText, placeAt, playing, speed, spread } from './view.tsx';

const signs: Readonly<Record<string, string>> = {
  up: '✓',
  warming: 'w',
  paused: 'p',
  draining: 'd',
  rebooting: 'r',
  down: '×',
  absent: ' ',
  standby: 's',
};

/** Up, and more wait than it can serve within four rounds. */
function isBehind(state: string, queue: number, slots: number): boolean {
  return (state === 'up' || state === 'warming') && queue > 4 * slots;
}

interface Looks {
  readonly states: Int32Array;
  readonly queues: Int32Array;
  readonly inFlight: Int32Array;
  readonly sessions: Int32Array;
}

function Cell({ data, host, looks, queueMax }: { data: PageData; host: number; looks: Looks; queueMax: number }) {
  const place = placeAt(data.series.atMs, nowMs.value);
  const state = data.hostStates[looks.states[place]];
  const queue = looks.queues[place];
  const { label, slots } = data.hosts[host];
  const behind = isBehind(state, queue, slots);
  const words = `${label}: ${state}${behind ? ', far behind' : ''}, ${queue} queued, ${looks.inFlight[place]} in flight, ${looks.sessions[place]} sessions`;
  return (
    <button
      type="button"
      class={`cell state-${state}${behind ? ' behind' : ''}`}
      data-host={label}
      data-state={state}
      aria-label={words}
      title={words}
      aria-pressed={chosenHost.value === host}
      tabIndex={chosenHost.value === host ? 0 : -1}
      onClick={() => {
        chosenHost.value = host;
      }}
    >
      <span class="bar" style={{ height: `${queueMax === 0 ? 0 : (100 * queue) / queueMax}%` }} />
      <span class="sign">{behind ? '!' : (signs[state] ?? '?')}</span>
    </button>
  );
}

function Handle({ data }: { data: PageData }) {
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
  return (
    <div class="handle">
      <button
        type="button"
        onClick={() => {
          if (nowMs.value >= data.endMs) nowMs.value = 0;
          playing.value = !playing.value;
        }}
      >
        {playing.value ? 'Pause' : 'Play'}
      </button>
      <label>
        Speed{' '}
        <select
          value={String(speed.value)}
          onChange={(event) => {
            speed.value = Number(event.currentTarget.value);
          }}
        >
          {[1, 5, 15, 60].map((minutes) => (
            <option key={minutes} value={String(minutes)}>{`${minutes} min a second`}</option>
          ))}
        </select>
      </label>
      <output class="now">{nowText}</output>
      <input
        type="range"
        id="scrub"
        aria-label="Instant"
        aria-valuetext={nowText}
        min={0}
        max={data.endMs}
        step={10_000}
        value={nowMs}
        onInput={(event) => {
          nowMs.value = Number(event.currentTarget.value);
        }}
      />
    </div>
  );
}

function lastMarks(data: PageData) {
  const before = data.marks.filter(({ atMs }) => atMs <= nowMs.value);
  return before.slice(-4).map(({ atMs, text }) => ({ when: clockText(atMs), text }));
}

function Legend({ states }: { states: readonly string[] }) {
  return (
    <p class="legend">
      {states.map((state) => (
        <span key={state}>
          <span class={`cell small state-${state}`} aria-hidden="true">
            <span class="sign">{signs[state]}</span>
          </span>{' '}
          {state}
        </span>
      ))}
      <span>
        <span class="cell small state-up behind" aria-hidden="true">
          <span class="sign">!</span>
        </span>{' '}
        far behind; the bar is its queue
      </span>
    </p>
  );
}

function looksOf(data: PageData): Looks[] {
  const { atMs, states, queues, inFlight, sessions } = data.series;
  const length = atMs.length;
  return data.hosts.map((_, host) => ({
    states: spread(states[host], length),
    queues: spread(queues[host], length),
    inFlight: spread(inFlight[host], length),
    sessions: spread(sessions[host], length),
  }));
}

export function Fleet({ data }: { data: PageData }) {
  const looks = useMemo(() => looksOf(data), [data]);
  const queueMax = useMemo(
    () =>
      data.tiers.map((_, tier) =>
        data.hosts.reduce(
          (most, host, at) => (host.tier === tier ? looks[at].queues.reduce((a, b) => Math.max(a, b), most) : most),
          0,
        ),
      ),
    [looks],
  );
  const marks = useComputed(() => lastMarks(data));
  const groups = [...data.pods.keys(), -1].flatMap((pod) =>
    data.tiers.map((tierName, tier) => ({
      name: `${pod < 0 ? 'shared' : data.pods[pod]} · ${tierName}`,
      hosts: data.hosts.flatMap((host, at) => (host.pod === pod && host.tier === tier ? [at] : [])),
    })),
  );
  const shown = groups.filter(({ hosts }) => hosts.length > 0);
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const order = shown.flatMap(({ hosts }) => hosts);
    chosenHost.value = order[(order.indexOf(chosenHost.value) + by + order.length) % order.length];
    const label = data.hosts[chosenHost.value].label;
    const cells = document.querySelectorAll<HTMLButtonElement>('.cell');
    for (const cell of cells) if (cell.dataset.host === label) cell.focus();
  };
  return (
    <section aria-labelledby="fleet-title">
      <h2 id="fleet-title">The fleet, instant by instant</h2>
      <div class="groups" onKeyDown={move}>
        {shown.map(({ name, hosts }) => (
          <div class="group" role="group" aria-label={name} key={name}>
            <h3>{name}</h3>
            <div class="cells">
              {hosts.map((host) => (
                <Cell
                  key={host}
                  data={data}
                  host={host}
                  looks={looks[host]}
                  queueMax={queueMax[data.hosts[host].tier]}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
      <Legend states={data.hostStates} />
      <Handle data={data} />
      <ul class="marks">
        {marks.value.map(({ when, text }, at) => (
          <li key={at}>
            <span class="when">{when}</span> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
