// The reason for `sim check`: whoever gives the fixed client its old backoff back brings the outage back, and is told
// which variant, which metric, what value, and on which line that was not expected.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sim } from '../cli/captured-terminal.ts';

const shipped = readFileSync(fileURLToPath(new URL('../../scenarios/apr26-small.yaml', import.meta.url)), 'utf8');
const remedied = 'backoff: { policy: full-jitter, base: 2s, cap: 480s, factor: 2 }';
const old = 'backoff: { policy: fixed, delay: 1s, jitter: 4s }';
const expression = 'sessionMinutesLost@fixed-client < 0.1 * sessionMinutesLost';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-regression-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("the incident's fixed client", () => {
  it('with its backoff passes; with the old one it fails, with all that is needed to see why', async () => {
    const [good, bad] = ['good', 'bad'].map((name) => join(folder, `${name}.yaml`));
    expect(shipped).toContain(remedied);
    writeFileSync(good, shipped);
    // The old one has no cap of which a row of assumptions could say what else it may be.
    const spoilt = shipped.replace(remedied, old).replace(/^.*path: clients\.fixed\.backoff\.cap,.*\n/m, '');
    writeFileSync(bad, spoilt);
    const line = spoilt.split('\n').findIndex((text) => text.includes(expression)) + 1;

    expect((await sim('check', good, '--quiet')).exitCode).toBe(0);
    const { exitCode, stdout } = await sim('check', bad);
    expect(exitCode).toBe(99);
    expect(stdout).toMatch(
      new RegExp(`✗ ${expression.replaceAll('*', '\\*')} {2}missed
    at        ${bad}:${line}:\\d+
    variants  fixed-client, baseline
    value     [\\d,.]+, expected < [\\d,.]+, from 0\\.1 × sessionMinutesLost@baseline
    seed      .+
    repeat    npx sim run ${bad} --variant fixed-client --seed .+`),
    );
  });
});
