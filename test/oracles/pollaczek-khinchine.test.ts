// M/G/1 with services that do not vary, and with services that vary much; cv² 1 is M/M/1, in single-server.test.ts.
import { describe } from 'vitest';
import { generalService } from './pollaczek-khinchine.ts';
import { checkCases } from './replicated-case.ts';

describe('services of any distribution', () => {
  checkCases([
    generalService('cv² 0: constant, λ 0.8', '1ms', 0, { lambda: 0.8, n: 40, length: '41s' }),
    // One request in five takes 5 ms, the others nothing: E[S] = 1, E[S²] = 5.
    generalService('cv² 4: one in five does all the work, λ 0.5', '{ empirical: [0s, 0s, 0s, 0s, 5ms] }', 4, {
      lambda: 0.5,
      n: 40,
      length: '31s',
    }),
  ]);
});
