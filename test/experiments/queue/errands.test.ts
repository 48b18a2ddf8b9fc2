// What a commander makes of what it is told of its jobs: every run comes to one record, whatever is lost, doubled or forged.
import { expect, it } from 'vitest';
import { Errands, type Errand } from '../../../src/experiments/queue/errands.ts';
import {
  replicate,
  replicationText,
  type Replication,
  type ReplicationTask,
} from '../../../src/experiments/replication.ts';
import { nameOf, tasksOf } from '../../../src/experiments/replications.ts';
import type { ReplicationError } from '../../../src/experiments/worker-pool.ts';
import { comparedText, comparedVariants } from '../compared-scenario.ts';

const variants = comparedVariants(comparedText, ['baseline']);
const tasks = tasksOf({ variants, seed: 's', replications: 3, until: 'decided' }, undefined);
const records = new Map<ReplicationTask, Replication>();
for (const task of tasks) records.set(task, await replicate(task));
const by = '00000000-0000-4000-8000-000000000000';
const limit = { limit: 'events', path: '', expected: 'few', found: 'many', hint: '' } as const;

function begun(outMax = 100, workerCount = 1) {
  const out = new Map<string, Errand>();
  const done: [ReplicationTask, Replication][] = [];
  const failed: string[] = [];
  let count = 0;
  const errands: Errands = new Errands(tasks, {
    onDone: (task, record) => void done.push([task, record]),
    onFailed: (_, error: ReplicationError) => void failed.push(error.message),
  }, {
    build: 'b', outMax, workerCount: () => workerCount,
    handOut: (some) => some.forEach((one) => { out.set(String(++count), one); errands.handedOut(String(count), one); }),
  }); // prettier-ignore
  errands.fill();
  const answer = (id: string): unknown => {
    const { task } = out.get(id)!;
    return { is: 'done', build: 'b', record: replicationText(nameOf(task), records.get(task)!), spentMs: 1 };
  };
  return { out, done, failed, errands, answer };
}

it('hands out so many at a time, and ends when each has its record', async () => {
  const { out, done, errands, answer } = begun(2);
  expect([...out.keys()]).toEqual(['1', '2']);
  for (const id of ['2', '1', '3']) errands.answered(id, answer(id));
  expect(await errands.ended).toBe(true);
  expect(done.map(([task]) => tasks.indexOf(task))).toEqual([1, 0, 2]);
  for (const [task, record] of done) expect(record).toEqual(records.get(task));
});

it('counts a record once that comes twice, and hands out again what is forgotten or left', async () => {
  const { done, errands, answer } = begun();
  errands.answered('1', answer('1'));
  errands.answered('1', answer('1'));
  errands.forgotten('2');
  errands.answered('2', answer('2'));
  errands.answered('3', { is: 'left', build: 'b' });
  for (const id of ['4', '5']) errands.answered(id, answer(id));
  expect(await errands.ended).toBe(true);
  expect(done).toHaveLength(3);
});

it('takes nothing for a record that is none, and gives a run up after three of them', async () => {
  const { done, failed, errands, answer } = begun();
  const good = answer('1') as { record: string };
  const garbage = [null, 'x', { is: 'done' }, answer('2'), { ...good, build: 'c' }, { ...good, record: good.record.replace('"index":0', '"index":1') }, { ...good, more: 1 }]; // prettier-ignore
  errands.answered('1', garbage[3]);
  errands.answered('4', garbage[5]);
  errands.answered('5', good);
  for (const one of [0, 4, 6]) errands.answered(String([2, 6, 7][[0, 4, 6].indexOf(one)]), garbage[one]);
  errands.answered('3', answer('3'));
  expect(await errands.ended).toBe(true);
  expect(done.map(([task]) => tasks.indexOf(task))).toEqual([0, 2]);
  expect(failed).toEqual(['what came back for this replication was no answer of a worker']);
});

it('gives up a run that kills workers, and one that is too much for all of them, but not one that is too much for some', async () => {
  const { done, failed, errands, answer } = begun(100, 2);
  errands.failed('1', 'job stalled more than allowable limit');
  errands.answered('2', { is: 'beyond', build: 'b', by, limit, spentMs: 1 });
  errands.answered('4', { is: 'beyond', build: 'b', by, limit, spentMs: 1 });
  errands.answered('5', answer('5'));
  errands.answered('3', { is: 'beyond', build: 'b', by, limit, spentMs: 1 });
  errands.answered('6', { is: 'beyond', build: 'b', by: by.replace('4', '5'), limit, spentMs: 1 });
  expect(await errands.ended).toBe(true);
  expect(done.map(([task]) => tasks.indexOf(task))).toEqual([1]);
  expect(failed).toEqual([
    'workers died again and again while they ran this replication',
    'more than a worker of the queue may use',
  ]);
});
