// Files that do not say how hosts answer what is not a connect are asked, in a sentence and with the place; they run all
// the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sim } from './captured-terminal.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-answers-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const text = (tier: string, probes: string, client: string): string => `format: 1
name: asked
clock: { to: 20s }
tiers:
  - name: front
    hosts: 2
    parallelism: 1
    serviceTime: 10ms
${tier}    liveness: { every: 10s, timeout: 2s${probes} }
products: [{ name: chat, sessions: 2 }]
clients: [{ name: current, backoff: fixed, keepalive: ${client} }]
`;
const asks = /tiers\.front\.(liveness\.answered|keepalives)/g;

async function asked(command: string, content: string, ...flags: readonly string[]): Promise<string[]> {
  const file = join(folder, 'asked.yaml');
  writeFileSync(file, content);
  const { exitCode, stderr } = await sim(command, file, ...flags);
  expect(exitCode, stderr).toBe(0);
  return [...stderr.matchAll(asks)].map(([, field]) => field);
}

const pings = '{ every: 25s, timeout: 20s }';

describe('a file that does not say how hosts answer', () => {
  it('is asked by validate, for keepalives and for liveness probes', async () => {
    expect(await asked('validate', text('', '', pings))).toEqual(['keepalives', 'liveness.answered']);
  });

  it('is asked by run of what can get a host killed', async () => {
    const flags = ['--no-charts', '--out', join(folder, 'out')];
    expect(await asked('run', text('', '', pings), ...flags)).toEqual(['liveness.answered']);
    expect(await asked('run', text('', '', pings), ...flags, '--set', 'tiers.front.liveness.answered=aside')).toEqual(
      [],
    );
  });

  it('is asked for nothing that it says, or that it does not have', async () => {
    expect(await asked('validate', text('    keepalives: aside\n', ', answered: aside', pings))).toEqual([]);
    expect(await asked('validate', text('', ', answered: in-queue', 'none'))).toEqual([]);
  });
});

describe('a file that does not say what it is to place the sessions of a lost host', () => {
  const presence = (lease: string, more = '', action = 'reboot', tier = 'presence'): string => `format: 1
name: asked
clock: { to: 20s }
tiers:
  - { name: front, hosts: 2, parallelism: 1, serviceTime: 10ms, holdsSessions: true }
  - name: presence
    scope: shared
    hosts: 2
    parallelism: 1
    serviceTime: 10ms
${more}    lease: { every: 10s, timeout: 5s${lease} }
products: [{ name: chat, sessions: 2 }]
clients: [{ name: current, backoff: fixed }]
timeline: [{ name: lost, at: 5s, action: ${action}, target: { tier: ${tier}, hosts: [1] } }]
`;
  const moves = async (command: string, content: string, ...flags: readonly string[]): Promise<string[]> => {
    const file = join(folder, 'moves.yaml');
    writeFileSync(file, content);
    const { exitCode, stderr } = await sim(command, file, ...flags);
    expect(exitCode, stderr).toBe(0);
    return [...stderr.matchAll(/tiers\.presence\.lease\.moves[^]*?lost \(([^)]*)\)/g)].map(([, by]) => by);
  };

  it.each(['reboot', 'crash', 'kill'])('is asked where a %s takes one of its hosts', async (action) => {
    expect(await moves('validate', presence('', '', action))).toEqual(['lost']);
  });

  it('is asked by run, too', async () => {
    expect(await moves('run', presence(''), '--no-charts', '--out', join(folder, 'out'))).toEqual(['lost']);
  });

  it('is asked where its hosts may die by themselves', async () => {
    const probed = '    liveness: { every: 10s, timeout: 2s, answered: aside }\n';
    expect(await moves('validate', presence('', probed, 'reboot', 'front'))).toEqual(['its liveness probes']);
  });

  it('is asked for nothing that it says, or that cannot come about', async () => {
    for (const said of [', moves: free', ', moves: attempt'])
      expect(await moves('validate', presence(said))).toEqual([]);
    expect(await moves('validate', presence('', '', 'reboot', 'front'))).toEqual([]);
    expect(await moves('validate', presence('', '    holdsSessions: true\n'))).toEqual([]);
  });
});
