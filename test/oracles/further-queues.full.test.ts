// Evenly spaced arrivals at 80 % load, whose mean wait varies much from run to run.
import { describe } from 'vitest';
import { evenlySpaced } from './further-cases.ts';
import { checkCases } from './replicated-case.ts';

describe('evenly spaced arrivals', () => {
  checkCases([evenlySpaced(0.8, 1, '121s')]);
});
