// Where a zone dies it is asked when its hosts boot, with the place; and whatever dies, the story says what became of it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { story } from '../../src/metrics/story.ts';
import { ranCase } from '../cases/ran-case.ts';
import { sim } from './captured-terminal.ts';

const zoneCase = readFileSync(new URL('../cases/users/zone.yaml', import.meta.url), 'utf8');
const action = '{ name: zone-a-dies, at: "14:05", action: crash, target: { tier: ws, hosts: 8 } }';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-boots-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Places of the warnings about boots. */
async function asked(written: string): Promise<string[]> {
  expect(zoneCase).toContain(action);
  const file = join(folder, 'zone.yaml');
  writeFileSync(file, zoneCase.replace(action, written).replace('hosts: 24,', 'hosts: 24, zones: 3,'));
  const { exitCode, stderr } = await sim('validate', file);
  expect(exitCode, stderr).toBe(0);
  return [...stderr.matchAll(/(\d+:\d+) {2}timeline\.\S+\.bootsAfter/g)].map(([, place]) => place);
}

describe('when hosts boot', () => {
  it('is asked where a zone dies, by its name or by its target', async () => {
    expect(await asked(action)).toEqual(['11:5']);
    expect(await asked('{ name: out, at: "14:05", action: kill, target: { tier: ws, zones: [1] } }')).toEqual(['11:5']);
    expect(
      await asked('{ name: out, title: AZ 1 dies, at: "14:05", action: kill, target: { tier: ws, hosts: 8 } }'),
    ).toEqual(['11:5']);
  });

  it('is not asked where it is said, nor of a few hosts, nor of what is only called alike', async () => {
    const zone = 'target: { tier: ws, zones: [1] }';
    expect(await asked(`{ name: out, at: "14:05", action: kill, ${zone}, bootsAfter: none }`)).toEqual([]);
    expect(await asked(`{ name: out, at: "14:05", action: kill, ${zone}, bootsAfter: 0s }`)).toEqual([]);
    expect(await asked('{ name: lazy, at: "14:05", action: kill, target: { tier: ws, hosts: 8 } }')).toEqual([]);
    expect(await asked(`{ name: zone-reboots, at: "14:05", action: reboot, ${zone} }`)).toEqual([]);
  });
});

describe('the story of hosts that die', () => {
  const told = async (changes: Readonly<Record<string, string>>): Promise<string> =>
    story((await ranCase('users/zone.yaml', { 'to: "14:40"': 'to: "14:12"', ...changes })).ended).join('\n');

  it('says that they boot again, and by when they are up', async () => {
    expect(await told({})).toContain('zone-a-dies (4,000 sessions drop; its hosts boot again, and are up by 14:06)');
    expect(await told({ 'to: "14:12"': 'to: "14:06"' })).toContain('drop; its hosts boot again)');
  });

  it('says that they stay down', async () => {
    const text = await told({ 'hosts: 8 } }': 'hosts: 8 }, bootsAfter: none }' });
    expect(text).toContain('zone-a-dies (4,000 sessions drop; its hosts stay down)');
  });
});
