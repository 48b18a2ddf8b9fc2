// `sim list`: walks the registries, so these tests walk them too.
import { describe, expect, it } from 'vitest';
import { distributions } from '../../src/engine/distributions.ts';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import { actions } from '../../src/policies/actions.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { shownWidth } from '../../src/cli/table.ts';
import { sim, stackLine } from './captured-terminal.ts';

interface ListedKind {
  readonly kind: string;
  readonly entries: readonly { readonly name: string; readonly parameters: readonly { readonly name: string }[] }[];
}

describe('sim list', () => {
  it('names every kind and every entry', async () => {
    const { exitCode, stdout, stderr } = await sim('list');
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const name of [
      'backoff',
      'full-jitter',
      'least-connections',
      'token-bucket',
      'rolling',
      'weibull',
      'crash',
      'chart',
    ]) {
      expect(stdout).toContain(name);
    }
  });

  it('lists exactly the registries as JSON', async () => {
    const { stdout } = await sim('list', '--json');
    const kinds = JSON.parse(stdout) as ListedKind[];
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'backoff', 'retry-after', 'retry-gate', 'preset', 'balancing', 'balancer-preset', 'queueing', 'admission', 'scaling', 'reboot-order', 'distribution', 'action', 'metric', 'gauge', 'rejection', 'chart', 'word',
    ]); // prettier-ignore
    const names = Object.fromEntries(kinds.map(({ kind, entries }) => [kind, entries.map(({ name }) => name)]));
    expect(names.backoff).toEqual(Object.keys(backoffs));
    expect(names.distribution).toEqual(Object.keys(distributions));
    expect(names.action).toEqual(Object.keys(actions));
    expect(names.metric).toEqual(Object.keys(metricCatalogue));
  });

  it.each(Object.keys(backoffs))('tells all of the backoff %s: formula, source, parameters', async (name) => {
    const { exitCode, stdout } = await sim('list', 'backoff', name);
    const { formula, source, parameters } = backoffs[name];
    expect(exitCode).toBe(0);
    for (const text of [formula, source, ...Object.keys(parameters)])
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(text);
  });

  it('writes defaults and ranges in the notation of scenario files', async () => {
    const { stdout } = await sim('list', 'backoff', 'exponential');
    expect(stdout).toMatch(/^ {2}cap +duration +30s +≥ 0s +no delay is longer$/m);
    expect(stdout).toMatch(/^ {2}factor +factor +2 +≥ 1, ≤ 100 /m);
  });

  it('refuses an unknown kind, with all there are and a suggestion', async () => {
    const { exitCode, stdout, stderr } = await sim('list', 'backof');
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('unknown kind "backof"');
    expect(stderr).toContain('expected one of backoff | retry-after | ');
    expect(stderr).toContain('did you mean "backoff"?');
    expect(stderr).not.toMatch(stackLine);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'knows no kind and no entry of the name %s, which every object has',
    async (name) => {
      for (const argv of [[name], [name, name], ['backoff', name], ['metric', name]]) {
        const { exitCode, stdout, stderr } = await sim('list', ...argv);
        expect([exitCode, stdout], argv.join(' ')).toEqual([2, '']);
        expect(stderr, argv.join(' ')).toContain(`"${name}"`);
        expect(stderr, argv.join(' ')).not.toMatch(stackLine);
      }
    },
  );

  it('refuses an unknown name, with a suggestion', async () => {
    const { exitCode, stderr } = await sim('list', 'backoff', 'ful-jitter');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('did you mean "full-jitter"?');
  });

  it('stays within a hundred columns', async () => {
    for (const kind of ['action', 'metric', 'distribution', 'gauge']) {
      const { stdout } = await sim('list', kind);
      expect(Math.max(...stdout.split('\n').map(shownWidth))).toBeLessThanOrEqual(100);
    }
  });
});
