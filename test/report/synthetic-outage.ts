// Made-up chart data in the shape of a two-wave outage: 8 pods of 8 hosts and 6 shared hosts, 5 hours at
// 5 s. It looks like a run to a chart's eye, and claims nothing about any model.
import { rejectReasons } from '../../src/model/state/vocabulary.ts';
import type { ChartData } from '../../src/report/chart-data.ts';

const states = ['up', 'warming', 'paused', 'draining', 'rebooting', 'down', 'absent'] as const;
const [up, warming, rebooting, down] = [0, 1, 4, 5];
const minuteMs = 60_000;
const sampleMs = 5_000;

// A tiny linear congruential generator: enough for noise that is the same every time.
function noise(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

// Minutes since the start at which each wave reaches a pod and lets go of it.
function isImpacted(pod: number, minute: number): boolean {
  const first = minute >= (pod === 0 ? 10 : pod < 3 ? 47 : 48.5 + pod / 4) && minute < 98 + pod / 2;
  const quiet = pod === 0 && minute > 22 && minute < 47;
  return (first && !quiet) || (minute >= 206 + pod / 5 && minute < 266 + pod / 2);
}

export function syntheticOutage(): ChartData {
  const sampleCount = 300 * 12;
  const samplesMs = Float64Array.from({ length: sampleCount }, (_, index) => (index + 1) * sampleMs);
  const pods = Array.from({ length: 8 }, (_, index) => `pod-${index + 1}`);
  const podHosts = pods.flatMap((pod) =>
    Array.from({ length: 8 }, (_, index) => `${pod}/agent-workspace-api/${index + 1}`),
  );
  const sharedHosts = Array.from({ length: 6 }, (_, index) => `chat-session-service/${index + 1}`);
  const series: Record<string, Float64Array> = {};
  const make = (name: string): Float64Array => (series[name] = new Float64Array(sampleCount));
  const fleet = make('disconnectedFraction');
  pods.forEach((pod, index) => {
    const random = noise(index + 1);
    const values = make(`disconnectedFraction.${pod}`);
    for (let sample = 0; sample < sampleCount; sample++) {
      const swing = 0.12 * Math.sin(sample / (9 + index)) + 0.1 * random();
      const target = isImpacted(index, samplesMs[sample] / minuteMs) ? 0.78 + swing : 0.001 * random();
      const before = sample === 0 ? 0 : values[sample - 1];
      values[sample] = Math.min(1, Math.max(0, before + (target - before) * (target > before ? 0.2 : 0.06)));
      fleet[sample] += values[sample] / pods.length;
    }
  });
  addAttempts(make, fleet);
  addWaits(make, fleet);
  addQueues(make, fleet);
  const hostCount = podHosts.length + sharedHosts.length;
  const codes = Array.from({ length: hostCount }, (_, host) => hostRow(host, podHosts.length, samplesMs));
  return {
    metrics: {
      peakDisconnectedFraction: 0.923,
      peakImpactedPods: 8,
      attempts: 51_234_567,
      'attempts.connected': 456_789,
      'attempts.timedOut': 8_123_456,
      'attempts.rejected': 42_000_000,
      'attempts.reset': 654_321,
      'attempts.cancelled': 1,
      attemptsPerSecondPeak: 13_166,
      attemptsPeakAt: '20:43:12',
      hostDeaths: 412,
      hostReboots: 64,
      'queueWait.agent-workspace-api.mean': 1234,
      'queueWait.agent-workspace-api.p95': 4812,
      'queueWait.chat-session-service.mean': 8765,
      'queueWait.chat-session-service.p95': 43_210,
      'queueLength.mean': 61_234,
      'queueLength.agent-workspace-api.mean': 45_678,
      'queueLength.chat-session-service.mean': 15_556,
      'openAttempts.mean': 62_345,
      'hostsUp.mean': 48.5,
    },
    scenario: 'synthetic',
    variant: 'baseline',
    seed: 'synthetic',
    title: 'Two waves',
    clock: { startMs: Date.UTC(2023, 3, 26, 16, 30), timezone: 'UTC' },
    endMs: 300 * minuteMs,
    samplesMs,
    series,
    pods,
    tiers: [
      { name: 'agent-workspace-api', scope: 'pod', hosts: podHosts },
      { name: 'chat-session-service', scope: 'shared', hosts: sharedHosts },
    ],
    hostStates: { labels: [...podHosts, ...sharedHosts], states, codes },
    actions: [
      { atMs: 10 * minuteMs, name: 'maintenance', kind: 'action', label: 'pod 1 rebooted' },
      {
        atMs: 47 * minuteMs,
        endMs: 50 * minuteMs,
        name: 'maintenance-2',
        kind: 'action',
        label: 'pods 2 and 3 rebooted',
      },
      { atMs: 60 * minuteMs, name: 'page', kind: 'responder', label: 'on-call paged' },
      { atMs: 82 * minuteMs, name: 'admit', kind: 'responder', label: 'logins limited to 4/s per pod' },
      { atMs: 200 * minuteMs, name: 'lift', kind: 'responder', label: 'login limit lifted' },
      { atMs: 206 * minuteMs, name: 'maintenance-3', kind: 'action', label: 'the other pods rebooted' },
      { atMs: 253 * minuteMs, endMs: 262 * minuteMs, name: 'fix', kind: 'responder', label: 'fixed client deployed' },
    ],
    milestones: [
      { atMs: 51 * minuteMs, label: 'all pods impacted' },
      { atMs: 104 * minuteMs, label: 'resolved' },
    ],
    episodes: [
      { startedAtMs: 10 * minuteMs, resolvedAtMs: 104 * minuteMs },
      { startedAtMs: 206 * minuteMs, resolvedAtMs: 272 * minuteMs },
    ],
    connectTimeoutMs: 10_000,
  };
}

function addAttempts(make: (name: string) => Float64Array, fleet: Float64Array): void {
  const random = noise(99);
  const [connected, timedOut, rejected, reset, cancelled] = [
    'connected',
    'timedOut',
    'rejected',
    'reset',
    'cancelled',
  ].map((end) => make(`attemptsPerSec.${end}`));
  fleet.forEach((share, sample) => {
    connected[sample] = 12 + 400 * share * random();
    timedOut[sample] = share > 0.05 ? 1800 * share * (0.7 + 0.6 * random()) : 0;
    rejected[sample] = share > 0.05 ? 6500 * share * (0.6 + 0.8 * random()) : 0;
    reset[sample] = share > 0.05 && random() < 0.2 ? 3000 * share : 0;
    cancelled[sample] = share * 20;
  });
}

function addWaits(make: (name: string) => Float64Array, fleet: Float64Array): void {
  ['agent-workspace-api', 'chat-session-service'].forEach((tier, index) => {
    const random = noise(7 + index);
    const mean = make(`queueWaitMs.${tier}.mean`);
    const p95 = make(`queueWaitMs.${tier}.p95`);
    fleet.forEach((share, sample) => {
      const isIdle = share < 0.01 && random() < 0.02;
      mean[sample] = isIdle ? NaN : 2 + 9000 * (index + 0.3) * share ** 2 * (0.6 + random());
      p95[sample] = mean[sample] * (2 + random());
    });
  });
}

/** Whatever else a chart may look for: attempts begun and refused, queues and hosts. */
function addQueues(make: (name: string) => Float64Array, fleet: Float64Array): void {
  const random = noise(31);
  const started = make('attemptsPerSec.started');
  const rejected = rejectReasons.map((reason) => make(`rejectedPerSec.${reason}`));
  fleet.forEach((share, sample) => {
    started[sample] = 12 + 8000 * share * (0.7 + 0.6 * random());
    for (const values of rejected) values[sample] = share > 0.05 ? (6500 * share * random()) / rejected.length : 0;
  });
  ['agent-workspace-api', 'chat-session-service'].forEach((tier, index) => {
    const queue = make(`queueLength.${tier}`);
    const up = make(`hostsUp.${tier}`);
    const hosts = index === 0 ? 64 : 6;
    fleet.forEach((share, sample) => {
      queue[sample] = 90_000 * share ** 2 * (0.6 + random());
      up[sample] = index === 0 ? Math.round(hosts * (1 - 0.6 * share)) : hosts;
    });
  });
}

function hostRow(host: number, podHostCount: number, samplesMs: Float64Array): Uint8Array {
  const random = noise(host + 1000);
  const pod = Math.floor(host / 8);
  let untilMs = 0;
  let state = up;
  return Uint8Array.from(samplesMs, (atMs) => {
    if (host >= podHostCount || atMs < untilMs) return state;
    const isRebootMinute = isImpacted(pod, atMs / minuteMs) && !isImpacted(pod, (atMs - sampleMs) / minuteMs);
    if (isRebootMinute && pod < 3) [state, untilMs] = [rebooting, atMs + (90 + 60 * random()) * 1000];
    else if (state === down || state === rebooting) [state, untilMs] = [warming, atMs + 30_000];
    else if (isImpacted(pod, atMs / minuteMs)) [state, untilMs] = [down, atMs + (90 + 60 * random()) * 1000];
    else state = up;
    return state;
  });
}
