import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { backoffs } from '../../src/policies/backoff.ts';
import { explainScenario, uncoveredNumbers } from '../../src/scenario/explain.ts';
import { changedText, loaded, small } from './scenario-text.ts';

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8');

function rowsOf(...options: Parameters<typeof loaded>): Map<string, ReturnType<typeof explainScenario>[number]> {
  return new Map(explainScenario(loaded(...options)).map((row) => [row.path, row]));
}

describe('explaining a scenario', () => {
  it('shows values, units, meanings and where each came from', () => {
    const rows = rowsOf(small, { variant: 'patient', set: ['tiers.api.hosts=9'] });
    expect(rows.get('tiers.api.hosts')).toMatchObject({
      value: '9',
      origin: 'set',
      unit: 'count',
      help: 'hosts per pod, or of the shared tier',
    });
    expect(rows.get('tiers.store.serviceTime')).toMatchObject({
      value: '150ms',
      origin: 'file',
      unit: 'distribution',
      line: 15,
    });
    expect(rows.get('tiers.api.boot')).toMatchObject({ value: '{ uniform: [90s, 150s] }', origin: 'default', line: 0 });
    expect(rows.get('clients.current.backoff')).toMatchObject({
      value: 'full-jitter',
      origin: 'variant',
      variant: 'patient',
      unit: 'policy',
    });
    expect(rows.get('clients.current.backoff.cap')).toMatchObject({ value: '5m', origin: 'variant' });
    expect(rows.get('clients.current.backoff.base')).toMatchObject({ value: '1s', origin: 'default' });
    expect(rows.get('timeline.second.by')).toMatchObject({ value: '5m', origin: 'file' });
    expect(rows.get('pods')).toMatchObject({ value: '4', origin: 'file' });
  });

  it('hides no default: every parameter of a policy and every field of a tier has a row', () => {
    const rows = rowsOf(changedText(['{ policy: exponential, base: 2s }', 'full-jitter']));
    for (const parameter of Object.keys(backoffs['full-jitter'].parameters))
      expect(rows.has(`clients.current.backoff.${parameter}`)).toBe(true);
    for (const field of [
      'scope',
      'queue.limit',
      'inFlightLimit',
      'abandonedWorkCost',
      'checks',
      'liveness',
      'lease',
      'registry',
      'warmUp.for',
    ])
      expect(rows.get(`tiers.store.${field}`)?.value).toBeTruthy();
  });

  it('shows what scale made of a value', () => {
    const rows = rowsOf(changedText(['pods: 4', 'pods: 4\nscale: { hosts: 0.5 }']));
    expect(rows.get('tiers.api.hosts')).toMatchObject({ value: '4', scaled: true });
    expect(rows.get('products.chat.sessions')).toMatchObject({ value: '20000', scaled: false });
  });

  it('gives each value the source or assumption that covers it most closely', () => {
    const remarks =
      'sources: [{ path: timeline, cite: post }]\nassumptions: [{ path: timeline.second.by, why: guess, range: [1m, 9m] }]\nexpect:';
    const rows = rowsOf(changedText(['expect:', remarks]));
    expect(rows.get('timeline.maintenance.at')?.ground).toEqual({ kind: 'source', path: 'timeline', cite: 'post' });
    expect(rows.get('timeline.second.by')?.ground).toEqual({
      kind: 'assumption',
      path: 'timeline.second.by',
      why: 'guess',
      plausible: '1m to 9m',
    });
    expect(rows.get('tiers.api.hosts')?.ground).toBeNull();
  });

  it('writes values so that they mean the same when they are read again', () => {
    const rows = explainScenario(loaded(example));
    const leaves = rows.filter(
      ({ unit, origin }) =>
        ['duration', 'count', 'factor', 'distribution', 'rate'].includes(unit) && origin !== 'default',
    );
    const set = leaves.map(({ path, value }) => `${path}=${value}`);
    expect(set.length).toBeGreaterThan(10);
    expect(loaded(example, { set }).scenario).toEqual(loaded(example).scenario);
  });
});

describe('numbers without a ground', () => {
  const covered = (...paths: string[]): string =>
    `assumptions: [${paths.map((path) => `{ path: ${path}, why: x }`).join(', ')}]\nexpect:`;
  const everything = ['clock', 'pods', 'tiers', 'products', 'clients', 'timeline'];

  it('are listed with their places, numbers of variants too', () => {
    const uncovered = uncoveredNumbers(
      loaded(changedText(['expect:', covered('clock', 'pods', 'tiers.api', 'timeline', 'products')])),
    );
    expect(uncovered.map(({ path, value }) => `${path} ${value}`)).toEqual([
      'tiers.store.hosts 6',
      'tiers.store.parallelism 16',
      'tiers.store.serviceTime 150ms',
      'clients.current.backoff.base 2s',
      'clients.current.keepalive.every 25s',
      'clients.current.keepalive.timeout 20s',
      'variants.patient.set.clients.current.backoff { policy: full-jitter, cap: 5m }',
    ]);
    expect(uncovered[0]).toMatchObject({ line: 13, column: 12 });
  });

  it('are none when rows cover everything', () => {
    expect(uncoveredNumbers(loaded(changedText(['expect:', covered(...everything)])))).toEqual([]);
    const [last] = everything.splice(-1);
    expect(last).toBe('timeline');
    expect(uncoveredNumbers(loaded(changedText(['expect:', covered(...everything)]))).map(({ path }) => path)).toEqual([
      'timeline.maintenance.at',
      'timeline.maintenance.target',
      'timeline.second.by',
    ]);
  });
});
