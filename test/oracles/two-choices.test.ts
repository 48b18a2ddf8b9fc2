// The power of two choices. 200 hosts at ρ 0.5, where the limit's form is off by less than the interval is wide; the
// slow case comes nearer to saturation, with more hosts.
import { describe, expect, it } from 'vitest';
import { checkCases } from './replicated-case.ts';
import { twoChoices, twoChoicesShares } from './two-choices.ts';

describe('the shares of hosts with so many attempts', () => {
  it('are those of the literature at ρ = 0.9', () => {
    expect(
      twoChoicesShares(0.9)
        .slice(0, 4)
        .map((share) => share.toFixed(3)),
    ).toEqual(['0.900', '0.729', '0.478', '0.206']);
  });
});

describe('two choices', () => {
  checkCases([twoChoices(0.5, 200, { n: 10, from: '1s', to: '6s', waits: false })]);
});
