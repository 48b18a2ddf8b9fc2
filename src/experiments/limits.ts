/**
 * Limits of a run, so that one that would never end, or never fit into memory,
 * ends with a message instead: events handled, memory of the whole process, and
 * time on the wall. They are looked at between two slices of a run, and change
 * nothing of one that stays within them. A slice that does not end by itself is
 * ended by V8's own watchdog, which costs the engine's loop nothing; what was
 * computed until then is lost.
 */
import { getHeapStatistics } from 'node:v8';
import { createContext, Script } from 'node:vm';
import type { CapacityError } from '../engine/simulation-error.ts';
import { residentBytes, usualMemoryBytes } from './machine-memory.ts';

export interface RunLimits {
  readonly eventsMax: number;
  /** of the whole process, whatever runs beside this run in it */
  readonly memoryBytesMax: number;
  /** time on the wall; Infinity: as long as it takes */
  readonly wallMsMax: number;
}

export type LimitKind = 'events' | 'memory' | 'time';

/** What a limit's message says, in the form of a scenario's problem. */
export interface LimitFacts {
  readonly limit: LimitKind;
  /** the scenario's path that is to blame; empty if it is the whole */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}

/** A run was refused beforehand, or stopped: nothing is wrong with the program. */
export class LimitError extends Error {
  readonly facts: LimitFacts;

  constructor(facts: LimitFacts) {
    super(`expected ${facts.expected}, found ${facts.found}`);
    this.name = 'LimitError';
    this.facts = facts;
  }
}

/** Some hours of computing; the largest scenario that is shipped needs a fiftieth. */
const EVENTS_MAX = 2e10;
/** Of V8's heap, which ends the process when it is full. */
const HEAP_SHARE = 0.9;
/** A second of simulated time that takes longer will hardly end. */
const STUCK_AFTER_MS = 60_000;
/** What Node takes as one. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export function defaultLimits(): RunLimits {
  return { eventsMax: EVENTS_MAX, memoryBytesMax: usualMemoryBytes(), wallMsMax: Infinity };
}

const smallNumber = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 });
const wholeNumber = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 1,234,567, and from ten billion on 6.1 × 10¹¹. */
export function largeNumber(value: number): string {
  if (value < 1e10) return wholeNumber.format(value);
  if (value === Infinity) return 'endlessly many';
  const [digits, exponent] = value.toExponential(1).split('e+');
  const power = `10${exponent.replaceAll(/\d/g, (digit) => superscripts[Number(digit)])}`;
  return digits === '1.0' ? power : `${digits.replace('.0', '')} × ${power}`;
}

/** What one core of a small machine handles; README's benchmark has it. */
const EVENTS_PER_SEC = 1e6;
/** In words, from the longest on. */
const spans: readonly (readonly [name: string, seconds: number])[] = [
  ['years', 31_557_600],
  ['days', 86_400],
  ['hours', 3600],
  ['minutes', 60],
];

/** A number of events, and how long they take where that is longer than a minute: `6 × 10¹¹ events (some 6.9 days at a million a second)`. */
export function eventsText(events: number): string {
  const seconds = events / EVENTS_PER_SEC;
  const span = spans.find(([, length]) => seconds >= 2 * length);
  const time =
    span === undefined ? '' : ` (some ${smallNumber.format(seconds / span[1])} ${span[0]} at a million a second)`;
  return `${largeNumber(events)} events${time}`;
}

export function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${wholeNumber.format(bytes / 1e9)} GB` : `${wholeNumber.format(bytes / 1e6)} MB`;
}

function secondsText(ms: number): string {
  return `${wholeNumber.format(ms / 1000)} s`;
}

export const raiseHints: Readonly<Record<LimitKind, string>> = {
  events: 'raise the limit with --max-events (in a program: limits.eventsMax), or make the scenario smaller or shorter',
  memory:
    'raise the limit with --max-memory (in a program: limits.memoryBytesMax), or make the scenario smaller or shorter',
  time: 'raise the limit with --max-time (in a program: limits.wallMsMax), or make the scenario smaller or shorter',
};

/** More of something at once than the records of a run can hold, whatever its limits. */
export function beyondCapacity({ what, most }: CapacityError): LimitError {
  return new LimitError({
    limit: 'memory',
    path: '',
    expected: `at most ${largeNumber(most)} ${what}`,
    found: 'more',
    hint: 'make the scenario smaller (`scale`) or shorter, or bound its queues: `queue.limit`',
  });
}

const realm = createContext({ work: (): void => undefined });
const script = new Script('work()');

function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

/** Watches one run. */
export class LimitWatch {
  private readonly limits: RunLimits;
  private readonly startedMs = performance.now();
  /** the simulated second that the run is in, and since when */
  private second = -1;
  private secondSinceMs = this.startedMs;

  constructor(limits: RunLimits) {
    this.limits = limits;
  }

  /** Does a piece of the work, which must not wait for anything; ends it if it takes far too long, or longer than the run may. */
  within<T>(work: () => T, stuckAfterMs = STUCK_AFTER_MS): T {
    const leftMs = this.limits.wallMsMax - (performance.now() - this.startedMs);
    const timeout = Math.max(1, Math.ceil(Math.min(stuckAfterMs, leftMs, LONGEST_TIMEOUT_MS)));
    let result: T | undefined;
    realm.work = () => {
      result = work();
    };
    try {
      script.runInContext(realm, { timeout });
    } catch (error) {
      if (!isTimeout(error)) throw error;
      throw leftMs <= stuckAfterMs ? overTime(this.limits.wallMsMax) : stuck();
    } finally {
      realm.work = () => undefined;
    }
    return result as T;
  }

  /** Throws a LimitError if the run has gone too far; it is in the given second of its clock. */
  check(eventCount: number, second: number): void {
    const nowMs = performance.now();
    if (second !== this.second) [this.second, this.secondSinceMs] = [second, nowMs];
    else if (nowMs - this.secondSinceMs > STUCK_AFTER_MS) throw stuck();
    const { eventsMax, memoryBytesMax, wallMsMax } = this.limits;
    if (eventCount > eventsMax)
      throw new LimitError({
        limit: 'events',
        path: '',
        expected: `at most ${largeNumber(eventsMax)} events`,
        found: 'more',
        hint: raiseHints.events,
      });
    if (nowMs - this.startedMs > wallMsMax) throw overTime(wallMsMax);
    const bytes = residentBytes();
    if (bytes > memoryBytesMax) throw overMemory(memoryBytesMax, bytesText(bytes));
    const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
    if (used > HEAP_SHARE * most) throw overHeap(HEAP_SHARE * most, bytesText(used));
  }
}

export function overMemory(bytesMax: number, found: string): LimitError {
  return new LimitError({
    limit: 'memory',
    path: '',
    expected: `at most ${bytesText(bytesMax)} of memory`,
    found,
    hint: raiseHints.memory,
  });
}

export function overTime(wallMsMax: number): LimitError {
  return new LimitError({
    limit: 'time',
    path: '',
    expected: `a run of at most ${secondsText(wallMsMax)}`,
    found: 'one that takes longer',
    hint: raiseHints.time,
  });
}

export function overHeap(bytesMax: number, found: string): LimitError {
  return new LimitError({
    limit: 'memory',
    path: '',
    expected: `at most ${bytesText(bytesMax)} of V8's heap`,
    found,
    hint: `raise it with NODE_OPTIONS=--max-old-space-size=${Math.ceil((2 * bytesMax) / 1e6)}, or make the scenario smaller or shorter`,
  });
}

function stuck(): LimitError {
  return new LimitError({
    limit: 'time',
    path: '',
    expected: `each simulated second to be computed in ${secondsText(STUCK_AFTER_MS)}`,
    found: 'one that takes longer',
    hint: 'this run would hardly end: do clients or timers act within microseconds?',
  });
}
