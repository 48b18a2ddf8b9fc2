/**
 * Admission: whether an attempt is let in at all. One gate exists per balancer
 * (`per: balancer`, so per pod for tiers of scope pod) or per host
 * (`per: host`; a host that boots gets a new one). A refused attempt is
 * rejected with the reason `admission`. Limits on concurrency count the
 * attempts in the tier, waiting or served there, and learn from their times
 * there; what happens at later tiers they do not see.
 */
import { policy, type Registry } from './parameters.ts';

/** How an attempt left the tier: `lost` when its host died or dropped it from the line; `moved`: it did not, but its host has another gate now. */
export type Ending = 'served' | 'abandoned' | 'lost' | 'moved';

export interface Admission {
  /** Where the gates stand. */
  readonly per: 'balancer' | 'host';
  /** True where it lets everything in, so that nobody need ask. */
  readonly open: boolean;
  /** what one gate lets in per second in the long run, where it is a fixed rate */
  readonly perSec?: number;
  /** True where it must be told of what it let in, by `begin` and `end`. */
  readonly listens: boolean;
  /** Asks for one attempt to be let in. Times never go back. */
  admit(nowMs: number): boolean;
  /** Until when it is bound to let nobody in; whoever asks before that changes nothing, but for the rounding of its numbers. Absent: nobody can tell. */
  closedUntilMs?(): number;
  /** An attempt came into the tier. */
  begin(nowMs: number): void;
  /** One left it after `tookMs`; `abandoned`: its client had left before. */
  end(nowMs: number, tookMs: number, ending: Ending): void;
}

const deaf = { listens: false, begin: () => undefined, end: () => undefined } as const;

const place = (byDefault: 'balancer' | 'host') =>
  ({
    unit: 'choice',
    default: byDefault,
    choices: ['balancer', 'host'],
    help: 'one gate per balancer (a pod, or the shared tier) or per host',
  }) as const;

/** More than the rounding of any instant of a run. */
const ROUNDED_MS = 1e-3;

/** After so many windows at the least limit the best time is measured anew. */
const WINDOWS_AT_LEAST = 5;

interface GradientParameters {
  readonly samples: number;
  readonly quantile: number;
  readonly buffer: number;
  readonly minLimit: number;
  readonly maxLimit: number;
  readonly measureEvery: number;
  readonly per: string;
}

/** Envoy's gradient controller. */
function gradientGate({
  samples,
  quantile,
  buffer,
  minLimit,
  maxLimit,
  measureEvery,
  per,
}: GradientParameters): Admission {
  const tookMs = new Float64Array(samples);
  const rank = Math.max(0, Math.ceil(quantile * samples) - 1);
  let count = 0;
  let inFlight = 0;
  let limit = minLimit;
  let limitAfterwards = minLimit;
  let isMeasuring = true;
  let measuresAtMs = Infinity;
  let epochMs = 0;
  let bestMs = 0;
  let windowsAtLeast = 0;

  const measure = (nowMs: number): void => {
    isMeasuring = true;
    limitAfterwards = limit;
    limit = minLimit;
    count = 0;
    epochMs = nowMs;
    windowsAtLeast = 0;
  };
  const learn = (nowMs: number, sampleMs: number): void => {
    if (isMeasuring) {
      isMeasuring = false;
      bestMs = sampleMs;
      limit = limitAfterwards;
      measuresAtMs = nowMs + measureEvery;
      return;
    }
    const gradient = sampleMs > 0 ? Math.min(2, Math.max(0.5, (bestMs * (1 + buffer)) / sampleMs)) : 2;
    const next = Math.floor(limit * gradient + Math.sqrt(limit * gradient));
    const before = limit;
    limit = Math.max(minLimit, Math.min(maxLimit, next));
    windowsAtLeast = before === minLimit && limit === minLimit ? windowsAtLeast + 1 : 0;
    if (windowsAtLeast >= WINDOWS_AT_LEAST) measure(nowMs);
  };
  return {
    per: per === 'host' ? 'host' : 'balancer',
    open: false,
    listens: true,
    admit: () => inFlight < limit,
    begin: (nowMs) => {
      inFlight++;
      if (!isMeasuring && nowMs >= measuresAtMs) measure(nowMs);
    },
    end: (nowMs, took, ending) => {
      inFlight--;
      // What came in before the measurement had another limit's company.
      if (ending !== 'served' || nowMs - took < epochMs) return;
      tookMs[count++] = took;
      if (count < samples) return;
      count = 0;
      tookMs.sort();
      learn(nowMs, tookMs[rank]);
    },
  };
}

interface AimdParameters {
  readonly initial: number;
  readonly minLimit: number;
  readonly maxLimit: number;
  readonly increase: number;
  readonly decrease: number;
  readonly late: number;
  readonly window: number;
  readonly per: string;
}

function aimdGate({ initial, minLimit, maxLimit, increase, decrease, late, window, per }: AimdParameters): Admission {
  let limit = Math.max(minLimit, Math.min(maxLimit, initial));
  let inFlight = 0;
  let windowEndsMs = 0;
  let hasGood = false;
  let hasBad = false;
  let mostInFlight = 0;
  const closeWindow = (nowMs: number): void => {
    if (hasBad) limit = Math.max(minLimit, Math.floor(limit * decrease));
    // A limit that nobody comes near has not been tried, and proves nothing.
    else if (hasGood && 2 * mostInFlight >= limit) limit = Math.min(maxLimit, limit + increase);
    hasGood = false;
    hasBad = false;
    mostInFlight = inFlight;
    windowEndsMs = nowMs + window;
  };
  return {
    per: per === 'host' ? 'host' : 'balancer',
    open: false,
    listens: true,
    admit: () => inFlight < limit,
    begin: () => {
      inFlight++;
      if (inFlight > mostInFlight) mostInFlight = inFlight;
    },
    end: (nowMs, took, ending) => {
      if (nowMs >= windowEndsMs) closeWindow(nowMs);
      inFlight--;
      if (ending === 'served' && took <= late) hasGood = true;
      else if (ending !== 'moved') hasBad = true;
    },
  };
}

const limitsInOrder = ({ minLimit, maxLimit }: { readonly minLimit: number; readonly maxLimit: number }) =>
  minLimit > maxLimit
    ? {
        parameter: 'minLimit',
        expected: `at most maxLimit, which is ${maxLimit}`,
        hint: 'the least limit lies below the greatest',
      }
    : null;

export const admissions: Registry<Admission> = {
  none: policy({
    help: 'everybody is let in',
    formula: 'admit always',
    source: 'definition',
    parameters: {},
    create: () => ({ per: 'balancer', open: true, admit: () => true, ...deaf }),
  }),
  'token-bucket': policy({
    help: 'so many connects per second, with a burst',
    formula: 'tokens = min(burst, tokens + rate·Δt); admit if tokens ≥ 1, and take one; starts full',
    source: 'RFC 2697 (one bucket)',
    parameters: {
      rate: { unit: 'rate', scales: 'gate', default: 100, min: 0, help: 'connects let in per second' },
      burst: {
        unit: 'count',
        scales: 'gate',
        leastStays: true,
        default: 1,
        min: 1,
        help: 'how many tokens the bucket holds',
      },
      per: place('balancer'),
    },
    create: ({ rate, burst, per }) => {
      let tokens = burst;
      let lastMs = 0;
      const admit = (nowMs: number): boolean => {
        tokens = Math.min(burst, tokens + ((nowMs - lastMs) * rate) / 1000);
        lastMs = nowMs;
        if (tokens < 1) return false;
        tokens -= 1;
        return true;
      };
      const closedUntilMs = (): number => lastMs + (1000 * (1 - tokens)) / rate - ROUNDED_MS;
      return { per: per === 'host' ? 'host' : 'balancer', open: false, perSec: rate, admit, closedUntilMs, ...deaf };
    },
  }),
  'adaptive-concurrency': policy({
    help: 'a limit on the attempts in the tier that follows how much slower they are than at their best',
    formula:
      'refuse at inFlight ≥ limit; every `samples` attempts served: g = best·(1 + buffer)/sample, within 0.5…2; limit = ⌊g·limit + √(g·limit)⌋ within minLimit…maxLimit; sample: the quantile of their times in the tier; best: the same, measured at the start and every `measureEvery` at limit = minLimit, and after 5 changes at minLimit',
    source:
      'Envoy, adaptive concurrency filter, gradient controller; there the samples are those of an update interval, here a fixed number, and the measurements have no jitter',
    parameters: {
      samples: {
        unit: 'count',
        scales: 'gate',
        default: 50,
        min: 1,
        max: 10_000,
        help: 'attempts served between two changes, and for a measurement of the best time',
      },
      quantile: { unit: 'fraction', default: 0.5, help: 'which of the sampled times counts: 0.5 is the median' },
      buffer: {
        unit: 'fraction',
        default: 0.25,
        help: 'how much slower than at best is still good, as a share of the best time',
      },
      minLimit: {
        unit: 'count',
        scales: 'gate',
        default: 3,
        min: 1,
        help: 'the least limit, and the one at which the best time is measured',
      },
      maxLimit: { unit: 'count', scales: 'gate', default: 1000, min: 1, help: 'the greatest limit' },
      measureEvery: {
        unit: 'duration',
        default: 60_000,
        min: 0,
        exclusiveMin: true,
        help: 'how long until the best time is measured again',
      },
      per: place('host'),
    },
    check: limitsInOrder,
    create: gradientGate,
  }),
  aimd: policy({
    help: 'a limit on the attempts in the tier: up by a little while they are in time, down by a share when they are not',
    formula:
      'refuse at inFlight ≥ limit; each window: limit = ⌊decrease·limit⌋ if an attempt of it was late, abandoned or lost, else limit + increase if some were served and at least half of the limit was used; within minLimit…maxLimit',
    source:
      'Chiu & Jain 1989 (additive increase, multiplicative decrease); defaults and the rule of half the limit as in Netflix concurrency-limits, AIMDLimit, which changes at each answer',
    parameters: {
      initial: { unit: 'count', scales: 'gate', default: 20, min: 1, help: 'the limit to begin with' },
      minLimit: { unit: 'count', scales: 'gate', default: 20, min: 1, help: 'the least limit' },
      maxLimit: { unit: 'count', scales: 'gate', default: 200, min: 1, help: 'the greatest limit' },
      increase: { unit: 'count', scales: 'gate', default: 1, min: 1, help: 'what a good window adds' },
      decrease: { unit: 'fraction', default: 0.9, min: 0.125, max: 1, help: 'what a bad window multiplies by' },
      late: {
        unit: 'duration',
        default: 5000,
        min: 0,
        exclusiveMin: true,
        help: 'attempts that took longer in the tier count as failed',
      },
      window: {
        unit: 'duration',
        default: 1000,
        min: 0,
        exclusiveMin: true,
        help: 'how often the limit changes, at most',
      },
      per: place('host'),
    },
    check: limitsInOrder,
    create: aimdGate,
  }),
};
