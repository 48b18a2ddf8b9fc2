import { describe, expect, it } from 'vitest';
import { didYouMean, nearest, oneOf } from '../../src/scenario/suggestion.ts';

describe('suggestions', () => {
  it('find the word that was mistyped: a letter more, less, another, or two swapped', () => {
    const words = ['full-jitter', 'fixed', 'exponential'];
    expect(
      ['ful-jitter', 'fulll-jitter', 'full-litter', 'full-jittre', 'Fixed'].map((word) => nearest(word, words)),
    ).toEqual(['full-jitter', 'full-jitter', 'full-jitter', 'full-jitter', 'fixed']);
  });

  it('complete the beginning of a word', () => {
    expect(nearest('expo', ['full-jitter', 'exponential'])).toBe('exponential');
  });

  it('are none where nothing is near, or the word is no word', () => {
    expect(didYouMean('quadratic', ['full-jitter', 'fixed'])).toBeNull();
    expect(didYouMean('x'.repeat(100_000), ['full-jitter'])).toBeNull();
    expect(didYouMean('', [])).toBeNull();
  });

  it('list what there is, cut short where it is much', () => {
    expect(oneOf(['a'])).toBe('a');
    expect(oneOf(['a', 'b'])).toBe('one of a | b');
    expect(oneOf(Array.from({ length: 40 }, (_, i) => `w${i}`))).toMatch(/ \| w29 \| …$/);
  });
});
