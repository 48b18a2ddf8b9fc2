// What mutation testing runs (mutate.mjs names the files): tests against src/, in the order of their names, for the first
// failure ends a mutant's run. A run's files share one set of modules; each mutant has a run, and a worker, of its own.
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { defineConfig } from 'vitest/config';

class ByName extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1)));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.full.test.ts'],
    isolate: false,
    testTimeout: 60_000,
    sequence: { sequencer: ByName },
  },
});
