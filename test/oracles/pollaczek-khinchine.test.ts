// M/G/1 with services that do not vary, that vary as exponential ones, and more.
import { describe } from 'vitest';
import { generalService } from './pollaczek-khinchine.ts';
import { checkCases } from './replicated-case.ts';

describe('services of any distribution', () => {
  checkCases([
    generalService('cv² 0: constant', '1ms', 0, { lambda: 0.8, n: 20, length: '81s' }),
    generalService('cv² 1: exponential', '{ exponential: 1ms }', 1, { lambda: 0.8, n: 20, length: '181s' }),
    // One request in five takes 5 ms, the others nothing: E[S] = 1, E[S²] = 5.
    generalService('cv² 4: one in five does all the work', '{ empirical: [0s, 0s, 0s, 0s, 5ms] }', 4, { lambda: 0.8, n: 20, length: '401s' }),
  ]);
});
