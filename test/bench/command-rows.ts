/**
 * What commands take beside the simulation: to start, over bare Node; to draw
 * the charts, over the same run without them; to compare, over the simulations
 * themselves.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTurn, median, runNode, type Row } from './measurement.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const sim = join(root, 'bin/sim.js');
const scenario = join(root, 'scenarios/one-host.yaml');

function inFolder<T>(measure: (out: string) => T): T {
  const out = mkdtempSync(join(tmpdir(), 'cascade-sim-bench-'));
  try {
    return measure(out);
  } finally {
    rmSync(out, { recursive: true });
  }
}

/** Whole commands, each in turn with a Node that does nothing. */
export function startRows(runs: number): Row[] {
  const bare = (): number => runNode(['-e', '0']).wallMs;
  const row = (what: string, boundMs: number, command: readonly string[]): Row => {
    const { one, other, difference } = inTurn(3 * runs, () => runNode([sim, ...command]).wallMs, bare);
    return {
      what,
      measured: `${difference.toFixed(0)} ms over bare node (${one.toFixed(0)} against ${other.toFixed(0)})`,
      target: `≤ ${boundMs} ms over it`,
      met: difference <= boundMs,
      figures: { differenceMs: difference, wallMs: one, bareMs: other },
    };
  };
  return inFolder((out) => [
    row('`sim --version`', 80, ['--version']),
    row('`sim --help`', 80, ['--help']),
    row('`sim validate scenarios/one-host.yaml`', 150, ['validate', scenario]),
    row('`sim run scenarios/one-host.yaml --no-charts`', 150, [
      'run',
      scenario,
      '--no-charts',
      '--quiet',
      '--out',
      out,
    ]),
  ]);
}

/** The four charts of a run with as many samples as April 26 has. */
export function chartRows(runs: number): Row[] {
  const small = join(root, 'scenarios/apr26-small.yaml');
  return inFolder((out) => {
    const run = (...flags: string[]): number => runNode([sim, 'run', small, '--quiet', '--out', out, ...flags]).wallMs;
    const { difference } = inTurn(
      runs,
      () => run(),
      () => run('--no-charts'),
    );
    return [
      {
        what: 'the four charts of `sim run scenarios/apr26-small.yaml`',
        measured: `${(difference / 1000).toFixed(2)} s`,
        target: '≤ 1.5 s',
        met: difference <= 1500,
        figures: { differenceMs: difference },
      },
    ];
  });
}

const VARIANTS = 2;
const FEW = 4;
const MANY = 24;

/** What each further replication costs, in one worker, beyond a simulation in a process that has done some already. */
export function compareRows(runs: number): Row[] {
  const compared = (replications: number): number =>
    inFolder(
      (out) =>
        runNode([sim, 'compare', scenario, '--no-charts', '--quiet', '--jobs', '1', '--out', out, '--replications', String(replications)]).wallMs, // prettier-ignore
    );
  const { difference } = inTurn(
    runs,
    () => compared(MANY),
    () => compared(FEW),
  );
  const eachMs = difference / (VARIANTS * (MANY - FEW));
  const child = fileURLToPath(new URL('simulate-once.js', import.meta.url));
  const alone = Array.from(
    { length: runs },
    () => (JSON.parse(runNode([child, 'file', scenario, String(MANY)]).stdout) as { wallMs: number }).wallMs,
  );
  const addedMs = eachMs - median(alone);
  return [
    {
      what: '`sim compare scenarios/one-host.yaml`, a replication, in one worker',
      measured: `${addedMs.toFixed(0)} ms more than its simulation (${eachMs.toFixed(0)} against ${median(alone).toFixed(0)})`,
      target: '≤ 30 ms more',
      met: addedMs <= 30,
      figures: { addedMs, eachMs, simulationMs: median(alone) },
    },
  ];
}
