// M/M/1 at 70 and 80 % load; the latter is λ 8, μ 10 in units of 10 ms.
import { describe } from 'vitest';
import { checkCases } from './replicated-case.ts';
import { oneServer } from './single-server.ts';

describe('one server', () => {
  checkCases([oneServer(0.7, 1, { n: 40, length: '61s' }), oneServer(0.8, 1, { n: 40, length: '141s' })]);
});
