/**
 * Scaling: how many hosts a tier of a pod (or a shared tier) is to have. A
 * policy is asked every so often with what can be measured, and answers with a
 * number; the model boots, joins and drains hosts (model/people/capacity.ts). The
 * autoscaler is the Kubernetes HPA's controller (replica_calculator.go,
 * horizontal.go), with pods treated as it treats them when it scales by CPU, and
 * with the default `behavior`. What it leaves out: several metrics at once,
 * scaling to zero, a window for growing, the whole per cents of a utilisation;
 * and that a container which restarts stays in its pod: here each boot is a new
 * pod's. Growth is limited at each decision, there over 15 s.
 */
import { policy, type Registry } from './parameters.ts';

/** One host that the tier has, up or not; standbys are not among them. */
export interface MeasuredHost {
  /** busy slots / parallelism + u, its mean over the last interval */
  readonly load: number;
  /** −1: it is not up */
  readonly upForMs: number;
  /** −1: it is not ready */
  readonly readyForMs: number;
  /** it boots for the first time */
  readonly isNew: boolean;
}

export interface ScalingView {
  readonly nowMs: number;
  readonly hosts: readonly MeasuredHost[];
  /** hosts that stand by */
  readonly standbys: number;
}

export interface Scaling {
  /** how often it is asked; Infinity: never */
  readonly everyMs: number;
  /** hosts that stand by from the start, beside those of the tier */
  readonly standbys: number;
  /** how many hosts it may want; 0: never more than there are */
  readonly hostsMax: number;
  /** how long a host that is too many drains */
  readonly drainMs: number;
  /** How many hosts there shall be. Standbys join before new hosts boot. */
  decide(view: ScalingView): number;
}

export const scalings: Registry<Scaling> = {
  static: policy({
    help: 'the hosts that there are, and no others',
    formula: 'hosts = hosts',
    source: 'definition',
    parameters: {},
    create: () => ({ everyMs: Infinity, standbys: 0, hostsMax: 0, drainMs: 0, decide: ({ hosts }) => hosts.length }),
  }),
  'warm-standby': policy({
    help: 'hosts that are booted and wait; they join when others have been missing for a while, and then stay, for they cost the same either way',
    formula: 'once hosts have been missing for `after`: join min(standbys left, hosts not up − standbys that joined)',
    source: 'definition',
    parameters: {
      hosts: {
        unit: 'count',
        scales: 'hosts',
        default: 1,
        min: 1,
        max: 100_000,
        help: 'standbys per pod, or of the shared tier; at most as many as it has hosts',
      },
      after: { unit: 'duration', default: 60_000, min: 0, help: 'how long hosts must have been missing' },
      every: { unit: 'duration', default: 10_000, min: 1000, help: 'how often it looks' },
    },
    create: (p) => {
      let joined = 0;
      let missingSinceMs = Infinity;
      const decide = ({ nowMs, hosts, standbys }: ScalingView): number => {
        const missing = hosts.filter(({ upForMs }) => upForMs < 0).length - joined;
        missingSinceMs = missing > 0 ? Math.min(missingSinceMs, nowMs) : Infinity;
        if (missing <= 0 || nowMs - missingSinceMs < p.after) return hosts.length;
        const join = Math.min(standbys, missing);
        joined += join;
        return hosts.length + join;
      };
      return { everyMs: p.every, standbys: p.hosts, hostsMax: 0, drainMs: 0, decide };
    },
  }),
  autoscaler: policy({
    help: "Kubernetes' horizontal pod autoscaler on the mean load of the hosts: busy slots / parallelism + u",
    formula:
      'ceil(measured hosts · mean load / target), none within the tolerance; starting hosts count 0 on the way up, lost ones 0 up and as if full down; to fewer than there are, the greatest wish of `downAfter` counts; up to at most max(ceil(hosts · (1 + grow)), hosts + growHosts) at a time',
    source:
      'Kubernetes documentation, "Horizontal Pod Autoscaling": algorithm details, default behavior; kubernetes/kubernetes, pkg/controller/podautoscaler: replica_calculator.go (GetResourceReplicas, groupPods), horizontal.go (stabilizeRecommendationWithBehaviors, calculateScaleUpLimitWithScalingRules)',
    parameters: {
      target: {
        unit: 'factor',
        scales: 'nothing',
        default: 0.8,
        min: 0,
        exclusiveMin: true,
        help: 'the mean load to keep',
      },
      min: {
        unit: 'count',
        scales: 'hosts',
        leastStays: true,
        default: 1,
        min: 1,
        max: 100_000,
        help: 'the fewest hosts',
      },
      max: { unit: 'count', scales: 'hosts', default: 10, min: 1, max: 100_000, help: 'the most hosts; at least min' },
      every: { unit: 'duration', default: 15_000, min: 1000, help: 'how often it decides' },
      tolerance: { unit: 'fraction', default: 0.1, help: 'how far load / target may be from 1 without consequence' },
      downAfter: {
        unit: 'duration',
        default: 300_000,
        min: 0,
        help: 'hosts leave only when fewer were enough for so long',
      },
      grow: {
        unit: 'factor',
        scales: 'nothing',
        default: 1,
        min: 0,
        help: 'by which share the hosts may grow at a time',
      },
      growHosts: {
        unit: 'count',
        scales: 'hosts',
        default: 4,
        min: 1,
        help: 'by how many they may grow at a time in any case',
      },
      initialisation: {
        unit: 'duration',
        default: 300_000,
        min: 0,
        help: 'a host up for less counts only once it was ready for a whole interval',
      },
      drain: {
        unit: 'duration',
        default: 30_000,
        min: 0,
        help: 'sessions move away over so long before a host leaves',
      },
    },
    check: ({ min, max }) =>
      min <= max ? null : { parameter: 'max', expected: `at least min, which is ${min}`, hint: 'or lower min' },
    create: (p) => {
      const wishes: { atMs: number; hosts: number }[] = [];
      let isFirst = true;
      const decide = ({ nowMs, hosts }: ScalingView): number => {
        const current = hosts.length;
        if (isFirst) wishes.push({ atMs: nowMs, hosts: current });
        isFirst = false;
        // Beyond its bounds it looks at no load; and what cannot be measured is no wish.
        if (current < p.min || current > p.max) return clamp(current, p.min, p.max);
        const measured = wishedHosts(hosts, p);
        if (measured === null) return current;
        const wish = clamp(measured, p.min, p.max);
        wishes.push({ atMs: nowMs, hosts: wish });
        while (wishes.length > 0 && wishes[0].atMs <= nowMs - p.downAfter) wishes.shift();
        // The greatest wish holds hosts back from leaving; it does not bring back any that have left.
        const held = wish >= current ? wish : Math.min(current, Math.max(wish, ...wishes.map((one) => one.hosts)));
        const most = Math.max(wholeHosts(current * (1 + p.grow)), current + p.growHosts);
        return clamp(Math.min(held, most), p.min, p.max);
      };
      return { everyMs: p.every, standbys: 0, hostsMax: p.max, drainMs: p.drain, decide };
    },
  }),
};

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}

interface Aim {
  readonly target: number;
  readonly tolerance: number;
  readonly every: number;
  readonly initialisation: number;
}

/** Rounded up, but for the noise of a sum of loads. */
function wholeHosts(exact: number): number {
  return Math.ceil(exact - 1e-9);
}

/** How many hosts the loads ask for; null where no host can be measured. */
function wishedHosts(hosts: readonly MeasuredHost[], { target, tolerance, every, initialisation }: Aim): number | null {
  let measured = 0;
  let starting = 0;
  let sum = 0;
  for (const { load, upForMs, readyForMs, isNew } of hosts) {
    if (isNew || (upForMs >= 0 && upForMs < initialisation && readyForMs < every)) starting++;
    else if (upForMs >= 0) {
      measured++;
      sum += load;
    }
  }
  const lost = hosts.length - measured - starting;
  if (measured === 0) return null;
  const ratio = sum / measured / target;
  const startingCounts = starting > 0 && ratio > 1;
  if (!startingCounts && lost === 0)
    return Math.abs(1 - ratio) <= tolerance ? hosts.length : wholeHosts(measured * ratio);
  const counted = measured + (ratio === 1 ? 0 : lost) + (startingCounts ? starting : 0);
  const whole = (sum + (ratio < 1 ? lost * Math.max(1, target) : 0)) / counted / target;
  // What is assumed of the others may damp a decision, and never turn it round.
  if (Math.abs(1 - whole) <= tolerance || (ratio < 1 && whole > 1) || (ratio > 1 && whole < 1)) return hosts.length;
  const wished = wholeHosts(counted * whole);
  return (whole < 1 && wished > hosts.length) || (whole > 1 && wished < hosts.length) ? hosts.length : wished;
}
