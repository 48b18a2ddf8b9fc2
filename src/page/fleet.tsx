/**
 * The fleet at an instant: a cell a host, grouped by pod and tier. A cell says its host's state by colour and by sign,
 * and by a bar how many wait there, against the most that waited at any host of its tier. One cell is reached by Tab,
 * the others from it by arrow keys; the chosen one is told in words below.
 */
import { useComputed } from '@preact/signals';
import { memo } from 'preact/compat';
import { useMemo } from 'preact/hooks';
import { FlowNow } from './flow.tsx';
import type { PageData } from './page-data.ts';
import { chosenHost, clockText, nowLook, nowMs, nowText, numberText, spread } from './view.tsx';

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

/** Rounds of all its places until a host has served who waits now. */
const BEHIND_ROUNDS = 4;

function isBehind(state: string, queue: number, slots: number): boolean {
  return (state === 'up' || state === 'warming') && queue > BEHIND_ROUNDS * slots;
}

interface Looks {
  readonly states: Int32Array;
  readonly queues: Int32Array;
  readonly inFlight: Int32Array;
  readonly sessions: Int32Array;
}

interface CellData {
  readonly data: PageData;
  readonly host: number;
  readonly looks: Looks;
  readonly queueMax: number;
}

function wordsOf({ data, host, looks }: CellData, look: number): string {
  const { label, slots } = data.hosts[host];
  const state = data.hostStates[looks.states[look]];
  const behind = isBehind(state, looks.queues[look], slots) ? ', far behind' : '';
  return `${label}: ${state}${behind}, ${numberText(looks.queues[look])} queued, ${numberText(looks.inFlight[look])} in flight, ${numberText(looks.sessions[look])} sessions`;
}

const Cell = memo((cell: CellData) => {
  const { data, host, looks, queueMax } = cell;
  const { label, slots } = data.hosts[host];
  const look = nowLook.value;
  const state = data.hostStates[looks.states[look]];
  const behind = isBehind(state, looks.queues[look], slots);
  const isChosen = chosenHost.value === host;
  const words = wordsOf(cell, look);
  return (
    <button
      type="button"
      class={`cell state-${state}${behind ? ' behind' : ''}`}
      data-host={label}
      data-state={state}
      aria-label={words}
      title={words}
      aria-pressed={isChosen}
      tabIndex={isChosen ? 0 : -1}
      onClick={() => {
        chosenHost.value = host;
      }}
    >
      <span class="bar" style={{ height: `${queueMax === 0 ? 0 : (100 * looks.queues[look]) / queueMax}%` }} />
      <span class="sign">{behind ? '!' : (signs[state] ?? '?')}</span>
    </button>
  );
});

function Marks({ data }: { data: PageData }) {
  const last = useComputed(() => data.marks.filter(({ atMs }) => atMs <= nowMs.value).slice(-4));
  return (
    <>
      <h3>What happened last</h3>
      <ul class="marks">
        {last.value.length === 0 && <li class="note">nothing yet</li>}
        {last.value.map(({ atMs, text }, at) => (
          <li key={at}>
            <span class="when">{clockText(atMs)}</span> <span dir="auto">{text}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Legend({ states }: { states: readonly string[] }) {
  return (
    <p class="legend">
      {states.map((state) => (
        <span key={state}>
          <span class={`sample cell state-${state}`} aria-hidden="true">
            <span class="sign">{signs[state]}</span>
          </span>{' '}
          {state}
        </span>
      ))}
      <span>
        <span class="sample cell state-up behind" aria-hidden="true">
          <span class="sign">!</span>
        </span>{' '}
        up, but far behind: more than {BEHIND_ROUNDS} times as many wait as it serves at once; the bar is its queue
      </span>
    </p>
  );
}

function cellsOf(data: PageData): CellData[] {
  const { atMs, states, queues, inFlight, sessions } = data.series;
  const length = atMs.length;
  const looks = data.hosts.map((_, host) => ({
    states: spread(states[host], length),
    queues: spread(queues[host], length),
    inFlight: spread(inFlight[host], length),
    sessions: spread(sessions[host], length),
  }));
  const most = data.tiers.map((_, tier) =>
    data.hosts.reduce(
      (max, host, at) => (host.tier === tier ? looks[at].queues.reduce((a, b) => Math.max(a, b), max) : max),
      0,
    ),
  );
  return data.hosts.map(({ tier }, host) => ({ data, host, looks: looks[host], queueMax: most[tier] }));
}

function groupsOf(data: PageData): { name: string; hosts: number[] }[] {
  return [...data.pods.keys(), -1]
    .flatMap((pod) =>
      data.tiers.map((tierName, tier) => ({
        name: `${pod < 0 ? 'shared' : data.pods[pod]} · ${tierName}`,
        hosts: data.hosts.flatMap((host, at) => (host.pod === pod && host.tier === tier ? [at] : [])),
      })),
    )
    .filter(({ hosts }) => hosts.length > 0);
}

export function Fleet({ data }: { data: PageData }) {
  const cells = useMemo(() => cellsOf(data), [data]);
  const groups = useMemo(() => groupsOf(data), [data]);
  const ever = useMemo(() => {
    const states = new Set(cells.flatMap(({ looks }) => [...new Set(looks.states)]));
    return data.hostStates.filter((_, state) => states.has(state));
  }, [cells]);
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const order = groups.flatMap(({ hosts }) => hosts);
    chosenHost.value = order[(order.indexOf(chosenHost.value) + by + order.length) % order.length];
    const { label } = data.hosts[chosenHost.value];
    for (const cell of document.querySelectorAll<HTMLButtonElement>('button.cell'))
      if (cell.dataset.host === label) cell.focus();
  };
  const chosen = useComputed(() => (cells.length === 0 ? '' : wordsOf(cells[chosenHost.value], nowLook.value)));
  return (
    <section aria-labelledby="fleet-title">
      <h2 id="fleet-title">
        The fleet at <span class="now">{nowText}</span>
      </h2>
      <div class="groups" onKeyDown={move}>
        {groups.map(({ name, hosts }) => (
          <div class="group" role="group" aria-label={name} key={name}>
            <h3>{name}</h3>
            <div class="cells">
              {hosts.map((host) => (
                <Cell key={host} {...cells[host]} />
              ))}
            </div>
          </div>
        ))}
      </div>
      <p class="chosen">{chosen}</p>
      <Legend states={ever} />
      <div class="beside">
        <FlowNow data={data} />
        <div>
          <Marks data={data} />
        </div>
      </div>
    </section>
  );
}
