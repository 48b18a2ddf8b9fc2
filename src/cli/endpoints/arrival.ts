/**
 * One attempt of a client, as the server has it in its hands: what can be done to
 * it, and what is noted down of it. Whoever treats it says how exactly once;
 * after that it may fall silent, be cut, or be closed. Instants are of
 * `performance.now()`.
 */
import type { SeenAttempt, Sign, Transport, Treatment } from '../../experiments/client-learning/seen-attempts.ts';
import type { Dialect } from './dialects.ts';

/** Of one connection nobody needs to know more signs of life. */
const SIGNS_MAX = 200;
/** A client that is told of a close answers at once, if at all. */
export const AGREES_WITHIN_MS = 500;

export interface Pace {
  /** how often the server pings where it says so itself, and what timeout it tells */
  readonly pingEveryMs: number;
  readonly pingTimeoutMs: number;
  /** how long a plain request takes */
  readonly answerMs: number;
}

export abstract class Arrival {
  readonly transport: Transport;
  readonly startMs: number;
  treatment: Treatment = 'refuse';
  code: number | null = null;
  retryAfterSec: number | null = null;
  openedMs: number | null = null;
  answeredMs: number | null = null;
  silentFromMs: number | null = null;
  endMs: number | null = null;
  endedBy: 'client' | 'server' | null = null;
  held = false;
  overlaps = false;
  page = 0;
  readonly signs: Sign[] = [];
  /** of the client, as far as this attempt gave it away */
  dialect: Dialect | null = null;
  readonly ended: Promise<void>;
  private readonly settleEnded: () => void;
  private isClosing = false;
  /** called whenever something happened to it */
  onChange: () => void = () => undefined;
  /** How what the client asks on its connection is answered, pings too: at once, unless somebody else decides when. */
  answerBy: (answer: () => void) => void = (answer) => answer();

  constructor(transport: Transport, startMs: number) {
    this.transport = transport;
    this.startMs = startMs;
    let settle = (): void => undefined;
    this.ended = new Promise((resolve) => {
      settle = resolve;
    });
    this.settleEnded = settle;
  }

  /** how it is told to people */
  abstract readonly what: string;
  protected abstract doRefuse(status: number, retryAfterSec: number | null): void;
  protected abstract doHang(): void;
  /** `talks`: false if nothing but the transport's own answer is to be said */
  protected abstract doAccept(talks: boolean): void;
  protected abstract doCut(): void;
  protected doReset(): void {
    this.doCut();
  }
  protected doClose(_code: number): void {
    this.doCut();
  }
  protected doFallSilent(): void {
    // Most say nothing by themselves.
  }
  /** the transport's own answer, where there is one beside the application's */
  protected doOpen(): void {
    // Most have none.
  }
  /** left to wait, and heard if it leaves */
  protected doWait(): void {
    this.doHang();
  }
  protected doVanish(): void {
    this.doFallSilent();
  }

  refuse(status: number, retryAfterSec: number | null = null): void {
    this.treatment = 'refuse';
    this.code = status;
    this.retryAfterSec = retryAfterSec;
    this.doRefuse(status, retryAfterSec);
    this.end('server');
  }

  hang(): void {
    this.treatment = 'hang';
    this.silentFromMs = this.startMs;
    this.doHang();
  }

  /** Until it is told more. */
  wait(): void {
    this.doWait();
  }

  /** The transport is open, and its pings are answered; what the application has to say comes with `accept`. */
  open(): void {
    this.doOpen();
  }

  accept(): void {
    this.treatment = 'accept';
    this.doAccept(true);
  }

  acceptInSilence(): void {
    this.treatment = 'silent';
    this.silentFromMs = performance.now();
    this.doAccept(false);
  }

  /** From now on nothing is said and nothing answered. */
  fallSilent(): void {
    this.silentFromMs = performance.now();
    this.doFallSilent();
  }

  /** Silent from now on, and deaf too: what the client sends is not even read as an end that needs an answer. */
  vanish(): void {
    this.silentFromMs = performance.now();
    this.doVanish();
  }

  /** Ends the connection without a word; `as`: if that was meant for it from the beginning. */
  cut(as: Treatment = this.treatment): void {
    if (this.endMs !== null) return;
    this.treatment = as;
    this.end('server');
    this.doCut();
  }

  reset(): void {
    this.treatment = 'reset';
    this.end('server');
    this.doReset();
  }

  /** It ends when the client has agreed, or not much later. */
  close(code: number): void {
    if (this.endMs !== null) return;
    this.treatment = 'close';
    this.code = code;
    this.isClosing = true;
    this.doClose(code);
    setTimeout(() => this.cut(), AGREES_WITHIN_MS);
  }

  protected opened(): void {
    this.openedMs ??= performance.now();
    this.onChange();
  }

  protected answered(): void {
    this.answeredMs ??= performance.now();
    this.onChange();
  }

  protected sign(is: Sign['is']): void {
    if (this.signs.length < SIGNS_MAX) this.signs.push({ atMs: performance.now(), is });
  }

  protected end(by: 'client' | 'server'): void {
    if (this.endMs !== null) return;
    this.endMs = performance.now();
    this.endedBy = this.isClosing ? 'server' : by;
    this.settleEnded();
    this.onChange();
  }

  /** What was seen, in time since `originMs`. */
  seen(originMs: number): SeenAttempt {
    const since = (ms: number | null): number | null => (ms === null ? null : ms - originMs);
    const { page, transport, treatment, code, retryAfterSec, endedBy, held, overlaps } = this;
    return {
      page,
      transport,
      treatment,
      code,
      retryAfterSec,
      startMs: this.startMs - originMs,
      endMs: since(this.endMs),
      endedBy,
      openedMs: since(this.openedMs),
      answeredMs: since(this.answeredMs),
      silentFromMs: since(this.silentFromMs),
      held,
      overlaps,
      signs: this.signs.map(({ atMs, is }) => ({ atMs: atMs - originMs, is })),
    };
  }
}

/** What a client is told when it is refused. */
export function refusalHeaders(retryAfterSec: number | null): Record<string, string> {
  const hint = retryAfterSec === null ? {} : { 'Retry-After': String(retryAfterSec) };
  return { Connection: 'close', ...hint };
}
