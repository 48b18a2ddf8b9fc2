// Commands that are stopped at some moment, for the tests that do so many times: what an undisturbed one leaves, and
// what must be so after a signal, whenever it came.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { slowdown } from '../busy-machine.ts';
import { filesBelow } from '../files-below.ts';
import { comparedText } from '../experiments/compared-scenario.ts';
import { stackLine } from './captured-terminal.ts';
import { startProgram } from './started-program.ts';

const text = `${comparedText}expect:\n  - "drops.reboot > 0"\n  - "drops.reboot@gone > 0"\n  - "attempts@longer-cap > 0"\n`;

export const commands = {
  run: ['run', 'compared.yaml', '--no-charts', '--set', 'products.chat.sessions=900'],
  compare: ['compare', 'compared.yaml', '--no-charts', '--replications', '4', '--jobs', '2'],
  check: [
    'check',
    'compared.yaml',
    '--replications',
    '5',
    '--jobs',
    '2',
    '--baseline',
    'baseline.json',
    '--update',
    '--junit',
    'report.xml',
    '--markdown',
    'report.md',
  ],
  // Each value of one, some values of the other: answers decide what is run.
  plan: ['plan', 'compared.yaml', '--vary', 'tiers.front.hosts=1..4', '--target', 'collapse <= 50%', '--replications', '12', '--jobs', '2', '--no-charts'],
  sweep: ['sweep', 'compared.yaml', '--vary', 'tiers.front.hosts=1..4', '--full', '--replications', '5', '--jobs', '2', '--no-charts'],
} as const; // prettier-ignore
export type CommandName = keyof typeof commands;
export const names = Object.keys(commands) as CommandName[];

/** From the signal to the end, on a quiet machine: a second, and some for what happens to come in between. */
const ENDS_WITHIN_MS = 3000;

export function temporaryFiles(folder: string): string[] {
  return filesBelow(folder).filter((path) => path.endsWith('.tmp'));
}

/** All that does not tell the time, nor is kept for later runs. */
export function results(folder: string): Map<string, string> {
  const paths = filesBelow(folder).filter((path) => !path.includes('/kept/') && !/^report\./.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

export function requireWhole(folder: string, told: string): void {
  for (const path of filesBelow(folder).filter((one) => !one.endsWith('.tmp'))) {
    const content = readFileSync(join(folder, path), path.endsWith('.png') ? 'latin1' : 'utf8');
    if (path.endsWith('.json')) expect(() => JSON.parse(content) as unknown, `${told}: ${path}`).not.toThrow();
    else if (path.endsWith('.xml')) expect(content, `${told}: ${path}`).toMatch(/<\/testsuites>\n$/);
    else if (path.endsWith('.png')) expect(content.slice(-8, -4), `${told}: ${path}`).toBe('IEND');
    // A run that was stopped before anything happened has no events.
    else expect(content, `${told}: ${path}`).toMatch(path.endsWith('.jsonl') ? /^$|\n$/ : /\n$/);
  }
}

/** What stands together: none of the records of one result without the others. */
const together = [
  ['outcome.json', 'timeseries.csv', 'events.jsonl'],
  ['report.html', 'report.json'],
  ['comparison.json', 'comparison.csv', 'comparison.md', 'replications.csv'],
  ['plan.json', 'plan.csv'],
  ['sweep.json', 'sweep.csv'],
];

function requireTogether(folder: string, told: string): void {
  const files = filesBelow(folder).map((path) => path.slice(path.lastIndexOf('/') + 1));
  for (const group of together) {
    const there = group.filter((name) => files.includes(name));
    expect([0, group.length], `${told}: only ${there.join(', ')}`).toContain(there.length);
  }
}

export interface Stopped {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly signal: NodeJS.Signals;
  readonly afterMs: number;
}

/** Starts the command, stops it so long after, and requires what must be so in any case. Returns what happened, in words. */
export async function stopProgram({ argv, folder, signal, afterMs }: Stopped): Promise<string> {
  const started = startProgram(argv, { cwd: folder });
  await sleep(afterMs);
  const signalledMs = performance.now();
  started.kill(signal);
  const { status, signal: by, stdout, stderr } = await started.ended;
  const tookMs = performance.now() - signalledMs;
  const told = `${argv[0]}, ${signal} after ${afterMs.toFixed(0)} ms: ${status ?? by}`;
  // Before Node runs anything of the program, a signal ends it as it ends any other.
  expect([0, 130, signal], `${told}\n${stderr}`).toContain(status ?? by);
  expect(stdout + stderr, told).not.toMatch(stackLine);
  expect(stderr, told).not.toContain('internal error');
  requireWhole(folder, told);
  if (signal === 'SIGKILL') return told;
  expect(temporaryFiles(folder), told).toEqual([]);
  requireTogether(folder, told);
  expect(tookMs, told).toBeLessThan(ENDS_WITHIN_MS * slowdown());
  return told;
}

/** What undisturbed commands leave, and the same commands stopped. */
export class Bench {
  readonly root: string;
  /** per command, what an undisturbed one leaves, and how long it takes */
  readonly references = new Map<CommandName, { files: ReadonlyMap<string, string>; tookMs: number }>();

  constructor(root: string) {
    this.root = root;
  }

  freshFolder(name: string): string {
    const folder = join(this.root, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'compared.yaml'), text);
    return folder;
  }

  async prepare(): Promise<void> {
    for (const name of names) {
      const folder = this.freshFolder(`reference-${name}`);
      const startedMs = performance.now();
      const { status, stderr } = await startProgram(commands[name], { cwd: folder }).ended;
      expect([status, name], stderr).toEqual([0, name]);
      this.references.set(name, { files: results(folder), tookMs: performance.now() - startedMs });
    }
  }

  /** The same command again, undisturbed: it works, and its results are those of the reference. */
  async requireNextRun(name: CommandName, folder: string, told: string): Promise<void> {
    const { status, stderr } = await startProgram(commands[name], { cwd: folder }).ended;
    expect(status, `${told}, then again:\n${stderr}`).toBe(0);
    expect(temporaryFiles(folder), told).toEqual([]);
    expect(results(folder), told).toEqual(this.references.get(name)!.files);
  }
}
