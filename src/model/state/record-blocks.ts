/**
 * Which record is whose: records are given out in blocks, so that those of one
 * group (the attempts that one host takes in) lie one after the other in the
 * order in which they came. Whoever then goes through them in that order, or
 * against it, reads memory in a row; a storm's hosts die thousands of times with
 * thousands of attempts each. A block is used again once all its records were
 * given back, so what is held is a small multiple of what is in use.
 */
import { larger } from '../../engine/storage.ts';
import { CapacityError } from '../../engine/simulation-error.ts';

const BITS = 4;
/** Records in a block. */
const SIZE = 1 << BITS;
const NONE = -1;

export class RecordBlocks {
  /** how many records there may be at the most, and what these are called */
  private readonly most: number;
  private readonly what: string;
  /** by group: the record that is given out next, NONE: a new block's first */
  private next = new Int32Array(64).fill(NONE);
  /** by block: how many of its records are in use, and one more while a group goes on with it */
  private inUse = new Uint8Array(64);
  private used = 0;
  private readonly free: number[] = [];
  /** records given back that are used again one by one, once there is no block left */
  private readonly single: number[] = [];
  private isFull = false;
  private readonly isFree: (record: number) => boolean;

  constructor(most: number, what: string, isFree: (record: number) => boolean) {
    this.most = most;
    this.what = what;
    this.isFree = isFree;
  }

  take(group: number): number {
    if (this.isFull) return this.takeSingle();
    if (group >= this.next.length) this.next = larger(this.next, new Int32Array(2 * group + 1).fill(NONE));
    let record = this.next[group];
    if (record === NONE) record = this.firstOfBlock();
    if (record === NONE) return this.takeSingle();
    const block = record >> BITS;
    this.inUse[block]++;
    const after = record + 1;
    if ((after & (SIZE - 1)) !== 0 && after < this.most) this.next[group] = after;
    else {
      this.next[group] = NONE;
      this.leaves(block);
    }
    return record;
  }

  giveBack(record: number): void {
    if (this.isFull) this.single.push(record);
    else this.leaves(record >> BITS);
  }

  /** One fewer has to do with the block. */
  private leaves(block: number): void {
    if (--this.inUse[block] === 0) this.free.push(block);
  }

  private firstOfBlock(): number {
    const block = this.free.pop() ?? this.used;
    if (block === this.used) {
      if (block * SIZE >= this.most) return NONE;
      if (block === this.inUse.length) this.inUse = larger(this.inUse, new Uint8Array(2 * block));
      this.used++;
    }
    this.inUse[block]++;
    return block * SIZE;
  }

  private takeSingle(): number {
    if (!this.isFull)
      for (let record = this.most - 1; record >= 0; record--) if (this.isFree(record)) this.single.push(record);
    this.isFull = true;
    const record = this.single.pop();
    if (record === undefined) throw new CapacityError(this.what, this.most);
    return record;
  }
}
