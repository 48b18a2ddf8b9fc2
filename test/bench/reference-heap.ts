/**
 * The reference of the queue benchmark: a plain 4-ary heap in typed arrays,
 * first in, first out at ties, with time, sequence and event side by side by
 * position (the layout that is fastest for a heap: a comparison follows no
 * pointer). With `cancels` it keeps each event's position, so that one can be
 * taken out; without, it does not pay for that.
 */
import { larger } from '../../src/engine/storage.ts';

export class ReferenceHeap {
  size = 0;
  private timesMs = new Float64Array(1024);
  private sequences = new Float64Array(1024);
  private slots = new Uint32Array(1024);
  private positions: Uint32Array | null;
  private sequence = 0;
  private freeSlots: number[] = [];
  private used = 1;
  private keys = new Uint32Array(1024);
  /** of the event that was taken last */
  timeMs = 0;
  key = 0;

  constructor(options: { readonly cancels: boolean }) {
    this.positions = options.cancels ? new Uint32Array(1024) : null;
  }

  push(timeMs: number, key: number): number {
    const slot = this.freeSlots.pop() ?? this.used++;
    if (slot >= this.keys.length) this.growSlots();
    if (this.size === this.timesMs.length) this.growHeap();
    this.keys[slot] = key;
    this.siftUp(this.size++, timeMs, this.sequence++, slot);
    return slot;
  }

  /** Takes the first event; false if none is left. */
  pop(): boolean {
    if (this.size === 0) return false;
    this.timeMs = this.timesMs[0];
    this.key = this.keys[this.slots[0]];
    this.freeSlots.push(this.slots[0]);
    this.removeAt(0);
    return true;
  }

  cancel(slot: number): void {
    if (this.positions === null) throw new Error('this heap keeps no positions');
    this.freeSlots.push(slot);
    this.removeAt(this.positions[slot]);
  }

  private removeAt(position: number): void {
    const last = --this.size;
    if (position === last) return;
    const timeMs = this.timesMs[last];
    const sequence = this.sequences[last];
    const parent = (position - 1) >> 2;
    if (position > 0 && this.isBefore(timeMs, sequence, parent))
      this.siftUp(position, timeMs, sequence, this.slots[last]);
    else this.siftDown(position, timeMs, sequence, this.slots[last]);
  }

  private isBefore(timeMs: number, sequence: number, position: number): boolean {
    const other = this.timesMs[position];
    return timeMs !== other ? timeMs < other : sequence < this.sequences[position];
  }

  private put(position: number, timeMs: number, sequence: number, slot: number): void {
    this.timesMs[position] = timeMs;
    this.sequences[position] = sequence;
    this.slots[position] = slot;
    if (this.positions !== null) this.positions[slot] = position;
  }

  private siftUp(start: number, timeMs: number, sequence: number, slot: number): void {
    let position = start;
    while (position > 0) {
      const parent = (position - 1) >> 2;
      if (!this.isBefore(timeMs, sequence, parent)) break;
      this.put(position, this.timesMs[parent], this.sequences[parent], this.slots[parent]);
      position = parent;
    }
    this.put(position, timeMs, sequence, slot);
  }

  private siftDown(start: number, timeMs: number, sequence: number, slot: number): void {
    const { timesMs, sequences, size } = this;
    let position = start;
    for (;;) {
      const first = position * 4 + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let least = first;
      for (let child = first + 1; child < end; child++) {
        const [time, leastTime] = [timesMs[child], timesMs[least]];
        if (time < leastTime || (time === leastTime && sequences[child] < sequences[least])) least = child;
      }
      if (this.isBefore(timeMs, sequence, least)) break;
      this.put(position, timesMs[least], sequences[least], this.slots[least]);
      position = least;
    }
    this.put(position, timeMs, sequence, slot);
  }

  private growHeap(): void {
    const length = this.timesMs.length * 2;
    this.timesMs = larger(this.timesMs, new Float64Array(length));
    this.sequences = larger(this.sequences, new Float64Array(length));
    this.slots = larger(this.slots, new Uint32Array(length));
  }

  private growSlots(): void {
    const length = this.keys.length * 2;
    this.keys = larger(this.keys, new Uint32Array(length));
    if (this.positions !== null) this.positions = larger(this.positions, new Uint32Array(length));
  }
}
