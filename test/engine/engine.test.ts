// The clock and the loop: the order of simultaneous events, what is refused, and what an error says.
import { describe, expect, it } from 'vitest';
import { Engine, type HandlerId } from '../../src/engine/engine.ts';
import { impossible, SimulationError } from '../../src/engine/simulation-error.ts';

const SEED = 'engine/0';
const LAST_SUBJECT = 2 ** 26 - 1;

interface Logged {
  readonly engine: Engine;
  readonly common: HandlerId;
  readonly deadline: HandlerId;
  /** what was handled, when and of whom */
  readonly log: (readonly [what: string, atMs: number, subject: number])[];
}

function logged(): Logged {
  const engine = new Engine(SEED);
  const log: Logged['log'] = [];
  const common = engine.register('work is done', (subject) => log.push(['common', engine.nowMs, subject]));
  const deadline = engine.register('time is over', (subject) => log.push(['deadline', engine.nowMs, subject]), {
    deadline: true,
  });
  return { engine, common, deadline, log };
}

/** What it throws, as a SimulationError. */
function thrownBy(act: () => unknown): SimulationError {
  try {
    act();
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
  throw new Error('it throws nothing');
}

describe('the engine', () => {
  it('handles events by time, those of one instant first in, first out, and deadlines after all of them', () => {
    const { engine, common, deadline, log } = logged();
    const lane = engine.openLane();
    engine.schedule(20, deadline, 1);
    engine.scheduleOnLane(lane, 20, deadline, 2);
    engine.schedule(20, common, 3);
    engine.scheduleOnLane(engine.openLane(), 20, common, 4);
    engine.schedule(20, common, LAST_SUBJECT);
    engine.schedule(10, common, 0);
    engine.scheduleOnLane(lane, 15, common, 6);
    expect(engine.pending).toBe(7);
    engine.run(21);
    expect(log).toEqual([
      ['common', 10, 0],
      ['common', 15, 6],
      ['common', 20, 3],
      ['common', 20, 4],
      ['common', 20, LAST_SUBJECT],
      ['deadline', 20, 1],
      ['deadline', 20, 2],
    ]);
    expect([engine.pending, engine.eventCount]).toEqual([0, 7]);
  });

  it('handles what is due before the end, and what handlers schedule for now, and then stands at the end', () => {
    const engine = new Engine(SEED);
    const at: number[] = [];
    const again = engine.register('goes on', (left) => {
      at.push(engine.nowMs);
      if (left > 0) engine.schedule(engine.nowMs, again, left - 1);
    });
    engine.schedule(5, again, 2);
    engine.schedule(8, again, 0);
    engine.run(8);
    expect([at, engine.nowMs, engine.pending]).toEqual([[5, 5, 5], 8, 1]);
    engine.run(9);
    expect([at, engine.nowMs, engine.pending]).toEqual([[5, 5, 5, 8], 9, 0]);
  });

  it('stops after so many events if asked to, with its clock at the last, and goes on from there', () => {
    const engine = new Engine(SEED);
    const seen: number[] = [];
    const handler = engine.register('is seen', (subject) => seen.push(subject));
    for (const [subject, atMs] of [5, 5, 5, 7].entries()) engine.schedule(atMs, handler, subject);
    expect([engine.run(10, 0), engine.nowMs]).toEqual([false, 0]);
    expect([engine.run(10, 2), engine.nowMs, engine.pending]).toEqual([false, 5, 2]);
    expect([engine.run(6, 2), engine.nowMs]).toEqual([true, 6]);
    // The last one may be the one that is due: only the next call knows.
    expect([engine.run(10, 1), engine.nowMs]).toEqual([false, 7]);
    expect([engine.run(10, 1), engine.nowMs]).toEqual([true, 10]);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('knows when an event is due, and cancels it for its own subject only', () => {
    const { engine, common, log } = logged();
    const lane = engine.openLane();
    const kept = engine.schedule(3, common, 7);
    const gone = engine.schedule(4.5, common, 7);
    const goneOnLane = engine.scheduleOnLane(lane, 5, common, 8);
    expect([kept, gone, goneOnLane].map((event) => engine.timeOf(event))).toEqual([3, 4.5, 5]);
    expect(thrownBy(() => engine.cancel(gone, 8)).what).toBe(`event ${gone} is not one of 8`);
    engine.cancel(gone, 7);
    engine.cancel(goneOnLane, 8);
    engine.run(10);
    expect(log).toEqual([['common', 3, 7]]);
  });

  it('has as many lanes as are asked for', () => {
    const { engine } = logged();
    expect(new Set([engine.openLane(), engine.openLane(), engine.openLane()]).size).toBe(3);
  });

  it('takes sixty-four kinds of events, and each reaches its own handler', () => {
    const engine = new Engine(SEED);
    const called: number[] = [];
    const handlers = Array.from({ length: 64 }, (_, i) => engine.register(`kind ${i}`, () => called.push(i)));
    handlers.forEach((handler, i) => engine.schedule(64 - i, handler, LAST_SUBJECT));
    engine.run(100);
    expect(called).toEqual(Array.from({ length: 64 }, (_, i) => 63 - i));
    expect(thrownBy(() => engine.register('one more', () => undefined)).what).toBe('too many kinds of events');
  });
});

describe('the engine refuses', () => {
  it.each([
    ['an instant in the past', 99, 0, '"work is done" scheduled at 99 ms, in the past'],
    ['an instant that is none', NaN, 0, '"work is done" scheduled at NaN ms, in the past'],
    ['a negative subject', 100, -1, '"work is done" of unknown subject -1'],
    ['a subject beyond the last', 100, LAST_SUBJECT + 1, `"work is done" of unknown subject ${LAST_SUBJECT + 1}`],
    ['a subject that is none', 100, NaN, '"work is done" of unknown subject NaN'],
  ])('%s', (_, atMs, subject, message) => {
    const { engine, common } = logged();
    const lane = engine.openLane();
    engine.run(100);
    expect(thrownBy(() => engine.schedule(atMs, common, subject)).message).toBe(message);
    expect(thrownBy(() => engine.scheduleOnLane(lane, atMs, common, subject)).message).toBe(message);
    expect(engine.pending).toBe(0);
  });
});

describe('an error', () => {
  it('of the simulation says when it came, at which event of which kind, and with which seed', () => {
    const engine = new Engine(SEED);
    const fatal = engine.register('host falls over', () => impossible('that cannot be'));
    const common = engine.register('nothing special', () => undefined);
    engine.schedule(1, common, 0);
    engine.schedule(2.5, fatal, 0);
    const { what, atMs, eventNumber, label, seed, name } = thrownBy(() => engine.run(10));
    expect({ what, atMs, eventNumber, label, seed, name }).toEqual({
      what: 'that cannot be',
      atMs: 2.5,
      eventNumber: 2,
      label: 'host falls over',
      seed: SEED,
      name: 'SimulationError',
    });
  });

  it('outside of any event names none', () => {
    const { engine, common } = logged();
    expect(thrownBy(() => engine.schedule(NaN, common, 0))).toMatchObject({
      atMs: 0,
      eventNumber: 0,
      label: '',
      seed: SEED,
    });
    engine.schedule(1, common, 0);
    engine.run(4);
    expect(thrownBy(() => engine.schedule(3, common, 0))).toMatchObject({
      atMs: 4,
      eventNumber: 1,
      label: '',
      seed: SEED,
    });
  });

  it('of another kind passes as it is', () => {
    const engine = new Engine(SEED);
    const bug = new TypeError('not a function');
    engine.schedule(
      1,
      engine.register('fails', () => {
        throw bug;
      }),
      0,
    );
    expect(() => engine.run(10)).toThrow(bug);
  });
});

describe('what is settled before its time', () => {
  /** Of events at 1 … 100 ms those of even subjects are settled. */
  function foreseeing(): { engine: Engine; settled: number[]; touched: number[]; came: number[] } {
    const engine = new Engine(SEED);
    const [settled, touched, came]: number[][] = [[], [], []];
    const handler = engine.register('work is done', (subject) => came.push(subject), {
      reads: { touch: (subject) => touched.push(subject) },
      settle: (subject, atMs) => {
        expect(atMs).toBe(subject);
        if (subject % 2 === 0) settled.push(subject);
        return subject % 2 === 0;
      },
    });
    for (let atMs = 100; atMs > 0; atMs--) engine.schedule(atMs, handler, atMs);
    return { engine, settled, touched, came };
  }

  const upTo = (last: number, first: number, step: number): number[] =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, n) => first + n * step);

  it('does not come, and all else does, in order', () => {
    const { engine, settled, touched, came } = foreseeing();
    engine.run(101);
    expect(came).toEqual(upTo(99, 1, 2));
    expect(settled.sort((a, b) => a - b)).toEqual(upTo(100, 2, 2));
    expect(touched.sort((a, b) => a - b)).toEqual(upTo(100, 1, 1));
    expect([engine.pending, engine.eventCount]).toEqual([0, 50]);
  });

  it('is nothing of what is due after the run, nor at a look at what comes next', () => {
    const { engine, settled, came } = foreseeing();
    expect(engine.nextMs(1000)).toBe(1);
    expect(settled).toEqual([]);
    engine.run(50);
    expect(Math.max(...settled)).toBeLessThan(50);
    expect(came.filter((subject) => subject % 2 === 1)).toEqual(upTo(49, 1, 2));
    engine.run(101);
    expect([...came, ...settled].sort((a, b) => a - b)).toEqual(upTo(100, 1, 1));
  });
});
