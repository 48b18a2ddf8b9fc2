// The power of two choices at ρ = 0.9, with 400 hosts: from empty they need some 100 service times to settle, and get 300.
import { describe } from 'vitest';
import { checkCases } from './replicated-case.ts';
import { twoChoices } from './two-choices.ts';

describe('two choices near saturation', () => {
  checkCases([twoChoices(0.9, 400, { n: 10, from: '3s', to: '13s', waits: true })]);
});
