/**
 * Real client libraries and the model in the same storms: a few here, all in cosimulation.long.test.ts. Hundreds of
 * instances of the libraries' own code, in virtual time, in front of a server model that shares no line with the
 * product; their mean curve is within 2 pp of the model's, and their totals in the band of its seeds.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { clientPresets } from '../../src/policies/client-presets.ts';
import { agreementOf, misfitsOf } from './agreement.ts';
import { summaryOf } from './agreement-page.ts';
import { knownMisfits } from './known-misfits.ts';
import type { StormRecord } from './played-storm.ts';
import { Servers } from './server-model.ts';
import { knownMisfitOf, modelled, played, stormCase, stormCases } from './storm-cases.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** Two that draw their delays and give up, and one whose clients are refused in step. */
const few = [
  'reconnecting-websocket: metastable',
  'centrifuge: two of three killed',
  'phoenix (socket alone): queue that refuses',
].map(stormCase);
const PLAYED = 3;
const MODELLED = 50;

const records = new Map<string, readonly StormRecord[]>();
beforeAll(async () => {
  for (const one of few) records.set(one.name, await played(one, PLAYED));
});

describe('a storm of real clients is that of the model', () => {
  it.each(few)('$name', async (one) => {
    const real = records.get(one.name)!;
    expect(misfitsOf(agreementOf(real, await modelled(one, MODELLED)))).toEqual([]);
    // There was a storm.
    expect(Math.min(...real[0].connected)).toBeLessThan(0.7);
    expect(real[0].totals.attempts).toBeGreaterThan(one.experiment.sessions / 3);
  });

  it.each([
    ['reconnecting-websocket: metastable', 'a longer timeout', { connectTimeout: '5s' }],
    ['reconnecting-websocket: metastable', 'a higher cap', { backoff: { cap: '12s' } }],
    ['reconnecting-websocket: metastable', 'a first delay that all have alike', { backoff: { spread: '0s' } }],
    ['centrifuge: two of three killed', 'no jitter', { backoff: { policy: 'exponential', base: '750ms', cap: '20s' } }],
    ['centrifuge: two of three killed', 'no timeout', { connectTimeout: 'none' }],
    ['phoenix (socket alone): queue that refuses', 'a step more', { backoff: { delays: ['10ms', '1s', '5s'] } }],
    ['phoenix (socket alone): queue that refuses', 'a limit of tries', { giveUp: { after: 12, then: 'stay' } }],
  ])('and not that of another preset: %s with %s', async (name, _what, changes) => {
    const model = await modelled(stormCase(name), 20, changes);
    expect(misfitsOf(agreementOf(records.get(name)!, model))).not.toEqual([]);
  });
});

describe('known misfits', () => {
  it('are told by their presets, word for word, and each is of a storm that is played', () => {
    for (const [preset, misfits] of Object.entries(knownMisfits))
      for (const misfit of misfits) {
        expect(clientPresets[preset].differs, preset).toContain(misfit.because);
        for (const storm of misfit.storms)
          expect(
            stormCases.some(
              (one) => one.subject.preset === preset && one.storm === storm && knownMisfitOf(one) === misfit,
            ),
            `${preset}: ${storm}`,
          ).toBe(true);
      }
  });
});

/** All files that a file imports, and so on; what is not a relative path is left out. */
function importedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const [, path] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) [^;]*from '(\.[^']+)';/gm)) {
    const target = join(dirname(file), path);
    if (seen.has(target)) continue;
    seen.add(target);
    importedBy(target, seen);
  }
  return seen;
}

describe('the other side', () => {
  it('shares nothing with the product', () => {
    expect(readFileSync(join(here, 'server-model.ts'), 'utf8')).not.toMatch(/\bimport\b.*\bfrom\b|\brequire\(/);
    const files = importedBy(join(here, 'played-storm.ts'));
    expect([...files].filter((file) => file.includes('/src/'))).toEqual([]);
    expect(files.size).toBeGreaterThan(6);
  });

  it('serves two at a time in turn, refuses who finds no place, forgets who has left, and comes back', () => {
    const due: { atMs: number; act: () => void }[] = [];
    let nowMs = 0;
    const clock = { nowMs: () => nowMs, after: (ms: number, act: () => void) => due.push({ atMs: nowMs + ms, act }) };
    const runUntil = (untilMs: number): void => {
      for (;;) {
        due.sort((a, b) => a.atMs - b.atMs);
        const next = due[0];
        if (next === undefined || next.atMs > untilMs) break;
        due.shift();
        nowMs = next.atMs;
        next.act();
      }
      nowMs = untilMs;
    };
    const rules = {
      hosts: 1,
      workers: 2,
      serviceMs: 100,
      queueLimit: 3,
      abandoned: 'discarded',
      bootMs: 1000,
    } as const;
    const servers = new Servers({ ...rules, liveness: null }, clock, () => 0.5);
    servers.open();
    const heard: string[] = [];
    const arrive = (name: string) =>
      servers.arrives({
        accepted: () => undefined,
        served: () => heard.push(`${name} ${nowMs}`),
        refused: (why) => heard.push(`${name} ${why}`),
        reset: () => heard.push(`${name} reset`),
      });
    const calls = ['a', 'b', 'c', 'd', 'e', 'f'].map(arrive);
    servers.leaves(calls[2]!);
    runUntil(150);
    servers.kill(0);
    arrive('g');
    runUntil(1200);
    arrive('h');
    runUntil(2000);
    expect(heard).toEqual([
      'f queueFull',
      ...['a 100', 'b 100'],
      ...['a reset', 'b reset', 'd reset', 'e reset'],
      'g noHost',
      'h 1300',
    ]);
  });
});

describe('the documentation', () => {
  it('has the table that was measured', async () => {
    const page = fileURLToPath(new URL('../../docs/is-it-right.md', import.meta.url));
    const summary = summaryOf(readFileSync(join(here, 'agreement.md'), 'utf8'));
    const before = readFileSync(page, 'utf8');
    const after = before.replace(
      /(## In the same storms\n[^]*?\n)\| library [^]*?\n\n/,
      (_all, head) => `${head}${summary}\n\n`,
    );
    await expect(after).toMatchFileSnapshot(page);
    expect(after).toContain(summary);
  });
});
