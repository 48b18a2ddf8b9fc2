// M/G/1 with services that do not vary, at higher load, and with distributions whose tails take long runs.
import { describe } from 'vitest';
import { generalService } from './pollaczek-khinchine.ts';
import { checkCases } from './replicated-case.ts';

describe('services of any distribution', () => {
  checkCases([
    generalService('cv² 0: constant, λ 0.8', '1ms', 0, { lambda: 0.8, n: 40, length: '41s' }),
    generalService('cv² 1/4: Erlang, λ 0.8', '{ erlang: { mean: 1ms, stages: 4 } }', 0.25, {
      lambda: 0.8,
      n: 20,
      length: '151s',
    }),
    generalService('cv² 4: one in five does all the work, λ 0.8', '{ empirical: [0s, 0s, 0s, 0s, 5ms] }', 4, {
      lambda: 0.8,
      n: 20,
      length: '481s',
    }),
    // Γ(1 + 2/k) / Γ(1 + 1/k)² − 1 = 24/4 − 1 for k = 1/2.
    generalService('cv² 5: Weibull, λ 0.5', '{ weibull: { mean: 1ms, shape: 0.5 } }', 5, {
      lambda: 0.5,
      n: 20,
      length: '401s',
    }),
  ]);
});
