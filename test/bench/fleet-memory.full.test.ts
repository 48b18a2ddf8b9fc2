// What large fleets take of a process's memory. The margins are for other systems and versions of Node: measured on
// Node 20 are 90 MiB over a fleet of ten for a million sessions and 0.8 GiB for ten million, 109 MiB and 1.0 GiB with
// flaps, keepalives and two tiers.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetFeature } from './calm-scenario.ts';
import type { FleetMemory } from './fleet-memory.ts';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const folder = path('../../dist/fleet-memory');

beforeAll(async () => {
  await build({
    input: { 'fleet-memory': path('fleet-memory.ts') },
    platform: 'node',
    // Packages stay outside.
    external: /^[\w@]/,
    output: { dir: folder, format: 'esm' },
    logLevel: 'warn',
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function memoryOf(sessions: number, features: readonly FleetFeature[] = []): FleetMemory {
  const told = execFileSync(process.execPath, [`${folder}/fleet-memory.js`, String(sessions), ...features]);
  return JSON.parse(told.toString()) as FleetMemory;
}

const usual: readonly FleetFeature[] = ['flaps', 'keepalive', 'two-tiers'];

describe('a large fleet on a calm day, then a reboot of a hundredth of its hosts', () => {
  it.each([[[]], [usual]])('takes at most 150 MiB for a million sessions (%s)', (features) => {
    const few = memoryOf(10, features);
    const many = memoryOf(1_000_000, features);
    expect(many.drops).toBeGreaterThanOrEqual(10_000);
    expect(many.disconnectedAtEnd).toBeLessThan(1e-4);
    expect(many.peakMiB - few.rssMiB).toBeLessThan(150);
    // Nor is it nothing that is measured.
    expect(many.peakMiB - few.rssMiB).toBeGreaterThan(60);
  });

  it.each([[[]], [usual]])('takes less than 2 GiB and two minutes for ten million (%s)', (features) => {
    const many = memoryOf(10_000_000, features);
    expect(many.drops).toBeGreaterThanOrEqual(100_000);
    expect(many.disconnectedAtEnd).toBeLessThan(1e-4);
    expect(many.peakMiB).toBeLessThan(2048);
    expect(many.userMs).toBeLessThan(120_000);
  });
});
