import { describe, expect, it } from 'vitest';
import { wallClock } from '../../src/scenario/context.ts';
import { holds } from '../../src/scenario/condition.ts';
import { parseExpression, type ExpressionScope } from '../../src/scenario/expression-parser.ts';
import { vocabulary } from './scenario-text.ts';

const scope: ExpressionScope = {
  vocabulary,
  clock: wallClock('2023-04-26', '16:30', '18:30', 'UTC'),
  podNames: ['p1', 'p2'],
  tierNames: ['api', 'agent-workspace-api'],
  whoNames: ['chat', 'current'],
  variantNames: ['full-jitter'],
  place: 'expect',
};
const plain = { parts: [], variant: null, atMs: null };

function mistakeOf(text: string, where: Partial<ExpressionScope> = {}): unknown {
  const parsed = parseExpression(text, { ...scope, ...where });
  return 'mistake' in parsed ? parsed.mistake : parsed;
}

describe('expressions', () => {
  it('compare a metric with a value in its own unit', () => {
    const right = (text: string): unknown => {
      const parsed = parseExpression(text, scope);
      return 'kind' in parsed && parsed.kind === 'comparison' ? parsed.right : parsed;
    };
    expect(right('reconnectTime.p95 < 30s')).toEqual({ kind: 'value', value: 30_000 });
    expect(right('disconnectedFraction < 0.05')).toEqual({ kind: 'value', value: 0.05 });
    expect(right('disconnectedFraction<5 %')).toEqual({ kind: 'value', value: 0.05 });
    expect(right('goodput >= 70/s')).toEqual({ kind: 'value', value: 70 });
    expect(right('hostDeaths.liveness == 0')).toEqual({ kind: 'value', value: 0 });
    expect(right('resolved < 18:18')).toEqual({ kind: 'value', value: 108 * 60_000 });
    expect(right('impactedPods == all')).toEqual({ kind: 'all' });
  });

  it('name parts, variants, instants and factors', () => {
    expect(parseExpression('queueWait.agent-workspace-api.p99@full-jitter <= 0.5 * queueWait.mean', scope)).toEqual({
      kind: 'comparison',
      text: 'queueWait.agent-workspace-api.p99@full-jitter <= 0.5 * queueWait.mean',
      left: { metric: 'queueWait', parts: ['agent-workspace-api', 'p99'], variant: 'full-jitter', atMs: null },
      operator: '<=',
      right: { kind: 'metric', factor: 0.5, reference: { ...plain, metric: 'queueWait', parts: ['mean'] } },
    });
    expect(parseExpression('impactedPods at 17:30 == all', scope)).toMatchObject({
      left: { ...plain, metric: 'impactedPods', atMs: 3_600_000 },
    });
    expect(parseExpression('disconnectedFraction.p2 at 5m > disconnectedFraction.p1', scope)).toMatchObject({
      left: { parts: ['p2'], atMs: 300_000 },
    });
    expect(parseExpression('collapse@baseline == collapse', scope)).toMatchObject({
      left: { variant: 'baseline' },
      right: { factor: 1 },
    });
  });

  it('of an observed row may be a milestone alone', () => {
    const observed = { ...scope, place: 'observed' as const };
    expect(parseExpression('resolved', observed)).toEqual({
      kind: 'milestone',
      text: 'resolved',
      milestone: 'resolved',
      atMs: null,
    });
    expect(parseExpression('resolved at 18:18', observed)).toMatchObject({ kind: 'milestone', atMs: 108 * 60_000 });
    expect(mistakeOf('resolved')).toMatchObject({ found: 'the end of the expression' });
  });

  it.each([
    ['timeToRecover < 5', 16, 'a duration like 30s, for timeToRecover is a duration', 'missing unit'],
    ['impactedPod == 1', 0, 'a metric', 'did you mean "impactedPods"?'],
    ['hostDeaths.livness == 0', 11, 'a part of hostDeaths: one of liveness | crash', 'did you mean "liveness"?'],
    ['collapse.p95 == 0', 9, 'no part after collapse', null],
    ['reconnectTime.p100 < 3s', 14, 'a part of reconnectTime: one of p50 | p90 | p95 | p99 | max | mean', null],
    ['collapse = 0', 9, 'one of == | != | <= | >= | < | >', 'did you mean "=="?'],
    ['collapse == 0 and goodput > 1/s', 14, 'the end of the expression', 'one comparison per expression'],
    ['collapse@ful-jitter == 0', 9, 'a variant: one of baseline | full-jitter', 'did you mean "full-jitter"?'],
    ['collapse at 17:30 == 0', 8, 'no `at` after collapse', 'it is a figure of the whole run, not of an instant'],
    ['impactedPods at 19:30 == 0', 16, 'a time within the clock', null],
    ['timeToRecover < 2 * sessionMinutesLost', 20, 'a duration, like timeToRecover', null],
    ['reconnectTime.p95 < all', 20, 'a duration like 30s', '`all` is the number of pods'],
    ['goodput > 70', 10, 'a rate like 70/s, for goodput is a rate', 'missing unit'],
    [
      'disconnectedFraction < 5',
      23,
      'a fraction like 0.05 or 5 %, for disconnectedFraction is a fraction',
      'did you mean "5 %"?',
    ],
    ['resolved < 30s5', 11, 'a clock time', null],
    ['collapse ==', 11, 'a number', null],
    ['', 0, 'the name of a metric', null],
    ['toString == 1', 0, 'a metric', null],
    ['collapse == NaN', 12, 'a metric', null],
    ['collapse == 1e999', 12, 'a number', null],
  ])('%j is wrong at character %i: expected %s', (text, offset, expected, hint) => {
    const mistake = mistakeOf(text);
    expect(mistake).toMatchObject({ offset, expected: expect.stringContaining(expected) });
    if (hint !== null) expect(mistake).toMatchObject({ hint: expect.stringContaining(hint) });
  });

  it('of observed rows and rules read gauges only, at the present', () => {
    expect(mistakeOf('collapse == 1', { place: 'observed' })).toMatchObject({
      expected: 'a metric that has a value at each instant',
    });
    expect(mistakeOf('impactedPods at 17:30 == 1', { place: 'detect' })).toMatchObject({ expected: 'no `at` here' });
    expect(mistakeOf('impactedPods@full-jitter == 1', { place: 'detect', variantNames: null })).toMatchObject({
      expected: 'no variant here',
    });
    expect(mistakeOf('impactedPods >= impactedPods', { place: 'detect' })).toMatchObject({
      hint: 'a rule compares with a fixed bound',
    });
    expect(mistakeOf('resolved', { place: 'detect' })).toHaveProperty('offset');
  });
});

describe('a comparison', () => {
  it('takes for equal what differs by rounding alone', () => {
    const product = 3 * 0.1;
    expect(product).not.toBe(0.3);
    expect([
      holds(product, '==', 0.3),
      holds(product, '!=', 0.3),
      holds(product, '<=', 0.3),
      holds(product, '>', 0.3),
      holds(0.3, '<', product),
    ]).toEqual([true, false, true, false, false]);
    expect([
      holds(0.3000001, '==', 0.3),
      holds(0.3000001, '>', 0.3),
      holds(Infinity, '>', 1e300),
      holds(Infinity, '==', Infinity),
      holds(NaN, '==', NaN),
    ]).toEqual([false, true, true, true, false]);
  });
});
