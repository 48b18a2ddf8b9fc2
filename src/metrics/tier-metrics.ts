/**
 * Metrics of tiers and their hosts: waiting, work, work for nobody, deaths,
 * and what the capacity costs.
 */
import { deathCauses } from '../model/state/vocabulary.ts';
import type { EndedRun } from './ended-run.ts';
import type { Histogram } from './histogram.ts';
import type { Filling, Fullest } from './host-fill.ts';
import { QUANTILES, ratio, statistic, sumTiers, tierIndex, windowMs, type Metric } from './metric.ts';
import { joined, numberIn, sharesNote, type HeadlineRow } from './shown.ts';
import * as tally from './tally.ts';
import { clockText } from './unfinished.ts';
import { counted as countedText, numberText } from './value-text.ts';

/** A counter of one tier, or its sum over all of them. */
function counted(ended: EndedRun, tier: string | null, place: number): number {
  return sumTiers(ended, tierIndex(ended, tier), (index) => ended.recorder.counted(tally.tierPlace(index) + place));
}

/** The time that went into services, for whomever. */
function servedMs(ended: EndedRun, tier: string | null): number {
  return counted(ended, tier, tally.AWAITED_MS) + counted(ended, tier, tally.ABANDONED_MS);
}

/** Of the named tier, or of the only one there is. */
function oneTier(ended: EndedRun, histograms: readonly Histogram[], tier: string | null, part: string | null): number {
  const index = tier === null && histograms.length === 1 ? 0 : tierIndex(ended, tier);
  return index < 0 ? NaN : statistic(histograms[index], part);
}

const NO_HOST = 'no host was up there, or several tiers to choose from: name one';

function ofHosts(ended: EndedRun, fillings: readonly Filling[], tier: string | null, part: string | null): number {
  return oneTier(
    ended,
    fillings.map(({ values }) => values),
    tier,
    part,
  );
}

/** So many times what the others have is an imbalance, if it is more than a few. */
const UNEVEN = 2;
const WORTH_A_ROW = 10;

function fullestOf({ name, ended }: HeadlineRow): Fullest | null {
  const [metric, tier] = name.split('.');
  const { sessions, queues } = ended.recorder.hostFill;
  return (metric === 'hostSessions' ? sessions : queues)[tierIndex(ended, tier)].fullest;
}

function isUneven(row: HeadlineRow): boolean {
  const fullest = fullestOf(row);
  if (fullest === null || fullest.value < WORTH_A_ROW) return false;
  const { fleet } = row.ended.recorder;
  const tier = fleet.hostTier(fullest.host);
  // The only host that there is cannot have too large a share.
  const hosts = Array.from({ length: fleet.hostCount }, (_, host) => host).filter(
    (host) => fleet.hostTier(host) === tier,
  );
  if (hosts.length < 2) return false;
  return Number.isNaN(fullest.others) || fullest.value >= UNEVEN * fullest.others;
}

/** `p1/front/2 at 10:05:12, the others 240 on average; p99 480` */
function fullestNote(row: HeadlineRow): string {
  const { name, values, ended } = row;
  const fullest = fullestOf(row);
  if (fullest === null) return '';
  const { host, atMs, others } = fullest;
  const beside = Number.isNaN(others) ? 'when no other was up' : `the others ${numberText(others)} on average`;
  const p99 = numberIn(values, name.replace(/max$/, 'p99'));
  return joined(
    `${ended.recorder.fleet.hostLabel(host)} at ${clockText(ended, atMs)}, ${beside}`,
    p99 === null ? '' : `p99 ${numberText(p99)}`,
  );
}

export const tierMetrics: Record<string, Metric> = {
  queueWait: {
    unit: 'duration',
    help: `how long the attempts that a host of the tier began to serve had waited, abandoned ones included; ${QUANTILES}`,
    parts: ['tier', 'quantile'],
    better: 'lower',
    read: (ended, [tier, part]) => oneTier(ended, ended.recorder.waits, tier, part),
    none: 'nobody was served there, or several tiers to choose from: name one',
  },
  stay: {
    unit: 'duration',
    help: `how long the attempts that left the tier had been there, waiting and being served, however they left it; ${QUANTILES}`,
    parts: ['tier', 'quantile'],
    better: 'lower',
    read: (ended, [tier, part]) => oneTier(ended, ended.recorder.stays, tier, part),
    none: 'nobody left it, or several tiers to choose from: name one',
  },
  hostSessions: {
    unit: 'count',
    help: `sessions of a host of the tier, over the hosts that are up at the window's whole seconds; ${QUANTILES}`,
    parts: ['tier', 'quantile'],
    scales: 'nothing',
    better: 'lower',
    headline: { place: 170, part: 'max', isTold: isUneven, note: fullestNote },
    read: (ended, [tier, part]) => ofHosts(ended, ended.recorder.hostFill.sessions, tier, part),
    none: NO_HOST,
  },
  hostQueue: {
    unit: 'count',
    help: `attempts that wait at a host of the tier, abandoned ones included, over the hosts that are up at the window's whole seconds; ${QUANTILES}`,
    parts: ['tier', 'quantile'],
    scales: 'nothing',
    better: 'lower',
    headline: { place: 180, part: 'max', isTold: isUneven, note: fullestNote },
    read: (ended, [tier, part]) => ofHosts(ended, ended.recorder.hostFill.queues, tier, part),
    none: NO_HOST,
  },
  waitedFraction: {
    unit: 'fraction',
    help: 'share of the services begun at the tier that began after a wait',
    parts: ['tier'],
    better: 'lower',
    read: (ended, [tier]) => ratio(counted(ended, tier, tally.WAITED), counted(ended, tier, tally.BEGAN)),
    none: 'nobody was served there',
  },
  abandonedInQueueFraction: {
    unit: 'fraction',
    help: 'share of the attempts that came to the tier whose client stopped waiting while they waited there',
    parts: ['tier'],
    better: 'lower',
    read: (ended, [tier]) => ratio(counted(ended, tier, tally.ABANDONED_IN_QUEUE), counted(ended, tier, tally.ENTERED)),
    none: 'nobody came there',
  },
  openAttempts: {
    unit: 'count',
    help: 'attempts that wait at the tier or are being served, abandoned ones included; over a run, the exact mean over time',
    parts: ['tier'],
    better: 'lower',
    gauge: true,
    read: (ended, [tier]) => ratio(counted(ended, tier, tally.PRESENT_MS), windowMs(ended)),
    none: 'the measured window is empty',
  },
  abandonedWorkFraction: {
    unit: 'fraction',
    help: 'share of the time spent on services that was spent after the client had left',
    parts: ['tier'],
    better: 'lower',
    headline: { place: 140, note: () => 'of the service time was spent for clients who had left' },
    kept: { place: 110, tolerance: 0.05 },
    read: (ended, [tier]) => ratio(counted(ended, tier, tally.ABANDONED_MS), servedMs(ended, tier)),
    none: 'nobody was served there',
  },
  utilisation: {
    unit: 'fraction',
    help: 'share of the places (hosts that are up, warming or draining × parallelism) in which an attempt was being served, over time',
    parts: ['tier'],
    better: null,
    read: (ended, [tier]) => ratio(servedMs(ended, tier), servedMs(ended, tier) + counted(ended, tier, tally.IDLE_MS)),
    none: 'no host was up',
  },
  hostDeaths: {
    unit: 'count',
    help: 'hosts that died (a planned reboot is no death), by cause',
    parts: [deathCauses],
    scales: 'hosts',
    better: 'lower',
    ofOutage: true,
    headline: {
      place: 60,
      note: (row) => joined(sharesNote(row), countedText(numberIn(row.values, 'hostReboots') ?? 0, 'planned reboot')),
    },
    compared: { place: 40, head: 'host deaths' },
    kept: { place: 70, tolerance: 0.05 },
    read: ({ recorder }, [cause]) =>
      deathCauses.reduce(
        (sum, name, index) => sum + (cause === null || cause === name ? recorder.counted(tally.DEATHS + index) : 0),
        0,
      ),
  },
  hostReboots: {
    unit: 'count',
    help: 'hosts that an action rebooted',
    parts: [],
    scales: 'hosts',
    better: null,
    read: ({ recorder }) => recorder.counted(tally.REBOOTS),
  },
  ejections: {
    unit: 'count',
    help: 'how often balancers took a host out because attempts failed there',
    parts: [],
    scales: 'hosts',
    better: 'lower',
    read: ({ recorder }) => recorder.counted(tally.EJECTIONS),
  },
  hostHours: {
    unit: 'count',
    measuredIn: 'host-hours',
    help: 'hosts times hours, exact: what the capacity costs, whether it is up, down or standing by',
    parts: ['tier'],
    scales: 'hosts',
    better: 'lower',
    compared: { place: 60, head: 'host hours' },
    kept: { place: 120, tolerance: 0.05 },
    // To a microsecond: the same hours are the same number, in whatever pieces they were summed.
    read: (ended, [tier]) => Math.round(counted(ended, tier, tally.HOST_MS) * 1000) / 3_600_000_000,
  },
};
