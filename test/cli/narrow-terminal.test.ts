// Terminals of 60 and 80 columns: whatever is printed fits, and every word stays whole. Only commands, which are there to
// be copied, may be longer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { progressLine } from '../../src/cli/progress.ts';
import { folded, shownWidth, tableText, wrapped } from '../../src/cli/table.ts';
import picocolors from 'picocolors';
import { cpuMs } from '../busy-machine.ts';
import { simAt, type Captured } from './captured-terminal.ts';

const colors = picocolors.createColors(false);
const before = process.cwd();
let folder: string;

beforeAll(() => {
  // Short paths: one that is longer than the terminal cannot fit, however it is told.
  folder = mkdtempSync(join(tmpdir(), 'sim-narrow-'));
  process.chdir(fileURLToPath(new URL('../../', import.meta.url)));
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const commandToCopy = /^\s*(?:repeat|sim|npx) /;

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => !commandToCopy.test(line));
}

/** Words as they stand, and without what a head puts behind them. */
function wordsOf(text: string): Set<string> {
  return new Set(
    linesOf(text)
      .flatMap((line) => line.trim().split(/\s+/))
      .map((word) => word.replace(/:$/, '')),
  );
}

/** What is said where there is room for all of it; each command once. */
const said = new Map<string, Promise<Captured>>();

async function expectLegible(width: number, argv: string[]): Promise<void> {
  const line = argv.join(' ');
  said.set(line, said.get(line) ?? simAt(1000, ...argv));
  const [narrow, wide] = [await simAt(width, ...argv), await said.get(line)!];
  expect(narrow.exitCode).toBe(wide.exitCode);
  for (const name of ['stdout', 'stderr'] as const) {
    // The terminal folds messages itself.
    const text = name === 'stderr' ? folded(narrow[name], width) : narrow[name];
    expect(linesOf(text).filter((line) => shownWidth(line) > width)).toEqual([]);
    const known = wordsOf(wide[name]);
    // How long something took differs from run to run.
    const strange = [...wordsOf(text)].filter(
      (word) => !known.has(word) && !/^[\d.]+$/.test(word) && !word.startsWith('…'),
    );
    expect(strange).toEqual([]);
  }
}

const storm = 'scenarios/storm-recovers.yaml';

const atAnyWidth = [
  'list metric',
  'explain scenarios/apr26-small.yaml --variant rolling-reboot',
  `check ${storm} --set tiers.front.hosts=8`,
  'check --help',
];
const at60 = [
  'list', 'list backoff', 'list backoff decorrelated-jitter', 'list preset socket.io', 'list action reboot', `explain ${storm}`, `validate ${storm}`,
  `check ${storm} scenarios/one-host.yaml --replications 2 --set tiers.front.hosts=8`,
  `check ${storm} --baseline test/scenarios/baseline.json --set tiers.front.hosts=5`,
  'check scenarios/nowhere.yaml', `run ${storm} --set clients.current.backoff.cop=1m`, '--help', 'run --help', 'compare --help', 'validate --help',
]; // prettier-ignore

describe('at 60 columns', () => {
  it.each(at60)('%s fits, every word whole', (line) => expectLegible(60, line.split(' ')));
});

describe.each([60, 80])('at %i columns', (width) => {
  it.each(atAnyWidth)('%s fits, every word whole', (line) => expectLegible(width, line.split(' ')));

  it.each([
    ['run', 'scenarios/storm-metastable.yaml', '--variant', 'restart', '--no-charts'],
    ['compare', 'scenarios/first-host-back.yaml', '--variants', 'token-bucket', '--replications', '2', '--no-charts'],
  ])('%s %s fits, every word whole', async (...argv) => {
    const out = join(folder, argv[0]);
    const short = await simAt(width, ...argv, '--quiet', '--out', out);
    const line = argv.join(' ');
    said.set(line, said.get(line) ?? simAt(1000, ...argv, '--quiet', '--out', out));
    const wide = await said.get(line)!;
    // The folder of a test is long; its line is no wider than it must be.
    const lines = linesOf(short.stdout).filter((line) => !line.includes(out));
    expect(lines.filter((line) => shownWidth(line) > width)).toEqual([]);
    const known = wordsOf(wide.stdout);
    expect([...wordsOf(short.stdout)].filter((word) => !known.has(word))).toEqual([]);
  });

  it('tells a mistake with a frame of the source that fits', async () => {
    const file = join(folder, 'x.yaml');
    writeFileSync(
      file,
      `format: 1\nname: x\nclock: { to: "1h" }\ntiers: [{ name: a, hosts: 2, parallelism: 8, serviceTime: 60ms, balancing: round-robin, boot: 60s, qeue: { limit: 3 } }]\nproducts: [{ name: p, sessions: 5 }]\nclients: [{ name: c, backoff: none }]\n`,
    );
    process.chdir(folder);
    try {
      const { exitCode, stderr } = await simAt(width, 'validate', 'x.yaml');
      expect(exitCode).toBe(2);
      expect(stderr).toContain('did you mean "queue"?');
      expect(stderr).toMatch(/> 4 \| .*qeue/);
      expect(
        folded(stderr, width)
          .split('\n')
          .filter((line) => shownWidth(line) > width),
      ).toEqual([]);
    } finally {
      process.chdir(fileURLToPath(new URL('../../', import.meta.url)));
    }
  });
});

describe('a table that is too wide', () => {
  const rows = [
    ['hosts', '4', 'count', 'hosts per pod, or of the shared tier'],
    ['a-name-that-is-rather-long', '1', '', 'nothing'],
  ];
  const head = ['field', 'value', 'unit', 'meaning'];

  it('wraps its column while that reads well', () => {
    const text = tableText(rows, { head, wraps: 3, width: 64, colors });
    expect(text).toBe(
      [
        'field                       value  unit   meaning',
        'hosts                       4      count  hosts per pod, or of',
        '                                          the shared tier',
        'a-name-that-is-rather-long  1             nothing',
        '',
      ].join('\n'),
    );
  });

  it('becomes a block a row', () => {
    const text = tableText(rows, { head, wraps: 3, lead: 2, width: 38, colors });
    expect(text).toBe(
      'hosts  4\n    unit: count\n    hosts per pod, or of the shared\n    tier\na-name-that-is-rather-long  1\n    nothing\n',
    );
  });

  it('or comes in parts, each with the first column', () => {
    const text = tableText(rows, { head, tooWide: 'parts', width: 70, colors });
    expect(text).toBe(
      [
        'field                       value  unit',
        'hosts                       4      count',
        'a-name-that-is-rather-long  1',
        '',
        'field                       meaning',
        'hosts                       hosts per pod, or of the shared tier',
        'a-name-that-is-rather-long  nothing',
        '',
      ].join('\n'),
    );
  });

  it('counts characters that take two columns', () => {
    expect(
      tableText(
        [
          ['日本', 'x'],
          ['abcd', 'y'],
        ],
        { width: 40, colors },
      ),
    ).toBe('日本  x\nabcd  y\n');
  });

  it('takes time in proportion to its text', async () => {
    const says = 'word '.repeat(60_000);
    const work = (): void => {
      tableText(
        Array.from({ length: 5 }, () => ['a', says]),
        { wraps: 1, width: 60, colors },
      );
      wrapped(says, 60, 2);
      tableText([['a', 'x'.repeat(300_000)]], { wraps: 1, width: 60, colors });
    };
    // Two million characters; in cubic time three thousand took fifteen seconds.
    expect(await cpuMs(work)).toBeLessThan(8000);
  });
});

describe('the progress bar', () => {
  const line = (width: number, what = 'storm-metastable / baseline', label = '10:23'): string =>
    progressLine({ what, fraction: 0.5, label, width, colors });

  it('is half full at half the way', () => {
    expect(line(100)).toBe(`storm-metastable / baseline  ${'█'.repeat(16)}${'░'.repeat(16)}   50 %  10:23`);
  });

  it.each([20, 30, 40, 60, 80, 100])('fits into %i columns and shows the percentage', (width) => {
    for (const label of ['', '10:23', '12 of 300 runs, about 1h20m left']) {
      for (const what of [
        'sim check',
        'storm-metastable / baseline',
        'a-scenario-with-a-name-of-some-length / a-variant',
      ]) {
        const text = line(width, what, label);
        expect(shownWidth(text)).toBeLessThanOrEqual(width);
        expect(text).toContain('50 %');
      }
    }
  });
});
