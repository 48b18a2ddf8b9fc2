/**
 * The pool of pending events. A record is 32 bytes in one buffer, half a cache
 * line: time, sequence, key (handler and subject), two links, and where it is
 * kept. Slots are recycled, so memory is bounded by the events pending at once.
 * Slot 0 is never used: 0 means "none" everywhere.
 */

/** 8-byte words per record, and where time and sequence are among them. */
export const DOUBLES = 4;
export const SEQUENCE = 1;
/** 4-byte words per record, and what is where. The first two hold the bits of the time. */
export const WORDS = 8;
export const KEY = 4;
export const NEXT = 5;
/** the record before in its bucket, or the position in its heap */
export const PREVIOUS = 6;
export const PLACE = 7;

/** Where a record is kept; in lane n it is `Place.lane + n`. */
export const Place = { free: 0, bucket: 1, run: 2, near: 3, far: 4, cancelledInRun: 5, lane: 6 } as const;


/**
 * Large buffers begin 16 bytes after a cache line (the allocator's header), so
 * records that begin 48 bytes in do not straddle two lines.
 */
const ALIGNMENT_BYTES = 48;

/** Words and doubles over one zeroed buffer, so that records of 32 or 64 bytes lie within cache lines. */
export function alignedRecords(words: number): { words: Int32Array<ArrayBuffer>; doubles: Float64Array<ArrayBuffer> } {
  const buffer = new ArrayBuffer(ALIGNMENT_BYTES + words * 4);
  return {
    words: new Int32Array(buffer, ALIGNMENT_BYTES, words),
    doubles: new Float64Array(buffer, ALIGNMENT_BYTES, words >> 1),
  };
}

export class EventRecords {
  doubles: Float64Array;
  words: Uint32Array;
  private capacity = 1024;
  private used = 1;
  private free = 0;

  constructor() {
    const { words, doubles } = alignedRecords(this.capacity * WORDS);
    this.doubles = doubles;
    this.words = new Uint32Array(words.buffer, words.byteOffset, words.length);
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
    const { words, doubles } = alignedRecords(this.capacity * WORDS);
    words.set(this.words);
    this.words = new Uint32Array(words.buffer, words.byteOffset, words.length);
    this.doubles = doubles;
  }
}
