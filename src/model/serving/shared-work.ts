/**
 * The services of one host that slow each other: with n under way each goes on
 * at 1/s(n) of its speed alone, s(n) = 1 + linear·(n − 1) + quadratic·n·(n − 1),
 * the universal scalability law (Gunther, "Guerrilla Capacity Planning", 2007):
 * linear is what waits for each other, quadratic what must agree. At linear = 1
 * it is processor sharing. Since all have got the same work since one began, a
 * clock of that work says who ends next: the service whose end on it is first.
 */
import type { Contention } from '../state/tier-rules.ts';

/** By how much n services at once slow each of them. */
export function slowdownOf({ linear, quadratic }: Contention, n: number): number {
  return 1 + linear * (n - 1) + quadratic * n * (n - 1);
}

export class SharedWork {
  /** the event of the next end; 0: none is pending */
  event = 0;
  private readonly contention: Contention;
  /** what each service has got that has been there all along, up to `asOfMs` */
  private workedMs = 0;
  private asOfMs = 0;
  private isStopped = false;
  /** a binary heap of services by their end on that clock */
  private readonly attempts: number[] = [];
  private readonly ends: number[] = [];

  constructor(contention: Contention) {
    this.contention = contention;
  }

  add(nowMs: number, attempt: number, workMs: number): void {
    this.advance(nowMs);
    let at = this.ends.length;
    const end = this.workedMs + workMs;
    this.ends.push(end);
    this.attempts.push(attempt);
    for (let parent = (at - 1) >> 1; at > 0 && this.ends[parent] > end; parent = (at - 1) >> 1) {
      this.put(at, this.ends[parent], this.attempts[parent]);
      at = parent;
    }
    this.put(at, end, attempt);
  }

  /** The service that ends now. */
  takeNext(nowMs: number): number {
    this.advance(nowMs);
    const [attempt] = this.attempts;
    // What rounding has left out.
    this.workedMs = Math.max(this.workedMs, this.ends[0]);
    const end = this.ends.pop()!;
    const last = this.attempts.pop()!;
    if (this.ends.length > 0) this.sink(end, last);
    else this.workedMs = 0;
    return attempt;
  }

  /** When the next one ends if none comes before it; Infinity: there is none, or all stand still. */
  nextEndMs(): number {
    if (this.isStopped || this.ends.length === 0) return Infinity;
    return this.asOfMs + (this.ends[0] - this.workedMs) * slowdownOf(this.contention, this.ends.length);
  }

  stop(nowMs: number): void {
    this.advance(nowMs);
    this.isStopped = true;
  }

  goOn(nowMs: number): void {
    this.advance(nowMs);
    this.isStopped = false;
  }

  clear(): void {
    this.attempts.length = 0;
    this.ends.length = 0;
    this.workedMs = 0;
    this.isStopped = false;
    this.event = 0;
  }

  private advance(nowMs: number): void {
    if (!this.isStopped && this.ends.length > 0)
      this.workedMs += (nowMs - this.asOfMs) / slowdownOf(this.contention, this.ends.length);
    this.asOfMs = nowMs;
  }

  private sink(end: number, attempt: number): void {
    const count = this.ends.length;
    let at = 0;
    for (let child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && this.ends[child + 1] < this.ends[child]) child++;
      if (this.ends[child] >= end) break;
      this.put(at, this.ends[child], this.attempts[child]);
      at = child;
    }
    this.put(at, end, attempt);
  }

  private put(at: number, end: number, attempt: number): void {
    this.ends[at] = end;
    this.attempts[at] = attempt;
  }
}
