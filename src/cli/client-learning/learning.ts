/**
 * What `sim learn-client` is at: the clients that have come, by name, and when
 * all of them have been seen.
 */
import type { ClientLog } from '../../experiments/client-learning/seen-attempts.ts';
import { visible } from '../../scenario/safe-text.ts';
import type { Arrival, Pace } from '../endpoints/arrival.ts';
import { Course } from './course.ts';
import { phases } from './phases.ts';

const CLIENTS_MAX = 20;

/** All the clients of one command, each with its course; the first that comes sets the clock for all. */
export class Learning {
  readonly courses = new Map<string, Course>();
  private readonly runs: Promise<void>[] = [];
  private startMs = Infinity;
  private readonly totalMs: number;
  private readonly pace: Pace;
  private readonly tell: (text: string) => void;
  private came: () => void = () => undefined;
  private crowded = false;

  constructor(totalMs: number, pace: Pace, tell: (text: string) => void) {
    this.totalMs = totalMs;
    this.pace = pace;
    this.tell = tell;
  }

  arrive(client: string, arrival: Arrival): void {
    const course = this.courses.get(client);
    if (course === undefined) this.begin(client, arrival);
    else course.arrive(arrival);
  }

  private begin(client: string, first: Arrival): void {
    if (this.courses.size >= CLIENTS_MAX) {
      if (!this.crowded) this.tell(`more than ${CLIENTS_MAX} clients: the others are turned away`);
      this.crowded = true;
      first.refuse(503);
      return;
    }
    const nowMs = performance.now();
    this.startMs = Math.min(this.startMs, nowMs);
    const { totalMs } = this;
    const name = client === '' ? '' : `${visible(client)}: `;
    const course = new Course({
      phases,
      client,
      first,
      totalMs,
      endMs: this.startMs + totalMs,
      pace: this.pace,
      tell: (text) => this.tell(`${name}${text}`),
    });
    this.courses.set(client, course);
    this.runs.push(course.run());
    this.came();
  }

  /** Waits until a client has come, so long at most; until somebody asks to stop. */
  async firstClient(withinMs: number, signal: AbortSignal): Promise<void> {
    if (this.courses.size > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.came = done;
      signal.addEventListener('abort', done);
    });
  }

  /** Waits until all of them have been seen. */
  async ended(): Promise<void> {
    for (const run of this.runs) await run;
  }

  stop(): void {
    for (const course of this.courses.values()) course.stop();
  }

  logs(): readonly ClientLog[] {
    return [...this.courses.values()].map((course) => course.log()).filter(({ attempts }) => attempts.length > 0);
  }

  get flooded(): boolean {
    return [...this.courses.values()].some((course) => course.flooded);
  }
}
