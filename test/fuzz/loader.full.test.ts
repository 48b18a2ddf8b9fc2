// Thousands of scenarios with mistakes, in this process; and a hundred through the program itself, which must end with
// 0 or 2, in time, within memory, without a stack trace, and with nothing written outside the folder of its results.
// FUZZ_CASES and FUZZ_SEED ask for more cases, or others.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stackLine } from '../cli/captured-terminal.ts';
import { startProgram } from '../cli/started-program.ts';
import { filesBelow } from '../files-below.ts';
import { caseCount, fuzzSeed, survive } from './loaded-mutant.ts';
import { mutants, type Mutant } from './mutations.ts';

const inProcess = caseCount(5000);
const throughProgram = Math.ceil(inProcess / 50);

const MEMORY_BYTES_MAX = 300e6;
/** Computing time of the whole process, its start included. */
const CPU_MS_MAX = 4000;

/** Has the process write what it used to a file as it ends. */
const meter = `data:text/javascript,${encodeURIComponent(`
  import { writeFileSync } from 'node:fs';
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(process.env.METER_FILE, JSON.stringify({ bytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
  });
`)}`;

async function run({ fileName, bytes, story }: Mutant, root: string): Promise<void> {
  const [work, meterFile] = [join(root, 'deep', 'below', 'work'), join(root, 'meter.json')];
  rmSync(root, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, fileName), bytes);
  const argv = [
    'run',
    fileName,
    '--no-charts',
    '--quiet',
    '--max-time',
    '500ms',
    '--max-memory',
    '300MB',
    '--out',
    'results',
  ];
  const { status, signal, stdout, stderr } = await startProgram(argv, {
    cwd: work,
    env: { METER_FILE: meterFile },
    nodeFlags: ['--import', meter],
  }).ended;
  const told = `${story}\n${stderr.slice(0, 2000)}`;
  expect([signal, status === 0 || status === 2], told).toEqual([null, true]);
  expect(stdout + stderr, told).not.toMatch(stackLine);
  if (status === 2) {
    expect(stdout, told).toBe('');
    expect(stderr, told).toMatch(/^(mutant\.\w+(:\d+:\d+)?|error: )/);
  }
  const strangers = filesBelow(root).filter(
    (path) =>
      path !== 'meter.json' &&
      path !== join('deep', 'below', 'work', fileName) &&
      !path.startsWith(join('deep', 'below', 'work', 'results')),
  );
  expect(strangers, told).toEqual([]);
  const used = JSON.parse(readFileSync(meterFile, 'utf8')) as { bytes: number; cpuMs: number };
  expect(used.bytes, told).toBeLessThan(MEMORY_BYTES_MAX);
  expect(used.cpuMs, told).toBeLessThan(CPU_MS_MAX);
}

describe('scenarios with mistakes in them', () => {
  it(`all ${inProcess} end with problems that have a place, or with a clean run`, async () => {
    await fc.assert(
      fc.asyncProperty(mutants, async (mutant) => {
        await survive(mutant);
      }),
      { seed: fuzzSeed + 1, numRuns: inProcess, endOnFailure: true },
    );
  });

  it(`all ${throughProgram} through the program end with 0 or 2, and write nothing where they should not`, async () => {
    const root = mkdtempSync(join(tmpdir(), 'sim-fuzz-'));
    try {
      await fc.assert(
        fc.asyncProperty(mutants, (mutant) => run(mutant, join(root, 'case'))),
        { seed: fuzzSeed + 2, numRuns: throughProgram, endOnFailure: true },
      );
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
