// Whatever a file holds, the loader answers with a scenario or with problems that can be printed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { small, vocabulary } from './scenario-text.ts';

function answers(text: string, file: string, set: readonly string[] = []): boolean {
  const result = loadScenario({ file, text }, vocabulary, { set });
  if (result.ok) return result.scenario.tiers.every(({ hosts }) => hosts >= 1);
  const printed = result.problems.map((problem) => formatProblem(problem, text));
  return (
    printed.length > 0 &&
    printed.every(
      (one) =>
        one.includes('expected ') && !/undefined|NaN,|\[object|    at /.test(one.split('\n').slice(0, 3).join('\n')),
    )
  );
}

/** Every way to a value of a plain tree. */
function pathsOf(plain: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof plain !== 'object' || plain === null) return [path];
  return [
    path,
    ...Object.entries(plain).flatMap(([key, value]) =>
      pathsOf(value, [...path, Array.isArray(plain) ? Number(key) : key]),
    ),
  ];
}

function replaced(plain: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  const copy: Record<string | number, unknown> = Array.isArray(plain)
    ? ([...(plain as unknown[])] as never)
    : { ...(plain as object) };
  copy[step] = replaced(copy[step], rest, value);
  return copy;
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    'none',
    'all',
    '10s',
    '5 %',
    '70/s',
    -1,
    0,
    1e308,
    '',
    [],
    {},
    null,
    [[]],
    { policy: 'fixed' },
    { policy: {} },
    { uniform: [] },
    'constructor',
    '16:40',
  ),
);

describe('any input', () => {
  it('with some value replaced by any other is answered', () => {
    const whole: unknown = parse(small);
    const change = fc.record({ path: fc.constantFrom(...pathsOf(whole)), value: odd });
    fc.assert(
      fc.property(change, ({ path, value }) => answers(JSON.stringify(replaced(whole, path, value)), 'a.json')),
      { seed: 426, numRuns: 600 },
    );
  });

  it('with some text cut out or put in is answered', () => {
    const cut = fc.record({
      at: fc.nat(small.length),
      length: fc.nat(20),
      put: fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('\t', '\n- ', ': ', '&a ', '*a', '!!x ', '{', '"')),
    });
    fc.assert(
      fc.property(cut, ({ at, length, put }) => answers(small.slice(0, at) + put + small.slice(at + length), 'a.yaml')),
      { seed: 427, numRuns: 400 },
    );
  });

  it('of the command line is answered', () => {
    const words = fc.constantFrom(
      'tiers',
      'api',
      'store',
      'clients',
      'current',
      'backoff',
      'cap',
      'timeline',
      'second',
      'pods',
      'p1',
      'queue',
      'hosts',
      'liveness',
      'x',
      '',
    );
    const sets = fc
      .tuple(fc.array(words, { minLength: 1, maxLength: 5 }), odd)
      .map(([path, value]) => `${path.join('.')}=${JSON.stringify(value)}`);
    fc.assert(
      fc.property(sets, (set) => answers(small, 'a.yaml', [set])),
      { seed: 428, numRuns: 400 },
    );
  });

  it('does not change what objects have', () => {
    answers('__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n', 'a.yaml', [
      '__proto__.polluted=true',
    ]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
