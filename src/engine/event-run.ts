/**
 * The run: the events of the calendar's current bucket in order of (time,
 * sequence), with all that whoever takes one asks for side by side. It is filled
 * from its end, since a bucket gives its newest first: so simultaneous events
 * stand in the order of their sequences already.
 */
import { type EventRecords, Place } from './event-records.ts';

/** A larger crowd is not insertion-sorted, unless it is in order already. */
const LARGEST_SORTED = 64;

export class EventRun {
  slots = new Uint32Array(LARGEST_SORTED);
  timesMs = new Float64Array(LARGEST_SORTED);
  keys = new Uint32Array(LARGEST_SORTED);
  /** the first, and one past the last */
  next = 0;
  end = 0;
  private readonly records: EventRecords;

  constructor(records: EventRecords) {
    this.records = records;
  }

  /** Empties it; it is filled from its end. */
  begin(): void {
    this.next = this.end = this.slots.length;
  }

  /** Adds an event before all that are there. */
  addFirst(slot: number, timeMs: number, key: number): void {
    if (this.next === 0) this.grow();
    const at = --this.next;
    this.slots[at] = slot;
    this.timesMs[at] = timeMs;
    this.keys[at] = key;
    this.records.places[slot] = Place.run;
  }

  /** The event at one place is at another one from now on, instead of what was there. */
  move(from: number, to: number): void {
    this.slots[to] = this.slots[from];
    this.timesMs[to] = this.timesMs[from];
    this.keys[to] = this.keys[from];
  }

  /** Brings it in order; false if that is too much work for a run. */
  sort(): boolean {
    if (this.end - this.next > LARGEST_SORTED) return this.isInOrder();
    const { slots, timesMs, keys, next, end, records } = this;
    for (let i = next + 1; i < end; i++) {
      const timeMs = timesMs[i];
      let j = i - 1;
      if (timeMs > timesMs[j]) continue;
      const slot = slots[i];
      const key = keys[i];
      while (j >= next && (timeMs < timesMs[j] || (timeMs === timesMs[j] && records.before(slot, slots[j])))) {
        slots[j + 1] = slots[j];
        timesMs[j + 1] = timesMs[j];
        keys[j + 1] = keys[j];
        j--;
      }
      slots[j + 1] = slot;
      timesMs[j + 1] = timeMs;
      keys[j + 1] = key;
    }
    return true;
  }

  /** The first that was not cancelled, or 0. */
  first(): number {
    const { places } = this.records;
    while (this.next < this.end) {
      const slot = this.slots[this.next];
      if (places[slot] === Place.run) return slot;
      this.records.release(slot);
      this.next++;
    }
    return 0;
  }

  private isInOrder(): boolean {
    for (let i = this.next + 1; i < this.end; i++)
      if (
        this.timesMs[i] < this.timesMs[i - 1] ||
        (this.timesMs[i] === this.timesMs[i - 1] && this.records.before(this.slots[i], this.slots[i - 1]))
      )
        return false;
    return true;
  }

  /** Makes room at the front. */
  private grow(): void {
    const added = this.slots.length;
    this.slots = shifted(this.slots, new Uint32Array(2 * added), added);
    this.timesMs = shifted(this.timesMs, new Float64Array(2 * added), added);
    this.keys = shifted(this.keys, new Uint32Array(2 * added), added);
    this.next += added;
    this.end += added;
  }
}

function shifted<Column extends { set(from: Column, at: number): void }>(
  column: Column,
  into: Column,
  by: number,
): Column {
  into.set(column, by);
  return into;
}
