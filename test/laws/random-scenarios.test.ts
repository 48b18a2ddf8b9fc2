// Everything that a file can say of a fleet occurs in the random scenarios, so that the laws are of everything: every
// field of tiers, clients and the rest, every action, every entry of every registry of policies. What is added to one
// of them fails here until model/random-scenario.ts draws it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectSaid, rootFieldsFor, sayable } from '../scenario/occurrences.ts';
import type { Fields } from '../../src/scenario/kind.ts';
import { lawContent } from './law-scenario.ts';

const SAMPLES = 2000;

/** Fields of a file that say nothing of what happens in a run, only of what is told of it; or that other tests are about. */
const apart: Readonly<Record<string, string>> = {
  format: 'there is one',
  name: 'a name',
  title: 'words',
  story: 'words',
  seed: 'the laws have their own',
  clock: 'three minutes, for all',
  scale: 'scenario/scaling.test.ts holds scaled scenarios against those that are written so',
  measure: 'what is counted of a run: metrics/audit.test.ts',
  metastableAfter: 'what a run is called: metrics/episodes.test.ts',
  observed: 'what was seen in reality',
  measured: 'what was measured in reality',
  expect: 'what is asked of the outcome',
  sources: 'grounds of the numbers',
  assumptions: 'grounds of the numbers',
  given: 'what a draw of the assumptions must meet',
  variants: 'a variant is a scenario of its own',
  $schema: 'for editors',
};

function without(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !Object.hasOwn(apart, key)));
}

describe('the random scenarios', () => {
  it('say everything that can be said', () => {
    const contents = fc.sample(lawContent, { numRuns: SAMPLES, seed: 20230426 });
    const said = new Set<string>();
    const fields = without(rootFieldsFor(contents[0]));
    for (const content of contents) collectSaid(fields, content, said);
    const all = new Set(sayable(fields));
    expect(all.size).toBeGreaterThan(300);
    expect([...all].filter((one) => !said.has(one))).toEqual([]);
  });

  it('leave out only what there is', () => {
    expect(Object.keys(apart).filter((key) => !Object.hasOwn(rootFieldsFor({}), key))).toEqual([]);
  });
});
