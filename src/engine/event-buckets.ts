/**
 * The calendar's buckets: each a chain of chunks, and a chunk a cache line of
 * four events side by side: when each is due, its record's slot, its key. So a
 * bucket of the usual few is read in one line, and the events' own records,
 * which lie anywhere, are not touched when they are taken.
 * Measured on the whole incident, two pairs in turn on a crowded machine: 0.93
 * and 0.97 of the time that it took with lists linked through the records.
 */
import { type EventRecords, Place } from './event-records.ts';
import type { EventRun } from './event-run.ts';
import { alignedRecords, larger } from './storage.ts';

/** Events per chunk: their times fill its first half, slots and keys the second. */
const PER_CHUNK = 4;
const DOUBLES = 8;
const WORDS = 16;
const FIRST_WORD = 8;
const LAST = PER_CHUNK - 1;

export class EventBuckets {
  /** by bucket, two words: its newest chunk, 0: none, and how many events are in it */
  private buckets: Uint32Array;
  private words: Int32Array;
  private doubles: Float64Array;
  /** by chunk: the next older one of its bucket, or the next free one */
  private links: Uint32Array;
  private capacity = 256;
  private used = 1;
  private free = 0;
  private readonly records: EventRecords;

  constructor(records: EventRecords, count: number) {
    this.records = records;
    this.buckets = new Uint32Array(2 * count);
    ({ words: this.words, doubles: this.doubles } = alignedRecords(this.capacity * WORDS));
    this.links = new Uint32Array(this.capacity);
  }

  isEmpty(index: number): boolean {
    return this.buckets[2 * index] === 0;
  }

  add(index: number, timeMs: number, slot: number, key: number): void {
    const count = this.buckets[2 * index + 1]++;
    const place = count & LAST;
    if (place === 0) this.addChunk(index);
    const chunk = this.buckets[2 * index];
    this.doubles[chunk * DOUBLES + place] = timeMs;
    const at = chunk * WORDS + FIRST_WORD + 2 * place;
    this.words[at] = slot;
    this.words[at + 1] = key;
    this.records.places[slot] = Place.bucket;
  }

  /** Reads what `moveInto` will, so that it is fetched meanwhile; returns anything that depends on all of it. */
  touch(index: number): number {
    const { links, words } = this;
    let touched = 0;
    for (let chunk = this.buckets[2 * index]; chunk !== 0; chunk = links[chunk])
      touched += words[chunk * WORDS + FIRST_WORD];
    return touched;
  }

  /** Moves a bucket's events into the run, newest first, but for those that were cancelled; returns how many of these there were. */
  moveInto(run: EventRun, index: number): number {
    const { places } = this.records;
    const { words, doubles } = this;
    let cancelled = 0;
    let chunk = this.buckets[2 * index];
    let place = (this.buckets[2 * index + 1] - 1) & LAST;
    this.buckets[2 * index] = 0;
    this.buckets[2 * index + 1] = 0;
    while (chunk !== 0) {
      for (; place >= 0; place--) {
        const at = chunk * WORDS + FIRST_WORD + 2 * place;
        const slot = words[at];
        if (places[slot] === Place.cancelled) {
          this.records.release(slot);
          cancelled++;
        } else run.addFirst(slot, doubles[chunk * DOUBLES + place], words[at + 1]);
      }
      const older = this.links[chunk];
      this.links[chunk] = this.free;
      this.free = chunk;
      chunk = older;
      place = LAST;
    }
    return cancelled;
  }

  /** Takes what was cancelled out of all buckets. */
  sweep(scratch: EventRun): void {
    for (let index = 0; 2 * index < this.buckets.length; index++) {
      if (this.isEmpty(index)) continue;
      scratch.begin();
      this.moveInto(scratch, index);
      for (let i = scratch.next; i < scratch.end; i++)
        this.add(index, scratch.timesMs[i], scratch.slots[i], scratch.keys[i]);
    }
  }

  /** So many buckets, all empty. */
  clear(count: number): void {
    this.buckets = new Uint32Array(2 * count);
    this.used = 1;
    this.free = 0;
  }

  private addChunk(index: number): void {
    let chunk = this.free;
    if (chunk !== 0) this.free = this.links[chunk];
    else {
      if (this.used === this.capacity) this.grow();
      chunk = this.used++;
    }
    this.links[chunk] = this.buckets[2 * index];
    this.buckets[2 * index] = chunk;
  }

  private grow(): void {
    this.capacity *= 2;
    const { words, doubles } = alignedRecords(this.capacity * WORDS);
    words.set(this.words);
    this.words = words;
    this.doubles = doubles;
    this.links = larger(this.links, new Uint32Array(this.capacity));
  }
}
