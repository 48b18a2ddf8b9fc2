// M/M/1. Loads of 0.7 and 0.8 take long runs: see the full suite.
import { describe } from 'vitest';
import { checkCases } from './replicated-case.ts';
import { oneServer } from './single-server.ts';

describe('one server', () => {
  checkCases([oneServer(0.5, 1, { n: 40, length: '23s' })]);
});
