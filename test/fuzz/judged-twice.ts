/**
 * The JSON Schema judges as the loader does, wherever a schema can: over mutants of the shipped scenarios, what the loader
 * takes the schema takes, and what only the loader refuses is told with one of the reasons below, each beyond a schema.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Problem } from '../../src/scenario/problem.ts';
import { fuzzSeed } from './loaded-mutant.ts';
import { mutants } from './mutations.ts';

const validate = new Ajv2020({ strict: false, allErrors: false }).compile(scenarioJsonSchema());

/** What a schema cannot know, by what the loader expected. */
const beyondSchemas: readonly (readonly [why: string, expected: RegExp])[] = [
  [
    'what the data were before they were read',
    /brackets within each other|text in UTF-8|^YAML$|merge keys|each key once|nested less deeply|values repeated by aliases/,
  ],
  ['names that must be unique in their list', /^a name of its own/],
  [
    'names of things that the file defines elsewhere',
    /^(a|an|the name of an?) (tier|client|product|variant|pod|action or responder)\b|^pods? \d|^a host from|^from 1 to \d+ hosts|share of at least one|^below .*:|^nothing below|a path that begins with/,
  ],
  [
    'the names of metrics, their parts and their units',
    /metric|^a part of|no (further )?part after|`at`|clock time like|for \w+ is a|one of == /,
  ],
  ['instants within the clock, in order', /within the clock|start of the clock|later time than|an end after the start/],
  ['what a notation comes to', /^a (duration|rate) of at/],
  ['more problems than are told', /^no problems beyond/],
  ['sums and products over the file', /shares that sum|in all$|at most \d+ (hosts|standbys)|at most as many standbys/],
  ['one pod by its number and its name', /^each pod once/],
  ['which of two fields is given', /^either|neither|`at` or `after`|a backoff policy, or a preset/],
  [
    'what goes with what',
    /^no `|lifetimes allow|exponential lifetime|within the run's|all are disconnected|bounds in order|circle|at most `longest`|at least min|whole seconds|at least `calmBelow`/,
  ],
];

/** Whether it is only what variants set: what their changes come to is known when they are made. */
function isOfVariants(plain: unknown): boolean {
  if (typeof plain !== 'object' || plain === null || !('variants' in plain)) return false;
  const { variants: _variants, ...rest } = plain as Readonly<Record<string, unknown>>;
  const expect = Array.isArray(rest.expect)
    ? (rest.expect as readonly unknown[]).filter((one) => !String(one).includes('@'))
    : rest.expect;
  return loadScenario(
    { file: 'a.json', text: JSON.stringify({ ...rest, ...(expect === undefined ? {} : { expect }) }) },
    vocabulary,
  ).ok;
}

function reasonFor({ path, expected, found, hint }: Problem): string | null {
  // Where a distribution may stand as well, a duration that is too long is told with all that may stand there.
  if (/^a duration, or a map/.test(expected) && /^"[\d.]+(e\d+)?(d|h|m|s|ms|us)"$/.test(found))
    return 'what a notation comes to';
  if (hint?.includes('units must fall') === true) return 'the order of the units of a duration';
  if (/^variants\.[^.]+\.set\./.test(path) || hint?.startsWith('in variant') === true)
    return 'what a change of a variant comes to';
  if (/^assumptions\.\d+\.(?:path|range|choices|together)\b/.test(path))
    return 'what the field that a row names could have, and whether it is written in the way that is read';
  return beyondSchemas.find(([, pattern]) => pattern.test(expected))?.[0] ?? null;
}

/** Fails with every mutant that the two judge differently for no reason, and if hardly any is told by both. */
export function expectSameJudgement(cases: number): void {
  const differences: string[] = [];
  let both = 0;
  let refused = 0;
  fc.assert(
    fc.property(mutants, ({ fileName, bytes, story }) => {
      let plain: unknown;
      const text = new TextDecoder().decode(bytes);
      try {
        plain = fileName.endsWith('.json') ? JSON.parse(text) : parse(text, { maxAliasCount: 100, logLevel: 'error' });
      } catch {
        return;
      }
      const result = loadScenario({ file: fileName, text: bytes }, vocabulary);
      const bySchema = validate(plain);
      if (result.ok === bySchema) both++;
      if (!result.ok && !bySchema) refused++;
      if (result.ok && !bySchema)
        differences.push(`only the schema refuses: ${story}\n  ${JSON.stringify(validate.errors?.slice(0, 2))}`);
      if (!result.ok && bySchema) {
        const unexplained = result.problems.filter((problem) => reasonFor(problem) === null);
        if (unexplained.length > 0 && !isOfVariants(plain))
          differences.push(
            `only the loader refuses: ${story}\n  ${unexplained
              .slice(0, 2)
              .map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`)
              .join('\n  ')}`,
          );
      }
    }),
    { seed: fuzzSeed, numRuns: cases, endOnFailure: true },
  );
  expect(differences).toEqual([]);
  expect(both).toBeGreaterThan(cases / 3);
  expect(refused).toBeGreaterThan(cases / 5);
}
