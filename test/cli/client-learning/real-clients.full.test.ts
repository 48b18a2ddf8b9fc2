// Real client libraries, unmodified, and a client in another language: three minutes each, all at the same time, after which
// their known parameters stand in the result. What is known of them was read in their sources (see the client presets).
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { startLearning, type Heard } from '../listening-program.ts';

interface LearntJson {
  readonly client: Readonly<Record<string, unknown>>;
  readonly nearest: { readonly preset: string; readonly differs: readonly { readonly field: string }[] };
  readonly sentAway: readonly { readonly told: string; readonly cameAgain: boolean }[];
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const python = ['python3', 'python'].find((one) => spawnSync(one, ['--version']).status === 0);

interface Known {
  readonly client: Readonly<Record<string, unknown>>;
  readonly preset?: string;
}

const unlimited = { after: 'unlimited' };

const known: Readonly<Record<string, Known>> = {
  'reconnecting-websocket': {
    client: { connectTimeout: '4s', giveUp: unlimited, resetAfter: '5s', keepalive: 'none' },
    preset: 'reconnecting-websocket',
  },
  partysocket: {
    client: {
      backoff: { policy: 'exponential', base: '3s', factor: 1.3, cap: '10s' },
      connectTimeout: '4s',
      giveUp: unlimited,
      resetAfter: '5s',
      keepalive: 'none',
    },
    preset: 'partysocket',
  },
  phoenix: {
    client: {
      backoff: {
        policy: 'steps',
        delays: ['10ms', '50ms', '100ms', '150ms', '200ms', '250ms', '500ms', '1s', '2s', '5s'],
      },
      connectTimeout: 'none',
      giveUp: unlimited,
      resetAfter: '0s',
      retryAfter: 'ignore',
    },
    preset: 'phoenix',
  },
  supabase: {
    client: {
      backoff: { policy: 'steps', delays: ['1s', '2s', '5s', '10s'] },
      connectTimeout: 'none',
      resetAfter: '0s',
    },
    preset: 'supabase',
  },
  centrifuge: {
    client: {
      backoff: { policy: 'centrifuge', least: '500ms', cap: '20s' },
      connectTimeout: '5s',
      giveUp: unlimited,
      resetAfter: '0s',
      retryAfter: 'ignore',
      keepalive: { every: '25s', timeout: '10s' },
    },
    preset: 'centrifuge',
  },
  'socket.io': {
    client: {
      backoff: { policy: 'socket.io', base: '1s', cap: '5s', factor: 2, jitter: 0.5 },
      connectTimeout: '20s',
      giveUp: unlimited,
      resetAfter: '0s',
      keepalive: { every: '25s', timeout: '20s' },
    },
    preset: 'socket.io',
  },
  'socket.io, polling first': {
    client: {
      backoff: { policy: 'socket.io', base: '1s', cap: '5s', factor: 2, jitter: 0.5 },
      connectTimeout: 'none',
      resetAfter: '0s',
      keepalive: { every: '25s', timeout: '20s' },
    },
    preset: 'socket.io',
  },
  signalr: {
    client: { backoff: { policy: 'steps', delays: ['0s', '2s', '10s', '30s'] }, giveUp: { after: 4 } },
    preset: 'signalr',
  },
  'graphql-ws': { client: { giveUp: { after: 1 } }, preset: 'graphql-ws' },
  eventsource: {
    client: { backoff: { policy: 'fixed', delay: '3s', jitter: '0s' }, giveUp: unlimited },
    preset: 'eventsource',
  },
};

/** Wherever it is run, a process is held up now and then: this is how long. */
const NEAR_MS = 150;

const runs = new Map<string, Heard>();

async function learning(name: string, command: string, args: readonly string[]): Promise<void> {
  const { port, ended } = await startLearning('--for', '3m', '--json');
  const child = spawn(command, [...args, String(port)], { stdio: 'ignore' });
  runs.set(name, await ended);
  child.kill('SIGKILL');
}

function learntBy(name: string): LearntJson {
  const { exitCode, stdout, stderr } = runs.get(name)!;
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as LearntJson;
}

beforeAll(async () => {
  const libraries = Object.keys(known).map((name) =>
    learning(name, process.execPath, [file('library-client.mjs'), name]),
  );
  const others = python === undefined ? [] : [learning('python', python, [file('small-client.py')])];
  await Promise.all([...libraries, ...others]);
}, 300_000);

describe('learn-client', () => {
  it.each(Object.entries(known))('gives back what is known of %s', (name, { client, preset }) => {
    const learnt = learntBy(name);
    expect(learnt.client, runs.get(name)!.stderr).toMatchObject(client);
    expect(learnt.nearest.preset).toBe(preset);
    expect(learnt.nearest.differs.map(({ field }) => field)).not.toContain('backoff');
  });

  it('sees that a status is final for an event stream', () => {
    expect(learntBy('eventsource').sentAway).toContainEqual({ told: 'status 503', cameAgain: false });
  });

  it('gives back what is known of a client in Python', (context) => {
    if (python === undefined) context.skip('there is no python3 here');
    const { client } = learntBy('python');
    const ms = (written: unknown): number =>
      Number.parseFloat(String(written)) * (String(written).endsWith('ms') ? 1 : 1000);
    const { policy, base, cap, factor } = client.backoff as Readonly<Record<string, unknown>>;
    expect([policy, factor, client.resetAfter]).toEqual(['exponential', 2, '0s']);
    expect(Math.abs(ms(base) - 200)).toBeLessThan(NEAR_MS);
    expect(Math.abs(ms(cap) - 1600)).toBeLessThan(NEAR_MS);
    expect(Math.abs(ms(client.connectTimeout) - 1000)).toBeLessThan(NEAR_MS);
  });
});
