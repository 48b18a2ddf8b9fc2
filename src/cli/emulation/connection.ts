/**
 * A real client's attempt, and then its connection, in the hands of the model:
 * what the model decides of it is done to its socket. What the client asks
 * meanwhile, pings above all, is answered when its host gets to it, which is the
 * model's to say; so many unanswered ones are kept.
 */
import type { Arrival } from '../endpoints/arrival.ts';
import { DropCause, rejectReasons } from '../../model/state/vocabulary.ts';

const QUESTIONS_MAX = 32;

/** Unlike others that refuse: HTTP's own words for it. */
const statuses: Readonly<Record<string, number>> = { admission: 429, hostDown: 502, staleRegistration: 409 };
const UNAVAILABLE = 503;

const GOING_AWAY = 1001;
const INTERNAL_ERROR = 1011;
/** How a connection ends whose host still lives, by a close that says why; all others are reset. */
const closes: ReadonlyMap<number, number> = new Map([
  [DropCause.drain, GOING_AWAY],
  [DropCause.scale, GOING_AWAY],
  [DropCause.closed, GOING_AWAY],
  [DropCause.age, GOING_AWAY],
  [DropCause.lease, INTERNAL_ERROR],
]);

export class Connection {
  readonly session: number;
  readonly arrival: Arrival;
  private readonly questions: { readonly askedMs: number; readonly answer: () => void }[] = [];

  constructor(session: number, arrival: Arrival) {
    this.session = session;
    this.arrival = arrival;
  }

  opened(): void {
    this.arrival.open();
  }

  connected(): void {
    this.arrival.accept();
  }

  rejected(reason: number, hintMs: number): void {
    const status = statuses[rejectReasons[reason]] ?? UNAVAILABLE;
    this.arrival.refuse(status, hintMs > 0 ? Math.ceil(hintMs / 1000) : null);
  }

  /** A process that is rebooted ends its connections as its kernel does; one that is killed has them reset. */
  dropped(cause: number): void {
    this.questions.length = 0;
    const code = closes.get(cause);
    if (code !== undefined) this.arrival.close(code);
    else if (cause === DropCause.reboot) this.arrival.cut();
    else this.arrival.reset();
  }

  reset(): void {
    this.arrival.reset();
  }

  vanished(): void {
    this.questions.length = 0;
    this.arrival.vanish();
  }

  /** Puts a question off. The oldest gives way: its answer would come last of all. */
  putOff(askedMs: number, answer: () => void): void {
    if (this.questions.length >= QUESTIONS_MAX) this.questions.shift();
    this.questions.push({ askedMs, answer });
  }

  /** Answers what its host has got to; whether it has answered all. */
  answer(hasAnswered: (askedMs: number) => boolean): boolean {
    while (this.questions.length > 0 && hasAnswered(this.questions[0].askedMs)) this.questions.shift()?.answer();
    return this.questions.length === 0;
  }

  get hasQuestions(): boolean {
    return this.questions.length > 0;
  }
}
