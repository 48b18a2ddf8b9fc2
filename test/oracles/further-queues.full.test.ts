// Evenly spaced arrivals at 70 and 80 % load, whose mean wait varies much from run to run; and who comes back sooner.
import { describe } from 'vitest';
import { evenlySpaced, retrials } from './further-cases.ts';
import { checkCases } from './replicated-case.ts';

describe('evenly spaced arrivals', () => {
  checkCases([evenlySpaced(0.7, 1, '46s'), evenlySpaced(0.8, 1, '121s')]);
});

describe('a retrial queue', () => {
  checkCases([retrials(0.5, 1, '13s')]);
});
