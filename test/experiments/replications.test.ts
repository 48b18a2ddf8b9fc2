// Replications in worker threads, which run the built dist/: the same whoever runs them, however many at a time,
// interrupted or not; and what happens when a worker or the store fails.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SimulationError } from '../../src/engine/simulation-error.ts';
import { parseReplication, replicate, replicationText, type Replication } from '../../src/experiments/replication.ts';
import {
  runReplications,
  type ExperimentProgress,
  type Replications,
  type ReplicationStore,
  type ReplicationsRequest,
} from '../../src/experiments/replications.ts';
import { ReplicationError } from '../../src/experiments/worker-pool.ts';
import { comparedText, comparedVariants } from './compared-scenario.ts';

const request: ReplicationsRequest = {
  variants: comparedVariants(comparedText, ['same', 'gone']),
  seed: 'r',
  replications: 2,
  until: 'end',
};

function memory(): ReplicationStore & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return { texts, read: (name) => texts.get(name) ?? null, keep: (name, text) => void texts.set(name, text) };
}

/** A worker that does `body` with each task, for the ways in which workers fail. */
function workerThat(body: string): URL {
  const code = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', (task) => { ${body} });`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

const answerOf =
  'parentPort.postMessage({ done: { variant: task.variant.name, index: task.index, seed: task.seed, metrics: {}, curve: [] } });';

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

let whole: Replications;
beforeAll(async () => {
  whole = await runReplications(request, { jobs: 2 });
});

describe('replications', () => {
  it('are the same in workers, one or two, as in this thread, and have the seeds s/0, s/1, …', async () => {
    const one = await runReplications(request, { jobs: 1 });
    expect(whole).toEqual(one);
    expect(one.complete).toBe(true);
    expect(one.byVariant.map((rows) => rows.map(({ variant, seed }) => `${variant} ${seed}`))).toEqual([
      ['baseline r/0', 'baseline r/1'],
      ['same r/0', 'same r/1'],
      ['gone r/0', 'gone r/1'],
    ]);
    const here: Replication[] = [];
    for (const index of [0, 1])
      here.push(await replicate({ variant: request.variants[2], index, seed: `r/${index}`, until: 'end' }));
    expect(one.byVariant[2]).toEqual(here);
  });

  it('meet the same luck in every variant, and other luck in every replication', () => {
    const { byVariant } = whole;
    expect(byVariant[1].map(({ fingerprint }) => fingerprint)).toEqual(
      byVariant[0].map(({ fingerprint }) => fingerprint),
    );
    expect(byVariant[0][0].fingerprint).not.toBe(byVariant[0][1].fingerprint);
  });

  it('lose no peak in their curves, however short', () => {
    for (const { curve, metrics } of whole.byVariant.flat())
      expect(Math.max(...curve)).toBeCloseTo(metrics.peakDisconnectedFraction, 4);
  });

  it('survive being written down, open outages and missing values included', async () => {
    const task = { variant: request.variants[2], index: 0, seed: 'r/0', until: 'end' } as const;
    const record = await replicate(task);
    expect(record.metrics.timeToRecover).toBe(Infinity);
    expect(record.openMs).toBeGreaterThan(20 * 60_000);
    expect(record.metrics.resolved).toBeNaN();
    const text = replicationText('a', record);
    expect(parseReplication('a', text, task)).toEqual(record);
    expect(parseReplication('a', text, { ...task, index: 1 })).toBeNull();
    expect(parseReplication('b', text, task)).toBeNull();
    for (const broken of [
      '',
      '{',
      'null',
      '3',
      '{}',
      '{"record":null}',
      text.slice(0, 500),
      text.replace(/"metrics":\{[^}]*\}/, '"metrics":null'),
    ])
      expect(parseReplication('a', broken, task), broken.slice(0, 80)).toBeNull();
  });

  it('are known to be spoilt by any other character', async () => {
    const task = { variant: request.variants[0], index: 0, seed: 'r/0', until: 'end' } as const;
    const record = await replicate(task);
    const text = replicationText('a', record);
    fc.assert(
      fc.property(fc.nat(text.length - 2), fc.integer({ min: 32, max: 126 }), (place, code) => {
        const changed = text.slice(0, place) + String.fromCharCode(code) + text.slice(place + 1);
        const read = parseReplication('a', changed, task);
        // Another way to write the same, like 1E5 for 1e5, spoils nothing.
        if (read !== null) expect(read).toEqual(record);
        else expect(changed).not.toBe(text);
      }),
      { seed: 20230426, numRuns: 1000 },
    );
  });

  it('that are spoilt are run again, and counted', async () => {
    const store = memory();
    const one = { ...request, replications: 1 };
    const first = await runReplications(one, { store });
    const [name, text] = [...store.texts][0];
    store.texts.set(name, text.replace('"index":0', '"index":0 ').replace('"endMs":', '"endMs":1'));
    const told: ExperimentProgress[] = [];
    expect(await runReplications(one, { store, onProgress: (progress) => told.push(progress) })).toEqual(first);
    expect(told[0]).toMatchObject({ kept: 2, spoilt: 1 });
    expect(store.texts.get(name)).toBe(text);
  });

  it('go on from what was kept when they were ended early, with the same result', async () => {
    const store = memory();
    const controller = new AbortController();
    const early = await runReplications(request, {
      jobs: 1,
      store,
      signal: controller.signal,
      onProgress: ({ done }) => (done === 2 ? controller.abort() : undefined),
    });
    expect(early.complete).toBe(false);
    expect(store.texts.size).toBe(2);
    const told: ExperimentProgress[] = [];
    const rest = await runReplications(request, { store, onProgress: (progress) => told.push(progress) });
    expect(rest).toEqual(whole);
    expect(told[0]).toEqual({
      done: 2,
      total: 6,
      kept: 2,
      spoilt: 0,
      leftMs: null,
      leastLeftMs: 0,
      unseen: 3,
      firstRound: { projectedMs: 0, ratio: 1 },
    });
    expect(told.at(-1)).toMatchObject({ done: 6, total: 6, kept: 2, leftMs: 0, unseen: 0, firstRound: null });
  });

  it('are told one by one, those that were kept first', async () => {
    const store = memory();
    await runReplications({ ...request, replications: 1 }, { store });
    const told: string[] = [];
    await runReplications(request, {
      store,
      jobs: 1,
      onReplication: ({ variant, index }) => told.push(`${variant} ${index}`),
    });
    expect(told).toEqual(['baseline 0', 'same 0', 'gone 0', 'baseline 1', 'same 1', 'gone 1']);
  });

  it('are not taken from another seed, another length or a changed scenario', async () => {
    const store = memory();
    const small = { ...request, variants: comparedVariants(comparedText, []), replications: 1 };
    const worker = workerThat(answerOf);
    await runReplications(small, { store, worker });
    expect(store.texts.size).toBe(1);
    const changed = comparedVariants(comparedText.replace('sessions: 90', 'sessions: 91'), []);
    for (const other of [
      { ...small, seed: 'q' },
      { ...small, until: 'decided' as const },
      { ...small, variants: changed },
    ]) {
      const told: ExperimentProgress[] = [];
      await runReplications(other, { store, worker, onProgress: (progress) => told.push(progress) });
      expect(told[0].kept).toBe(0);
    }
  });
});

describe('a worker', () => {
  const { variants } = request;
  const oneTask = { ...request, variants: variants.slice(0, 1), replications: 1 };

  it('that dies twice over a task fails the experiment, and says of which replication', async () => {
    const dying = workerThat('process.exit(9);');
    const error = await failure(runReplications(oneTask, { worker: dying }));
    expect(error).toBeInstanceOf(ReplicationError);
    expect((error as Error).message).toMatch(/died twice.*code 9/);
    expect(error).toMatchObject({ variant: 'baseline', seed: 'r/0' });
  });

  it('that dies of every second task is replaced, and all get done', async () => {
    const dying = workerThat(`if (globalThis.answered) process.exit(7); globalThis.answered = true; ${answerOf}`);
    const { byVariant, complete } = await runReplications({ ...request, replications: 3 }, { jobs: 1, worker: dying });
    expect(complete).toBe(true);
    expect(byVariant.map((rows) => rows.length)).toEqual([3, 3, 3]);
  });

  it('that cannot even start fails the experiment', async () => {
    const error = await failure(
      runReplications(oneTask, { worker: new URL('data:text/javascript,throw new Error("no")') }),
    );
    expect((error as Error).message).toContain('died twice');
  });

  it('in which something impossible happens tells what, when and with which seed', async () => {
    const impossible = workerThat(
      "parentPort.postMessage({ failed: { message: 'no', stack: '', simulation: { what: 'a host in two places', atMs: 5, eventNumber: 7, label: 'x', seed: task.seed } } });",
    );
    const error = (await failure(runReplications(oneTask, { worker: impossible }))) as ReplicationError;
    expect(error.cause).toBeInstanceOf(SimulationError);
    expect(error.cause).toMatchObject({
      what: 'a host in two places',
      atMs: 5,
      eventNumber: 7,
      label: 'x',
      seed: 'r/0',
    });
  });

  it('does not outlive a store that is full', async () => {
    const full: ReplicationStore = {
      read: () => null,
      keep: () => {
        throw new Error('no space left');
      },
    };
    expect(await failure(runReplications(request, { store: full, worker: workerThat(answerOf) }))).toMatchObject({
      message: 'no space left',
    });
  });
});
