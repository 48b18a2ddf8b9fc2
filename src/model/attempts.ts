/**
 * The attempts that a host has taken in, a record each. An attempt that was
 * refused at once never gets one: refusals are the bulk of a storm. A record
 * outlives its client's patience: then its session is −1 and the work is
 * abandoned. The attempts open on a host are linked in a list per tier, and
 * those that wait there in a queue. A record lies in one or two cache lines.
 */
import { larger } from '../engine/storage.ts';
import { attemptKinds } from './vocabulary.ts';

/** `called`: out of the queue, and not being served yet. */
export const Phase = { free: 0, queued: 1, called: 2, serving: 3, served: 4 } as const;

const SESSION = 0;
const SLOT = 1;
const SERIAL = 2;
const NUMBER = 3;
const POD = 4;
const WORK_CLASS = 5;
const LOSS = 6;
const TIER = 7;
const PHASE = 8;
const SERVICE_EVENT = 9;
const QUEUE_NEXT = 10;
const QUEUE_PREVIOUS = 11;
/** doubles */
const STARTED = 6;
const ENTERED = 7;
const SERVICE_ENDS = 8;
/** words again, three per tier */
const HOST = 18;
const OPEN_NEXT = 19;
const OPEN_PREVIOUS = 20;

export class Attempts {
  private capacity = 1024;
  /** words per record, an even number */
  private readonly stride: number;
  private readonly tierCount: number;
  private words: Int32Array<ArrayBuffer>;
  private doubles: Float64Array<ArrayBuffer>;
  private used = 0;
  private free = -1;

  constructor(tierCount: number) {
    this.tierCount = tierCount;
    this.stride = HOST + 2 * Math.ceil((3 * tierCount) / 2);
    this.words = new Int32Array(this.capacity * this.stride);
    this.doubles = new Float64Array(this.words.buffer);
  }

  /** the session's slot while its client waits, else −1 */
  session(attempt: number): number {
    return this.words[attempt * this.stride + SESSION];
  }
  setSession(attempt: number, value: number): void {
    this.words[attempt * this.stride + SESSION] = value;
  }
  /** the session's slot for ever; its serial number tells whether the slot is still the same session's */
  slot(attempt: number): number {
    return this.words[attempt * this.stride + SLOT];
  }
  setSlot(attempt: number, value: number): void {
    this.words[attempt * this.stride + SLOT] = value;
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
  /** its product and its kind in one: product · 3 + kind, the index of a tier's `work` */
  workClass(attempt: number): number {
    return this.words[attempt * this.stride + WORK_CLASS];
  }
  setWorkClass(attempt: number, product: number, kind: number): void {
    this.words[attempt * this.stride + WORK_CLASS] = product * attemptKinds.length + kind;
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
    return this.words[attempt * this.stride + TIER];
  }
  setTier(attempt: number, value: number): void {
    this.words[attempt * this.stride + TIER] = value;
  }
  phase(attempt: number): number {
    return this.words[attempt * this.stride + PHASE];
  }
  setPhase(attempt: number, value: number): void {
    this.words[attempt * this.stride + PHASE] = value;
  }
  /** the pending end of its service; 0: none */
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
  /** when the client began it */
  startedMs(attempt: number): number {
    return this.doubles[((attempt * this.stride) >> 1) + STARTED];
  }
  setStartedMs(attempt: number, value: number): void {
    this.doubles[((attempt * this.stride) >> 1) + STARTED] = value;
  }
  /** when it came to its tier */
  enteredMs(attempt: number): number {
    return this.doubles[((attempt * this.stride) >> 1) + ENTERED];
  }
  setEnteredMs(attempt: number, value: number): void {
    this.doubles[((attempt * this.stride) >> 1) + ENTERED] = value;
  }
  serviceEndsMs(attempt: number): number {
    return this.doubles[((attempt * this.stride) >> 1) + SERVICE_ENDS];
  }
  setServiceEndsMs(attempt: number, value: number): void {
    this.doubles[((attempt * this.stride) >> 1) + SERVICE_ENDS] = value;
  }
  /** the host that has it open at a tier, or −1 */
  host(tier: number, attempt: number): number {
    return this.words[attempt * this.stride + HOST + 3 * tier];
  }
  setHost(tier: number, attempt: number, value: number): void {
    this.words[attempt * this.stride + HOST + 3 * tier] = value;
  }
  /** its neighbours in that host's list of open attempts, or −1 */
  next(tier: number, attempt: number): number {
    return this.words[attempt * this.stride + OPEN_NEXT + 3 * tier];
  }
  setNext(tier: number, attempt: number, value: number): void {
    this.words[attempt * this.stride + OPEN_NEXT + 3 * tier] = value;
  }
  previous(tier: number, attempt: number): number {
    return this.words[attempt * this.stride + OPEN_PREVIOUS + 3 * tier];
  }
  setPrevious(tier: number, attempt: number, value: number): void {
    this.words[attempt * this.stride + OPEN_PREVIOUS + 3 * tier] = value;
  }

  /** A new record at tier 0, in no list yet. */
  allocate(): number {
    let record = this.free;
    if (record >= 0) this.free = this.queueNext(record);
    else {
      if (this.used === this.capacity) this.grow();
      record = this.used++;
    }
    this.setTier(record, 0);
    for (let tier = 0; tier < this.tierCount; tier++) this.setHost(tier, record, -1);
    return record;
  }

  release(record: number): void {
    this.setPhase(record, Phase.free);
    this.setQueueNext(record, this.free);
    this.free = record;
  }

  private grow(): void {
    this.capacity *= 2;
    this.words = larger(this.words, new Int32Array(this.capacity * this.stride));
    this.doubles = new Float64Array(this.words.buffer);
  }
}
