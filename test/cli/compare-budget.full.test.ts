// A fleet of 120,000 sessions of which one whole run takes a minute and more: within a budget of one minute every
// variant is run all the same, of a part of the fleet, and what was done is said first. On a machine that is busy with
// other things there are fewer runs of each, but never none.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { slowdown } from '../busy-machine.ts';
import { startProgram } from './started-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'sim-budget-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('answers within a minute, with every variant, and says what it did to get there', async () => {
  const file = fileURLToPath(new URL('../cases/users/fleet.yaml', import.meta.url));
  const startedMs = performance.now();
  const { status, stdout } = await startProgram(
    ['compare', file, '--budget', '1m', '--no-charts', '--json', '--out', 'out'],
    { cwd: folder },
  ).ended;
  expect([status, performance.now() - startedMs < 60_000 + 15_000 * slowdown()]).toEqual([0, true]);
  const text = readFileSync(join(folder, 'out', 'ws-fleet', 'compare', 'comparison.json'), 'utf8');
  expect(text).toBe(stdout);
  const { complete, until, budget, preface, variants } = JSON.parse(text) as {
    complete: boolean; until: string; budget: { scaledBy: number; reasons: string[] }; preface: string[]; variants: { name: string; n: number; collapse: { count: number } }[];
  }; // prettier-ignore
  expect([complete, until, budget.scaledBy < 1]).toEqual([true, 'decided', true]);
  expect(preface.slice(0, budget.reasons.length)).toEqual(budget.reasons);
  expect(budget.reasons.join(' ')).toMatch(/runs are cut once all is decided.*the fleet is scaled to 1\/\d+/);
  expect(variants.map(({ name }) => name).sort()).toEqual(['add-hosts', 'baseline', 'limit', 'rollback', 'shed']);
  for (const { n } of variants) expect(n).toBeGreaterThan(0);
  const of = (name: string): { n: number; collapse: { count: number } } => variants.find((one) => one.name === name)!;
  expect([of('baseline').collapse.count, of('limit').collapse.count]).toEqual([of('baseline').n, 0]);
});
