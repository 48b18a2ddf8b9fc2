// Files that expect a collapse of what only lasts are asked whether they mean that.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collapseWarnings } from '../../src/cli/collapse-warnings.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario, type LoadedScenario } from '../../src/scenario/load.ts';

function loaded(name: string, more = ''): LoadedScenario {
  const text = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8') + more;
  const result = loadScenario({ file: name, text }, vocabulary);
  if (!result.ok) throw new Error(name);
  return result;
}

const asks = (expectation: string): string[] =>
  collapseWarnings('f', loaded('cases/minimal/min-slow.yaml', `expect: ["${expectation}"]\n`)).map(({ path }) => path);

describe('an expectation of a collapse', () => {
  it('is asked about where by arithmetic nothing could sustain one', () => {
    expect(asks('collapse == 1')).toEqual(['expect.1']);
    expect(asks('collapse == 0')).toEqual([]);
    expect(asks('outlivesTrigger == 1')).toEqual([]);
  });

  it.each(['storm-metastable', 'first-host-back', 'reboot-at-peak', 'what-sustains-it', 'backoff-shootout'])(
    'is not asked about in %s, whose storms are some',
    (name) => {
      expect(collapseWarnings('f', loaded(`../scenarios/${name}.yaml`))).toEqual([]);
    },
  );
});
