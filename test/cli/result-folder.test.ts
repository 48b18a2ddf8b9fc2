// A folder belongs to one question: scenario, variant, changes and seed. Two questions never share one, on any file system.
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultFolder } from '../../src/cli/result-folder.ts';

const scenario = { name: 'apr26', seed: 'apr26' };
const nameOf = (set: readonly string[], seed = 'apr26', variant = 'baseline'): string => {
  const folder = resultFolder('out', scenario, variant, { set, seed });
  expect(folder.startsWith(join('out', 'apr26', variant))).toBe(true);
  return folder.slice(join('out', 'apr26', '/').length);
};

describe('the folder of a result', () => {
  it("is the variant's, unless something was changed or the luck is another", () => {
    expect(nameOf([])).toBe('baseline');
    expect(nameOf([], 'apr26', 'fixed-client')).toBe('fixed-client');
    expect(nameOf([], 'apr26/3')).toBe('baseline@apr26.3');
    expect(nameOf([], 'holdout/19', 'fixed-client')).toBe('fixed-client@holdout.19');
  });

  it('says what was changed, shortly', () => {
    expect(nameOf(['clients.current.backoff.cap=5m'])).toMatch(/^baseline\+cap=5m~[0-9a-f]{6}$/);
    expect(nameOf(['tiers.api.hosts=16', 'networkDelay = 80ms'], 'apr26/3')).toMatch(
      /^baseline\+hosts=16,networkDelay=80ms~[0-9a-f]{6}@apr26\.3$/,
    );
    expect(nameOf(['clients.current.backoff={ policy: full-jitter, base: 1s }'])).toMatch(
      /^baseline\+backoff=policy-full-jitter,-base-1s~[0-9a-f]{6}$/,
    );
    expect(nameOf(['clients.current.backoff.cap=5m'])).toBe(nameOf(['clients.current.backoff.cap=5m']));
  });

  it('differs where the changes differ in what is not shown, or in their order', () => {
    const sets = [
      ['tiers.a.hosts=1'],
      ['tiers.b.hosts=1'],
      ['tiers.a.hosts=1', 'tiers.b.hosts=1'],
      ['tiers.b.hosts=1', 'tiers.a.hosts=1'],
      ['tiers.a.hosts=1,hosts=1'],
      [`story=${'x'.repeat(99)}`],
      [`story=${'x'.repeat(98)}`],
    ];
    expect(new Set(sets.map((set) => nameOf(set))).size).toBe(sets.length);
  });

  it('differs where seeds do, also those that look alike', () => {
    const seeds = [
      'apr26/3',
      'apr26.3',
      'apr26-3',
      'APR26/3',
      'Apr26/3',
      'apr26//3',
      '/apr26/3',
      'apr26/3/',
      ' apr26/3',
      '..',
      '.',
      '/',
      '日本',
      '日',
    ];
    const names = seeds.map((seed) => nameOf([], seed).toLowerCase());
    expect(new Set(names).size).toBe(seeds.length);
  });

  it('is one folder with a name that every file system takes, whatever was set', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 300 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), text, (set, seed) => {
        const name = nameOf(set, seed);
        expect(name).toMatch(/^[a-zA-Z0-9=,.~@+-]+$/);
        expect(name).not.toMatch(/[. ]$/);
        expect(name.length).toBeLessThan(120);
      }),
      { seed: 20, numRuns: 500 },
    );
  });
});
