/**
 * The event queue: a calendar of buckets for the near future (Brown 1988), with
 * two 4-ary heaps beside it: one for what comes beyond the calendar's horizon,
 * one for what is scheduled into the bucket being worked off. The current
 * bucket is gathered into a short sorted run; a large bucket that is not in
 * order already goes through the near heap, so that a crowd at one instant or a
 * badly chosen width costs a heap's O(log n) and never more. The bucket width
 * follows the measured gap between events.
 *
 * Order is by (time, sequence). Cancelling marks a record, which goes when its
 * place is worked off, or when the marked ones outnumber the rest there: so
 * memory stays within a multiple of what is pending, and a bucket is read in one
 * go (event-buckets.ts).
 */
import { EventBuckets } from './event-buckets.ts';
import { EventLanes, FIRST_LANE_ID } from './event-lanes.ts';
import { DOUBLES, EventRecords, KEY, Place, SEQUENCE, WORDS } from './event-records.ts';
import { EventRun } from './event-run.ts';
import type { Foresights } from './foresight.ts';
import { RecordHeap } from './record-heap.ts';

/** Events per bucket that the width aims at. */
const EVENTS_PER_BUCKET = 8;
/** How many pops between two looks at the bucket width, at the least; and as many as there are events pending, all of which a new width moves. */
const POPS_BETWEEN_LOOKS = 2048;
const FEWEST_BUCKETS = 256;
const MOST_BUCKETS = 1 << 20;
/** Bucket numbers are 32-bit integers: beyond this the calendar is laid anew. */
const LAST_BUCKET = 2 ** 30;

export class EventQueue {
  readonly records = new EventRecords();
  /** pending events */
  size = 0;

  private readonly lanes: EventLanes;
  /** where the event that was taken last can be read */
  private readonly taken = this.records.allocate(0, 0, 0);
  private readonly near = new RecordHeap(this.records);
  private readonly far = new RecordHeap(this.records);
  /** the current bucket's events, in order */
  private readonly run = new EventRun(this.records);
  private readonly scratch = new EventRun(this.records);
  private readonly buckets = new EventBuckets(this.records, FEWEST_BUCKETS);
  private mask = FEWEST_BUCKETS - 1;
  private originMs = 0;
  private widthMs = 1;
  private bucketsPerMs = 1;
  /** number of the bucket being worked off, counted from the origin */
  private current = 0;
  /** records in buckets, those that were cancelled included */
  private inBuckets = 0;
  private cancelledInBuckets = 0;

  private popsSinceLook = 0;
  private emptySinceLook = 0;
  private lastLookMs = 0;
  private readonly foresights: Foresights | null;
  /** what `touch` returned goes here, or it would be optimized away */
  touched = 0;

  /** Without `foresights` all there is to an event is that it comes. */
  constructor(foresights: Foresights | null = null) {
    this.foresights = foresights;
    this.lanes = new EventLanes(foresights);
  }

  /** Adds an event and returns its id, by which it can be cancelled until it is taken. */
  push(timeMs: number, sequence: number, key: number): number {
    const slot = this.records.allocate(timeMs, sequence, key);
    this.size++;
    this.place(slot, timeMs, key);
    return slot;
  }

  /** Opens a lane, for timers that are set in the order in which they are due; returns its number, −1 if there are too many. */
  openLane(): number {
    return this.lanes.open();
  }

  /** Adds an event to a lane; if the lane does not accept it, since it is due before the lane's last one, it goes the common way. */
  pushOnLane(lane: number, timeMs: number, sequence: number, key: number): number {
    if (!this.lanes.accepts(lane, timeMs, sequence)) return this.push(timeMs, sequence, key);
    this.size++;
    return this.lanes.push(lane, timeMs, sequence, key);
  }

  /** Takes a pending event out. */
  cancel(id: number): void {
    if (id >= FIRST_LANE_ID) this.lanes.cancel(id);
    else this.cancelSlot(id);
    this.size--;
  }

  /** When a pending event is due. */
  timeOf(id: number): number {
    return id >= FIRST_LANE_ID ? this.lanes.timeOf(id) : this.records.doubles[id * DOUBLES];
  }

  /** A pending event's key. */
  keyOf(id: number): number {
    return id >= FIRST_LANE_ID ? this.lanes.keyOf(id) : this.records.words[id * WORDS + KEY];
  }

  private cancelSlot(slot: number): void {
    const { places } = this.records;
    switch (places[slot]) {
      case Place.bucket:
        places[slot] = Place.cancelled;
        if (++this.cancelledInBuckets > (this.inBuckets >> 1) + this.mask) this.sweepBuckets();
        return;
      case Place.near:
        this.near.cancel(slot);
        return;
      case Place.far:
        this.far.cancel(slot);
        return;
      case Place.run:
        places[slot] = Place.cancelled;
        return;
      default:
        throw new Error(`event ${slot} is not pending`);
    }
  }

  /** The first event before `limitMs` is taken: where it can be read until the next one is, or 0. */
  popBefore(limitMs: number): number {
    const { records, run } = this;
    const inRun = this.firstScheduled(limitMs, limitMs);
    const inHeap = this.near.top();
    let slot = inRun;
    let timeMs = inRun === 0 ? Infinity : run.timesMs[run.next];
    if (inHeap !== 0) {
      const heapMs = this.near.topMs;
      if (heapMs < timeMs || (heapMs === timeMs && records.before(inHeap, slot))) {
        slot = inHeap;
        timeMs = heapMs;
      }
    }
    const { topMs: laneMs } = this.lanes;
    if (
      laneMs < timeMs ||
      (laneMs === timeMs && slot !== 0 && this.lanes.topSequence < records.doubles[slot * DOUBLES + SEQUENCE])
    )
      return laneMs < limitMs ? this.takeFromLane() : 0;
    if (slot === 0 || timeMs >= limitMs) return 0;
    const { taken } = this;
    records.doubles[taken * DOUBLES] = timeMs;
    if (slot === inRun) records.words[taken * WORDS + KEY] = run.keys[run.next++];
    else {
      records.words[taken * WORDS + KEY] = records.words[slot * WORDS + KEY];
      this.near.pop();
    }
    this.size--;
    records.release(slot);
    if (++this.popsSinceLook >= POPS_BETWEEN_LOOKS && this.popsSinceLook >= this.size) this.look(timeMs);
    return taken;
  }

  /** When the first event is due; Infinity if none is before `limitMs`. */
  nextMs(limitMs: number): number {
    const { run } = this;
    const runMs = this.firstScheduled(limitMs, -Infinity) === 0 ? Infinity : run.timesMs[run.next];
    const heapMs = this.near.top() === 0 ? Infinity : this.near.topMs;
    const firstMs = Math.min(runMs, heapMs, this.lanes.topMs);
    return firstMs < limitMs ? firstMs : Infinity;
  }

  /** The first event of the lanes. */
  private takeFromLane(): number {
    const { lanes, records, taken } = this;
    records.doubles[taken * DOUBLES] = lanes.topMs;
    records.words[taken * WORDS + KEY] = lanes.topKey;
    lanes.shift();
    this.size--;
    return taken;
  }

  /** Goes on until the run or the near heap holds something due before the limit; the run's first record, or 0. On the way things are settled. */
  private firstScheduled(limitMs: number, settlesBeforeMs: number): number {
    const { run } = this;
    let inRun = run.first();
    while (inRun === 0 && this.near.top() === 0 && this.advance(limitMs, settlesBeforeMs)) inRun = run.first();
    return inRun;
  }

  private place(slot: number, timeMs: number, key: number): void {
    const { places } = this.records;
    const bucket = (timeMs - this.originMs) * this.bucketsPerMs;
    if (bucket >= this.current + this.mask + 1) {
      places[slot] = Place.far;
      this.far.push(slot);
    } else if (bucket < this.current + 1) {
      places[slot] = Place.near;
      this.near.push(slot);
    } else {
      this.buckets.add((bucket | 0) & this.mask, timeMs, slot, key);
      this.inBuckets++;
    }
  }

  /** Takes what was cancelled out of the buckets. */
  private sweepBuckets(): void {
    this.buckets.sweep(this.scratch);
    this.inBuckets -= this.cancelledInBuckets;
    this.cancelledInBuckets = 0;
  }

  /** Goes to the next bucket with events; false if none is before `limitMs`. */
  private advance(limitMs: number, settlesBeforeMs: number): boolean {
    if (this.inBuckets === 0) {
      const first = this.far.top();
      if (first === 0 || this.records.doubles[first * DOUBLES] >= limitMs) return false;
      this.jumpTo(this.records.doubles[first * DOUBLES]);
      return true;
    }
    do {
      if (this.originMs + this.current * this.widthMs >= limitMs + this.widthMs) return false;
      this.current++;
      this.takeInFromFar();
      this.emptySinceLook++;
    } while (this.buckets.isEmpty(this.current & this.mask));
    this.emptySinceLook--;
    this.gather(settlesBeforeMs);
    if (this.emptySinceLook > 4 * this.popsSinceLook + this.mask + POPS_BETWEEN_LOOKS)
      this.look(this.originMs + this.current * this.widthMs);
    return true;
  }

  /** The calendar is empty: makes the bucket of `timeMs` the current one. */
  private jumpTo(timeMs: number): void {
    const bucket = Math.floor((timeMs - this.originMs) * this.bucketsPerMs);
    if (bucket > LAST_BUCKET) {
      this.originMs = timeMs;
      this.current = 0;
    } else this.current = bucket;
    this.takeInFromFar();
  }

  /** The horizon moved: what is within it now comes in from the far heap. */
  private takeInFromFar(): void {
    const bound = this.current + this.mask + 1;
    for (let slot = this.far.top(); slot !== 0; slot = this.far.top()) {
      const time = this.far.topMs;
      if ((time - this.originMs) * this.bucketsPerMs >= bound) return;
      const slot = this.far.pop();
      this.place(slot, time, this.records.words[slot * WORDS + KEY]);
    }
  }

  /** What the run's events need, and the next bucket, is on its way from memory all at once before anybody asks for it. */
  private readAhead(foresights: Foresights): void {
    const { run } = this;
    let touched = this.buckets.touch((this.current + 1) & this.mask);
    for (let i = run.next; i < run.end; i++) touched += foresights.touch(run.keys[i]);
    this.touched = touched | 0;
  }

  /** What can be settled before its time leaves the run, in no order. */
  private settle(foresights: Foresights, settlesBeforeMs: number): void {
    const { records, run } = this;
    let kept = run.next;
    // Oldest first: simultaneous ones stay in the order in which they were scheduled, whatever comes of them.
    for (let i = run.next; i < run.end; i++) {
      const timeMs = run.timesMs[i];
      if (timeMs < settlesBeforeMs && foresights.settle(run.keys[i], timeMs)) {
        records.release(run.slots[i]);
        this.size--;
        this.popsSinceLook++;
      } else run.move(i, kept++);
    }
    run.end = kept;
  }

  /** Moves the current bucket into the run, or into the near heap if it is too large a crowd; settles what can be of what is due before then. */
  private gather(settlesBeforeMs: number): void {
    const { foresights, run } = this;
    run.begin();
    const cancelled = this.buckets.moveInto(run, this.current & this.mask);
    this.cancelledInBuckets -= cancelled;
    this.inBuckets -= cancelled + run.end - run.next;
    if (foresights?.readsAny === true) this.readAhead(foresights);
    if (foresights?.settlesAny === true) this.settle(foresights, settlesBeforeMs);
    if (run.sort()) return;
    for (let i = run.next; i < run.end; i++) {
      this.records.places[run.slots[i]] = Place.near;
      this.near.push(run.slots[i]);
    }
    run.next = run.end;
  }

  /** Compares the bucket width and number with the events seen, and lays the calendar anew if they are far off. */
  private look(nowMs: number): void {
    const gapMs = (nowMs - this.lastLookMs) / Math.max(1, this.popsSinceLook);
    const enoughBuckets = this.size <= 2 * (this.mask + 1) || this.mask + 1 === MOST_BUCKETS;
    const tooMany = this.mask + 1 > FEWEST_BUCKETS && this.size * 16 < this.mask + 1;
    const wanted = gapMs * EVENTS_PER_BUCKET;
    const widthIsOff = wanted > 0 && (wanted > 3 * this.widthMs || wanted < 0.33 * this.widthMs);
    if (widthIsOff || !enoughBuckets || tooMany || this.current > LAST_BUCKET)
      this.layAnew(nowMs, wanted > 0 ? wanted : this.widthMs);
    this.popsSinceLook = 0;
    this.emptySinceLook = 0;
    this.lastLookMs = nowMs;
  }

  private layAnew(nowMs: number, widthMs: number): void {
    const pending = this.takeAll();
    let buckets = FEWEST_BUCKETS;
    while (buckets < this.size && buckets < MOST_BUCKETS) buckets *= 2;
    this.buckets.clear(buckets);
    this.mask = buckets - 1;
    this.originMs = nowMs;
    // Not so narrow that a time's rounding exceeds a bucket.
    this.widthMs = Math.max(widthMs, nowMs * 2 ** -44, 1e-9);
    this.bucketsPerMs = 1 / this.widthMs;
    this.current = 0;
    const { doubles, words } = this.records;
    for (const slot of pending) this.place(slot, doubles[slot * DOUBLES], words[slot * WORDS + KEY]);
    this.takeInFromFar();
  }

  /** Empties run, near heap and buckets; buckets oldest first. What is far stays there. */
  private takeAll(): Uint32Array {
    const { run, scratch } = this;
    const pending = new Uint32Array(this.inBuckets + this.near.sizeMax + (run.end - run.next));
    let count = 0;
    for (let slot = run.first(); slot !== 0; slot = run.first()) {
      pending[count++] = slot;
      run.next++;
    }
    while (this.near.top() !== 0) pending[count++] = this.near.pop();
    for (let i = 0; i <= this.mask; i++) {
      scratch.begin();
      this.buckets.moveInto(scratch, i);
      for (let n = scratch.next; n < scratch.end; n++) pending[count++] = scratch.slots[n];
    }
    this.inBuckets = 0;
    this.cancelledInBuckets = 0;
    return pending.subarray(0, count);
  }
}

export { DOUBLES, KEY, WORDS };
