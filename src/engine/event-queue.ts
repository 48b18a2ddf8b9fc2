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
 * memory stays within a multiple of what is pending, and a bucket is a singly
 * linked list, whose records are touched once and not again by each that comes
 * after. (HOLD with 100,000 pending against the benchmark's plain heap, medians
 * of three in one run: 3.4 times its speed, 2.8 with doubly linked lists.)
 */
import { EventLanes, FIRST_LANE_ID } from './event-lanes.ts';
import { DOUBLES, EventRecords, KEY, NEXT, PLACE, Place, SEQUENCE, WORDS } from './event-records.ts';
import { RecordHeap } from './record-heap.ts';

/** Events per bucket that the width aims at. */
const EVENTS_PER_BUCKET = 3;
/** A larger bucket is not insertion-sorted, unless it is in order already. */
const LARGEST_SORTED_RUN = 48;
/** How many pops between two looks at the bucket width, at the least. */
const POPS_BETWEEN_LOOKS = 2048;
const FEWEST_BUCKETS = 256;
const MOST_BUCKETS = 1 << 20;
/** Bucket numbers are 32-bit integers: beyond this the calendar is laid anew. */
const LAST_BUCKET = 2 ** 30;

export class EventQueue {
  readonly records = new EventRecords();
  /** pending events */
  size = 0;

  private readonly lanes = new EventLanes();
  /** where an event that was taken from a lane can be read */
  private readonly taken = this.records.allocate(0, 0, 0);
  private readonly near = new RecordHeap(this.records);
  private readonly far = new RecordHeap(this.records);
  /** slots of the current bucket, in order, and their times */
  private run = new Uint32Array(LARGEST_SORTED_RUN);
  private runTimesMs = new Float64Array(LARGEST_SORTED_RUN);
  private runNext = 0;
  private runEnd = 0;

  private heads = new Uint32Array(FEWEST_BUCKETS);
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

  /** Adds an event and returns its id, by which it can be cancelled until it is taken. */
  push(timeMs: number, sequence: number, key: number): number {
    const slot = this.records.allocate(timeMs, sequence, key);
    this.size++;
    this.place(slot, timeMs);
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
    const words = this.records.words;
    switch (words[slot * WORDS + PLACE]) {
      case Place.bucket:
        words[slot * WORDS + PLACE] = Place.cancelled;
        if (++this.cancelledInBuckets > (this.inBuckets >> 1) + this.mask) this.sweepBuckets();
        return;
      case Place.near:
        this.near.cancel(slot);
        return;
      case Place.far:
        this.far.cancel(slot);
        return;
      case Place.run:
        words[slot * WORDS + PLACE] = Place.cancelled;
        return;
      default:
        throw new Error(`event ${slot} is not pending`);
    }
  }

  /**
   * The first event before `limitMs`: the slot of its record, or 0. The record is
   * already free, but its content stays readable until the next push.
   */
  popBefore(limitMs: number): number {
    const inRun = this.firstScheduled(limitMs);
    const inHeap = this.near.top();
    let slot = inRun;
    let timeMs = inRun === 0 ? Infinity : this.runTimesMs[this.runNext];
    if (inHeap !== 0) {
      const heapMs = this.near.topMs;
      if (heapMs < timeMs || (heapMs === timeMs && this.records.before(inHeap, slot))) {
        slot = inHeap;
        timeMs = heapMs;
      }
    }
    const { topMs: laneMs } = this.lanes;
    if (
      laneMs < timeMs ||
      (laneMs === timeMs && slot !== 0 && this.lanes.topSequence < this.records.doubles[slot * DOUBLES + SEQUENCE])
    )
      return laneMs < limitMs ? this.takeFromLane() : 0;
    if (slot === 0 || timeMs >= limitMs) return 0;
    if (slot === inRun) this.runNext++;
    else this.near.pop();
    this.size--;
    this.records.release(slot);
    if (++this.popsSinceLook >= POPS_BETWEEN_LOOKS) this.look(timeMs);
    return slot;
  }

  /** When the first event is due; Infinity if none is before `limitMs`. */
  nextMs(limitMs: number): number {
    const inRun = this.firstScheduled(limitMs);
    const runMs = inRun === 0 ? Infinity : this.runTimesMs[this.runNext];
    const heapMs = this.near.top() === 0 ? Infinity : this.near.topMs;
    const firstMs = Math.min(runMs, heapMs, this.lanes.topMs);
    return firstMs < limitMs ? firstMs : Infinity;
  }

  /** The first event of the lanes, copied to where it can be read. */
  private takeFromLane(): number {
    const { lanes, records, taken } = this;
    records.doubles[taken * DOUBLES] = lanes.topMs;
    records.doubles[taken * DOUBLES + SEQUENCE] = lanes.topSequence;
    records.words[taken * WORDS + KEY] = lanes.topKey;
    lanes.shift();
    this.size--;
    return taken;
  }

  /** Goes on until the run or the near heap holds something due before the limit; the run's first record, or 0. */
  private firstScheduled(limitMs: number): number {
    let inRun = this.firstOfRun();
    while (inRun === 0 && this.near.top() === 0 && this.advance(limitMs)) inRun = this.firstOfRun();
    return inRun;
  }

  /** The first record of the run that was not cancelled, or 0. */
  private firstOfRun(): number {
    while (this.runNext < this.runEnd) {
      const slot = this.run[this.runNext];
      if (this.records.words[slot * WORDS + PLACE] === Place.run) return slot;
      this.records.release(slot);
      this.runNext++;
    }
    return 0;
  }

  private place(slot: number, timeMs: number): void {
    const words = this.records.words;
    const bucket = (timeMs - this.originMs) * this.bucketsPerMs;
    if (bucket >= this.current + this.mask + 1) {
      words[slot * WORDS + PLACE] = Place.far;
      this.far.push(slot);
    } else if (bucket < this.current + 1) {
      words[slot * WORDS + PLACE] = Place.near;
      this.near.push(slot);
    } else {
      const index = (bucket | 0) & this.mask;
      words[slot * WORDS + NEXT] = this.heads[index];
      words[slot * WORDS + PLACE] = Place.bucket;
      this.heads[index] = slot;
      this.inBuckets++;
    }
  }

  /** Takes what was cancelled out of the buckets. */
  private sweepBuckets(): void {
    const { words } = this.records;
    for (let i = 0; i <= this.mask; i++) {
      let last = 0;
      for (let slot = this.heads[i]; slot !== 0;) {
        const next = words[slot * WORDS + NEXT];
        if (words[slot * WORDS + PLACE] !== Place.cancelled) last = slot;
        else {
          if (last === 0) this.heads[i] = next;
          else words[last * WORDS + NEXT] = next;
          this.records.release(slot);
        }
        slot = next;
      }
    }
    this.inBuckets -= this.cancelledInBuckets;
    this.cancelledInBuckets = 0;
  }

  /** Goes to the next bucket with events; false if none is before `limitMs`. */
  private advance(limitMs: number): boolean {
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
    } while (this.heads[this.current & this.mask] === 0);
    this.emptySinceLook--;
    this.gather();
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
      this.place(this.far.pop(), time);
    }
  }

  /**
   * Moves the current bucket into the run, in order. The list is newest first,
   * so the run is filled from its end: simultaneous events then stand in order
   * of sequence.
   */
  private gather(): void {
    const index = this.current & this.mask;
    const { words, doubles } = this.records;
    let next = this.run.length;
    for (let slot = this.heads[index]; slot !== 0;) {
      const after = words[slot * WORDS + NEXT];
      if (words[slot * WORDS + PLACE] === Place.cancelled) this.dropCancelled(slot);
      else {
        if (next === 0) next = this.growRun();
        this.run[--next] = slot;
        this.runTimesMs[next] = doubles[slot * DOUBLES];
        words[slot * WORDS + PLACE] = Place.run;
      }
      slot = after;
    }
    this.heads[index] = 0;
    this.runNext = next;
    this.runEnd = this.run.length;
    const count = this.runEnd - next;
    this.inBuckets -= count;
    if (count <= LARGEST_SORTED_RUN) this.sortRun();
    else if (!this.isRunInOrder()) {
      for (let i = next; i < this.runEnd; i++) {
        words[this.run[i] * WORDS + PLACE] = Place.near;
        this.near.push(this.run[i]);
      }
      this.runNext = this.runEnd;
    }
  }

  /** A cancelled record has come out of its bucket. */
  private dropCancelled(slot: number): void {
    this.records.release(slot);
    this.cancelledInBuckets--;
    this.inBuckets--;
  }

  /** Insertion sort by (time, sequence). */
  private sortRun(): void {
    const { run, runTimesMs, runNext, runEnd, records } = this;
    for (let i = runNext + 1; i < runEnd; i++) {
      const slot = run[i];
      const timeMs = runTimesMs[i];
      let j = i - 1;
      while (j >= runNext && (timeMs < runTimesMs[j] || (timeMs === runTimesMs[j] && records.before(slot, run[j])))) {
        run[j + 1] = run[j];
        runTimesMs[j + 1] = runTimesMs[j];
        j--;
      }
      run[j + 1] = slot;
      runTimesMs[j + 1] = timeMs;
    }
  }

  private isRunInOrder(): boolean {
    for (let i = this.runNext + 1; i < this.runEnd; i++)
      if (this.records.before(this.run[i], this.run[i - 1])) return false;
    return true;
  }

  /** Makes room at the front of the run, and returns where it now begins. */
  private growRun(): number {
    const grown = this.run.length;
    const run = new Uint32Array(grown * 2);
    run.set(this.run, grown);
    const timesMs = new Float64Array(grown * 2);
    timesMs.set(this.runTimesMs, grown);
    this.run = run;
    this.runTimesMs = timesMs;
    return grown;
  }

  /** Compares the bucket width and number with the events seen, and lays the calendar anew if they are far off. */
  private look(nowMs: number): void {
    const gapMs = (nowMs - this.lastLookMs) / Math.max(1, this.popsSinceLook);
    const enoughBuckets = this.size <= 2 * (this.mask + 1) || this.mask + 1 === MOST_BUCKETS;
    const tooMany = this.mask + 1 > FEWEST_BUCKETS && this.size * 16 < this.mask + 1;
    const wanted = gapMs * EVENTS_PER_BUCKET;
    const widthIsOff = wanted > 0 && (wanted > 2 * this.widthMs || wanted < 0.5 * this.widthMs);
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
    this.heads = new Uint32Array(buckets);
    this.mask = buckets - 1;
    this.originMs = nowMs;
    // Not so narrow that a time's rounding exceeds a bucket.
    this.widthMs = Math.max(widthMs, nowMs * 2 ** -44, 1e-9);
    this.bucketsPerMs = 1 / this.widthMs;
    this.current = 0;
    for (let i = 0; i < pending.length; i++) this.place(pending[i], this.records.doubles[pending[i] * DOUBLES]);
    this.takeInFromFar();
  }

  /** Empties run, near heap and buckets; buckets oldest first. What is far stays there. */
  private takeAll(): Uint32Array {
    const pending = new Uint32Array(this.inBuckets + this.near.sizeMax + (this.runEnd - this.runNext));
    let count = 0;
    for (let slot = this.firstOfRun(); slot !== 0; slot = this.firstOfRun()) {
      pending[count++] = slot;
      this.runNext++;
    }
    while (this.near.top() !== 0) pending[count++] = this.near.pop();
    this.sweepBuckets();
    for (let i = 0; i <= this.mask; i++)
      for (let slot = this.heads[i]; slot !== 0; slot = this.records.words[slot * WORDS + NEXT])
        pending[count++] = slot;
    this.inBuckets = 0;
    this.runNext = 0;
    this.runEnd = 0;
    return pending.subarray(0, count);
  }
}

export { DOUBLES, KEY, SEQUENCE, WORDS };
