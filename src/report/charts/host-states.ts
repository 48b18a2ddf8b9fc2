/**
 * Hosts by time: a row per host, coloured by its state. Where several samples fall into one column of
 * pixels, the worst state shows, so that a short outage is never lost. Few hosts are labelled one by one,
 * many by the group (pod, or shared tier) that they belong to.
 */
import type { ChartData } from '../chart-data.ts';
import { stateColor } from '../palette.ts';
import type { Pen, Picture, PlotArea, YAxis } from '../picture.ts';
import { figureOf, figureText } from '../title-figures.ts';

const singleLabelsMax = 20;
const groupLabelsMax = 20;

const statesByHarm = ['absent', 'standby', 'up', 'warming', 'draining', 'paused', 'rebooting', 'down'];

export function hostStatesHeadline(data: ChartData): string {
  const [deaths, reboots] = [figureOf(data, 'hostDeaths'), figureOf(data, 'hostReboots')];
  if (data.hostStates.codes.length === 0) return 'No hosts';
  if (deaths === null || reboots === null) return 'Nothing was measured of the hosts';
  if (deaths + reboots === 0) return 'No host died, and none was rebooted';
  const times = (name: string, count: number): string => (count === 1 ? 'once' : `${figureText(data, name)} times`);
  const died = deaths === 0 ? 'No host died' : `Hosts died ${times('hostDeaths', deaths)}`;
  // Those that die do boot again, so that none was rebooted would read as if they had not.
  if (reboots === 0) return `${died}; no reboot was planned`;
  const rebooted = `${deaths === 0 ? 'hosts were' : 'were'} rebooted ${times('hostReboots', reboots)}`;
  return `${died}, and ${rebooted}`;
}

interface Group {
  readonly name: string;
  readonly firstRow: number;
  rowCount: number;
}

/** Neighbouring hosts of a pod's tier, or of a shared tier. */
function groupsOf(data: ChartData): Group[] {
  const tierOf = new Map(data.tiers.flatMap((tier) => tier.hosts.map((label) => [label, tier] as const)));
  const podTierCount = data.tiers.filter(({ scope }) => scope === 'pod').length;
  const groups: Group[] = [];
  data.hostStates.labels.forEach((label, row) => {
    const tier = tierOf.get(label);
    const [first, second] = label.split('/');
    const name = tier?.scope === 'shared' ? tier.name : podTierCount > 1 ? `${first} ${second}` : first;
    const last = groups[groups.length - 1];
    if (last?.name === name) last.rowCount++;
    else groups.push({ name, firstRow: row, rowCount: 1 });
  });
  return groups;
}

function rowTicks(data: ChartData, groups: readonly Group[]): YAxis['ticks'] {
  const { labels } = data.hostStates;
  if (labels.length <= singleLabelsMax) return labels.map((label, row) => ({ value: row + 0.5, label }));
  const every = Math.ceil(groups.length / groupLabelsMax);
  return groups
    .filter((_, index) => index % every === 0)
    .map(({ name, firstRow, rowCount }) => ({ value: firstRow + rowCount / 2, label: name }));
}

/** The worst state's code within each column of pixels, or 255 where no sample has been taken yet. */
function worstPerColumn(data: ChartData, row: Uint8Array, harm: readonly number[], columnCount: number): Uint8Array {
  const columns = new Uint8Array(columnCount).fill(255);
  const samples = data.samplesMs;
  for (let sample = 0; sample < samples.length; sample++) {
    const untilMs = sample + 1 < samples.length ? samples[sample + 1] : data.endMs;
    const from = Math.floor((samples[sample] / data.endMs) * columnCount);
    const to = Math.max(from + 1, Math.ceil((untilMs / data.endMs) * columnCount));
    for (let column = from; column < Math.min(to, columnCount); column++) {
      if (columns[column] === 255 || harm[row[sample]] > harm[columns[column]]) columns[column] = row[sample];
    }
  }
  return columns;
}

function paintRows(data: ChartData, groups: readonly Group[], pen: Pen, area: PlotArea): void {
  const { codes, states } = data.hostStates;
  const harm = states.map((state) => statesByHarm.indexOf(state));
  const leftPx = Math.round(area.leftPx);
  const columnCount = Math.round(area.rightPx) - leftPx;
  const yOf = (row: number): number => Math.round(area.topPx + ((area.bottomPx - area.topPx) * row) / codes.length);
  const gapPx = codes.length <= 100 ? 1 : 0;
  codes.forEach((row, index) => {
    const columns = worstPerColumn(data, row, harm, columnCount);
    const [topPx, heightPx] = [yOf(index), yOf(index + 1) - yOf(index) - gapPx];
    for (let column = 0; column < columnCount;) {
      const start = column;
      while (column < columnCount && columns[column] === columns[start]) column++;
      if (columns[start] === 255) continue;
      pen.fillStyle = stateColor(states[columns[start]], columns[start]);
      pen.fillRect(leftPx + start, topPx, column - start, Math.max(1, heightPx));
    }
  });
  pen.fillStyle = '#FFFFFF';
  const separatorPx = groups.length <= 40 && codes.length > singleLabelsMax ? 5 : 0;
  for (const { firstRow } of groups.slice(1)) {
    pen.fillRect(leftPx, yOf(firstRow) - Math.ceil(separatorPx / 2), columnCount, separatorPx);
  }
}

export function hostStatesPicture(data: ChartData): Picture {
  const { codes, states } = data.hostStates;
  const groups = groupsOf(data);
  const present = states
    .map((state, code) => ({ state, code }))
    .filter(({ code }) => codes.some((row) => row.includes(code)));
  return {
    shows: `State of each of ${codes.length} hosts`,
    legend: present.map(({ state, code }) => ({
      text: state,
      mark: 'box',
      stroke: { color: stateColor(state, code), dash: [] },
    })),
    lines: [],
    yAxis: {
      title: codes.length <= singleLabelsMax ? 'host' : 'hosts by pod and shared tier',
      scale: 'linear',
      min: 0,
      max: Math.max(1, codes.length),
      ticks: rowTicks(data, groups),
      rows: true,
    },
    paint: (pen, area) => {
      paintRows(data, groups, pen, area);
    },
  };
}
