import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatcher, PATTERN_LENGTH_MAX } from '../../src/cli/glob.ts';
import { cpuClock } from '../busy-machine.ts';

describe('a pattern of paths', () => {
  it.each([
    ['*.yaml', ['a.yaml', '.yaml'], ['a/b.yaml', 'a.yml']],
    ['**/*.json', ['a.json', 'x/a.json', 'x/y/a.json'], ['a.yaml', 'xa.jsonx']],
    ['x/**', ['x/a', 'x/y/z'], ['y/a', 'x']],
    ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/bb', 'a/xb']],
    ['{a,b/c}*.{json,ya?ml}', ['a.json', 'b/cx.yaxml', 'a1.yaaml'], ['c.json', 'a.yaml']],
    ['{a,{b,c}d}', ['a', 'bd', 'cd'], ['b', 'd', 'ad']],
    ['{,x}y', ['y', 'xy'], ['x']],
    ['a?c', ['abc'], ['ac', 'a/c', 'abbc']],
    ['[a-c]x[!0-9]', ['ax_', 'cxa'], ['dx_', 'ax1', 'ax/']],
    ['a[b', ['a[b'], ['ab']],
    ['a,b(c)+.', ['a,b(c)+.'], ['a,b(c)']],
    ['', [''], ['a']],
  ])('%s matches %j and not %j', (pattern, good, bad) => {
    const matches = globMatcher(pattern);
    expect(good.filter((path) => !matches(path))).toEqual([]);
    expect(bad.filter(matches)).toEqual([]);
  });

  it('means what a regular expression means, in random patterns and paths', () => {
    const piece = fc.constantFrom('*', '?', '**', '**/', 'a', 'b', '/', '{a,b*}', '{ab,?,}');
    const source: Readonly<Record<string, string>> = {
      '*': '[^/]*',
      '?': '[^/]',
      '**': '.*',
      '**/': '(?:[^/]*/)*',
      '{a,b*}': '(?:a|b[^/]*)',
      '{ab,?,}': '(?:ab|[^/]|)',
    };
    const pieces = fc
      .array(piece, { maxLength: 5 })
      .filter((all) => all.every((one, i) => !/\*$/.test(one) || !/^[*/]/.test(all[i + 1] ?? '')));
    const path = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
    fc.assert(
      fc.property(pieces, path, (all, one) => {
        const expected = new RegExp(`^${all.map((each) => source[each] ?? each).join('')}$`).test(one);
        return globMatcher(all.join(''))(one) === expected;
      }),
      { seed: 13, numRuns: 3000 },
    );
  });

  it.each([
    ['{a', 'not closed'],
    ['a}', 'closes nothing'],
    ['{a,{b}', 'not closed'],
  ])('%s is refused in words', (pattern, message) => {
    expect(() => globMatcher(pattern)).toThrow(message);
  });

  it.each([
    ['many stars', '*'.repeat(PATTERN_LENGTH_MAX - 1) + 'b'],
    ['stars between letters', '*a'.repeat(PATTERN_LENGTH_MAX / 2 - 1) + 'b'],
    ['folders upon folders', '**/a/'.repeat(PATTERN_LENGTH_MAX / 5 - 1) + 'b'],
    ['choices that overlap', '{a,aa}'.repeat(PATTERN_LENGTH_MAX / 6 - 1) + 'b'],
    ['nested choices', `${'{a,'.repeat(249)}a${'}'.repeat(249)}`],
  ])('of %s takes no time to speak of', (_what, pattern) => {
    const matches = globMatcher(pattern);
    for (const path of ['a'.repeat(4000), 'a/'.repeat(2000)]) {
      const spentMs = cpuClock();
      matches(path);
      expect(spentMs()).toBeLessThan(5000);
    }
  });
});
