// That runs of shipped scenarios, with their own seeds, do what the files say: shipped.test.ts asks it of the quick ones,
// shipped.full.test.ts of the others.
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/experiments/run.ts';
import { brokenExpectations, knownMisses, missedRows, runExpected } from './shipped-scenario.ts';

export function checkRun(files: readonly string[]): void {
  describe.each(files)('a run of scenarios/%s', (file) => {
    let runs: ReadonlyMap<string, RunResult>;
    beforeAll(async () => {
      runs = await runExpected(file);
    });

    it('meets every expectation, those on variants included', () => expect(brokenExpectations(file, runs)).toEqual([]));
    it('meets every observed row', () => expect(missedRows(runs.get('baseline')!)).toEqual(knownMisses[file] ?? []));
  });
}
