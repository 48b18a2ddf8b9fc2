// A limit that lets 24 lost sessions back in one after the other, so that it is resolved N / rate later: for calibrations
// whose posterior is known, with two observed rows, two variants and a knob that does nothing; and for draws of the rate.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const bucketFleet = `
format: 1
name: bucket
seed: bucket
clock: { date: 2024-01-01, from: "10:00", to: "10:26" }
tiers:
  - name: front
    hosts: 1
    parallelism: 64
    serviceTime: 10ms
    sessionsAtFullLoad: 10000
    boot: 1s
    holdsSessions: true
    admission: { policy: token-bucket, rate: 0.08/s, burst: 1 }
products: [{ name: chat, sessions: 24 }]
clients:
  - name: current
    backoff: { policy: fixed, delay: 4s, jitter: 1s }
    connectTimeout: 10s
timeline: [{ name: reboot, at: "10:02", action: reboot, target: { tier: front } }]
`;

export const bucketText = `${bucketFleet}observed:
  - { name: resolved, at: "10:08", says: resolved, expect: resolved, means: begins, tolerance: 1m }
  - { name: down, at: "10:03", says: out, expect: "disconnectedFraction > 0.5", means: has-begun, tolerance: 30s }
variants:
  - { name: more-at-once, title: half of them at once, set: { tiers.front.admission.burst: 12 } }
  - { name: same, title: nothing else, set: { tiers.front.admission.burst: 1 } }
assumptions:
  - { path: tiers.front.admission.rate, range: [0.02/s, 0.24/s], why: decides when it is over }
  - { path: tiers.front.parallelism, range: [32, 128], why: there is room for all }
`;

/** A folder with the scenario in it, until the tests of a file have ended. */
export function bucketFolder(text = bucketText): { readonly folder: string; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'sim-bucket-'));
  const file = join(folder, 'bucket.yaml');
  writeFileSync(file, text);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, file };
}

/** What these tests read of calibration.json. */
export interface CalibrationJson {
  readonly assumptions: readonly { path: string; identified: boolean }[];
  readonly rows: readonly { name: string; kind: string; prior: number; posterior: number; leftOut: number }[];
  readonly worths: { variants: readonly { name: string; saved: { median: number; low: number; high: number } }[] };
  readonly effectiveSize: number;
}

/** A rate as it is written, a second. */
export function perSec(text: string): number {
  const [amount, unit] = text.split('/');
  return Number(amount) / { s: 1, min: 60, h: 3600 }[unit as 's' | 'min' | 'h'];
}
