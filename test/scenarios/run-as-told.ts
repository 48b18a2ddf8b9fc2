// That runs of shipped scenarios, with their own seeds, do what the files say: shipped.test.ts asks it of the quick ones,
// shipped.full.test.ts of the others.
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/experiments/run.ts';
import { brokenExpectations, missedRows, runExpected, toldMisses } from './shipped-scenario.ts';

/** `alone`: the baselines, and no variant. */
export function checkRun(files: readonly string[], alone = false): void {
  describe.each(files)('a run of scenarios/%s', (file) => {
    let runs: ReadonlyMap<string, RunResult>;
    beforeAll(async () => {
      runs = await runExpected(file, alone);
    });

    it(`meets every expectation${alone ? '' : ', those on variants included'}`, () =>
      expect(brokenExpectations(file, runs)).toEqual([]));
    it('meets every observed row but those of which it says that it misses them', () =>
      expect(missedRows(runs.get('baseline')!)).toEqual(toldMisses[file] ?? []));
  });
}
