// A stationary population with lifetimes of a heavy tail, as large and as long as the case has it, and at a twentieth: it stays as large as it is.
import { describe } from 'vitest';
import { checkCases } from './replicated-case.ts';
import { stationaryPopulation } from './stationary-population.ts';

describe('a stationary population', () => {
  checkCases([
    stationaryPopulation({ part: 1, hours: 10, n: 12 }),
    stationaryPopulation({ part: 0.05, hours: 5, n: 40 }),
  ]);
});
