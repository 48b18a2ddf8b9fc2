// Records in blocks: no record twice, those of a group side by side, memory within a multiple of what is in use, and to the last record.
import { describe, expect, it } from 'vitest';
import { CapacityError } from '../../src/engine/simulation-error.ts';
import { RecordBlocks } from '../../src/model/state/record-blocks.ts';
import { seededRandom } from '../seeded-random.ts';

/** Blocks whose records in use are known here, and checked on each taking. */
class Watched {
  readonly inUse = new Set<number>();
  private readonly blocks: RecordBlocks;

  constructor(most: number) {
    this.blocks = new RecordBlocks(most, 'records', (record) => !this.inUse.has(record));
  }

  take(group: number): number {
    const record = this.blocks.take(group);
    if (this.inUse.has(record)) expect.fail(`record ${record} is given out twice`);
    this.inUse.add(record);
    return record;
  }

  giveBack(record: number): void {
    this.inUse.delete(record);
    this.blocks.giveBack(record);
  }
}

describe('records in blocks', () => {
  it('give a group its records one after the other, whatever other groups take meanwhile', () => {
    const watched = new Watched(1e6);
    const steps = new Map<number, number>();
    const last = [-2, -2, -2];
    for (let n = 0; n < 3000; n++) {
      const record = watched.take(n % 3);
      const step = record - last[n % 3];
      steps.set(step, (steps.get(step) ?? 0) + 1);
      last[n % 3] = record;
    }
    expect((steps.get(1) ?? 0) / 3000).toBeGreaterThan(0.9);
  });

  it('use them again when they are given back in the order in which they were taken', () => {
    const watched = new Watched(1e6);
    const waiting: number[] = [];
    let highest = 0;
    for (let n = 0; n < 100_000; n++) {
      const record = watched.take(n % 7);
      highest = Math.max(highest, record);
      waiting.push(record);
      if (waiting.length > 500) watched.giveBack(waiting.shift() ?? 0);
    }
    // 500 in use, and of each group a block at either end.
    expect(highest).toBeLessThan(1.6 * 500);
  });

  it('hold no more than sixteen times what was in use at once, in whichever order they come back', () => {
    const random = seededRandom(5);
    const watched = new Watched(1e6);
    const taken: number[] = [];
    let highest = 0;
    for (let n = 0; n < 200_000; n++) {
      if (taken.length > 300 && random() < 0.5) {
        const at = Math.floor(random() * taken.length);
        watched.giveBack(taken[at]);
        taken[at] = taken[taken.length - 1];
        taken.pop();
      } else {
        const record = watched.take(Math.floor(random() * 4));
        highest = Math.max(highest, record);
        taken.push(record);
      }
      if (taken.length > 400) watched.giveBack(taken.pop() ?? 0);
    }
    expect(highest).toBeLessThan(16 * 400);
  });

  it('give out the last one too, also those of blocks begun, and then say that there is none', () => {
    for (const most of [1, 15, 16, 17, 100]) {
      const watched = new Watched(most);
      const random = seededRandom(most);
      for (let n = 0; n < 1000; n++) {
        if (watched.inUse.size < most) watched.take(n % 5);
        else {
          expect(() => watched.take(n % 5)).toThrow(new CapacityError('records', most));
          const all = [...watched.inUse];
          for (let back = 0; back < most / 2; back++) {
            const record = all[Math.floor(random() * all.length)];
            if (watched.inUse.has(record)) watched.giveBack(record);
          }
        }
        for (const record of watched.inUse) if (record >= most) expect.fail(`record ${record} of ${most}`);
      }
    }
  });
});
