/**
 * `npm run bench`: one Markdown table of how fast this is, on this machine, with
 * medians of five runs and ratios against the reference in the same run.
 * `npm run bench -- --json` prints the figures; `--only queue|replay|beside|memory|scale|start|charts|compare|workers`
 * measures a part, `--runs N` takes other medians. Nothing here is a test.
 */
import { cpus } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { replayBesideRow, singleServerRows } from './beside-rows.ts';
import { chartRows, compareRows, startRows } from './command-rows.ts';
import { costRows, memoryRows } from './fleet-rows.ts';
import { median, runNode, type Row } from './measurement.ts';
import { shapes, timeShape } from './queue-shapes.ts';
import { SESSIONS_PER_HOST } from './storm-scenario.ts';
import { workerRows } from './worker-rows.ts';

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
  },
});
const runs = Math.max(1, Number(flags.runs));
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const sim = join(root, 'bin/sim.js');
const inChild = (script: string): string => fileURLToPath(new URL(script, import.meta.url));

interface Simulated {
  readonly wallMs: number;
  readonly attemptCount: number;
  readonly eventCount: number;
  readonly peakMiB: number;
}

function simulate(...what: string[]): Simulated {
  return JSON.parse(runNode([inChild('simulate-once.js'), ...what]).stdout) as Simulated;
}

function queueRows(): Row[] {
  return shapes.map((shape) => {
    const pairs = Array.from({ length: runs }, () => timeShape(shape));
    const [product, reference, ratio] = [
      median(pairs.map((pair) => pair.product)),
      median(pairs.map((pair) => pair.reference)),
      median(pairs.map((pair) => pair.ratio)),
    ];
    return {
      what: `queue: ${shape.name}`,
      measured: `${ratio.toFixed(2)} × the heap (${product.toFixed(1)} against ${reference.toFixed(1)} M/s)`,
      target: `≥ ${shape.target} ×`,
      met: ratio >= shape.target,
      figures: { ratio, productPerSec: product * 1e6, referencePerSec: reference * 1e6 },
    };
  });
}

function replayRows(): Row[] {
  const out = mkdtempSync(join(tmpdir(), 'cascade-sim-bench-'));
  const scenario = join(root, 'scenarios/apr26.json');
  const whole = median(
    Array.from({ length: runs }, () => runNode([sim, 'run', scenario, '--quiet', '--out', out]).wallMs),
  );
  rmSync(out, { recursive: true });
  const proper = Array.from({ length: runs }, () => simulate('file', scenario));
  const perSec = median(proper.map(({ attemptCount, wallMs }) => attemptCount / wallMs)) * 1000;
  const growth = JSON.parse(runNode(['--expose-gc', inChild('heap-growth.js')]).stdout) as {
    events: number;
    grewKiB: number;
  };
  return [
    {
      what: '`sim run scenarios/apr26.json`, whole, with charts',
      measured: `${(whole / 1000).toFixed(1)} s`,
      target: '≤ 10 s',
      met: whole <= 10_000,
      figures: { wallMs: whole },
    },
    {
      what: 'its simulation proper, with metrics',
      measured: `${(perSec / 1e6).toFixed(2)} M attempts/s (${(proper[0].attemptCount / 1e6).toFixed(1)} M attempts, ${(proper[0].eventCount / proper[0].attemptCount).toFixed(2)} events each)`,
      target: '≥ 1.5 M attempts/s',
      met: perSec >= 1.5e6,
      figures: { attemptsPerSec: perSec, attempts: proper[0].attemptCount, events: proper[0].eventCount },
    },
    {
      what: `what is kept after ${growth.events / 1e6} M events of a steady storm`,
      measured: `${growth.grewKiB.toFixed(0)} KiB more`,
      target: 'no growth (≤ 64 KiB)',
      met: growth.grewKiB <= 64,
      figures: { grewKiB: growth.grewKiB },
    },
  ];
}

/** Cold, from the first line of the process on. */
function scaleRow(): Row {
  const sessions = 1_000_000;
  const measured = Array.from({ length: runs }, () => simulate('storm', String(sessions)));
  const wallMs = median(measured.map((one) => one.wallMs));
  const peakMiB = Math.max(...measured.map((one) => one.peakMiB));
  const perAttemptUs = (1000 * wallMs) / measured[0].attemptCount;
  return {
    what: `${sessions.toLocaleString('en')} sessions over ${sessions / SESSIONS_PER_HOST} hosts dropped at once, until all are back`,
    measured: `${(wallMs / 1000).toFixed(1)} s, ${peakMiB.toFixed(0)} MiB, ${perAttemptUs.toFixed(2)} µs per attempt`,
    target: '≤ 60 s, ≤ 1024 MiB',
    met: wallMs <= 60_000 && peakMiB <= 1024,
    figures: { wallMs, peakMiB, perAttemptUs },
  };
}

const parts: Readonly<Record<string, () => Row[] | Promise<Row[]>>> = {
  queue: queueRows,
  replay: replayRows,
  beside: () => [
    replayBesideRow(root, inChild('replay-beside.js'), 'apr26-small.yaml', runs),
    replayBesideRow(root, inChild('replay-beside.js'), 'apr26.json', Math.min(runs, 3)),
    ...singleServerRows(inChild('single-server.js'), join(root, 'test/bench/single-server.py'), runs),
  ],
  memory: () => memoryRows(inChild('fleet-memory.js'), Math.min(runs, 3)),
  scale: () => [...costRows(inChild('storms-of.js'), runs), scaleRow()],
  start: () => startRows(runs),
  charts: () => chartRows(runs),
  compare: () => compareRows(runs),
  workers: () => workerRows(sim, runs),
};
if (flags.only !== undefined && !Object.hasOwn(parts, flags.only)) {
  process.stderr.write(`--only: expected one of ${Object.keys(parts).join(' | ')}, found "${flags.only}"\n`);
  process.exit(2);
}
const rows: Row[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (flags.only !== undefined && flags.only !== name) continue;
  process.stderr.write(`measuring: ${name}\n`);
  rows.push(...(await measure()));
}
const machine = { node: process.version, processor: cpus()[0].model.trim(), cores: cpus().length, runs };
if (flags.json) process.stdout.write(`${JSON.stringify({ machine, rows }, null, 2)}\n`);
else {
  const line = ({ what, measured, target, met }: Row): string =>
    `| ${what} | ${measured} | ${target} | ${met === null ? '' : met ? 'yes' : 'no'} |`;
  process.stdout.write(`Node ${machine.node}, ${machine.processor}, medians of ${runs} runs\n\n`);
  process.stdout.write(`| what | measured | target | met |\n|---|---|---|---|\n${rows.map(line).join('\n')}\n`);
}
