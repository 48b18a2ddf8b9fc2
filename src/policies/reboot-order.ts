/**
 * Reboot order: in which steps an action works through the hosts it was given,
 * when it waits for the fleet to be calm, and when it stops for good. An order
 * is asked at the action's start, and again at the instant that it names, until
 * no host is left or it aborts; all it knows is what it is shown. Where an order
 * looks at the fleet, it does so at every whole second, as metrics do.
 */
import { policy, type Mistake, type Registry } from './parameters.ts';

/** What an order decides by. */
export interface RebootView {
  readonly nowMs: number;
  /** the pod of each host not taken yet (−1: of a shared tier), in the order of the target; at least one */
  readonly leftPods: readonly number[];
  /** the step before; null before the first */
  readonly last: { readonly atMs: number; readonly pod: number } | null;
  /** of the whole fleet */
  readonly disconnectedFraction: number;
}

/** What to do now: reboot the next `take` hosts, perhaps none, and ask again at `againAtMs`; or stop for good. */
export interface RebootStep {
  readonly take: number;
  readonly againAtMs: number;
  readonly aborts: boolean;
}

export interface RebootOrder {
  /** How long a host drains before it goes down; 0: it goes down at once. */
  readonly drainMs: number;
  next(view: RebootView): RebootStep;
}

const SECOND_MS = 1000;

const stepByStep = {
  drain: { unit: 'duration', default: 0, min: 0, help: 'sessions move away over so long before the host goes down' },
  calmBelow: {
    unit: 'fractionOrNone',
    default: Infinity,
    min: 0,
    exclusiveMin: true,
    help: "before each step, wait until less than this share of the fleet's sessions is disconnected",
  },
  abortAbove: {
    unit: 'fractionOrNone',
    default: Infinity,
    min: 0,
    help: "stop for good, leaving the other hosts alone, once more than this share of the fleet's sessions is disconnected",
  },
} as const;

interface Rules {
  readonly drain: number;
  readonly calmBelow: number;
  readonly abortAbove: number;
}

/** A pause that the stop rule always forestalls is none. */
function checkRules({ calmBelow, abortAbove }: Rules): Mistake | null {
  if (calmBelow === Infinity || abortAbove >= calmBelow) return null;
  return {
    parameter: 'abortAbove',
    expected: 'at least `calmBelow`',
    hint: 'it would abort before it ever waits for calm',
  };
}

/** An order of steps: how many hosts the next one takes, and how long after the step before it is due. */
function steps(
  { drain, calmBelow, abortAbove }: Rules,
  take: (leftPods: readonly number[]) => number,
  pauseMs: (lastPod: number, nextPod: number) => number,
): RebootOrder {
  const looks = calmBelow < Infinity || abortAbove < Infinity;
  const next = ({ nowMs, leftPods, last, disconnectedFraction }: RebootView): RebootStep => {
    if (disconnectedFraction > abortAbove) return { take: 0, againAtMs: Infinity, aborts: true };
    const dueMs = last === null ? nowMs : last.atMs + pauseMs(last.pod, leftPods[0]);
    const nextSecondMs = (Math.floor(nowMs / SECOND_MS) + 1) * SECOND_MS;
    if (nowMs < dueMs) return { take: 0, againAtMs: looks ? Math.min(dueMs, nextSecondMs) : dueMs, aborts: false };
    if (disconnectedFraction >= calmBelow) return { take: 0, againAtMs: nextSecondMs, aborts: false };
    const taken = take(leftPods);
    const againAtMs = taken < leftPods.length ? nowMs + pauseMs(leftPods[0], leftPods[taken]) : Infinity;
    return {
      take: taken,
      againAtMs: abortAbove < Infinity ? Math.min(againAtMs, nextSecondMs) : againAtMs,
      aborts: false,
    };
  };
  return { drainMs: drain, next };
}

/** How long an order takes from its start until the last host goes down, in a fleet that stays calm. `pods`: that of each host. */
export function calmRebootMs(order: RebootOrder, pods: readonly number[]): number {
  const leftPods = [...pods];
  let last: RebootView['last'] = null;
  let nowMs = 0;
  while (leftPods.length > 0) {
    const { take, againAtMs, aborts } = order.next({ nowMs, leftPods, last, disconnectedFraction: 0 });
    if (aborts) break;
    if (take > 0) last = { atMs: nowMs, pod: leftPods[0] };
    leftPods.splice(0, take);
    if (leftPods.length > 0) nowMs = againAtMs;
  }
  return (last?.atMs ?? 0) + order.drainMs;
}

export const rebootOrders: Registry<RebootOrder> = {
  'all-at-once': policy({
    help: 'all hosts in one moment',
    formula: 'take all',
    source: 'definition',
    parameters: {},
    create: () => ({
      drainMs: 0,
      next: ({ leftPods }) => ({ take: leftPods.length, againAtMs: Infinity, aborts: false }),
    }),
  }),
  rolling: policy({
    help: 'a batch at a time, each drained before it goes down if you like; it can wait for calm, and stop',
    formula:
      'take `batch` hosts every `interval`, or later once D < `calmBelow`; stop at D > `abortAbove`; D: disconnected / all; sessions are asked to move at U·drain',
    source: 'Kubernetes rolling update; Phoenix drainer; stop rules: AWS CodeDeploy alarms, Google SRE book ch. 8',
    parameters: {
      batch: { unit: 'count', scales: 'hosts', default: 1, min: 1, help: 'hosts per batch' },
      interval: { unit: 'duration', default: 300_000, min: 1, help: 'from one batch to the next' },
      ...stepByStep,
    },
    check: checkRules,
    create: (p) =>
      steps(
        p,
        (leftPods) => Math.min(p.batch, leftPods.length),
        () => p.interval,
      ),
  }),
  'by-pod': policy({
    help: 'one pod after the other, each all at once or in batches; it can wait for calm, and stop. A shared tier counts as one pod',
    formula:
      'within a pod take `batch` hosts every `batchInterval`; the next pod follows `interval` after the last batch; D, `calmBelow`, `abortAbove` as in rolling',
    source: 'cell by cell: AWS, "Automating safe, hands-off deployments"; the incident: one pod, and later three more',
    parameters: {
      batch: {
        unit: 'countOrNone',
        scales: 'hosts',
        default: Infinity,
        min: 1,
        help: 'hosts per batch; none: the whole pod at once',
      },
      batchInterval: { unit: 'duration', default: 300_000, min: 1, help: 'from one batch of a pod to the next' },
      interval: { unit: 'duration', default: 1_800_000, min: 1, help: "from a pod's last batch to the next pod" },
      ...stepByStep,
    },
    check: checkRules,
    create: (p) => {
      const ofFirstPod = (leftPods: readonly number[]): number => {
        const other = leftPods.findIndex((pod) => pod !== leftPods[0]);
        return Math.min(p.batch, other < 0 ? leftPods.length : other);
      };
      return steps(p, ofFirstPod, (last, next) => (last === next ? p.batchInterval : p.interval));
    },
  }),
};
