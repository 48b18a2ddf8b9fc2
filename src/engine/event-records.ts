/**
 * The pool of pending events: of each its time, sequence and key (handler and
 * subject), by which it is told from others and can be cancelled, and where it is
 * kept. Slots are recycled, the one that was given back last first, so memory is
 * bounded by the events pending at once. Where it is kept stands in a column of
 * its own: whoever asks that of an event that is taken or cancelled touches no
 * record, and a storm's are many. Slot 0 is never used: 0 means "none" everywhere.
 */
import { alignedRecords, larger } from './storage.ts';

/** 8-byte words per record, and where time and sequence are among them. */
export const DOUBLES = 4;
export const SEQUENCE = 1;
/** 4-byte words per record, and what is where. The first two hold the bits of the time. */
export const WORDS = 8;
export const KEY = 4;

/** Where a record is kept. */
export const Place = { free: 0, bucket: 1, run: 2, near: 3, far: 4, cancelled: 5 } as const;

export class EventRecords {
  doubles: Float64Array;
  words: Uint32Array;
  /** by slot: a Place */
  places: Uint8Array;
  private capacity = 1024;
  private used = 1;
  private freeSlots = new Uint32Array(this.capacity);
  private freeCount = 0;

  constructor() {
    ({ words: this.words, doubles: this.doubles } = zeroedRecords(this.capacity));
    this.places = new Uint8Array(this.capacity);
  }

  allocate(timeMs: number, sequence: number, key: number): number {
    let slot: number;
    if (this.freeCount > 0) slot = this.freeSlots[--this.freeCount];
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
    this.places[slot] = Place.free;
    this.freeSlots[this.freeCount++] = slot;
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
    this.places = larger(this.places, new Uint8Array(this.capacity));
    this.freeSlots = larger(this.freeSlots, new Uint32Array(this.capacity));
  }
}

function zeroedRecords(count: number): { words: Uint32Array; doubles: Float64Array } {
  const { words, doubles } = alignedRecords(count * WORDS);
  return { words: new Uint32Array(words.buffer, words.byteOffset, words.length), doubles };
}
