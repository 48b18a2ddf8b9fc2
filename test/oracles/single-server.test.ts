// M/M/1. A load of 0.8 takes long runs: see the full suite.
import { describe } from 'vitest';
import { checkCases } from './replicated-case.ts';
import { oneServer } from './single-server.ts';

describe('one server', () => {
  checkCases([oneServer(0.5, 1, { n: 40, length: '23s' }), oneServer(0.7, 1, { n: 40, length: '61s' })]);
});
