// Erlang B where few are rejected.
import { describe } from 'vitest';
import { lossSystem } from './loss-system.ts';
import { checkCases } from './replicated-case.ts';

describe('a loss system', () => {
  checkCases([lossSystem('Erlang B, a 5, c 10, exponential', 5, '{ exponential: 1ms }', '4200ms')]);
});
