// A field whose effect is not monotone, in a scenario file: a queue that is too short refuses, one that is too long makes
// everybody wait past the timeout, and serves those who have left. A closed form says where it helps: M/M/1/K, whose host
// serves all that it has let in, and whose goodput is of those who found few enough before them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadScenario, plan, sweep } from '../../src/cascade-sim.ts';
import { sim } from '../cli/captured-terminal.ts';

const ARRIVALS_PER_MS = 1.2;
const TIMEOUT_MS = 10;
const AT_LEAST = 0.8;

const text = `
format: 1
name: short-queue
title: A queue limit that helps, then hurts
clock: { from: "00:00", to: 2100ms }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: { exponential: 1ms }, abandonedWorkCost: 1, queue: { limit: 10 } }
products:
  - { name: request, arrivals: ${ARRIVALS_PER_MS * 1000}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: ${TIMEOUT_MS}ms, giveUp: { after: 1, then: leave } }
measure: { from: 100ms }
`;

/** Attempts per ms that end connected, with so many waiting at most: who finds k before it needs k + 1 services within its timeout. */
function goodputOf(limit: number): number {
  const weights = Array.from({ length: limit + 2 }, (_, k) => ARRIVALS_PER_MS ** k);
  const sum = weights.reduce((a, b) => a + b, 0);
  let [served, notDone, term] = [0, 0, Math.exp(-TIMEOUT_MS)];
  for (let k = 0; k <= limit; k++) {
    // P(Erlang(k + 1) > timeout), services taking 1 ms in the mean
    notDone += term;
    term *= TIMEOUT_MS / (k + 1);
    served += (weights[k] / sum) * (1 - notDone);
  }
  return ARRIVALS_PER_MS * served;
}

// Each at least 7 % off the target.
const limits = [0, 1, 3, 4, 5, 6, 10, 15, 30, 60, 120, 240];
const vary = `tiers.api.queue.limit=${limits.join(',')}`;
const target = `goodput >= ${AT_LEAST * 1000}/s in 90%`;

let folder = '';
let file = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-queue-limit-'));
  file = join(folder, 'short-queue.yaml');
  writeFileSync(file, text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a plan over a queue limit that helps, then hurts', () => {
  it('is clear of its target at each value, by the closed form', () => {
    for (const limit of limits) expect(Math.abs(goodputOf(limit) / AT_LEAST - 1)).toBeGreaterThan(0.07);
    expect(goodputOf(0)).toBeCloseTo(ARRIVALS_PER_MS / (1 + ARRIVALS_PER_MS), 3);
  });

  it('says yes and no where the closed form does, tries every value, and tells why', { timeout: 300_000 }, async () => {
    const { answers } = await plan(loadScenario(text), { vary, target });
    const [answer] = answers;
    expect(answer.method).toBe('grid');
    expect(answer.points.map(({ meets }) => meets)).toEqual(limits.map((limit) => goodputOf(limit) > AT_LEAST));
    // All worlds are so.
    expect(answer.gridReason).toBe(
      `${answer.n} of ${answer.n} worlds meet the target at some value and miss it again further on`,
    );
    // Which end is the better one is a matter of degree: the answer is the edge that is met first from there.
    expect(['3', '6']).toContain(answer.value?.value);
    expect(answer.value?.value).toBe(answer.seeks === 'least' ? '3' : '6');
    expect(answer.neighbour?.value).toBe(answer.seeks === 'least' ? '1' : '10');
  });

  it('is told in print, and with the side that was asked for', { timeout: 300_000 }, async () => {
    const asked = ['--vary', vary, '--target', target, '--no-charts', '--quiet', '--out', join(folder, 'out')];
    const { stdout, exitCode } = await sim('plan', file, ...asked, '--greatest');
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /6 is the greatest tiers\.api\.queue\.limit that meets .* worlds meet the target at some value and miss it again further on/,
    );
  });

  it('is drawn by a sweep as the closed form has it', { timeout: 300_000 }, async () => {
    const { points } = await sweep(loadScenario(text), { vary, metric: 'goodput', replications: 5 });
    const most = Math.max(...points.map(({ estimate }) => estimate));
    expect(points.findIndex(({ estimate }) => estimate === most)).toBe(limits.indexOf(5));
    points.forEach(({ estimate }, i) => expect(Math.abs(estimate / 1000 - goodputOf(limits[i]))).toBeLessThan(0.05));
  });
});
