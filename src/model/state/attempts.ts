/**
 * The attempts that a host has taken in, a record each. An attempt that was
 * refused at once never gets one: refusals are the bulk of a storm. A record
 * outlives its client's patience: then its session is −1 and the work is
 * abandoned. The attempts open on a host are linked in a list per tier, and
 * those that wait there in a queue. With up to two tiers a record
 * is one cache line, for a storm leaves some hundred thousand of them in queues
 * and comes back to each at random; those that one host took in lie side by side
 * (record-blocks.ts). What is asked when a client leaves is in columns.
 */
import { MOST_SUBJECTS } from '../../engine/engine.ts';
import type { ReadAhead } from '../../engine/foresight.ts';
import { impossible } from '../../engine/simulation-error.ts';
import { alignedRecords, grownCapacity, larger } from '../../engine/storage.ts';
import { RecordBlocks } from './record-blocks.ts';
import { assertLayout, type FieldPlace } from './record-layout.ts';
import { attemptKinds } from './vocabulary.ts';

/**
 * `called`: out of the queue, and not being served yet. Of an attempt whose transport opens before its client logs in:
 * `unopened`: at a host that stands still; `opening`: its login is under way to its tier; `opened`: to the one after it.
 */
export const Phase = {
  free: 0,
  queued: 1,
  called: 2,
  serving: 3,
  served: 4,
  unopened: 5,
  opening: 6,
  opened: 7,
} as const;

/** Its transport is open, or about to: it is at a host, and in none of its host's books. */
export function isOpening(phase: number): boolean {
  return phase >= Phase.unopened;
}

/** the slot of the session it is of */
const SLOT = 0;
const SERIAL = 1;
const NUMBER = 2;
const LOSS = 3;
const POD = 4;
const WORK_CLASS = 5;
/** one of the two at a time: who waits behind it, or the event that ends its service */
const QUEUE_NEXT = 6;
const SERVICE_EVENT = 6;
const QUEUE_PREVIOUS = 7;
/** a double, words 8 and 9 */
const LOGIN_SENT = 4;
/** three words per tier, of which these are the first tier's */
const WORDS_PER_TIER = 3;
const HOST = 10;
const OPEN_NEXT = 11;
const OPEN_PREVIOUS = 12;
/** a cache line: what two tiers need */
const LEAST_STRIDE = 16;

assertLayout('an attempt', 4 * LEAST_STRIDE, {
  slot: [4 * SLOT, 4],
  serial: [4 * SERIAL, 4],
  number: [4 * NUMBER, 4],
  loss: [4 * LOSS, 4],
  pod: [4 * POD, 4],
  workClass: [4 * WORK_CLASS, 4],
  'queueNext or serviceEvent': [4 * QUEUE_NEXT, 4],
  queuePrevious: [4 * QUEUE_PREVIOUS, 4],
  loginSent: [8 * LOGIN_SENT, 8],
  ...Object.fromEntries(
    [0, 1].flatMap((tier): [string, FieldPlace][] =>
      Object.entries({ host: HOST, openNext: OPEN_NEXT, openPrevious: OPEN_PREVIOUS }).map(([name, word]) => [
        `${name} of tier ${tier}`,
        [4 * (word + WORDS_PER_TIER * tier), 4],
      ]),
    ),
  ),
});

/** of a place: phase below, tier above */
const PHASE_MASK = 0xff;
const TIER_SHIFT = 8;
/** how many the bits of a place and a record's word can tell apart */
const MOST_TIERS = 256;
const MOST_CLASSES = 2 ** 31;

export class Attempts implements ReadAhead {
  private capacity = 1024;
  /** words per record, an even number */
  private readonly stride: number;
  private readonly tierCount: number;
  /** how many may be open at once */
  private readonly most: number;
  private words: Int32Array<ArrayBuffer>;
  private doubles: Float64Array<ArrayBuffer>;
  /**
   * Tier and phase in one, and since when it is at that tier: beside the records, for clients leave in the order in which
   * they came, so that those of one host are neighbours here. Measured on the first 70 minutes of the incident: a fiftieth
   * of the time was spent waiting for the record of an attempt that timed out.
   */
  private places: Uint16Array<ArrayBuffer>;
  private entered: Float64Array<ArrayBuffer>;
  /** by session's slot: the attempt that its client waits for, + 1, 0: none; a client that leaves so touches no attempt's record */
  private awaited = new Int32Array(1024);
  private readonly blocks: RecordBlocks;

  constructor(tierCount: number, productCount: number, most = MOST_SUBJECTS) {
    if (tierCount > MOST_TIERS || productCount * attemptKinds.length > MOST_CLASSES)
      impossible(`${tierCount} tiers and ${productCount} products are more than a record can tell apart`);
    this.tierCount = tierCount;
    this.most = most;
    const isFree = (record: number): boolean => record >= this.capacity || this.phase(record) === Phase.free;
    this.blocks = new RecordBlocks(most, 'attempts open at once', isFree);
    this.stride = Math.max(LEAST_STRIDE, 2 * Math.ceil((HOST + WORDS_PER_TIER * tierCount) / 2));
    ({ words: this.words, doubles: this.doubles } = alignedRecords(this.capacity * this.stride));
    this.places = new Uint16Array(this.capacity);
    this.entered = new Float64Array(this.capacity);
  }

  /** Reads what the end of an attempt needs of it before it comes up. */
  touch(attempt: number): number {
    return this.words[attempt * this.stride] + this.places[attempt] + this.entered[attempt];
  }
  /** Reads what a client needs that leaves the session's open attempt. */
  touchAwaited(session: number): number {
    const attempt = this.awaitedBy(session);
    return attempt < 0 ? 0 : this.places[attempt] + this.entered[attempt];
  }
  /** the session's slot while its client waits, else −1 */
  session(attempt: number): number {
    const slot = this.slot(attempt);
    return this.awaited[slot] === attempt + 1 ? slot : -1;
  }
  /** the session's slot for ever; its serial number tells whether the slot is still the same session's */
  slot(attempt: number): number {
    return this.words[attempt * this.stride + SLOT];
  }
  setSlot(attempt: number, slot: number): void {
    this.words[attempt * this.stride + SLOT] = slot;
  }
  /** the open attempt that the session's client waits for, or −1 */
  awaitedBy(session: number): number {
    return session < this.awaited.length ? this.awaited[session] - 1 : -1;
  }
  /** The session's client waits for this attempt, which is its, from now on; −1: for none. */
  setAwaitedBy(session: number, attempt: number): void {
    if (session >= this.awaited.length) this.awaited = larger(this.awaited, new Int32Array(2 * session + 1024));
    this.awaited[session] = attempt + 1;
  }
  /** Each of the two waits for the attempt that the other waited for. */
  exchange(session: number, other: number): void {
    const [own, its] = [this.awaitedBy(session), this.awaitedBy(other)];
    this.setSlot(own, other);
    this.setSlot(its, session);
    this.setAwaitedBy(session, its);
    this.setAwaitedBy(other, own);
  }
  serial(attempt: number): number {
    return this.words[attempt * this.stride + SERIAL];
  }
  setSerial(attempt: number, value: number): void {
    this.words[attempt * this.stride + SERIAL] = value;
  }
  /** the session's attempt number, for its luck */
  number(attempt: number): number {
    return this.words[attempt * this.stride + NUMBER];
  }
  setNumber(attempt: number, value: number): void {
    this.words[attempt * this.stride + NUMBER] = value;
  }
  pod(attempt: number): number {
    return this.words[attempt * this.stride + POD];
  }
  setPod(attempt: number, value: number): void {
    this.words[attempt * this.stride + POD] = value;
  }
  /** its product and its kind in one: product · number of kinds + kind, the index of a tier's `work` */
  workClass(attempt: number): number {
    return this.words[attempt * this.stride + WORK_CLASS];
  }
  /** a code of attemptKinds */
  kind(attempt: number): number {
    return this.workClass(attempt) % attemptKinds.length;
  }
  /** the loss of its session when it began */
  loss(attempt: number): number {
    return this.words[attempt * this.stride + LOSS];
  }
  setLoss(attempt: number, value: number): void {
    this.words[attempt * this.stride + LOSS] = value;
  }
  /** the tier it is at */
  tier(attempt: number): number {
    return this.places[attempt] >> TIER_SHIFT;
  }
  setTier(attempt: number, value: number): void {
    this.places[attempt] = (this.places[attempt] & PHASE_MASK) | (value << TIER_SHIFT);
  }
  phase(attempt: number): number {
    return this.places[attempt] & PHASE_MASK;
  }
  setPhase(attempt: number, value: number): void {
    this.places[attempt] = (this.places[attempt] & ~PHASE_MASK) | value;
  }
  /** while it is served, the event that ends its service, 0: it stands still; while its login is under way, the event that it comes. Forgotten once it waits */
  serviceEvent(attempt: number): number {
    return this.words[attempt * this.stride + SERVICE_EVENT];
  }
  setServiceEvent(attempt: number, value: number): void {
    this.words[attempt * this.stride + SERVICE_EVENT] = value;
  }
  /** its neighbours in the line it waits in, or −1 */
  queueNext(attempt: number): number {
    return this.words[attempt * this.stride + QUEUE_NEXT];
  }
  setQueueNext(attempt: number, value: number): void {
    this.words[attempt * this.stride + QUEUE_NEXT] = value;
  }
  queuePrevious(attempt: number): number {
    return this.words[attempt * this.stride + QUEUE_PREVIOUS];
  }
  setQueuePrevious(attempt: number, value: number): void {
    this.words[attempt * this.stride + QUEUE_PREVIOUS] = value;
  }
  /** when it came to its tier */
  enteredMs(attempt: number): number {
    return this.entered[attempt];
  }
  setEnteredMs(attempt: number, value: number): void {
    this.entered[attempt] = value;
  }
  /** while its login is under way, when its client sends it, which is once it knows that the transport is open; Infinity: never */
  loginSentMs(attempt: number): number {
    return this.doubles[((attempt * this.stride) >> 1) + LOGIN_SENT];
  }
  setLoginSentMs(attempt: number, value: number): void {
    this.doubles[((attempt * this.stride) >> 1) + LOGIN_SENT] = value;
  }
  /** the host that has it open at a tier, or −1 */
  host(tier: number, attempt: number): number {
    return this.words[attempt * this.stride + HOST + WORDS_PER_TIER * tier];
  }
  setHost(tier: number, attempt: number, value: number): void {
    this.words[attempt * this.stride + HOST + WORDS_PER_TIER * tier] = value;
  }
  /** its neighbours in that host's list of open attempts, or −1 */
  next(tier: number, attempt: number): number {
    return this.words[attempt * this.stride + OPEN_NEXT + WORDS_PER_TIER * tier];
  }
  setNext(tier: number, attempt: number, value: number): void {
    this.words[attempt * this.stride + OPEN_NEXT + WORDS_PER_TIER * tier] = value;
  }
  previous(tier: number, attempt: number): number {
    return this.words[attempt * this.stride + OPEN_PREVIOUS + WORDS_PER_TIER * tier];
  }
  setPrevious(tier: number, attempt: number, value: number): void {
    this.words[attempt * this.stride + OPEN_PREVIOUS + WORDS_PER_TIER * tier] = value;
  }

  /** A new record at tier 0 for an attempt that this host takes in; in no list yet. */
  allocate(product: number, kind: number, host: number): number {
    const record = this.blocks.take(host);
    if (record >= this.capacity) this.grow();
    this.words[record * this.stride + WORK_CLASS] = product * attemptKinds.length + kind;
    this.places[record] = Phase.called;
    for (let tier = 0; tier < this.tierCount; tier++) this.setHost(tier, record, -1);
    return record;
  }

  release(record: number): void {
    if (this.phase(record) === Phase.free) impossible(`attempt ${record} ends twice`);
    this.setPhase(record, Phase.free);
    this.blocks.giveBack(record);
  }

  private grow(): void {
    this.capacity = grownCapacity(this.capacity, this.most, 'attempts open at once');
    const { words, doubles } = alignedRecords(this.capacity * this.stride);
    this.words = larger(this.words, words);
    this.doubles = doubles;
    this.places = larger(this.places, new Uint16Array(this.capacity));
    this.entered = larger(this.entered, new Float64Array(this.capacity));
  }
}
