/**
 * A reader adds a backoff by one entry in one file. This test does so while the
 * program runs, and finds it wherever a backoff is known: files, JSON Schema,
 * `sim list`, suggestions, the contract's checks.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Backoff } from '../../src/policies/backoff-delay.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { createPolicy, policy, type Registry } from '../../src/policies/parameters.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { sim } from '../cli/captured-terminal.ts';
import { madeUpName } from './made-up-name.ts';
import { keepsNoState, staysWithinBounds, usesPreviousOnlyIfItSaysSo } from './backoff-contract.ts';

// What others keep of the registry is not seen here, nor what is kept here by others: files may share their modules.
vi.hoisted(() => vi.resetModules());
afterAll(() => void vi.resetModules());

const NAME = madeUpName('rabbits');

const entry: Registry<Backoff> = {
  [NAME]: policy({
    help: 'grows as rabbits do, up to a cap',
    formula: 'delay(n) = min(cap, base·F(n))',
    source: 'Leonardo of Pisa, Liber Abaci, 1202',
    parameters: {
      base: { unit: 'duration', default: 1000, min: 0, help: 'the first delay' },
      cap: { unit: 'duration', default: 30_000, min: 0, help: 'no delay is longer' },
    },
    create: ({ base, cap }) => ({
      delayMs: (attempt) =>
        base === 0 ? 0 : Math.min(cap, base * Math.round(1.618033988749895 ** attempt / Math.sqrt(5))),
    }),
  }),
};

/** Schemas are built once per vocabulary, so each file here brings one of its own. */
function loadWith(backoff: unknown): ReturnType<typeof loadScenario> {
  const content = {
    format: 1,
    name: 'small',
    clock: { from: '00:00', to: '10m' },
    tiers: [{ name: 'api', hosts: 1, parallelism: 1, serviceTime: '100ms' }],
    products: [{ name: 'chat', sessions: 1 }],
    clients: [{ name: 'current', backoff }],
  };
  return loadScenario({ file: 'small.json', text: JSON.stringify(content) }, { metrics: {} });
}

describe('a backoff that is one new entry of the registry', () => {
  beforeAll(() => {
    Object.assign(backoffs, entry);
  });
  afterAll(() => {
    delete backoffs[NAME];
  });

  it('is read from a file, with its units and defaults, and makes delays', () => {
    const result = loadWith({ policy: NAME, cap: '6s' });
    if (!result.ok) throw new Error('it is not read');
    const [{ backoff }] = result.scenario.clients;
    expect(backoff).toEqual({ policy: NAME, parameters: { base: 1000, cap: 6000 } });
    const made = createPolicy(backoffs, backoff);
    expect([1, 2, 3, 4, 5, 6].map((attempt) => made.delayMs(attempt, 0, { uniform: () => 0.5 }))).toEqual([
      1000, 1000, 2000, 3000, 5000, 6000,
    ]);
  });

  it('is suggested for a misspelt name, and its parameters for theirs', () => {
    const problems = (backoff: unknown): unknown => {
      const result = loadWith(backoff);
      return result.ok ? [] : result.problems;
    };
    expect(problems(NAME.replace('bb', 'b'))).toMatchObject([
      { hint: `did you mean "${NAME}"?`, path: 'clients.current.backoff.policy' },
    ]);
    expect(problems({ policy: NAME, capp: '6s' })).toMatchObject([
      { hint: 'did you mean "cap"?', path: 'clients.current.backoff.capp' },
    ]);
    expect(problems({ policy: NAME, cap: '-6s' })).toMatchObject([{ path: 'clients.current.backoff.cap' }]);
  });

  it('is in the JSON Schema, with its parameters', () => {
    const schema = JSON.stringify(scenarioJsonSchema());
    expect(schema).toMatch(new RegExp(`"policy":\\{[^{}]*"const":"${NAME}"`));
    expect(schema).toMatch(new RegExp(`"exponential","full-jitter"[^\\]]*"${NAME}"\\]`));
    expect(schema).toContain('grows as rabbits do');
  });

  it('is listed, with all it says of itself', async () => {
    expect((await sim('list', 'backoff')).stdout).toContain(NAME);
    const { exitCode, stdout } = await sim('list', 'backoff', NAME);
    expect(exitCode).toBe(0);
    for (const text of ['grows as rabbits do', 'min(cap, base·F(n))', 'Liber Abaci', 'no delay is longer'])
      expect(stdout).toContain(text);
  });

  it('is held to what every backoff is held to', () => {
    staysWithinBounds(backoffs[NAME]);
    keepsNoState(backoffs[NAME]);
    usesPreviousOnlyIfItSaysSo(backoffs[NAME]);
    const forgetful = {
      ...entry[NAME],
      create: () => ({ delayMs: (_attempt: number, previousMs: number) => 2 * previousMs }),
    };
    expect(() => usesPreviousOnlyIfItSaysSo(forgetful)).toThrow();
    const bad = { ...entry[NAME], create: () => ({ delayMs: () => -1 }) };
    expect(() => staysWithinBounds(bad)).toThrow();
  });
});
