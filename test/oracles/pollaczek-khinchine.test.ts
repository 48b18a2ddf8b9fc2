// M/G/1 with services that vary much; those that do not vary are in the full suite, and cv² 1 is M/M/1, in single-server.test.ts.
import { describe } from 'vitest';
import { generalService } from './pollaczek-khinchine.ts';
import { checkCases } from './replicated-case.ts';

describe('services of any distribution', () => {
  checkCases([
    // One request in five takes 5 ms, the others nothing: E[S] = 1, E[S²] = 5.
    generalService('cv² 4: one in five does all the work, λ 0.5', '{ empirical: [0s, 0s, 0s, 0s, 5ms] }', 4, {
      lambda: 0.5,
      n: 40,
      length: '31s',
    }),
  ]);
});
