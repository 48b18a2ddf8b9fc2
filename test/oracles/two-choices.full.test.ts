// The power of two choices at ρ = 0.9. From empty the hosts need some 100 service times to settle, and get 300. With 400
// hosts the mean number of attempts at a host was 0.4 % above the form of the limit (n = 100, ± 0.3 %); the excess is of
// the order of 1/n, so that 1600 hosts are off by a tenth of a percent, where the interval is a percent wide.
import { describe } from 'vitest';
import { checkCases } from './replicated-case.ts';
import { twoChoices } from './two-choices.ts';

describe('two choices near saturation', () => {
  checkCases([twoChoices(0.9, 1600, { n: 10, from: '3s', to: '8s', waits: true })]);
});
