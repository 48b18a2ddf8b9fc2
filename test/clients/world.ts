/**
 * The other end of the wire, as a client under test meets it: each attempt is
 * treated as a misbehaviour says (refused, left hanging, closed with a code, cut,
 * forgotten, …), and written down: when it began, opened, was answered and ended,
 * and who ended it. The fake transports (WebSocket, fetch, net) ask here what
 * to do; the words of a library's protocol are its subject's.
 */
import type { VirtualTime } from './virtual-time.ts';

export interface Treatment {
  /** what becomes of the transport; a status is the answer to the request or the upgrade */
  readonly transport:
    'opens' | 'refused' | 'hangs' | 'reset' | { readonly status: number; readonly retryAfterSec?: number };
  readonly opensAfterMs?: number;
  /** what the application does once the transport is open; absent: it answers */
  readonly application?: 'answers' | 'silent' | 'half' | 'cut' | { readonly closes: number };
  readonly answersAfterMs?: number;
  /** how long it lasts once answered; absent: for ever */
  readonly upForMs?: number;
  readonly ends?: 'cut' | 'vanishes' | { readonly closes: number };
}

export interface Attempt {
  readonly startMs: number;
  openMs: number | null;
  /** the application answered: the library is connected */
  upMs: number | null;
  endMs: number | null;
  endedBy: 'client' | 'server' | null;
}

/** A connection as the server has it. */
export interface Line {
  send(data: string | Uint8Array): void;
  /** ends without a word, as when the process is killed */
  cut(): void;
  close(code: number): void;
  /** nothing passes any more, either way, and nobody is told */
  vanish(): void;
}

/** A library's protocol on the server's side: speaks, calls `up` when the library is connected, returns who hears messages. */
export type Protocol = (
  line: Line,
  up: () => void,
  options: { readonly half: boolean; readonly time: VirtualTime; readonly token: string },
) => (message: string | Uint8Array) => void;

/** How long an exchange takes that ends in a refusal by words: a status, a reset. */
export const EXCHANGE_MS = 20;

export class Visit {
  /** what its later parts name it by: a session's id, say */
  readonly token: string;
  readonly attempt: Attempt;
  readonly treatment: Treatment;
  protected readonly time: VirtualTime;
  private isCounting = false;

  constructor(time: VirtualTime, token: string, treatment: Treatment) {
    this.time = time;
    this.token = token;
    this.treatment = treatment;
    this.attempt = { startMs: time.nowMs(), openMs: null, upMs: null, endMs: null, endedBy: null };
  }

  opened(): void {
    this.attempt.openMs ??= this.time.nowMs();
  }

  ended(by: 'client' | 'server'): void {
    if (this.attempt.endMs !== null) return;
    this.attempt.endMs = this.time.nowMs();
    this.attempt.endedBy = by;
  }

  /** The transport's part: calls one of the two, now, later or never. */
  transport(opens: () => void, fails: (status?: number, retryAfterSec?: number) => void): void {
    const { transport, opensAfterMs = 0 } = this.treatment;
    const fail = (status?: number, retryAfterSec?: number) => () => {
      if (this.attempt.endMs !== null) return;
      this.ended('server');
      fails(status, retryAfterSec);
    };
    if (transport === 'opens') {
      if (opensAfterMs === 0) this.time.soon(opens);
      else this.time.after(opensAfterMs, opens);
    } else if (transport === 'refused') this.time.soon(fail());
    else if (transport === 'reset') this.time.after(EXCHANGE_MS, fail());
    else if (transport !== 'hangs') this.time.after(EXCHANGE_MS, fail(transport.status, transport.retryAfterSec));
  }

  /** A later part of an attempt whose first part went well: it passes. */
  continues(opens: () => void, _fails: () => void): void {
    this.time.soon(opens);
  }

  /** The application's part, over an open line; returns who hears messages. */
  serve(line: Line, protocol: Protocol): (message: string | Uint8Array) => void {
    this.opened();
    const { application = 'answers', answersAfterMs = 0 } = this.treatment;
    if (application === 'silent') return () => undefined;
    if (application === 'cut') {
      this.time.soon(() => line.cut());
      return () => undefined;
    }
    if (typeof application === 'object') {
      this.time.soon(() => line.close(application.closes));
      return () => undefined;
    }
    let hears: ((message: string | Uint8Array) => void) | undefined;
    const early: (string | Uint8Array)[] = [];
    const begin = (): void => {
      if (this.attempt.endMs !== null) return;
      hears = protocol(line, () => this.up(line), { half: application === 'half', time: this.time, token: this.token });
      for (const message of early) hears(message);
    };
    if (answersAfterMs === 0) begin();
    else this.time.after(answersAfterMs, begin);
    return (message) => {
      if (hears === undefined) early.push(message);
      else hears(message);
    };
  }

  /** The library is connected: how long it lasts is the treatment's. */
  up(line: Pick<Line, 'cut' | 'close' | 'vanish'>): void {
    if (this.attempt.endMs !== null) return;
    this.opened();
    this.attempt.upMs ??= this.time.nowMs();
    const { upForMs, ends = 'cut' } = this.treatment;
    if (upForMs === undefined || this.isCounting) return;
    this.isCounting = true;
    this.time.after(upForMs, () => {
      if (this.attempt.endMs !== null) return;
      if (ends === 'cut') line.cut();
      else if (ends === 'vanishes') line.vanish();
      else line.close(ends.closes);
    });
  }
}

export class World {
  readonly time: VirtualTime;
  readonly attempts: Attempt[] = [];
  private readonly visits = new Map<string, Visit>();
  private readonly plan: (attempt: number) => Treatment;

  /** `plan`: how the attempts are treated, 0 being the very first. */
  constructor(time: VirtualTime, plan: (attempt: number) => Treatment) {
    this.time = time;
    this.plan = plan;
  }

  begin(): Visit {
    const visit = this.open(`visit-${this.attempts.length}`);
    this.visits.set(visit.token, visit);
    this.attempts.push(visit.attempt);
    return visit;
  }

  protected open(token: string): Visit {
    return new Visit(this.time, token, this.plan(this.attempts.length));
  }

  /** The visit of which this is a later part. */
  continued(token: string): Visit {
    const visit = this.visits.get(token);
    if (visit === undefined) throw new Error(`no visit has the token ${token}`);
    return visit;
  }
}
