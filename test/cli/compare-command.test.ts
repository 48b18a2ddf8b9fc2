// `sim compare`: what it prints and writes, that it goes on after it was killed, and what it says to nonsense.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import picocolors from 'picocolors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareFile } from '../../src/cli/comparison-run.ts';
import { arithmeticIdentity, buildIdentity, openKeptReplications } from '../../src/cli/kept-replications.ts';
import { guardedSide, type Side } from '../../src/cli/terminal.ts';
import { comparisonCharts } from '../../src/report/comparison-charts.ts';
import { comparedText } from '../experiments/compared-scenario.ts';
import { sim, stackLine, type Captured } from './captured-terminal.ts';

const program = fileURLToPath(new URL('../../bin/sim.js', import.meta.url));

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-compare-'));
  file = join(folder, 'compared.yaml');
  writeFileSync(file, comparedText);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Every file below a folder, by its path. */
function bytesOf(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(path, name)).isFile(),
  );
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(path, name), 'base64')]));
}

/** A worker costs more to start than a few of these runs take. */
const alone = ['--jobs', '1'] as const;
const results = (out: string): string => join(folder, out, 'compared', 'compare');
const compare = (out: string, ...more: string[]): Promise<Captured> =>
  sim('compare', file, '--out', join(folder, out), '--replications', '2', '--variants', 'same,impatient', ...more);

interface Document {
  readonly replications: number;
  readonly complete: boolean;
  readonly asked: number;
  readonly preface: readonly string[];
  readonly budget: { readonly isSpent: boolean; readonly scaledBy: number } | null;
  readonly until: string;
  readonly against: string;
  readonly variants: {
    name: string;
    n: number;
    metrics: Record<string, object>;
    difference: Record<string, { value: number; isCertain: boolean }>;
    collapse: { value: number; count: number };
  }[];
}

describe('sim compare', () => {
  let first: Captured;
  beforeAll(async () => {
    first = await compare('one', ...alone);
  });

  it('writes the same bytes with two jobs as with one, charts included', async () => {
    expect(first.exitCode).toBe(0);
    const second = await compare('two', '--jobs', '2');
    expect(second.stdout.replaceAll('/two/', '/one/')).toBe(first.stdout);
    expect(bytesOf(results('two'))).toEqual(bytesOf(results('one')));
    const names = readdirSync(results('one'))
      .filter((name) => name !== 'kept')
      .sort();
    expect(names).toEqual(
      [
        'comparison.csv',
        'comparison.json',
        'comparison.md',
        'curves.csv',
        'replications.csv',
        ...comparisonCharts.map(({ fileName }) => fileName),
      ].sort(),
    );
  });

  it('prints tables with n, level and order, and a variant that changes nothing differs by exactly zero', () => {
    const words = first.stdout.replaceAll(/\s+/g, ' ');
    expect(words).toContain('n = 2 replications each (no interval under 5 replications), smallest outage first');
    expect(words).toContain(
      'n = 2: no interval under 5 replications, and under 6 no difference can be certain. In these runs no variant lost fewer',
    );
    expect(first.stdout).toContain('Changes nothing: same.');
    expect(first.stdout).toMatch(/impatient\s+100 % \(2\/2\)/);
    const { variants, complete } = JSON.parse(
      readFileSync(join(results('one'), 'comparison.json'), 'utf8'),
    ) as Document;
    const same = variants.find(({ name }) => name === 'same')!;
    for (const [metric, difference] of Object.entries(same.difference)) {
      expect([metric, difference]).toMatchObject([
        metric,
        { value: 0, low: null, high: null, n: 2, excludesZero: false, isCertain: false },
      ]);
    }
    expect(complete).toBe(true);
    const impatient = variants.at(-1)!;
    expect(impatient).toMatchObject({
      name: 'impatient',
      n: 2,
      collapse: { value: 1, low: null, high: null, count: 2, undecided: 0 },
    });
    // Open in both runs: longer than what was seen, in one form wherever it is written.
    expect(impatient.metrics.timeToRecover).toMatchObject({
      value: null,
      censoredAtMs: expect.any(Number),
      atMost: null,
      open: 2,
      unit: 'ms',
    });
    expect(impatient.difference.timeToRecover).toMatchObject({
      value: null,
      atLeast: expect.any(Number),
      atMost: null,
      unit: 'ms',
    });
    expect(first.stdout).toMatch(/impatient .*> 20m\d+s/);
    const csv = readFileSync(join(results('one'), 'comparison.csv'), 'utf8').split('\n');
    expect(csv.find((line) => line.startsWith('impatient,timeToRecover,median,'))).toMatch(
      /^impatient,timeToRecover,median,0\.95,2,,,,ms,\d+,,,\d+,,,no interval under 5 replications,,,,$/,
    );
    expect(readFileSync(join(results('one'), 'comparison.md'), 'utf8')).toMatch(/\| impatient \|.*> 20m\d+s/);
  });

  it('has a raw line for each run, whose command repeats it', async () => {
    const [head, ...lines] = readFileSync(join(results('one'), 'replications.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(6);
    const [variant, , seed, fingerprint] = lines.at(-1)!.split(',');
    const at = (name: string): string => lines.at(-1)!.split(',')[head.split(',').indexOf(name)];
    expect([at('timeToRecoverMs'), at('timeToRecover.censoredAtMs')]).toEqual(['', expect.stringMatching(/^\d{7}$/)]);
    expect(head).toMatch(/^variant,replication,seed,fingerprint,ending,endSec,collapse,sessionMinutesLost,/);
    const { stdout } = await sim(
      'run',
      file,
      '--variant',
      variant,
      '--seed',
      seed,
      '--out',
      join(folder, 'run'),
      '--no-charts',
      '--json',
    );
    expect((JSON.parse(stdout) as { fingerprint: string }).fingerprint).toBe(fingerprint);
  });

  it('runs only what is new, says so, and prints one JSON document', async () => {
    const again = await sim(
      'compare',
      file,
      '--out',
      join(folder, 'one'),
      '--replications',
      '3',
      '--variants',
      'same',
      '--json',
      '--no-charts',
      ...alone,
    );
    expect(again.stderr).toContain('4 of 6 runs kept from before');
    const document = JSON.parse(again.stdout) as Document;
    expect(document.replications).toBe(3);
    expect(existsSync(join(results('one'), comparisonCharts[0].fileName))).toBe(false);
    expect(existsSync(join(results('one'), 'curves.csv'))).toBe(true);
  });

  it('keeps a comparison with changes, or with another seed, apart from that of the scenario as it stands', async () => {
    const before = bytesOf(results('one'));
    const changed = await sim(
      'compare',
      file,
      '--out',
      join(folder, 'one'),
      '--replications',
      '1',
      '--variants',
      'same',
      '--set',
      'products.chat.sessions=80',
      ...alone,
    );
    expect(changed.stderr).not.toContain('kept from before');
    expect(changed.stdout).toContain('set in all variants: products.chat.sessions=80\n');
    await sim(
      'compare',
      file,
      '--out',
      join(folder, 'one'),
      '--replications',
      '1',
      '--variants',
      'same',
      '--seed',
      'other',
      '--no-charts',
      ...alone,
    );
    expect(bytesOf(results('one'))).toEqual(before);
    const folders = readdirSync(join(folder, 'one', 'compared')).sort();
    expect(folders).toEqual(['compare', expect.stringMatching(/^compare\+sessions=80~[0-9a-f]{6}$/), 'compare@other']);
    const read = (one: string, name: string): string =>
      readFileSync(join(folder, 'one', 'compared', one, name), 'utf8');
    expect(JSON.parse(read(folders[1], 'comparison.json'))).toMatchObject({
      scenario: 'compared',
      set: ['products.chat.sessions=80'],
      seed: 'compared',
    });
    expect(JSON.parse(read('compare', 'comparison.json'))).toMatchObject({ set: [] });
    expect(read(folders[1], 'comparison.md')).toContain('In all variants: `products.chat.sessions=80`');
  });

  it('says of runs that were cut what they say and what they do not', async () => {
    const { stdout, exitCode } = await compare('cut', '--until', 'decided', '--quiet', ...alone);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Runs were cut (--until decided): of 6,');
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('least likely collapse first');
    expect(readdirSync(results('cut')).filter((name) => name.endsWith('.png') || name === 'curves.csv')).toEqual([]);
  });
});

/** A comparison of six runs, one at a time. */
const threeRuns = (out: string): readonly string[] => [
  'compare', file, '--out', join(folder, out), '--replications', '3', '--variants', 'same,gone', '--no-charts', ...alone,
]; // prettier-ignore

/** Starts the comparison as a process, and sends it a signal once so many runs are kept. */
async function killed(
  out: string,
  signal: NodeJS.Signals,
  runs = 1,
): Promise<{ status: number | null; stderr: string; stdout: string }> {
  const child = spawn(process.execPath, [program, ...threeRuns(out)]);
  let [stderr, stdout] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const kept = join(results(out), 'kept');
  const keptCount = (): number =>
    existsSync(kept)
      ? readdirSync(kept, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).length
      : 0;
  while (runs === 0 ? !existsSync(results(out)) : keptCount() < runs) await sleep(5);
  // It listens from just after its folder is there.
  if (runs === 0) await sleep(50);
  child.kill(signal);
  return { status: await ended, stderr, stdout };
}

describe('a comparison that was interrupted', () => {
  const whole = (out: string): Promise<Captured> => sim(...threeRuns(out));
  const written = (out: string): Document =>
    JSON.parse(readFileSync(join(results(out), 'comparison.json'), 'utf8')) as Document;

  it('goes on from there, and ends with the same bytes as one that was not', async () => {
    const [byKill, byInterrupt] = [await killed('killed', 'SIGKILL'), await killed('interrupted', 'SIGINT')];
    expect(byKill.status).toBeNull();
    expect(byInterrupt.status).toBe(130);
    expect(byInterrupt.stderr).toMatch(/interrupted: \d of 9 runs done and kept; the same command goes on from there/);
    await whole('whole');
    expect(existsSync(join(results('killed'), 'comparison.json'))).toBe(false);
    for (const out of ['killed', 'interrupted']) {
      const { stderr } = await whole(out);
      expect(stderr).toMatch(/\d of 9 runs kept from before/);
      expect(bytesOf(results(out))).toEqual(bytesOf(results('whole')));
    }
  });

  it.each([
    ['SIGINT', 0],
    ['SIGTERM', 1],
    ['SIGINT', 4],
  ] as const)('by %s after %i runs has written what there was, with the n of each variant', async (signal, runs) => {
    const out = `by-${signal}-${runs}`;
    const { status, stdout, stderr } = await killed(out, signal, runs);
    expect([status, stderr]).toEqual([130, expect.stringContaining('interrupted: writing what there is')]);
    const { complete, asked, variants, preface } = written(out);
    expect([complete, asked]).toEqual([false, 3]);
    const counts = new Map(variants.map(({ name, n }) => [name, n]));
    const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
    expect(total).toBeGreaterThanOrEqual(runs);
    expect(total).toBeLessThan(9);
    // Round by round: nobody is more than one ahead.
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('Interrupted: this is what there was until then, n = ');
    for (const [name, n] of counts)
      if (n === 0)
        expect([preface.join(' '), stdout]).toEqual([
          expect.stringContaining(name),
          expect.stringMatching(new RegExp(`${name} .*no run`)),
        ]);
    expect(readFileSync(join(results(out), 'comparison.md'), 'utf8')).toContain(
      '> Interrupted: this is what there was until then',
    );
    expect(readdirSync(results(out)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('takes nothing from another build of the program, nor half a record', () => {
    const at = join(folder, 'store');
    const store = openKeptReplications(at, 'build-1');
    store.keep('a', 'text');
    expect(openKeptReplications(at, 'build-1').read('a')).toBe('text');
    expect(openKeptReplications(at, 'build-2').read('a')).toBeNull();
    openKeptReplications(at, 'build-2').keep('b', 'text');
    expect(readdirSync(join(at, 'kept'))).toEqual(['build-2']);
  });

  it('is kept by the code, the version of Node and the arithmetic of the machine', () => {
    expect(buildIdentity()).toMatch(
      new RegExp(
        `^\\d+\\.\\d+\\.\\d+-[0-9a-f]{12}-node${process.versions.node.split('.')[0]}-${arithmeticIdentity()}$`,
      ),
    );
    const exp = (x: number): number => Math.exp(x);
    const oneBitOff = (x: number): number => (x > 50 ? Math.exp(x) * (1 + Number.EPSILON) : Math.exp(x));
    expect(arithmeticIdentity([exp])).not.toBe(arithmeticIdentity([oneBitOff]));
  });
});

describe('a comparison within a budget', () => {
  const flags = ['--variants', 'same,gone', '--no-charts', '--replications', '2'] as const;
  const read = (out: string): Document =>
    JSON.parse(readFileSync(join(results(out), 'comparison.json'), 'utf8')) as Document;

  it('that suffices is as it would be without one, and one without goes on from its runs', async () => {
    const { exitCode } = await sim('compare', file, '--out', join(folder, 'budget'), ...flags, '--budget', '2m');
    expect(exitCode).toBe(0);
    expect(read('budget')).toMatchObject({
      complete: true,
      until: 'end',
      replications: 2,
      asked: 2,
      preface: [],
      budget: { budgetMs: 120_000, isSpent: false, scaledBy: 1, reasons: [] },
    });
    const { stderr } = await sim('compare', file, '--out', join(folder, 'budget'), ...flags);
    expect(stderr).toContain('6 of 6 runs kept from before');
    await sim('compare', file, '--out', join(folder, 'no-budget'), ...flags);
    expect(bytesOf(results('budget'))).toEqual(bytesOf(results('no-budget')));
  });

  it('that is spent is a regular end, says to what n it came, and another goes on from there', async () => {
    const { exitCode, stdout } = await sim(
      'compare',
      file,
      '--out',
      join(folder, 'spent'),
      ...flags.slice(0, 3),
      '--replications',
      '5000',
      '--budget',
      '2s',
      '--until',
      'end',
    );
    expect([exitCode, stdout.replaceAll(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringMatching(/The budget of 2s is spent: n = .* of 5000\./),
    ]);
    const { complete, budget, variants } = read('spent');
    expect([complete, budget?.isSpent]).toEqual([true, true]);
    const kept = variants.reduce((sum, { n }) => sum + n, 0);
    if (budget!.scaledBy !== 1 || kept === 0) return;
    const { stderr } = await sim(
      'compare',
      file,
      '--out',
      join(folder, 'spent'),
      ...flags.slice(0, 3),
      '--replications',
      String(1 + Math.max(...variants.map(({ n }) => n))),
    );
    expect(stderr).toContain(`${kept} of `);
  });
});

describe('a clock that is too short to tell', () => {
  it('leaves the collapse undecided: its probability is from none to all, and no figure is given without it', async () => {
    const short = fileURLToPath(new URL('../cases/users/short.yaml', import.meta.url));
    const { stdout } = await sim(
      'compare',
      short,
      '--out',
      join(folder, 'short'),
      '--replications',
      '2',
      '--no-charts',
      '--json',
      '--quiet',
      ...alone,
    );
    const { variants, verdict, notes } = JSON.parse(stdout) as {
      variants: { collapse: object; withoutCollapse: Record<string, object> }[];
      verdict: string;
      notes: string[];
    };
    expect(variants).toHaveLength(1);
    expect(variants[0].collapse).toEqual({
      value: null,
      atLeast: 0,
      atMost: 1,
      low: null,
      high: null,
      n: 2,
      count: 0,
      undecided: 2,
      unit: 'fraction',
    });
    expect(variants[0].withoutCollapse.sessionMinutesLost).toMatchObject({ value: null, n: 0 });
    expect([verdict, notes.join(' ')]).toEqual([
      expect.stringContaining('nothing to compare'),
      expect.stringContaining(
        'Undecided, since they ended too soon to tell whether the outage sustains itself: baseline 2 of 2',
      ),
    ]);
  });
});

describe('--against', () => {
  it('holds all variants against another one, which need not be named twice', async () => {
    const { stdout, exitCode } = await sim(
      'compare',
      file,
      '--out',
      join(folder, 'against'),
      '--variants',
      'same',
      '--against',
      'impatient',
      '--replications',
      '2',
      '--no-charts',
      '--quiet',
      ...alone,
    );
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Differences to impatient')]);
    const document = JSON.parse(readFileSync(join(results('against'), 'comparison.json'), 'utf8')) as Document;
    expect([document.against, document.variants.map(({ name }) => name).sort()]).toEqual([
      'impatient',
      ['baseline', 'impatient', 'same'],
    ]);
    expect(document.variants.find(({ name }) => name === 'baseline')!.difference.sessionMinutesLost.value).toBeLessThan(
      -1000,
    );
  });
});

describe('nonsense', () => {
  it.each([
    [['--against', 'impatien'], /did you mean "impatient"/],
    [['--budget', 'soon'], /--budget must be a duration like 90s or 5m, not "soon"/],
    [['--budget', '0s'], /--budget must be a duration/],
    [['--variants', 'fulljitter,impatien'], /variants\b[\s\S]*expected .*impatient[\s\S]*"fulljitter"/],
    [['--variants', 'impatien'], /did you mean "impatient"/],
    [['--variants', ','], /--variants names no variant/],
    [['--replications', '0'], /--replications must be a whole number from 1 to 100000, not "0"/],
    [['--replications', '2.5'], /not "2.5"/],
    [['--jobs', 'many'], /--jobs must be a whole number/],
    [['--until', 'later'], /--until must be end or decided, not "later"/],
    [['--set', 'tiers.front.hots=3'], /hots[\s\S]*did you mean "hosts"/],
    [['--seed', ''], /--seed must not be empty/],
    [['--out', '/dev/null/x'], /cannot write/],
  ])('%j is told in words, with 2, and nothing is written', async (flags, message) => {
    const { exitCode, stdout, stderr } = await sim('compare', file, '--out', join(folder, 'nothing'), ...flags);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(stackLine);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
  });

  it('in a variant of the file, an unknown path, is told with its line', async () => {
    const wrong = join(folder, 'wrong.yaml');
    writeFileSync(wrong, comparedText.replace('clients.current.backoff.cap: 5m', 'clients.current.backof.cap: 5m'));
    const { exitCode, stderr } = await sim('compare', wrong, '--out', join(folder, 'nothing'));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/wrong\.yaml:\d+:\d+ {2}variants\.longer-cap\.set/);
  });
});

describe('what fails meanwhile', () => {
  const flags = { replications: '1', until: 'end', charts: false, quiet: true } as const;

  async function failing(code: string, out: string): Promise<Captured> {
    const told: string[][] = [[], []];
    const [stdout, stderr] = told.map((lines): Side =>
      guardedSide(
        { isTerminal: false, width: 100, colors: picocolors.createColors(false) },
        (text) => void lines.push(text),
      ),
    );
    const terminal = { out: stdout, err: stderr, drained: () => Promise.resolve(null) };
    const worker = new URL(
      `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; parentPort.on('message', (task) => { ${code} });`)}`,
    );
    const exitCode = await compareFile(
      file,
      { ...flags, variants: 'same', out: join(folder, out) },
      { terminal, act: () => () => Promise.resolve(), repeatWith: () => undefined },
      worker,
    );
    return { exitCode, stdout: told[0].join(''), stderr: told[1].join('') };
  }

  it('a worker that dies is told with the command that repeats its run, and nothing is left behind', async () => {
    const { exitCode, stdout, stderr } = await failing('process.exit(3);', 'dead');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/died twice/);
    expect(stderr).toMatch(/repeat: npx sim run \S+compared\.yaml( --variant same)? --seed compared\/0\n/);
    expect(existsSync(join(folder, 'dead'))).toBe(false);
  });

  it('an impossible event is told with its clock time, seed and the command that repeats it', async () => {
    const told = "{ what: 'a host in two places', atMs: 61500, eventNumber: 7, label: 'x', seed: task.seed }";
    const { exitCode, stderr } = await failing(
      `parentPort.postMessage({ failed: { message: 'no', stack: '', simulation: ${told} } });`,
      'impossible',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      'a host in two places\n  at 10:01:01.500, event 7 (x), seed compared/0\n  repeat: npx sim run',
    );
  });

  it('a disk that takes no record is told with its reason', () => {
    const store = openKeptReplications('/proc/none', 'build');
    expect(() => store.keep('a', 'text')).toThrow(/cannot keep a replication in .*none/);
    const taken = join(folder, 'taken');
    writeFileSync(taken, '');
    expect(() => openKeptReplications(taken, 'build').keep('a', 'text')).toThrow(/a part of the path is a file/);
  });
});
