// The formulas themselves, pinned to worked examples computed elsewhere to six and more digits.
import { describe, expect, it } from 'vitest';
import * as exact from './closed-forms.ts';

describe('the closed forms', () => {
  it.each([
    ['M/M/1 number, λ 8, μ 10', exact.mm1Number(8, 10), 4],
    ['M/M/1 p95 of the stay, λ 8, μ 10', exact.mm1StayQuantile(8, 10, 0.95), 1.497866],
    ['Erlang B, a 8, c 10', exact.erlangB(8, 10), 0.121661064],
    ['Erlang C, a 8, c 10', exact.erlangC(8, 10), 0.409180151],
    ['M/M/c wait, λ 8, μ 1, c 10', exact.mmcWait(8, 1, 10), 0.204590075],
    ['M/M/1/K full, ρ 0.8, K 10', exact.mm1kProbabilities(0.8, 10)[10], 0.023492858],
    [
      'M/M/1/K number, ρ 0.8, K 10',
      exact.mm1kProbabilities(0.8, 10).reduce((sum, p, n) => sum + n * p, 0),
      2.966314266,
    ],
    ['M/G/1 wait, λ 0.8, cv² 0', exact.pollaczekKhinchineWait(0.8, 1, 0), 2],
    ['M/G/1 wait, λ 0.8, cv² 1', exact.pollaczekKhinchineWait(0.8, 1, 1), 4],
    ['M/G/1 wait, λ 0.8, cv² 4', exact.pollaczekKhinchineWait(0.8, 1, 4), 10],
    ['Erlang A abandoned, c 10, μ 1, θ 0.5, λ 12', exact.erlangA(12, 1, 10, 0.5), 0.195655944],
    ['Erlang A abandoned, c 10, μ 1, θ 0.5, λ 8', exact.erlangA(8, 1, 10, 0.5), 0.038821392],
    ['M/M/∞ from 1000, λ 50, μ 0.5, t 2', exact.mmInfinityNumber(1000, 50, 0.5, 2), 431.091497],
    ['retry amplification, p 0.5, m 4', exact.retryAmplification(0.5, 4), 1.875],
  ])('%s', (_, computed, known) => {
    expect(Math.abs(computed / known - 1)).toBeLessThan(5e-7);
  });
});
