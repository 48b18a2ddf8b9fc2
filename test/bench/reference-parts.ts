/**
 * What the reference storm is made of beside its arrivals: a heap of instants,
 * the line in which attempts wait at a host (a ring: they are read in the order
 * in which they were written), and a host.
 */
import { larger } from '../../src/engine/storage.ts';

/** A 4-ary heap of instants and keys; equal instants in no order. */
export class Agenda {
  size = 0;
  private timesMs = new Float64Array(1024);
  private keys = new Float64Array(1024);

  get nextMs(): number {
    return this.size === 0 ? Infinity : this.timesMs[0];
  }
  get nextKey(): number {
    return this.keys[0];
  }

  push(timeMs: number, key: number): void {
    if (this.size === this.keys.length) {
      this.timesMs = larger(this.timesMs, new Float64Array(2 * this.size));
      this.keys = larger(this.keys, new Float64Array(2 * this.size));
    }
    const { keys, timesMs } = this;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      if (timeMs >= timesMs[parent]) break;
      timesMs[place] = timesMs[parent];
      keys[place] = keys[parent];
      place = parent;
    }
    timesMs[place] = timeMs;
    keys[place] = key;
  }

  pop(): void {
    const { keys, timesMs } = this;
    const size = --this.size;
    const timeMs = timesMs[size];
    let place = 0;
    for (let first = 1; first < size; first = 4 * place + 1) {
      let least = first;
      for (let child = first + 1; child < Math.min(first + 4, size); child++)
        if (timesMs[child] < timesMs[least]) least = child;
      if (timesMs[least] >= timeMs) break;
      timesMs[place] = timesMs[least];
      keys[place] = keys[least];
      place = least;
    }
    timesMs[place] = timeMs;
    keys[place] = keys[size];
  }
}

/** Attempts that wait: when each came, and two numbers that tell which it is. */
export class Line {
  length = 0;
  private head = 0;
  private mask = 63;
  private timesMs = new Float64Array(64);
  private ids = new Int32Array(2 * 64);

  get firstMs(): number {
    return this.timesMs[this.head];
  }
  get first(): number {
    return this.ids[2 * this.head];
  }
  get second(): number {
    return this.ids[2 * this.head + 1];
  }

  join(atMs: number, first: number, second: number): void {
    if (this.length > this.mask) this.grow();
    const place = (this.head + this.length++) & this.mask;
    this.timesMs[place] = atMs;
    this.ids[2 * place] = first;
    this.ids[2 * place + 1] = second;
  }

  leave(): void {
    this.head = (this.head + 1) & this.mask;
    this.length--;
  }

  private grow(): void {
    const { head, ids, length, mask, timesMs } = this;
    this.mask = 2 * mask + 1;
    this.head = 0;
    this.timesMs = new Float64Array(this.mask + 1);
    this.ids = new Int32Array(2 * (this.mask + 1));
    for (let n = 0; n < length; n++) {
      const from = (head + n) & mask;
      this.timesMs[n] = timesMs[from];
      this.ids[2 * n] = ids[2 * from];
      this.ids[2 * n + 1] = ids[2 * from + 1];
    }
  }
}

export class ReferenceHost {
  readonly index: number;
  /** 0 or 1 */
  readonly tier: number;
  /** −1 in the shared tier */
  readonly pod: number;
  readonly luckKey: number;
  readonly line = new Line();
  isAlive = true;
  busy = 0;
  /** being served, or handed over */
  inFlight = 0;
  /** the slots that are free, of those from its first one on */
  readonly freeSlots: number[];
  readonly firstSlot: number;
  readonly slots: number;
  /** of attempts that it has handed over */
  readonly handedOver: number[] = [];
  readonly fullLoad: number;
  sessions = 0;
  firstSession = -1;
  /** since when its sessions use it up; Infinity: they do not */
  frozenMs = Infinity;
  warmUntilMs = 0;
  boots = 0;
  bootsAtMs = Infinity;
  probesFromMs = 0;
  probes = 0;
  probeFailures = 0;
  /** NaN: none is under way */
  probeEndsMs = NaN;
  /** when it is looked at for a stall; NaN: nobody does */
  lookMs = NaN;
  /** whether its sessions have deadlines */
  isArmed = false;

  constructor(
    place: { index: number; tier: number; pod: number; number: number },
    rules: { slots: number; firstSlot: number; fullLoad: number },
  ) {
    this.index = place.index;
    this.tier = place.tier;
    this.pod = place.pod;
    this.luckKey = (place.tier * 1024 + place.pod + 1) * 65_536 + place.number;
    this.slots = rules.slots;
    this.firstSlot = rules.firstSlot;
    this.fullLoad = rules.fullLoad;
    this.freeSlots = Array.from({ length: rules.slots }, (_, n) => rules.firstSlot + n);
  }

  /** What is due from then on is not answered, if it waits in the line. */
  get stalledMs(): number {
    return this.line.length === 0 ? this.frozenMs : Math.min(this.frozenMs, this.line.firstMs);
  }
}
