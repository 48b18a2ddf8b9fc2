/**
 * When sessions try next, for the reference storm: a wheel of buckets, of which
 * each holds its entries side by side in small blocks. A session has one entry
 * that counts, the one at the instant that its record names; all others are
 * void, and are passed over when their bucket comes. What lies beyond the
 * wheel's turn waits in a list that is looked through twice a turn.
 */
const BUCKETS = 2048;
/** Of a bucket, for a fleet of 5,000 sessions a pod: some five of a storm's arrivals. */
const WIDTH_MS = 8;
const SESSIONS = 5000;
const BLOCK = 8;

export class ReferenceArrivals {
  /** when the first entry that counts is due, and whose it is; Infinity: `goOn` found none */
  nextMs = Infinity;
  nextSession = -1;
  private readonly heads = new Int32Array(BUCKETS).fill(-1);
  private readonly counts = new Int32Array(BUCKETS);
  private blockTimes = new Float64Array(1024 * BLOCK);
  private blockSessions = new Int32Array(1024 * BLOCK);
  private after = new Int32Array(1024);
  private blocksUsed = 0;
  private freeBlock = -1;
  /** number of the bucket that is sorted and worked off */
  private bucket = 0;
  private sortedTimes = new Float64Array(4096);
  private sortedSessions = new Int32Array(4096);
  private from = 0;
  private to = 0;
  private far: { times: Float64Array; sessions: Int32Array; count: number } = {
    times: new Float64Array(256),
    sessions: new Int32Array(256),
    count: 0,
  };
  /** of all sessions' records, four doubles each: the first is the instant that counts */
  private readonly records: Float64Array;

  private readonly widthMs: number;

  /** For a pod with so many sessions. */
  constructor(records: Float64Array, sessions: number) {
    this.records = records;
    this.widthMs = (WIDTH_MS * SESSIONS) / sessions;
  }

  /** The session's record names this instant already. */
  enter(atMs: number, session: number): void {
    const bucket = Math.floor(atMs / this.widthMs);
    if (bucket <= this.bucket) this.insert(atMs, session);
    else if (bucket >= this.bucket + BUCKETS) this.enterFar(atMs, session);
    else {
      const place = bucket & (BUCKETS - 1);
      const within = this.counts[place]++ & (BLOCK - 1);
      if (within === 0) this.addBlock(place);
      const at = this.heads[place] * BLOCK + within;
      this.blockTimes[at] = atMs;
      this.blockSessions[at] = session;
    }
  }

  /** The first entry is done with. */
  take(): void {
    this.from++;
    this.findNext();
  }

  /** Makes the first entry that counts known if it is due before `limitMs`. */
  goOn(limitMs: number): void {
    this.findNext();
    while (this.nextMs === Infinity && (this.bucket + 1) * this.widthMs <= limitMs) {
      this.turn();
      this.each(null);
      this.findNext();
    }
  }

  /** Hands out, in no order, all that is left of whole buckets that end by then; returns how many that was. */
  takeBuckets(untilMs: number, visit: (session: number, atMs: number) => void): number {
    let count = 0;
    while (this.nextMs === Infinity && (this.bucket + 2) * this.widthMs <= untilMs) {
      this.turn();
      count += this.each(visit);
      this.findNext();
    }
    return count;
  }

  private findNext(): void {
    const { records, sortedSessions, sortedTimes } = this;
    while (this.from < this.to) {
      const session = sortedSessions[this.from];
      if (records[4 * session] === sortedTimes[this.from]) {
        this.nextMs = sortedTimes[this.from];
        this.nextSession = session;
        return;
      }
      this.from++;
    }
    this.nextMs = Infinity;
  }

  private turn(): void {
    this.bucket++;
    this.from = this.to = 0;
    if ((this.bucket & (BUCKETS / 2 - 1)) !== 0) return;
    const { times, sessions, count } = this.far;
    this.far = { times: new Float64Array(count + 256), sessions: new Int32Array(count + 256), count: 0 };
    for (let i = 0; i < count; i++) if (this.records[4 * sessions[i]] === times[i]) this.enter(times[i], sessions[i]);
  }

  /** Visits the entries of the current bucket that count (null: sorts them in), and empties it; the visit may enter others. */
  private each(visit: ((session: number, atMs: number) => void) | null): number {
    const place = this.bucket & (BUCKETS - 1);
    const count = this.counts[place];
    if (count === 0) return 0;
    let visited = 0;
    let block = this.heads[place];
    this.heads[place] = -1;
    this.counts[place] = 0;
    for (let filled = ((count - 1) & (BLOCK - 1)) + 1; block >= 0; filled = BLOCK) {
      for (let at = block * BLOCK; at < block * BLOCK + filled; at++) {
        const atMs = this.blockTimes[at];
        const session = this.blockSessions[at];
        if (this.records[4 * session] !== atMs) continue;
        if (visit === null) this.insert(atMs, session);
        else visit(session, atMs);
        visited++;
      }
      const next = this.after[block];
      this.after[block] = this.freeBlock;
      this.freeBlock = block;
      block = next;
    }
    return visited;
  }

  /** Into what is sorted. */
  private insert(atMs: number, session: number): void {
    if (this.to === this.sortedTimes.length) {
      this.sortedTimes = longer(this.sortedTimes, new Float64Array(2 * this.to));
      this.sortedSessions = longer(this.sortedSessions, new Int32Array(2 * this.to));
    }
    const { sortedSessions, sortedTimes } = this;
    let place = this.to++;
    for (; place > this.from && atMs < sortedTimes[place - 1]; place--) {
      sortedTimes[place] = sortedTimes[place - 1];
      sortedSessions[place] = sortedSessions[place - 1];
    }
    sortedTimes[place] = atMs;
    sortedSessions[place] = session;
    if (place === this.from) {
      this.nextMs = atMs;
      this.nextSession = session;
    }
  }

  private addBlock(place: number): void {
    let block = this.freeBlock;
    if (block >= 0) this.freeBlock = this.after[block];
    else {
      block = this.blocksUsed++;
      if (block === this.after.length) {
        this.after = longer(this.after, new Int32Array(2 * block));
        this.blockTimes = longer(this.blockTimes, new Float64Array(2 * block * BLOCK));
        this.blockSessions = longer(this.blockSessions, new Int32Array(2 * block * BLOCK));
      }
    }
    this.after[block] = this.heads[place];
    this.heads[place] = block;
  }

  private enterFar(atMs: number, session: number): void {
    const { far } = this;
    if (far.count === far.times.length) {
      far.times = longer(far.times, new Float64Array(2 * far.count));
      far.sessions = longer(far.sessions, new Int32Array(2 * far.count));
    }
    far.times[far.count] = atMs;
    far.sessions[far.count++] = session;
  }
}

function longer<Column extends { set(from: Column): void }>(column: Column, into: Column): Column {
  into.set(column);
  return into;
}
