// Whatever is wrong with a scenario, the answer is a clean outcome or a message with its place, soon, and within
// memory. Some tens of cases; thousands in loader.full.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseCount, fuzzSeed, survive, type Ending } from './loaded-mutant.ts';
import { mutants } from './mutations.ts';

describe('a scenario with mistakes in it', () => {
  it('ends with problems that have a place, or with a clean run', { timeout: 120_000 }, async () => {
    const endings = new Map<Ending, number>();
    await fc.assert(
      fc.asyncProperty(mutants, async (mutant) => {
        const ending = await survive(mutant);
        endings.set(ending, (endings.get(ending) ?? 0) + 1);
      }),
      { seed: fuzzSeed, numRuns: caseCount(80), endOnFailure: true },
    );
    // Mistakes that the loader lets pass would make the rest of the test worthless, and so would none that it does.
    expect(endings.get('problems')).toBeGreaterThan(caseCount(80) / 5);
    expect((endings.get('ran') ?? 0) + (endings.get('stopped') ?? 0)).toBeGreaterThan(caseCount(80) / 20);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
