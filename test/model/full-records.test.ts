// Where there are more sessions or attempts at once than events can tell apart, a run says so, in words, instead of mixing them up.
import { describe, expect, it } from 'vitest';
import { MOST_SUBJECTS } from '../../src/engine/engine.ts';
import { CapacityError } from '../../src/engine/simulation-error.ts';
import { beyondCapacity } from '../../src/experiments/limits.ts';
import { Attempts } from '../../src/model/state/attempts.ts';
import { Sessions } from '../../src/model/state/sessions.ts';

describe('records that are full', () => {
  it('take as many attempts as there may be, and no more', () => {
    const attempts = new Attempts(2, 1, 3000);
    for (let i = 0; i < 3000; i++) expect(attempts.allocate(0, 0, 0)).toBe(i);
    expect(() => attempts.allocate(0, 0, 0)).toThrow(new CapacityError('attempts open at once', 3000));
    attempts.release(7);
    expect(attempts.allocate(0, 0, 0)).toBe(7);
  });

  it('take as many sessions as there may be, and no more, whatever they begin with', () => {
    for (const atStart of [0, 40, 100]) {
      const sessions = new Sessions(atStart, 1, 100);
      for (let i = 0; i < 100; i++) expect(sessions.admit(0, 0, i)).toBe(i);
      expect(() => sessions.admit(0, 0, 0)).toThrow(new CapacityError('sessions at once', 100));
      sessions.recycle(3);
      expect(sessions.admit(0, 0, 0)).toBe(3);
    }
  });

  it('end the run with a limit that is told in words', () => {
    const { facts } = beyondCapacity(new CapacityError('attempts open at once', MOST_SUBJECTS));
    expect(facts).toMatchObject({ expected: 'at most 67,100,000 attempts open at once', found: 'more' });
    expect(facts.hint).toContain('queue.limit');
  });
});
