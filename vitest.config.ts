// Three projects: `fast` (what `npm test` runs), `full` (files named *.full.test.ts, the slow checks), and `long`
// (*.long.test.ts: what is run now and then). `npm run test:full` runs the first two, `npm run test:long` the last. `npm run coverage` counts the lines of src/ that `fast` runs in its own process: what
// it starts as a program or in a worker comes from dist/, and is not counted.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Vitest leaves a core free by default; on a machine with two that is half of it.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.full.test.ts', 'test/**/*.long.test.ts'],
          // A process runs many files, which share what they import: loading and compiling the same modules for each took half
          // of the computing time of the small ones. Who changes what is shared (a registry, a module, a signal's listeners) puts
          // it back; these two are put back by themselves.
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          // For what hangs: a busy machine may take many times as long as a quiet one.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      { test: { name: 'full', include: ['test/**/*.full.test.ts'], testTimeout: 900_000, hookTimeout: 900_000 } },
      {
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          execArgv: ['--max-old-space-size=12288'],
          testTimeout: 7_200_000,
          hookTimeout: 7_200_000,
        },
      },
    ],
    coverage: {
      provider: 'istanbul',
      reportsDirectory: 'out/coverage',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
});
