/**
 * Where attempts and sessions are at the instant of the handle: sessions by state, how many attempts a second are
 * started and how they end, and of each tier how many arrive, wait, are served for somebody and for nobody. Each bar is
 * as long as its share of the most that the run saw of its kind, and its figure stands beside it.
 */
import { useMemo } from 'preact/hooks';
import type { PageChart, PageData } from './page-data.ts';
import { nowLook, nowMs, numberText, placeAt, spread } from './view.tsx';

interface Row {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** the colour's class */
  readonly tone: string;
  readonly isRate: boolean;
}

interface Group {
  readonly title: string;
  readonly times: 'rows' | 'looks';
  readonly rows: readonly Row[];
  readonly most: Readonly<Record<'rate' | 'count', number>>;
}

const endTones: Readonly<Record<string, string>> = {
  connected: 'good',
  timedOut: 'bad',
  rejected: 'refused',
  reset: 'bad',
};
const endWords: Readonly<Record<string, string>> = { started: 'started', timedOut: 'timed out', rejected: 'refused' };
const stateTones: Readonly<Record<string, string>> = { connected: 'good', connecting: 'plain', waiting: 'refused' };

function most(rows: readonly Row[], isRate: boolean): number {
  return rows
    .filter((row) => row.isRate === isRate)
    .reduce((max, { values }) => values.reduce<number>((a, b) => Math.max(a, b ?? 0), max), 0);
}

function group(title: string, times: Group['times'], rows: readonly Row[]): Group {
  return { title, times, rows, most: { rate: most(rows, true), count: most(rows, false) } };
}

function queuesOf(data: PageData, tier: number): number[] {
  const sums = data.series.atMs.map(() => 0);
  data.hosts.forEach((host, at) => {
    if (host.tier !== tier) return;
    spread(data.series.queues[at], sums.length).forEach((queued, look) => {
      sums[look] += queued;
    });
  });
  return sums;
}

function groupsOf(data: PageData): Group[] {
  const { attempts, tiers } = data.series;
  const sessions = data.charts.find(({ title }) => title.startsWith('Sessions')) as PageChart;
  const everEnded = Object.keys(attempts).filter(
    (end) => end === 'started' || attempts[end].some((value) => value > 0),
  );
  return [
    group(
      'Sessions',
      'rows',
      sessions.curves.map(({ name, values }) => ({ name, values, tone: stateTones[name] ?? 'bad', isRate: false })),
    ),
    group(
      'Attempts of the fleet, per second',
      'looks',
      everEnded.map((end) => ({
        name: endWords[end] ?? end,
        values: attempts[end],
        tone: endTones[end] ?? 'plain',
        isRate: true,
      })),
    ),
    ...data.tiers.map((tier, at) =>
      group(tier, 'looks', [
        { name: 'arriving', values: tiers[at].arriving, tone: 'plain', isRate: true },
        { name: 'queued', values: queuesOf(data, at), tone: 'refused', isRate: false },
        { name: 'served for somebody', values: tiers[at].forSomebody, tone: 'good', isRate: true },
        { name: 'served for nobody', values: tiers[at].forNobody, tone: 'bad', isRate: true },
      ]),
    ),
  ];
}

function Bar({ row, of, data }: { row: Row; of: Group; data: PageData }) {
  const place = of.times === 'rows' ? placeAt(data.rowsMs, nowMs.value) : nowLook.value;
  const value = row.values[place] ?? 0;
  const full = row.isRate ? of.most.rate : of.most.count;
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td class="figure">{`${numberText(value)}${row.isRate ? '/s' : ''}`}</td>
      <td class="length" aria-hidden="true">
        <span class={`flow-bar tone-${row.tone}`} style={{ width: `${full === 0 ? 0 : (100 * value) / full}%` }} />
      </td>
    </tr>
  );
}

export function FlowNow({ data }: { data: PageData }) {
  const groups = useMemo(() => groupsOf(data), [data]);
  return (
    <div class="flow">
      {groups.map((one) => (
        <table key={one.title}>
          <caption>{one.title}</caption>
          <tbody>
            {one.rows.map((row) => (
              <Bar key={row.name} row={row} of={one} data={data} />
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}
