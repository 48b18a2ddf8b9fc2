// Plans whose answers are known beforehand: Erlang B, Erlang C, the threshold of wasted work, the domino. Each is a
// scenario file whose neighbours lie at least a fifth off the target, and is asked for with many seeds.
import { loadScenario, plan, type Plan, type PlanOptions } from '../../src/cascade-sim.ts';
import { stormText } from './wasted-work.ts';

export interface KnownPlan {
  readonly name: string;
  readonly text: string;
  readonly ask: Pick<PlanOptions, 'vary' | 'target' | 'greatest' | 'replications' | 'until'>;
  /** the value that is right, and the one before it */
  readonly answer: string;
  readonly neighbour: string;
}

/** Requests that come once, of a host with one slot, or more by what is varied. */
const requests = (lambda: number, tier: string): string => `
format: 1
name: known-plan
clock: { from: "00:00", to: 60ms }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: 1ms }${tier} }
products:
  - { name: request, arrivals: ${lambda * 1000}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: 20ms }
`;

const LOSSES = 7;
const WAITS = 8.1;
const HOSTS = 20;
const LOAD = 0.8;

const domino = `
format: 1
name: known-plan
clock: { from: "00:00", to: 4m }
tiers:
  - name: api
    hosts: ${HOSTS}
    parallelism: 1
    serviceTime: 500ms
    balancing: round-robin
    boot: 1h
    liveness: { every: 10s, timeout: 2s, failures: 3, answered: in-queue }
products:
  - { name: request, arrivals: { process: constant, rate: ${LOAD * HOSTS * 2}/s }, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
timeline:
  - { name: loss, at: 30s, action: crash, target: { tier: api, hosts: 1 } }
`;

/** 300 clients, 30 services a second, whole services for nobody: the cycle must last 10 s in the mean, 7 s of which are the timeout. */
const storm = stormText({ n: 300, c: 30, w: 1, d: 10 }, 10, { lasts: 100 });

export const knownPlans: readonly KnownPlan[] = [
  {
    // B(7, 14) = 0.71 %, B(7, 13) = 1.44 %
    name: 'Erlang B: the least c with a blocking of at most 1 %',
    text: requests(LOSSES, ', queue: { limit: 0 }'),
    ask: { vary: 'tiers.api.parallelism=5..36', target: 'rejected.queueFull <= 0.01 * attempts' },
    answer: '14',
    neighbour: '13',
  },
  {
    // C(8.1, 12) = 15.0 %, C(8.1, 11) = 26.1 %
    name: 'Erlang C: the least c of which at most 20 % wait',
    text: requests(WAITS, ''),
    ask: { vary: 'tiers.api.parallelism=9..40', target: 'waitedFraction.api <= 20%' },
    answer: '12',
    neighbour: '11',
  },
  {
    // Full jitter up to W lasts W/2 in the mean: 7 s + W/2 ≥ 10 s from W = 6 s on.
    name: 'the threshold of wasted work: the least window of jitter',
    text: storm,
    ask: {
      vary: `clients.current.backoff.cap=0.2s,0.3s,0.5s,0.7s,1s,1.4s,2s,2.8s,3.8s,4.7s,7.3s,9s,12s,16s,22s,30s,40s,55s,75s,100s`,
      target: 'disconnectedFraction at 999s < 50% in 90%',
    },
    answer: '7.3s',
    neighbour: '4.7s',
  },
  {
    // n(1 − ρ) = 4
    name: 'the domino: the largest loss that the others survive',
    text: domino,
    ask: { vary: 'timeline.loss.target.hosts=1..19', target: 'hostDeaths.liveness <= 0 in 90%' },
    answer: '4',
    neighbour: '5',
  },
];

/** At several rates. B(8, 3) = 0.81 %, B(7, 3) = 2.19 %; B(11, 5) = 0.83 %, B(10, 5) = 1.84 %; B(18, 10) = 0.71 %, B(17, 10) = 1.29 % */
export const frontier = {
  text: knownPlans[0].text,
  ask: {
    vary: ['tiers.api.parallelism=5..25', 'products.request.arrivals=3000/s,5000/s,10000/s'],
    target: 'rejected.queueFull <= 0.01 * attempts',
  },
  answers: [
    ['3000/s', 8],
    ['5000/s', 11],
    ['10000/s', 18],
  ],
} as const;

export async function planned({ text, ask, name }: KnownPlan, seed: string): Promise<Plan> {
  const set = name.includes('jitter') ? ['clients.current.backoff={ policy: full-jitter, base: 100s, cap: 10s }'] : [];
  return plan(loadScenario(text, { file: 'known-plan.yaml', set }), { ...ask, seed });
}

export interface Scored {
  readonly right: number;
  readonly wrong: number;
  readonly runs: number;
  readonly gridRuns: number;
}

/** How many of the seeds find it, and in how many runs. */
export async function scoreOf(known: KnownPlan, seeds: number): Promise<Scored> {
  let [right, wrong, runs, gridRuns] = [0, 0, 0, 0];
  for (let seed = 0; seed < seeds; seed++) {
    const found = await planned(known, `seed ${seed}`);
    const [answer] = found.answers;
    const isDecided = answer.state === 'decided';
    if (isDecided && answer.value?.value === known.answer && answer.neighbour?.value === known.neighbour) right++;
    else if (isDecided) wrong++;
    runs += found.runs;
    gridRuns += found.gridRuns;
  }
  return { right, wrong, runs, gridRuns };
}
