// M/G/1 with a service whose tail takes runs of minutes.
import { describe } from 'vitest';
import { generalService } from './pollaczek-khinchine.ts';
import { checkCases } from './replicated-case.ts';

describe('services of any distribution', () => {
  checkCases([
    generalService('cv² 4: lognormal, λ 0.5', '{ lognormal: { mean: 1ms, cv: 2 } }', 4, {
      lambda: 0.5,
      n: 20,
      length: '901s',
    }),
  ]);
});
