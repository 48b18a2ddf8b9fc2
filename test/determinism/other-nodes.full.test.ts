// The same bytes on every Node: the pinned fingerprints, and the files of a comparison whose clients' delays are powers,
// under the oldest Node that is supported and two later ones, which npm brings.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Consumer, fetchToolchains, root, type Toolchain } from '../package/consumer.ts';

const versions = [
  { node: 20, npm: 10 },
  { node: 22, npm: 10 },
  { node: 24, npm: 11 },
];

let folder: string;
let toolchains: ReadonlyMap<number, Toolchain>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-nodes-'));
  toolchains = fetchToolchains(join(folder, 'toolchains'), versions);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function on(node: number): Consumer {
  return new Consumer(join(folder, `on-${node}`), toolchains.get(node)!);
}

describe.each(versions)('on Node $node', ({ node }) => {
  it('every registry entry and every shipped scenario has its fingerprint', () => {
    const { status, stdout, stderr } = on(node).node(
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--root',
      root,
      '--project',
      'fast',
      '--project',
      'full',
      'test/determinism/fingerprints',
      'test/engine/power.test.ts',
    );
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Tests +\d+ passed/);
  });
});

it('a comparison of backoffs has the same files on all of them', () => {
  const told = versions.map(({ node }) => {
    const at = on(node);
    const { status, stderr } = at.node(
      join(root, 'bin/sim.js'),
      'compare',
      join(root, 'scenarios/backoff-shootout.yaml'),
      '--replications',
      '1',
      '--no-charts',
      '--out',
      'out',
    );
    expect(status, stderr).toBe(0);
    const results = join(at.folder, 'out/backoff-shootout/compare');
    const files = readdirSync(results)
      .filter((name) => name !== 'kept')
      .sort();
    expect(files).toContain('replications.csv');
    return files.map((name) => [name, readFileSync(join(results, name), 'utf8')]);
  });
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
});
