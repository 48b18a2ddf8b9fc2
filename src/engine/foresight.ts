/**
 * What is done about events shortly before they come, for several at a time and
 * in no order: what their handlers will read of their subjects is read, so that
 * memory is waited for once and not each time; and what can be settled by then
 * is, and its event never comes. By kind of event, which is its handler's number.
 */
import { power } from './power.ts';

/** An event's key is its kind and its subject; these are the subject's. */
export const SUBJECT_BITS = 26;
export const SUBJECT_MASK = power(2, SUBJECT_BITS) - 1;
export const MOST_KINDS = power(2, 32 - SUBJECT_BITS);

/**
 * Something that handlers read of their subjects. An object with a method, not a function: with few classes of
 * these V8 inlines the reading into the loop over a bucket, which costs little more than the memory then.
 */
export interface ReadAhead {
  /** Reads it; returns anything that depends on all of it. */
  touch(subject: number): number;
}

export interface Foresight {
  readonly reads?: ReadAhead | null;
  /** Does what the event at `atMs` is about, and returns true: it will not come. Or false: it has to come. */
  readonly settle?: ((subject: number, atMs: number) => boolean) | null;
}

class Nothing implements ReadAhead {
  touch(): number {
    return 0;
  }
}

const nothing = new Nothing();

export class Foresights {
  /** whether anything is read ahead, or settled */
  readsAny = false;
  settlesAny = false;
  /** by kind */
  private readonly reads: ReadAhead[] = [];
  private readonly settles: (((subject: number, atMs: number) => boolean) | null)[] = [];

  /** Of the next kind of event. */
  add({ reads = null, settle = null }: Foresight): void {
    if (reads !== null) this.readsAny = true;
    if (settle !== null) this.settlesAny = true;
    this.reads.push(reads ?? nothing);
    this.settles.push(settle);
  }

  touch(key: number): number {
    return this.reads[key >>> SUBJECT_BITS].touch(key & SUBJECT_MASK);
  }

  settle(key: number, atMs: number): boolean {
    const settle = this.settles[key >>> SUBJECT_BITS];
    return settle !== null && settle(key & SUBJECT_MASK, atMs);
  }
}
