// A fleet whose answers are known, for `sim sensitivity`: each of four hosts serves 20 a second for 400 sessions, and all
// are lost at 09:01. When they are back, and how many fit, decides; a reset of a fixed delay cannot do anything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sim, type Captured } from './captured-terminal.ts';

export const lostText = `
format: 1
name: lost
seed: lost
clock: { date: 2024-01-01, from: "09:00", to: "09:20" }
metastableAfter: 5m
tiers:
  - name: api
    hosts: 4
    parallelism: 1
    serviceTime: 50ms
    sessionsAtFullLoad: 400
    balancing: random
    boot: 1m
products: [{ name: chat, sessions: 400 }]
clients:
  - name: current
    backoff: { policy: fixed, delay: 2s, jitter: 1s }
    connectTimeout: 10s
    keepalive: { every: 25s, timeout: 20s }
    resetAfter: 0s
timeline: [{ name: reboot, at: "09:01", action: reboot, target: { tier: api }, order: all-at-once }]
observed:
  - { name: gone, at: "09:01", says: all gone, expect: "disconnectedFraction > 0.9", means: begins, tolerance: 30s }
  - { name: back, at: "09:03", says: back again, expect: "disconnectedFraction < 0.1", means: has-begun, tolerance: 30s }
expect: ["hostDeaths == 0", "sessionMinutesLost < 800"]
assumptions:
  - { path: tiers.api.boot, range: [30s, 4m], why: decides when they are back }
  - { path: clients.current.resetAfter, range: [0s, 60s], why: a fixed delay knows no reset }
  - { path: products.chat.sessions, range: [100, 5000], why: "1,600 fit" }
  - { path: tiers.api.balancing, choices: [random, round-robin], why: all the same }
`;

/** The fleet in a folder of its own. */
export class LostFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'sim-sensitivity-'));
  readonly file = join(this.folder, 'lost.yaml');

  constructor() {
    writeFileSync(this.file, lostText);
  }

  results(out: string, method = 'oat'): string {
    return join(this.folder, out, 'lost', `sensitivity-${method}`);
  }

  ask(out: string, ...more: string[]): Promise<Captured> {
    const where = ['--out', join(this.folder, out), '--quiet', '--no-charts', '--jobs', '1'];
    return sim('sensitivity', this.file, ...where, ...more);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
