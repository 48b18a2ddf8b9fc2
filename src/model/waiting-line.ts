/**
 * A line of attempts that wait at a host, oldest first: a list linked through
 * the attempts' records, so that joining and leaving cost the same wherever it
 * happens. It knows nothing of who is served next: that is the discipline's
 * (policies/queueing.ts), and when is the host's.
 */
import { impossible } from '../engine/simulation-error.ts';
import { Phase, type Attempts } from './attempts.ts';

export class WaitingLine {
  /** the oldest; −1 if none */
  head = -1;
  /** the newest; −1 if none */
  tail = -1;

  /** An attempt joins at the end. */
  join(attempts: Attempts, attempt: number): void {
    attempts.setPhase(attempt, Phase.queued);
    attempts.setQueueNext(attempt, -1);
    attempts.setQueuePrevious(attempt, this.tail);
    if (this.tail >= 0) attempts.setQueueNext(this.tail, attempt);
    else this.head = attempt;
    this.tail = attempt;
  }

  /** An attempt is called, wherever in the line it is. */
  leave(attempts: Attempts, attempt: number): void {
    if (attempts.phase(attempt) !== Phase.queued) impossible(`attempt ${attempt} leaves a queue that it is not in`);
    const next = attempts.queueNext(attempt);
    const previous = attempts.queuePrevious(attempt);
    if (previous >= 0) attempts.setQueueNext(previous, next);
    else this.head = next;
    if (next >= 0) attempts.setQueuePrevious(next, previous);
    else this.tail = previous;
    attempts.setPhase(attempt, Phase.called);
  }

  /** All are gone at once; what becomes of them is the caller's. */
  clear(): void {
    this.head = -1;
    this.tail = -1;
  }
}
