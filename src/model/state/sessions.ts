/**
 * The sessions: a record each, indexed by slot. What every attempt touches lies in
 * one small record, since a storm jumps from session to session at random; the
 * rest is in columns. Slots of sessions that are gone are used again; a
 * session's serial number is its own for ever and keys its luck. Sessions that
 * came through a host are linked in a list per tier, so that a host's sessions
 * are found when it dies. What only some scenarios need takes memory only there:
 * the timers' columns come with the first timer, and what clients remember
 * beside this is client-memory.ts.
 */
import { MOST_SUBJECTS } from '../../engine/engine.ts';
import type { ReadAhead } from '../../engine/foresight.ts';
import { alignedRecords, grownCapacity, larger } from '../../engine/storage.ts';
import { assertLayout } from './record-layout.ts';
import { Session } from './vocabulary.ts';

/** A record is half a cache line: these bytes, 2-byte and 4-byte words. */
const BYTES = 32;
const HALVES = 16;
const WORDS = 8;
const STATE_BYTE = 0;
/** bits of the session's past: was connected, page reloaded, began at once */
const PAST_BYTE = 1;
const POD_HALF = 1;
const PRODUCT_HALF = 2;
const CLIENT_HALF = 3;
const SERIAL = 2;
const ATTEMPT = 3;
const ATTEMPT_NUMBER = 4;
const TIMER = 5;
const LOSS = 6;
const DEPLOYS_SEEN = 7;
assertLayout('a session', BYTES, {
  state: [STATE_BYTE, 1],
  past: [PAST_BYTE, 1],
  pod: [2 * POD_HALF, 2],
  product: [2 * PRODUCT_HALF, 2],
  client: [2 * CLIENT_HALF, 2],
  serial: [4 * SERIAL, 4],
  attempt: [4 * ATTEMPT, 4],
  attemptNumber: [4 * ATTEMPT_NUMBER, 4],
  timer: [4 * TIMER, 4],
  loss: [4 * LOSS, 4],
  deploysSeen: [4 * DEPLOYS_SEEN, 4],
});

const WAS_CONNECTED = 1;
const RELOADED = 2;
const BEGAN_AT_ONCE = 4;
/** Pods, products and client versions are told apart by 2 bytes. */
export const MOST_TOLD_APART = 2 ** 16;

export class Sessions implements ReadAhead {
  capacity: number;
  /** sessions ever admitted */
  admitted = 0;
  private words: Int32Array<ArrayBuffer>;
  private halves: Uint16Array<ArrayBuffer>;
  private bytes: Uint8Array<ArrayBuffer>;
  /** −1 before the first drop */
  droppedAtMs: Float64Array<ArrayBuffer>;
  /** −1 for the connections of the start */
  connectedAtMs: Float64Array<ArrayBuffer>;
  /** when its latest attempt began that a host took in, or the latest of all where a backoff counts from there; −Infinity before */
  attemptBeganMs: Float64Array<ArrayBuffer>;
  /** by tier: the host it is attached to, or −1, and its neighbours in that host's list */
  readonly host: Int32Array<ArrayBuffer>[] = [];
  readonly next: Int32Array<ArrayBuffer>[] = [];
  readonly previous: Int32Array<ArrayBuffer>[] = [];
  /** by tier: the host it was on last, or −1; null where nobody asks for it */
  readonly lastHost: (Int32Array<ArrayBuffer> | null)[] = [];
  private dropTimers = new Uint32Array(0);
  private lifetimeTimers = new Uint32Array(0);

  /** by slot: the session whose attempt a copy is, + 1; 0: it is no copy. Null where there are none */
  private owners: Int32Array<ArrayBuffer> | null = null;
  private readonly most: number;
  private used = 0;
  private readonly freeSlots: number[] = [];

  constructor(capacity: number, tierCount: number, most = MOST_SUBJECTS) {
    this.most = most;
    this.capacity = Math.max(16, capacity);
    const n = this.capacity;
    ({ words: this.words, halves: this.halves, bytes: this.bytes } = records(n));
    this.droppedAtMs = new Float64Array(n);
    this.connectedAtMs = new Float64Array(n);
    this.attemptBeganMs = new Float64Array(n);
    for (let tier = 0; tier < tierCount; tier++) {
      this.host.push(new Int32Array(n).fill(-1));
      this.next.push(new Int32Array(n).fill(-1));
      this.previous.push(new Int32Array(n).fill(-1));
      this.lastHost.push(null);
    }
  }

  /** Reads what an attempt needs of the session before it comes up. */
  touch(session: number): number {
    return this.words[session * WORDS + ATTEMPT];
  }

  /** a code of sessionStates */
  state(session: number): number {
    return this.bytes[session * BYTES + STATE_BYTE];
  }
  setState(session: number, value: number): void {
    this.bytes[session * BYTES + STATE_BYTE] = value;
  }
  pod(session: number): number {
    return this.halves[session * HALVES + POD_HALF];
  }
  setPod(session: number, value: number): void {
    this.halves[session * HALVES + POD_HALF] = value;
  }
  product(session: number): number {
    return this.halves[session * HALVES + PRODUCT_HALF];
  }
  setProduct(session: number, value: number): void {
    this.halves[session * HALVES + PRODUCT_HALF] = value;
  }
  /** index of the client version */
  client(session: number): number {
    return this.halves[session * HALVES + CLIENT_HALF];
  }
  setClient(session: number, value: number): void {
    this.halves[session * HALVES + CLIENT_HALF] = value;
  }
  /** how many roll-outs the session has decided about */
  deploysSeen(session: number): number {
    return this.words[session * WORDS + DEPLOYS_SEEN];
  }
  setDeploysSeen(session: number, value: number): void {
    this.words[session * WORDS + DEPLOYS_SEEN] = value;
  }
  /** its own for ever; keys its luck, so it comes of its product and its number there: see OwnerKeys */
  serial(session: number): number {
    return this.words[session * WORDS + SERIAL];
  }
  setSerial(session: number, value: number): void {
    this.words[session * WORDS + SERIAL] = value;
  }
  /** attempts since the counter was last reset */
  attempt(session: number): number {
    return this.words[session * WORDS + ATTEMPT];
  }
  setAttempt(session: number, value: number): void {
    this.words[session * WORDS + ATTEMPT] = value;
  }
  /** attempts ever: numbers the session's luck */
  attemptNumber(session: number): number {
    return this.words[session * WORDS + ATTEMPT_NUMBER];
  }
  setAttemptNumber(session: number, value: number): void {
    this.words[session * WORDS + ATTEMPT_NUMBER] = value;
  }
  /** the one pending event of the present state: next attempt, timeout, notice or reload; 0: none */
  timer(session: number): number {
    return this.words[session * WORDS + TIMER];
  }
  setTimer(session: number, value: number): void {
    this.words[session * WORDS + TIMER] = value;
  }
  /** the event that ends its connection by itself, or asks it to move for a drain; 0: none */
  dropTimer(session: number): number {
    return session < this.dropTimers.length ? this.dropTimers[session] : 0;
  }
  setDropTimer(session: number, value: number): void {
    if (session < this.dropTimers.length) this.dropTimers[session] = value;
    else if (value !== 0) {
      this.dropTimers = larger(this.dropTimers, new Uint32Array(this.capacity));
      this.dropTimers[session] = value;
    }
  }
  /** the event at which it leaves; 0: none */
  lifetimeTimer(session: number): number {
    return session < this.lifetimeTimers.length ? this.lifetimeTimers[session] : 0;
  }
  setLifetimeTimer(session: number, value: number): void {
    if (session < this.lifetimeTimers.length) this.lifetimeTimers[session] = value;
    else if (value !== 0) {
      this.lifetimeTimers = larger(this.lifetimeTimers, new Uint32Array(this.capacity));
      this.lifetimeTimers[session] = value;
    }
  }
  /** the loss that the latest drop belongs to; 0 is none */
  loss(session: number): number {
    return this.words[session * WORDS + LOSS];
  }
  setLoss(session: number, value: number): void {
    this.words[session * WORDS + LOSS] = value;
  }
  /** 1 once it was connected */
  wasConnected(session: number): number {
    return this.bytes[session * BYTES + PAST_BYTE] & WAS_CONNECTED;
  }
  setWasConnected(session: number): void {
    this.bytes[session * BYTES + PAST_BYTE] |= WAS_CONNECTED;
  }
  /** true from a page reload until the session is connected */
  isReloaded(session: number): boolean {
    return (this.bytes[session * BYTES + PAST_BYTE] & RELOADED) !== 0;
  }
  setReloaded(session: number): void {
    this.bytes[session * BYTES + PAST_BYTE] |= RELOADED;
  }
  clearReloaded(session: number): void {
    this.bytes[session * BYTES + PAST_BYTE] &= ~RELOADED;
  }

  /** true if the attempts that its counter counts began with one that no delay came before: that of a page that was loaded */
  beganAtOnce(session: number): boolean {
    return (this.bytes[session * BYTES + PAST_BYTE] & BEGAN_AT_ONCE) !== 0;
  }
  setBeganAtOnce(session: number): void {
    this.bytes[session * BYTES + PAST_BYTE] |= BEGAN_AT_ONCE;
  }
  clearBeganAtOnce(session: number): void {
    this.bytes[session * BYTES + PAST_BYTE] &= ~BEGAN_AT_ONCE;
  }

  /** Slots 0 … slots − 1 have been used; those in state gone may be free. */
  get slots(): number {
    return this.used;
  }

  /** Admits a session in state waiting; returns its slot. */
  admit(pod: number, product: number, serial: number): number {
    const slot = this.takeSlot(pod, product, serial);
    this.admitted++;
    return slot;
  }

  /**
   * A slot for an attempt that goes out beside the session's own: no session, and in state gone, but to hosts and
   * balancers the same client.
   */
  admitCopy(session: number, attemptNumber: number): number {
    const slot = this.takeSlot(this.pod(session), this.product(session), this.serial(session));
    this.setState(slot, Session.gone);
    this.setClient(slot, this.client(session));
    this.setLoss(slot, this.loss(session));
    this.setAttemptNumber(slot, attemptNumber);
    if (this.wasConnected(session) === 1) this.setWasConnected(slot);
    for (const last of this.lastHost) if (last !== null) last[slot] = last[session];
    this.owners ??= new Int32Array(this.capacity);
    if (slot >= this.owners.length) this.owners = larger(this.owners, new Int32Array(this.capacity));
    this.owners[slot] = session + 1;
    return slot;
  }

  /** Gives a copy's slot back. An attempt of it that goes on is not that of whoever has the slot next. */
  releaseCopy(slot: number): void {
    if (this.owners !== null) this.owners[slot] = 0;
    this.setSerial(slot, ~this.serial(slot));
    this.recycle(slot);
  }

  /** The session that a copy belongs to; of any other slot itself. */
  ownerOf(slot: number): number {
    const { owners } = this;
    return owners === null || slot >= owners.length || owners[slot] === 0 ? slot : owners[slot] - 1;
  }

  private takeSlot(pod: number, product: number, serial: number): number {
    const slot = this.freeSlots.pop() ?? this.newSlot();
    this.words.fill(0, slot * WORDS, slot * WORDS + WORDS);
    this.setState(slot, Session.waiting);
    this.setPod(slot, pod);
    this.setProduct(slot, product);
    this.setSerial(slot, serial);
    this.droppedAtMs[slot] = -1;
    this.setDropTimer(slot, 0);
    this.setLifetimeTimer(slot, 0);
    this.connectedAtMs[slot] = 0;
    this.attemptBeganMs[slot] = -Infinity;
    for (let tier = 0; tier < this.lastHost.length; tier++) {
      const last = this.lastHost[tier];
      if (last !== null) last[slot] = -1;
    }
    return slot;
  }

  /** From now on the sessions' last hosts of a tier are kept; so far only those of the connected ones are known. */
  rememberHosts(tier: number): void {
    this.lastHost[tier] ??= this.host[tier].slice();
  }

  /** Gives the slot of a gone session back. */
  recycle(slot: number): void {
    this.freeSlots.push(slot);
  }

  private newSlot(): number {
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    this.capacity = grownCapacity(this.capacity, this.most, 'sessions at once');
    const n = this.capacity;
    const { words, halves, bytes } = records(n);
    this.words = larger(this.words, words);
    this.halves = halves;
    this.bytes = bytes;
    this.droppedAtMs = larger(this.droppedAtMs, new Float64Array(n));
    this.connectedAtMs = larger(this.connectedAtMs, new Float64Array(n));
    this.attemptBeganMs = larger(this.attemptBeganMs, new Float64Array(n));
    for (let tier = 0; tier < this.host.length; tier++) {
      this.host[tier] = larger(this.host[tier], new Int32Array(n).fill(-1));
      this.next[tier] = larger(this.next[tier], new Int32Array(n).fill(-1));
      this.previous[tier] = larger(this.previous[tier], new Int32Array(n).fill(-1));
      const last = this.lastHost[tier];
      if (last !== null) this.lastHost[tier] = larger(last, new Int32Array(n).fill(-1));
    }
  }
}

/** Zeroed records, and their bytes in three sizes. */
function records(count: number): {
  words: Int32Array<ArrayBuffer>;
  halves: Uint16Array<ArrayBuffer>;
  bytes: Uint8Array<ArrayBuffer>;
} {
  const { words } = alignedRecords(count * WORDS);
  const { buffer, byteOffset } = words;
  return {
    words,
    halves: new Uint16Array(buffer, byteOffset, count * HALVES),
    bytes: new Uint8Array(buffer, byteOffset, count * BYTES),
  };
}
