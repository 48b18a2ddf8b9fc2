// Queues beyond the textbook's first chapters: two in a row, evenly spaced arrivals, whose mean wait varies much from run
// to run at high loads, and clients who come back by themselves, later or sooner.
import { describe } from 'vitest';
import { evenlySpaced, retrials, tandem } from './further-cases.ts';
import { checkCases } from './replicated-case.ts';

describe('two queues in a row', () => {
  checkCases([tandem(0.5, 1, 0.8, '46s')]);
});

describe('evenly spaced arrivals', () => {
  checkCases([evenlySpaced(0.5, 1, '38s'), evenlySpaced(0.7, 1, '46s'), evenlySpaced(0.8, 1, '121s')]);
});

describe('a retrial queue', () => {
  checkCases([retrials(0.5, 0.25, '13s'), retrials(0.5, 1, '13s')]);
});
