// What a session takes, by counting the buffers that a run holds: not by the process's memory, which tells of many
// things beside, and is measured in test/bench/fleet-memory.full.test.ts.
import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { calmScenario, type FleetFeature } from '../bench/calm-scenario.ts';

const SESSIONS = 50_000;
const HOUR_MS = 3_600_000;

/** Bytes of all buffers that can be reached from an object. */
function bufferBytes(from: object): number {
  const seen = new Set<object>();
  const waiting: object[] = [from];
  let bytes = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next instanceof ArrayBuffer) bytes += next.byteLength;
    else if (ArrayBuffer.isView(next)) waiting.push(next.buffer);
    else {
      const values: unknown[] = next instanceof Map ? [...next.values()] : Object.values(next);
      for (const value of values) if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return bytes;
}

/** Of a session, of what the simulation of a calm day holds at its start and at its end. */
function sessionBytes(features: readonly FleetFeature[] = []): { start: number; end: number } {
  const begun = (sessions: number): Simulation => {
    const text = calmScenario(sessions, features);
    const loaded = loadScenario({ file: 'calm.yaml', text }, vocabulary);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return new Simulation(loaded.scenario, { seed: 'memory', recorder: null });
  };
  const [few, many] = [begun(10), begun(SESSIONS)];
  const bytes = (): number => (bufferBytes(many) - bufferBytes(few)) / SESSIONS;
  const start = bytes();
  for (const simulation of [few, many]) simulation.run(1.25 * HOUR_MS);
  expect(many.attemptCount).toBeGreaterThanOrEqual(SESSIONS / 100);
  expect(bytes()).toBeGreaterThanOrEqual(start);
  return { start, end: bytes() };
}

describe('what a session takes', () => {
  it('is its record, when what happened to it, and its place on its host', () => {
    const { start, end } = sessionBytes();
    // 32 bytes, three times, a host and two neighbours; then the attempts that are awaited, a word for each.
    expect(start).toBeGreaterThan(32 + 24 + 12 - 1);
    expect(start).toBeLessThan(32 + 24 + 12 + 4);
    expect(end).toBeLessThan(32 + 24 + 12 + 8 + 8);
  });

  it('is little more where connections may end, most of them after the run', () => {
    // A word for the timer, and an event for each of the 6 % that end within the run, whose records grow by doubling.
    expect(sessionBytes(['flaps']).start).toBeLessThan(sessionBytes().start + 4 + 2 * 0.07 * 40);
  });

  it('is no more where clients send keepalives, as long as no host stands still', () => {
    const [without, sending] = [sessionBytes(), sessionBytes(['keepalive'])];
    expect(sending.start).toBe(without.start);
    // Each host has a little more.
    expect(Math.abs(sending.end - without.end)).toBeLessThan(0.1);
  });

  it('is three words more for another tier', () => {
    const one = sessionBytes();
    const two = sessionBytes(['two-tiers']);
    expect(two.start - one.start).toBeGreaterThan(12 - 1);
    expect(two.start - one.start).toBeLessThan(12 + 1);
  });

  it('is an event more where sessions leave within the run', () => {
    const { start } = sessionBytes(['lifetime']);
    expect(start).toBeGreaterThan(sessionBytes().start + 4);
    expect(start).toBeLessThan(sessionBytes().start + 4 + 2 * 40);
  });
});
