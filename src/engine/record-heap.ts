/**
 * A 4-ary heap of event records, ordered by (time, sequence). The times stand
 * beside the slots, so a comparison follows no pointer but at a tie. What is
 * cancelled is marked in its record and stays until it comes to the top, or
 * until the marked ones are the larger part: then the heap is made anew.
 */
import { DOUBLES, type EventRecords, Place, SEQUENCE } from './event-records.ts';
import { larger } from './storage.ts';

/** Fewer marked records than this are not worth making the heap anew. */
const FEW_CANCELLED = 64;

export class RecordHeap {
  private size = 0;
  private cancelled = 0;
  private slots = new Uint32Array(256);
  private timesMs = new Float64Array(256);
  private readonly records: EventRecords;

  constructor(records: EventRecords) {
    this.records = records;
  }

  /** How many records can come out at the most: those that were cancelled count until they go. */
  get sizeMax(): number {
    return this.size;
  }

  /** The first record that was not cancelled, or 0. */
  top(): number {
    while (this.size > 0) {
      const slot = this.slots[0];
      if (this.records.places[slot] !== Place.cancelled) return slot;
      this.cancelled--;
      this.pop();
      this.records.release(slot);
    }
    return 0;
  }

  /** When the record that `top` found is due. */
  get topMs(): number {
    return this.timesMs[0];
  }

  push(slot: number): void {
    if (this.size === this.slots.length) {
      this.slots = larger(this.slots, new Uint32Array(this.size * 2));
      this.timesMs = larger(this.timesMs, new Float64Array(this.size * 2));
    }
    this.siftUp(this.size++, slot, this.records.doubles[slot * DOUBLES]);
  }

  /** Takes out the record that `top` found. */
  pop(): number {
    const first = this.slots[0];
    const last = --this.size;
    if (last > 0) this.siftDown(0, this.slots[last], this.timesMs[last]);
    return first;
  }

  /** Marks a record as cancelled. */
  cancel(slot: number): void {
    this.records.places[slot] = Place.cancelled;
    if (++this.cancelled > (this.size >> 1) + FEW_CANCELLED) this.sweep();
  }

  private sweep(): void {
    const { records, slots, timesMs } = this;
    let kept = 0;
    for (let i = 0; i < this.size; i++) {
      const slot = slots[i];
      if (records.places[slot] === Place.cancelled) records.release(slot);
      else {
        slots[kept] = slot;
        timesMs[kept++] = timesMs[i];
      }
    }
    this.size = kept;
    this.cancelled = 0;
    for (let position = (kept - 2) >> 2; position >= 0; position--)
      this.siftDown(position, slots[position], timesMs[position]);
  }

  /** Whether record `a` of that time comes before record `b` of that time. */
  private before(a: number, timeA: number, b: number, timeB: number): boolean {
    if (timeA !== timeB) return timeA < timeB;
    const { doubles } = this.records;
    return doubles[a * DOUBLES + SEQUENCE] < doubles[b * DOUBLES + SEQUENCE];
  }

  private siftUp(start: number, slot: number, timeMs: number): void {
    const { slots, timesMs } = this;
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 2;
      if (!this.before(slot, timeMs, slots[parent], timesMs[parent])) break;
      slots[position] = slots[parent];
      timesMs[position] = timesMs[parent];
      position = parent;
    }
    slots[position] = slot;
    timesMs[position] = timeMs;
  }

  private siftDown(start: number, slot: number, timeMs: number): void {
    const { slots, timesMs, size } = this;
    let position = start;
    for (;;) {
      const first = position * 4 + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let least = first;
      for (let child = first + 1; child < end; child++)
        if (this.before(slots[child], timesMs[child], slots[least], timesMs[least])) least = child;
      if (!this.before(slots[least], timesMs[least], slot, timeMs)) break;
      slots[position] = slots[least];
      timesMs[position] = timesMs[least];
      position = least;
    }
    slots[position] = slot;
    timesMs[position] = timeMs;
  }
}
