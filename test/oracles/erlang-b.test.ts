// Erlang B, M/M/c/c: ten slots and no place to wait; who finds all taken is rejected. It holds for any service time.
import { describe } from 'vitest';
import { lossSystem } from './loss-system.ts';
import { checkCases } from './replicated-case.ts';

describe('a loss system', () => {
  checkCases([
    lossSystem('Erlang B, a 8, c 10, exponential', 8, '{ exponential: 1ms }', '3500ms'),
    lossSystem('Erlang B, a 8, c 10, all alike', 8, '1ms', '3000ms'),
  ]);
});
