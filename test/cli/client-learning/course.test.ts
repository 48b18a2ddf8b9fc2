// The course of one client, with phases and attempts of the test's own: what it does not see is then the course's fault.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Course, type Phase } from '../../../src/cli/client-learning/course.ts';
import { Arrival } from '../../../src/cli/endpoints/arrival.ts';

class SmallArrival extends Arrival {
  readonly what = 'an attempt';
  constructor() {
    super('websocket', performance.now());
  }
  protected doRefuse(): void {
    // Nobody is there to be told.
  }
  protected doHang(): void {
    // Nobody is there to wait.
  }
  protected doAccept(): void {
    this.opened();
    this.answered();
  }
  protected doCut(): void {
    // Nothing is there to be cut.
  }
}

const refuses: Phase = {
  says: 'is refused',
  share: 8,
  act: async (course, untilMs) => (await course.next(untilMs))?.refuse(503),
  saw: () => '',
};
const isLetIn: Phase = {
  says: 'is let in',
  share: 1,
  act: async (course, untilMs) => (await course.next(untilMs))?.accept(),
  saw: () => '',
};

/** How each attempt was treated, and on which page it was made: those who have given up begin another. */
async function treatments(
  delaysMs: readonly number[],
  phases: readonly Phase[],
): Promise<readonly (readonly [string, number])[]> {
  const totalMs = 900;
  const first = new SmallArrival();
  const course = new Course({
    phases,
    client: '',
    first,
    totalMs,
    endMs: first.startMs + totalMs,
    pace: { pingEveryMs: 100, pingTimeoutMs: 100, answerMs: 10 },
    tell: () => undefined,
  });
  const run = course.run();
  let last = first;
  for (const delayMs of delaysMs) {
    await last.ended;
    await sleep(delayMs);
    last = new SmallArrival();
    course.arrive(last);
  }
  await run;
  return course.attempts.map(({ treatment, page }) => [treatment, page]);
}

describe('a phase', () => {
  it('sees a client whose delay is longer than its share of the time', async () => {
    // Of 900 ms, a tenth is for letting it in; it comes after more than that.
    expect(await treatments([130], [refuses, isLetIn, { ...refuses, share: 9 }])).toEqual([
      ['refuse', 0],
      ['accept', 0],
    ]);
  });

  it('waits for one whose delays scatter, however short they were', async () => {
    // After 5 and 5 ms one of 110: more than a twelfth of the time and twenty times as long as any before, less than a sixth.
    const threeTimes: Phase = {
      ...refuses,
      act: async (course, untilMs) => {
        for (let i = 0; i < 3; i++) (await course.next(untilMs))?.refuse(503);
      },
    };
    expect(await treatments([5, 5, 110], [threeTimes, isLetIn])).toEqual([
      ['refuse', 0],
      ['refuse', 0],
      ['refuse', 0],
      ['accept', 0],
    ]);
  });

  it('takes one that stays away for much longer for one that has given up', async () => {
    // A sixth of the time, and 5 ms: then it has.
    expect(await treatments([700], [refuses, { ...isLetIn, says: 'ends' }])).toEqual([
      ['refuse', 0],
      ['accept', 1],
    ]);
  });
});
