// A budget of time: which plan fits, with costs that a test gives, and comparisons on a clock that a test turns, whose
// runs only take their time: as long as their fleet is large, and half of that where they are cut.
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compareWithin, type BudgetOptions, type BudgetRequest } from '../../src/experiments/budget.ts';
import { choosePlan, pilotPart, roundMs, type BudgetPlan, type PlanFacts } from '../../src/experiments/budget-plan.ts';
import type { Comparison } from '../../src/experiments/comparison.ts';
import { LimitError } from '../../src/experiments/limits.ts';
import type { Replication, ReplicationTask } from '../../src/experiments/replication.ts';
import type { ReplicationStore } from '../../src/experiments/replications.ts';
import { loadVariants, type VariantSet } from '../../src/experiments/variant-set.ts';
import type * as WorkerPool from '../../src/experiments/worker-pool.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';

/** What a run of a task takes. */
let costMs: (task: ReplicationTask, sessions: number) => number;

// The files that a process runs share their modules: this one begins without any, so that all that it imports gets the
// workers below, and leaves none to the next.
vi.hoisted(() => vi.resetModules());
afterAll(() => {
  vi.doUnmock('../../src/experiments/worker-pool.ts');
  vi.resetModules();
});

/** In the place of workers: each run sleeps, and loses as many session-minutes as it has sessions. */
vi.mock('../../src/experiments/worker-pool.ts', async (original) => {
  const real = await original<typeof WorkerPool>();
  const runInWorkers: typeof real.runInWorkers = async (tasks, options) => {
    const { jobs = 2, signal } = options;
    const waiting = [...tasks];
    const isOver = (): boolean => signal?.aborted === true;
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const lane = async (): Promise<void> => {
      for (let task = waiting.shift(); task !== undefined && !isOver(); task = waiting.shift()) {
        options.onStart?.(task);
        const sessions = task.variant.scenario.products[0].sessions;
        const wholeMs = costMs(task, sessions);
        const takesMs = Math.min(wholeMs, task.limits?.wallMsMax ?? Infinity);
        for (let ms = 0; ms < takesMs && !isOver(); ms += 250) {
          await sleep(Math.min(250, takesMs - ms));
          options.onProgress?.(task, Math.min(ms + 250, takesMs) / wholeMs);
        }
        if (isOver()) return;
        const { variant, index, seed } = task;
        const done: Replication = {
          variant: variant.name, index, seed, fingerprint: `${variant.name} ${index} ${sessions}`, ending: 'clock', endMs: 1, openMs: null, undecided: false,
          metrics: { sessionMinutesLost: sessions, collapse: 0 }, curve: [0],
        }; // prettier-ignore
        if (takesMs < wholeMs)
          options.onFailed?.(
            task,
            new real.ReplicationError(
              task,
              'too long',
              new LimitError({ limit: 'time', path: '', expected: '', found: '', hint: '' }),
            ),
            takesMs,
          );
        else options.onDone(task, done, takesMs);
      }
    };
    await Promise.all(Array.from({ length: jobs }, lane));
    return !isOver();
  };
  return { ...real, runInWorkers };
});

const costs = (each: number): ReadonlyMap<string, number> => new Map(['a', 'b', 'c', 'd'].map((name) => [name, each]));
const facts: PlanFacts = {
  until: 'end',
  mayCut: true,
  whole: costs(1000),
  cut: costs(400),
  names: ['a', 'b', 'c', 'd'],
  jobs: 2,
  leftMs: 10_000,
  factors: [1 / 2, 1 / 4, 1 / 8],
  isRunnable: () => true,
  unscalable: '',
};

describe('the plan for a budget', () => {
  it('is whole runs where one of each fits, cut ones else, and then a smaller fleet', () => {
    expect(roundMs(costs(1000), facts.names, 2)).toBe(2000);
    expect(roundMs(costs(1000), ['a'], 2)).toBe(1000);
    const plan = (leftMs: number, more: Partial<PlanFacts> = {}): [string, number] => {
      const { until, scaledBy } = choosePlan({ ...facts, leftMs, ...more });
      return [until, scaledBy];
    };
    expect(plan(3000)).toEqual(['end', 1]);
    expect(plan(2999)).toEqual(['decided', 1]);
    expect(plan(1199)).toEqual(['decided', 1 / 2]);
    expect(plan(400)).toEqual(['decided', 1 / 4]);
    expect(plan(1)).toEqual(['decided', 1 / 8]);
    expect(plan(2999, { mayCut: false, cut: null })).toEqual(['end', 1 / 2]);
    // What must stay whole would not at a half.
    expect(plan(1199, { isRunnable: (factor) => factor !== 1 / 2 })).toEqual(['decided', 1 / 4]);
    expect(plan(1, { isRunnable: (factor) => factor !== 1 / 8 })).toEqual(['decided', 1 / 4]);
    expect(plan(1, { isRunnable: () => false })).toEqual(['decided', 1]);
    expect(plan(1, { whole: null, cut: null })).toEqual(['end', 1]);
  });

  it('says why, each time it does not do what was asked for', () => {
    expect(choosePlan({ ...facts, leftMs: 3000 }).reasons).toEqual([]);
    const { reasons } = choosePlan({ ...facts, leftMs: 400 });
    expect(reasons[0]).toMatch(
      /^One whole run of each variant is estimated to take about 2s, .*: runs are cut once all is decided \(--until decided\)\.$/,
    );
    expect(reasons[1]).toMatch(/^Even so they would take about 1s: the fleet is scaled to 1\/4 of its sessions/);
    expect(
      choosePlan({ ...facts, leftMs: 1, isRunnable: () => false, unscalable: 'scale.hosts: no' }).reasons[1],
    ).toContain('cannot be scaled down (scale.hosts: no): some variants may be left without a run');
  });
});

const text = `
format: 1
name: slept
clock: { from: "10:00", to: "10:22" }
tiers: [{ name: front, hosts: 64, parallelism: 2, serviceTime: 100ms }]
products: [{ name: chat, sessions: 64000 }]
clients: [{ name: current, backoff: none }]
variants:
  - { name: twice, set: { products.chat.sessions: 128000 } }
  - { name: half, set: { products.chat.sessions: 32000 } }
`;
const loaded = (scaledBy = 1): VariantSet => loadVariants({ file: 'slept.yaml', text }, vocabulary, { scaledBy });
const set = loaded();
if (!set.ok) throw new Error('the scenario is wrong');

const isPilot = (sessions: number): boolean => sessions < 8000;
const perThousand =
  (ms: number, pilotShare = 1): typeof costMs =>
  ({ until }, sessions) =>
    (sessions / 1000) * ms * (until === 'decided' ? 0.5 : 1) * (isPilot(sessions) ? pilotShare : 1);

function request(budgetMs: number, more: Partial<BudgetRequest> = {}): BudgetRequest {
  return {
    variants: set.ok ? set.variants : [],
    seed: 's',
    replications: 3,
    until: 'end',
    budgetMs,
    mayCut: true,
    scaled: loaded,
    ...more,
  };
}

interface Watched {
  readonly comparison: Comparison;
  readonly plans: readonly BudgetPlan[];
  readonly tookMs: number;
}

/** Runs it while the clock is turned. */
async function within(asked: BudgetRequest, options: BudgetOptions = {}): Promise<Watched> {
  const plans: BudgetPlan[] = [];
  const startedMs = performance.now();
  let tookMs = NaN;
  const work = compareWithin(asked, { jobs: 2, onPlan: (plan) => plans.push(plan), ...options }).finally(
    () => (tookMs = performance.now() - startedMs),
  );
  work.catch(() => undefined);
  while (Number.isNaN(tookMs)) await vi.advanceTimersByTimeAsync(250);
  return { comparison: await work, plans, tookMs };
}

describe('a comparison within a budget', () => {
  beforeEach(
    () =>
      void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] }),
  );
  afterEach(() => void vi.useRealTimers());

  it('makes pilots of a part that leaves a storm', () => {
    expect(64_000 * pilotPart(request(1).variants[0])).toBe(2500);
    expect(pilotPart(request(1).variants[2])).toBe(2500 / 32_000);
  });

  it('that suffices is what it would be without one', async () => {
    costMs = perThousand(100);
    const { comparison } = await within(request(300_000));
    expect([comparison.complete, comparison.until, comparison.n, comparison.budget]).toEqual([
      true,
      'end',
      3,
      { budgetMs: 300_000, isSpent: false, scaledBy: 1, reasons: [] },
    ]);
  });

  it('that is spent is a regular end, in time, with every variant run about as often as another', async () => {
    costMs = perThousand(100);
    const { comparison, plans, tookMs } = await within(request(60_000, { replications: 1000 }));
    expect(plans).toEqual([{ until: 'end', scaledBy: 1, reasons: [] }]);
    expect([comparison.complete, comparison.budget?.isSpent, comparison.asked]).toEqual([true, true, 1000]);
    const counts = comparison.variants.map(({ n }) => n);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
    expect(tookMs).toBeLessThanOrEqual(60_500);
  });

  it('cuts runs where whole ones do not fit, and then makes the fleet smaller, and says both', async () => {
    // 64 + 128 + 32 thousand sessions, a second for each thousand: the longest whole run takes 128 s, cut 64 s.
    costMs = perThousand(1000);
    const cut = await within(request(150_000));
    expect([cut.comparison.until, cut.comparison.budget?.scaledBy, cut.comparison.budget?.reasons.length]).toEqual([
      'decided',
      1,
      1,
    ]);
    expect(cut.comparison.variants.every(({ n }) => n > 0)).toBe(true);
    const small = await within(request(60_000));
    expect([
      small.comparison.until,
      small.comparison.budget?.scaledBy,
      small.comparison.budget?.reasons.length,
    ]).toEqual(['decided', 0.5, 2]);
    expect(small.tookMs).toBeLessThanOrEqual(60_500);
    // Each variant is scaled from what it is itself.
    const sizes = small.comparison.variants.map(({ name, estimates }): [string, number] => [
      name,
      estimates.sessionMinutesLost.value,
    ]);
    expect(new Map(sizes)).toEqual(
      new Map([
        ['half', 16_000],
        ['baseline', 32_000],
        ['twice', 64_000],
      ]),
    );
  });

  it('does not cut where whole runs were asked for', async () => {
    costMs = perThousand(1000);
    const { comparison } = await within(request(150_000, { mayCut: false }));
    expect([comparison.until, comparison.budget?.scaledBy]).toEqual(['end', 0.5]);
  });

  it('plans anew where runs prove dearer than the pilots said', async () => {
    costMs = perThousand(1000, 0.1);
    const { comparison, plans } = await within(request(80_000));
    expect(plans[0].reasons).toEqual([]);
    expect(plans).toHaveLength(2);
    expect(comparison.budget!.reasons[0]).toMatch(
      /^One whole run of each variant would have taken about .* at the pace of the first ones/,
    );
    expect(comparison.budget!.scaledBy).toBeLessThan(1);
    expect(comparison.variants.every(({ n }) => n > 0)).toBe(true);
  });

  it('makes do without pilots where the fleet cannot be scaled, and says so', async () => {
    costMs = perThousand(1000);
    const problem = {
      file: '',
      line: 0,
      column: 0,
      set: null,
      path: 'scale.hosts',
      expected: 'whole hosts',
      found: '0.5',
      hint: '',
    };
    const unscalable = (): VariantSet => ({ ok: false, problems: [problem], variant: 'baseline' });
    const { comparison, plans } = await within(request(100_000, { scaled: unscalable }));
    expect(plans.map(({ until, scaledBy }) => [until, scaledBy])).toEqual([
      ['end', 1],
      ['decided', 1],
    ]);
    expect(comparison.budget!.reasons[1]).toContain(
      'the fleet cannot be scaled down (scale.hosts: expected whole hosts, found 0.5)',
    );
  });

  it('goes on from what was kept, and asks no pilot where there is a run of each', async () => {
    const texts = new Map<string, string>();
    const store: ReplicationStore = {
      read: (name) => texts.get(name) ?? null,
      keep: (name, one) => void texts.set(name, one),
    };
    costMs = perThousand(10);
    const first = await within(request(60_000, { replications: 1 }), { store });
    costMs = perThousand(1e6);
    const again = await within(request(5000, { replications: 1 }), { store });
    expect(again.tookMs).toBeLessThan(500);
    expect([again.comparison.budget?.isSpent, again.comparison.budget?.scaledBy, again.comparison.until]).toEqual([
      false,
      1,
      'end',
    ]);
    expect(again.comparison.variants).toEqual(first.comparison.variants);
  });

  it('that somebody interrupts is not complete', async () => {
    costMs = perThousand(10);
    const controller = new AbortController();
    const { comparison } = await within(request(60_000), {
      signal: controller.signal,
      onReplication: () => controller.abort(),
    });
    expect([comparison.complete, comparison.budget?.isSpent]).toEqual([false, false]);
  });
});
