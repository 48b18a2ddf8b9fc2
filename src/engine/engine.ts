/**
 * The engine: the clock and the loop. It takes the earliest event, sets the
 * clock, calls the handler; it knows nothing of chat. An event is a handler's
 * number and a subject's number; handlers are registered once, with a label.
 *
 * Order of simultaneous events, promised: first in, first out; deadlines
 * (timeouts) after everything else of that instant, so that what is completed
 * in time counts as in time.
 */
import { DOUBLES, EventQueue, KEY, WORDS } from './event-queue.ts';
import { type Foresight, Foresights, MOST_KINDS, SUBJECT_BITS, SUBJECT_MASK } from './foresight.ts';
import { SimulationError } from './simulation-error.ts';

/** Identifies a pending event; 0 is none. Void once the event was handled or cancelled. */
export type EventId = number;

export interface HandlerId {
  readonly number: number;
  /** deadlines come last among simultaneous events */
  readonly deadline: boolean;
}

/** Hosts, sessions or attempts that an event can tell apart. */
export const MOST_SUBJECTS = SUBJECT_MASK + 1;
/** The slot of no event, and of one that was not looked for. */
const NONE = 0;
const UNKNOWN = -1;
/** Added to the sequence of deadlines; sequences stay below. */
const DEADLINE_SEQUENCE = 2 ** 52;

export class Engine {
  nowMs = 0;
  eventCount = 0;
  readonly seed: string;
  private readonly hasLanes: boolean;
  private readonly foresights = new Foresights();
  private readonly queue = new EventQueue(this.foresights);
  private readonly handlers: ((subject: number) => void)[] = [];
  private readonly labels: string[] = [];
  private sequence = 0;
  private handling = -1;
  /** the count of events at which `run` returns */
  private stopAt = Infinity;

  /** Without `lanes` all events go through the calendar, which gives the same run; a test compares. */
  constructor(seed: string, { lanes }: { lanes: boolean } = { lanes: true }) {
    this.seed = seed;
    this.hasLanes = lanes;
  }

  /** Registers a handler. `label` reads as a sentence about the event: "attempt times out". */
  register(
    label: string,
    handler: (subject: number) => void,
    { deadline = false, ...foresight }: { deadline?: boolean } & Foresight = {},
  ): HandlerId {
    const number = this.handlers.push(handler) - 1;
    if (number >= MOST_KINDS) throw this.error('too many kinds of events');
    this.labels.push(label);
    this.foresights.add(foresight);
    return { number, deadline };
  }

  /** Schedules an event. Throws on an instant in the past, NaN, or a subject out of range. */
  schedule(atMs: number, handler: HandlerId, subject: number): EventId {
    this.checkEvent(atMs, handler, subject);
    return this.queue.push(atMs, this.nextSequence(handler), ((handler.number << SUBJECT_BITS) | subject) >>> 0);
  }

  /** Opens a lane: events whose delay is always the same cost less there than in the queue; −1 if there are too many lanes. */
  openLane(): number {
    return this.hasLanes ? this.queue.openLane() : -1;
  }

  /** Schedules an event like `schedule`, on a lane; right, if slower, where it is due before the lane's last, or the lane is none. */
  scheduleOnLane(lane: number, atMs: number, handler: HandlerId, subject: number): EventId {
    this.checkEvent(atMs, handler, subject);
    return this.queue.pushOnLane(
      lane,
      atMs,
      this.nextSequence(handler),
      ((handler.number << SUBJECT_BITS) | subject) >>> 0,
    );
  }

  /** Cancels a pending event, which must be of this subject. */
  cancel(event: EventId, subject: number): void {
    if ((this.queue.keyOf(event) & SUBJECT_MASK) !== subject)
      throw this.error(`event ${event} is not one of ${subject}`);
    this.queue.cancel(event);
  }

  /** When a pending event is due. */
  timeOf(event: EventId): number {
    return this.queue.timeOf(event);
  }

  /**
   * Handles all events before `untilMs`, then sets the clock to it. Or stops after `eventsMax` of them, and
   * returns false: the clock stays at the last one, and the same call goes on from there.
   */
  run(untilMs: number, eventsMax = Infinity): boolean {
    const { queue, handlers } = this;
    const records = queue.records;
    this.stopAt = this.eventCount + eventsMax;
    let slot = UNKNOWN;
    try {
      while (this.eventCount < this.stopAt && (slot = queue.popBefore(untilMs)) !== NONE) {
        const key = records.words[slot * WORDS + KEY];
        const handler = key >>> SUBJECT_BITS;
        this.nowMs = records.doubles[slot * DOUBLES];
        this.eventCount++;
        this.handling = handler;
        handlers[handler](key & SUBJECT_MASK);
      }
    } catch (error) {
      throw error instanceof SimulationError ? this.placed(error) : error;
    }
    this.handling = -1;
    // Stopped by the number of events, even if that was the last one: the next call finds out.
    if (slot !== NONE) return false;
    this.nowMs = untilMs;
    return true;
  }

  /** The handler has done the work of so many events more than its own: `run` returns sooner by so many. */
  didWorkOf(events: number): void {
    this.stopAt -= events;
  }

  /** When the next event is due; Infinity if none is before `limitMs`. Changes nothing of the run. */
  nextMs(limitMs: number): number {
    return this.queue.nextMs(limitMs);
  }

  /** Events pending. */
  get pending(): number {
    return this.queue.size;
  }

  private checkEvent(atMs: number, handler: HandlerId, subject: number): void {
    if (!(atMs >= this.nowMs))
      throw this.error(`"${this.labels[handler.number]}" scheduled at ${atMs} ms, in the past`);
    if (!(subject >= 0 && subject <= SUBJECT_MASK))
      throw this.error(`"${this.labels[handler.number]}" of unknown subject ${subject}`);
  }

  private nextSequence(handler: HandlerId): number {
    const sequence = this.sequence++;
    return handler.deadline ? DEADLINE_SEQUENCE + sequence : sequence;
  }

  private error(what: string): SimulationError {
    return this.placed(new SimulationError(what));
  }

  /** The error, with where the run is: instant, event, seed. */
  placed(error: SimulationError): SimulationError {
    error.atMs = this.nowMs;
    error.eventNumber = this.eventCount;
    error.label = this.handling < 0 ? '' : this.labels[this.handling];
    error.seed = this.seed;
    return error;
  }
}
