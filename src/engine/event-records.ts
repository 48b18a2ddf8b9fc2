/**
 * The pool of pending events. A record is 32 bytes in one buffer, half a cache
 * line: time, sequence, key (handler and subject), a link, where it is kept, and
 * a word to spare. Slots are recycled, so memory is bounded by the events pending at once.
 * Slot 0 is never used: 0 means "none" everywhere.
 */
import { alignedRecords } from './storage.ts';

/** 8-byte words per record, and where time and sequence are among them. */
export const DOUBLES = 4;
export const SEQUENCE = 1;
/** 4-byte words per record, and what is where. The first two hold the bits of the time. */
export const WORDS = 8;
export const KEY = 4;
export const NEXT = 5;
export const PLACE = 7;

/** Where a record is kept. */
export const Place = { free: 0, bucket: 1, run: 2, near: 3, far: 4, cancelled: 5 } as const;

export class EventRecords {
  doubles: Float64Array;
  words: Uint32Array;
  private capacity = 1024;
  private used = 1;
  private free = 0;

  constructor() {
    ({ words: this.words, doubles: this.doubles } = zeroedRecords(this.capacity));
  }

  allocate(timeMs: number, sequence: number, key: number): number {
    let slot = this.free;
    if (slot !== 0) this.free = this.words[slot * WORDS + NEXT];
    else {
      if (this.used === this.capacity) this.grow();
      slot = this.used++;
    }
    this.doubles[slot * DOUBLES] = timeMs;
    this.doubles[slot * DOUBLES + SEQUENCE] = sequence;
    this.words[slot * WORDS + KEY] = key;
    return slot;
  }

  release(slot: number): void {
    this.words[slot * WORDS + PLACE] = Place.free;
    this.words[slot * WORDS + NEXT] = this.free;
    this.free = slot;
  }

  /** True if a comes before b: by time, then by sequence. */
  before(a: number, b: number): boolean {
    const doubles = this.doubles;
    const timeA = doubles[a * DOUBLES];
    const timeB = doubles[b * DOUBLES];
    if (timeA !== timeB) return timeA < timeB;
    return doubles[a * DOUBLES + SEQUENCE] < doubles[b * DOUBLES + SEQUENCE];
  }

  private grow(): void {
    this.capacity *= 2;
    const { words, doubles } = zeroedRecords(this.capacity);
    words.set(this.words);
    this.words = words;
    this.doubles = doubles;
  }
}

function zeroedRecords(count: number): { words: Uint32Array; doubles: Float64Array } {
  const { words, doubles } = alignedRecords(count * WORDS);
  return { words: new Uint32Array(words.buffer, words.byteOffset, words.length), doubles };
}
