// `sim learn-client` from the outside: small clients whose rules are known, some of all kinds at a time; and what it says
// to those who misuse it, or who never come.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { scenarioOf } from '../small-scenario.ts';
import { sim } from './captured-terminal.ts';
import { expectPortInUse } from './port-in-use.ts';
import { startLearning, type Heard } from './listening-program.ts';
import { startSmallClient, type SmallClientRules } from './client-learning/small-client.ts';

const rules: SmallClientRules = {
  baseMs: 100,
  capMs: 800,
  connectTimeoutMs: 500,
  pingEveryMs: 700,
  pingTimeoutMs: 400,
  honoursHints: true,
  finalCode: 1008,
};

interface LearntJson {
  readonly complete: boolean;
  readonly clients: number;
  readonly pages: number;
  readonly client: Readonly<Record<string, unknown>>;
  readonly transports: readonly string[];
  readonly cautions: readonly string[];
  readonly delays: readonly { readonly number: number; readonly minMs: number }[];
  readonly sentAway: readonly { readonly told: string; readonly cameAgain: boolean }[];
  readonly nearest: { readonly preset: string };
}

/** A client in a process of its own, of so many lines of JavaScript. */
function startScript(script: string, port: number): () => void {
  const child = spawn(process.execPath, ['-e', script], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  return () => void child.kill('SIGKILL');
}

/** Requests by fetch, again after half a second, and after 200 ms, 400 ms, … up to 1600 ms where they failed. */
const fetcher = `let n = 0; const wait = (ms) => new Promise((r) => setTimeout(r, ms));
(async () => { for (;;) { let ok = false; try { const r = await fetch('http://127.0.0.1:' + process.env.PORT + '/poll', { signal: AbortSignal.timeout(600) });
await r.text(); ok = r.ok; } catch {} n = ok ? 0 : n + 1; await wait(ok ? 100 : Math.min(1600, 200 * 2 ** (n - 1))); } })();`;

/** Connects, sends what is neither HTTP nor TLS, and comes again 300 ms after it was thrown out. */
const babbler = `const go = () => { const s = require('net').connect(process.env.PORT, '127.0.0.1', () => s.write('\\0\\1\\2 hello'));
s.on('error', () => {}); s.on('close', () => setTimeout(go, 300)); }; go();`;

/** Sixty at once, each again as soon as it is answered. */
const flood = `const http = require('http'); const go = () => http.get('http://127.0.0.1:' + process.env.PORT, (r) => { r.resume(); r.on('end', go); }).on('error', () => setTimeout(go, 20));
for (let i = 0; i < 60; i++) go();`;

/** Gives up after three attempts that failed in a row; somebody starts it anew four seconds later. */
const giver = `const { WebSocket } = require('ws'); let failures = 0;
const go = () => { const socket = new WebSocket('ws://127.0.0.1:' + process.env.PORT, { handshakeTimeout: 300 });
socket.on('open', () => { failures = 0; }); socket.on('error', () => {});
socket.on('close', () => { if (failures++ < 3) setTimeout(go, 100 * 2 ** (failures - 1)); else { failures = 0; setTimeout(go, 4000); } }); }; go();`;

/** Gives up for good, at the second failure in a row. */
const leaver = `const { WebSocket } = require('ws'); let failures = 0;
const go = () => { const socket = new WebSocket('ws://127.0.0.1:' + process.env.PORT);
socket.on('open', () => { failures = 0; }); socket.on('error', () => {});
socket.on('close', () => { if (failures++ < 2) setTimeout(go, 400); }); }; go(); setInterval(() => {}, 1000);`;

function startTwo(port: number, queries: readonly string[]): () => void {
  const stops = queries.map((query) => startSmallClient(`ws://127.0.0.1:${port}/chat${query}`, rules));
  return () => {
    for (const stop of stops) stop();
  };
}

const runs: Record<string, Heard> = {};
async function learning(name: string, argv: readonly string[], start: (port: number) => () => void): Promise<void> {
  const { port, ended } = await startLearning(...argv);
  const stop = start(port);
  runs[name] = await ended;
  stop();
}

/** Begins when the short courses are over, so that they have no more beside them than they must. */
async function interruptedLearning(): Promise<void> {
  await sleep(8000);
  const { port, interrupt, ended } = await startLearning('--for', '1m');
  const stop = startScript(fetcher, port);
  await sleep(9000);
  interrupt();
  runs.interrupted = await ended;
  stop();
}

beforeAll(async () => {
  await Promise.all([
    learning('small', ['--for', '16s'], (port) => startSmallClient(`ws://127.0.0.1:${port}/chat`, rules)),
    learning('requests', ['--for', '10s', '--json', '--quiet'], (port) => startScript(fetcher, port)),
    learning('babble', ['--for', '8s', '--json', '--quiet'], (port) => startScript(babbler, port)),
    learning('flood', ['--for', '5s', '--json', '--connections', '20'], (port) => startScript(flood, port)),
    learning('givesUp', ['--for', '16s', '--json'], (port) => startScript(giver, port)),
    learning('leaves', ['--for', '8s', '--json'], (port) => startScript(leaver, port)),
    learning('named', ['--for', '7s', '--json'], (port) => startTwo(port, ['?client=one', '?client=two'])),
    learning('unnamed', ['--for', '7s', '--json'], (port) => startTwo(port, ['', ''])),
    interruptedLearning(),
    learning('nobody', ['--for', '5s'], (port) => {
      // One that speaks TLS, and one that begins as HTTP and goes on as nothing of the kind.
      for (const first of [Buffer.from([0x16, 3, 1, 0, 5]), 'GET / HTTP/1.1\r\n\0\0\0\r\n\r\n'])
        connect(port, '127.0.0.1', function (this: ReturnType<typeof connect>) {
          this.write(first);
        }).on('error', () => undefined);
      return () => undefined;
    }),
  ]);
}, 60_000);

describe('a small client', () => {
  const entry = (): Readonly<Record<string, unknown>> =>
    (parse(runs.small.stdout) as { clients: Readonly<Record<string, unknown>>[] }).clients[0];

  it('is told with the rules that it has', () => {
    expect(runs.small.exitCode).toBe(0);
    const { backoff, connectTimeout, keepalive, ...rest } = entry();
    expect(backoff).toMatchObject({ policy: 'exponential', factor: 2 });
    expect(rest).toMatchObject({ name: 'current', giveUp: { after: 'unlimited' }, resetAfter: '0s' });
    const ms = (written: unknown): number =>
      Number(/^([\d.]+)(?:ms|s)$/.exec(String(written))?.[1]) * (/ms$/.test(String(written)) ? 1 : 1000);
    // The median of several is hardly off; what was seen once is by as much as a process is held up now and then.
    const near = (written: unknown, expected: number, within = 60): void => {
      expect(Math.abs(ms(written) - expected), `${String(written)} for ${expected} ms`).toBeLessThan(within);
    };
    near((backoff as { base: string }).base, 100);
    near((backoff as { cap: string }).cap, 800);
    near(connectTimeout, 500);
    near((keepalive as { every: string }).every, 700, 150);
    near((keepalive as { timeout: string }).timeout, 400, 150);
  });

  it('is told as a block that a scenario takes as it is', () => {
    const { clients } = scenarioOf({ clients: [entry()] });
    expect(clients[0].name).toBe('current');
    const text = `format: 1\nname: small\ntitle: A small scenario\nclock: { from: "00:00", to: 10m }\npods: 1\ntiers: [{ name: api, hosts: 1, parallelism: 1, serviceTime: 100ms }]\nproducts: [{ name: chat, sessions: 10 }]\n${runs.small.stdout}`;
    expect(loadScenario({ file: 'small.yaml', text }, vocabulary)).toMatchObject({ ok: true });
  });

  it('is told with how each value was seen, and what was not', () => {
    expect(runs.small.stdout).toMatch(/# \d attempts hung: given up after \d+ ms ± \d+\n {4}connectTimeout: /);
    expect(runs.small.stdout).toMatch(/# The nearest preset is /);
    expect(runs.small.stdout).toContain('# Cannot be seen from a server: when people reload the page');
    expect(Math.max(...runs.small.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
  });

  it('is told what is going on, on stderr', () => {
    const { stderr } = runs.small;
    expect(stderr).toMatch(/^ +0:00 {2}a client came: a WebSocket at \/chat$/m);
    for (const phase of [
      'connects',
      'is refused',
      'hangs',
      'dies',
      'is told when to come again',
      'hears nothing',
      'is sent away',
    ])
      expect(stderr).toContain(`/8 ${phase}: `);
  });
});

describe('clients of other kinds', () => {
  it('that make requests are learnt from too', () => {
    expect(runs.requests.exitCode).toBe(0);
    const { client, transports, complete, delays } = JSON.parse(runs.requests.stdout) as LearntJson;
    expect([complete, transports]).toEqual([true, ['http']]);
    expect(client.backoff).toMatchObject({ factor: 2 });
    // A process is held up now and then, on a machine that does other things as well.
    for (const { number, minMs } of delays)
      expect(Math.abs(minMs - Math.min(1600, 200 * 2 ** (number - 1))), `attempt ${number}`).toBeLessThan(150);
    const waited = JSON.stringify(client.connectTimeout).match(/\d+(?=ms)/g)!;
    for (const ms of waited) expect(Math.abs(Number(ms) - 600)).toBeLessThan(200);
  });

  it('that speak no HTTP are, as far as that goes', () => {
    expect(runs.babble.exitCode).toBe(0);
    const { client, transports } = JSON.parse(runs.babble.stdout) as LearntJson;
    expect(transports).toEqual(['tcp']);
    expect(client.backoff).toBeDefined();
    expect(client.connectTimeout).toBeUndefined();
  });

  it('that flood it end as well, with a word', () => {
    expect(runs.flood.exitCode).toBe(0);
    expect((JSON.parse(runs.flood.stdout) as LearntJson).cautions.join()).toContain('several clients seem to be there');
    expect(runs.flood.stderr).toContain('more connections than --connections lets in');
  });
});

describe('a client that gives up', () => {
  it('is told to be started anew, and is learnt from further when it is', () => {
    const { client, pages, sentAway } = JSON.parse(runs.givesUp.stdout) as LearntJson;
    expect(runs.givesUp.stderr).toContain('start it anew, and the rest is learnt too');
    expect(client.giveUp).toEqual({ after: 3 });
    expect(pages).toBeGreaterThan(1);
    expect(sentAway.filter(({ cameAgain }) => !cameAgain)).toEqual([]);
    expect(client.connectTimeout).toBeDefined();
  });
});

describe('a client that gives up and is not started anew', () => {
  it('is waited for until the time is over, and no longer', () => {
    const { client, pages } = JSON.parse(runs.leaves.stdout) as LearntJson;
    expect([runs.leaves.exitCode, client.giveUp, pages]).toEqual([0, { after: 2 }, 1]);
    expect(runs.leaves.stderr).toMatch(/^ +0:08 {2}the time is over$/m);
  });
});

describe('two clients at a time', () => {
  it('are told apart by the names in their addresses', () => {
    const { clients, cautions } = JSON.parse(runs.named.stdout) as LearntJson;
    expect([clients, cautions]).toEqual([2, []]);
    expect(runs.named.stderr).toMatch(/^one: +0:0\d {2}a client came/m);
    expect(runs.named.stderr).toMatch(/^two: +0:0\d {2}a client came/m);
  });

  it('are not taken for one without a word', () => {
    const { clients, cautions } = JSON.parse(runs.unnamed.stdout) as LearntJson;
    expect(clients).toBe(1);
    expect(cautions.join()).toContain('several clients seem to be there');
  });
});

describe('nobody that it could learn from', () => {
  it('is a usage error, which tells what came instead', () => {
    const { exitCode, stdout, stderr } = runs.nobody;
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error: no client came within 5s');
    expect(stderr).toContain('a client speaks TLS');
    expect(stderr).toContain('began as HTTP');
  });
});

describe('misuse', () => {
  it('of a port that is in use is told', () => expectPortInUse('learn-client'));

  it.each([
    [['--port', '70000'], '--port must be a whole number from 0 to 65535, not "70000"'],
    [['--port', '-1'], '--port'],
    [['--for', '1s'], '--for must be a duration from 5s to 24h, not "1s"'],
    [['--for', '3'], '--for must be a duration from 5s to 24h, not "3"'],
    [['--host', ''], '--host must not be empty'],
    [['--host', '192.0.2.1', '--port', '0'], '--host 192.0.2.1 is no address of this machine'],
    [['--connections', '0'], '--connections must be a whole number from 1 to 10000, not "0"'],
    [['--nonsense'], "unknown option '--nonsense'"],
    [['8080'], 'too many arguments'],
  ])('like %j is told', async (argv, says) => {
    const { exitCode, stdout, stderr } = await sim('learn-client', ...argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });
});

describe('Ctrl-C', () => {
  it('ends it, with what was learnt until then', () => {
    const { exitCode, stdout, stderr } = runs.interrupted;
    expect([exitCode, stderr.includes('internal error')]).toEqual([130, false]);
    expect(stdout).toContain('CAUTION: it was interrupted');
    expect(scenarioOf({ clients: (parse(stdout) as { clients: object[] }).clients }).clients).toHaveLength(1);
  });

  it('ends it before anybody came', async () => {
    const { interrupt, ended } = await startLearning();
    interrupt();
    const { exitCode, stdout, stderr } = await ended;
    expect([exitCode, stdout]).toEqual([130, '']);
    expect(stderr).toContain('interrupted before a client came');
  });
});
