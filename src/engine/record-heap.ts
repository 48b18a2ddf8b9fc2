/**
 * A 4-ary heap of event records with their positions kept in the records, so
 * that any record can be taken out in O(log n). Ordered by (time, sequence).
 */
import { type EventRecords, PREVIOUS, WORDS } from './event-records.ts';
import { larger } from './storage.ts';

export class RecordHeap {
  size = 0;
  private slots = new Uint32Array(256);
  private readonly records: EventRecords;

  constructor(records: EventRecords) {
    this.records = records;
  }

  /** The first record, or 0. */
  top(): number {
    return this.size === 0 ? 0 : this.slots[0];
  }

  push(slot: number): void {
    if (this.size === this.slots.length) this.slots = larger(this.slots, new Uint32Array(this.size * 2));
    this.siftUp(this.size++, slot);
  }

  /** Takes out the first record; the heap must not be empty. */
  pop(): number {
    const first = this.slots[0];
    const last = this.slots[--this.size];
    if (this.size > 0) this.siftDown(0, last);
    return first;
  }

  remove(slot: number): void {
    const position = this.records.words[slot * WORDS + PREVIOUS];
    const last = this.slots[--this.size];
    if (last === slot) return;
    if (position > 0 && this.records.before(last, this.slots[(position - 1) >> 2])) this.siftUp(position, last);
    else this.siftDown(position, last);
  }

  private siftUp(start: number, slot: number): void {
    const { slots, records } = this;
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 2;
      const above = slots[parent];
      if (!records.before(slot, above)) break;
      slots[position] = above;
      records.words[above * WORDS + PREVIOUS] = position;
      position = parent;
    }
    slots[position] = slot;
    records.words[slot * WORDS + PREVIOUS] = position;
  }

  private siftDown(start: number, slot: number): void {
    const { slots, records, size } = this;
    let position = start;
    for (;;) {
      const first = position * 4 + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let least = first;
      for (let child = first + 1; child < end; child++) if (records.before(slots[child], slots[least])) least = child;
      const below = slots[least];
      if (!records.before(below, slot)) break;
      slots[position] = below;
      records.words[below * WORDS + PREVIOUS] = position;
      position = least;
    }
    slots[position] = slot;
    records.words[slot * WORDS + PREVIOUS] = position;
  }
}
