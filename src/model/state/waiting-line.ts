/**
 * A line of attempts that wait at a host, oldest first: a list linked through
 * the attempts' records, so that joining and leaving cost the same wherever it
 * happens. It brings its discipline (policies/queueing.ts), which says who is
 * served next, and knows nothing of when: that is the host's.
 */
import { impossible } from '../../engine/simulation-error.ts';
import type { Line, Queueing } from '../../policies/queueing.ts';
import { Phase, type Attempts } from './attempts.ts';

export class WaitingLine implements Line {
  discipline: Queueing;
  /** the oldest; −1 if none */
  head = -1;
  /** the newest; −1 if none */
  tail = -1;
  length = 0;
  sinceMs = 0;
  private readonly attempts: Attempts;

  constructor(attempts: Attempts, discipline: Queueing) {
    this.attempts = attempts;
    this.discipline = discipline;
  }

  oldestMs(): number {
    return this.attempts.enteredMs(this.head);
  }

  newestMs(): number {
    return this.attempts.enteredMs(this.tail);
  }

  /** An attempt joins at the end. */
  join(attempt: number): void {
    const { attempts } = this;
    attempts.setPhase(attempt, Phase.queued);
    attempts.setQueueNext(attempt, -1);
    attempts.setQueuePrevious(attempt, this.tail);
    if (this.tail >= 0) attempts.setQueueNext(this.tail, attempt);
    else {
      this.head = attempt;
      this.sinceMs = attempts.enteredMs(attempt);
    }
    this.tail = attempt;
    this.length++;
  }

  /** An attempt is called, wherever in the line it is. */
  leave(attempt: number): void {
    const { attempts } = this;
    if (attempts.phase(attempt) !== Phase.queued) impossible(`attempt ${attempt} leaves a queue that it is not in`);
    const next = attempts.queueNext(attempt);
    const previous = attempts.queuePrevious(attempt);
    if (previous >= 0) attempts.setQueueNext(previous, next);
    else this.head = next;
    if (next >= 0) attempts.setQueuePrevious(next, previous);
    else this.tail = previous;
    this.length--;
    attempts.setPhase(attempt, Phase.called);
  }

  /** All are gone at once; what becomes of them is the caller's. */
  clear(): void {
    this.head = -1;
    this.tail = -1;
    this.length = 0;
  }

  /** Those of another line come into this one, in the order in which they came to the host. */
  absorb(other: WaitingLine): void {
    const { attempts } = this;
    const all: number[] = [];
    for (const line of [this, other]) for (let a = line.head; a >= 0; a = attempts.queueNext(a)) all.push(a);
    this.clear();
    other.clear();
    all.sort((a, b) => attempts.enteredMs(a) - attempts.enteredMs(b));
    for (const attempt of all) this.join(attempt);
  }
}
