// Queues beyond the textbook's first chapters: two in a row, evenly spaced arrivals, and clients who come back by themselves.
// Higher loads, which take long runs, and other retrials: see the full suite.
import { describe } from 'vitest';
import { evenlySpaced, retrials, tandem } from './further-cases.ts';
import { checkCases } from './replicated-case.ts';

describe('two queues in a row', () => {
  checkCases([tandem(0.5, 1, 0.8, '46s')]);
});

describe('evenly spaced arrivals', () => {
  checkCases([evenlySpaced(0.5, 1, '38s')]);
});

describe('a retrial queue', () => {
  checkCases([retrials(0.5, 0.25, '13s')]);
});
