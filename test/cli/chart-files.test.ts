// Results come before pictures: what cannot be drawn, by a mistake of ours or because the machine lacks the canvas,
// costs the charts, is said, and ends with 1; the records are there all the same, and no chart of an earlier run beside them.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { charts } from '../../src/report/charts.ts';
import { comparisonCharts } from '../../src/report/comparison-charts.ts';
import { planCharts, sweepCharts } from '../../src/report/field-charts.ts';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import { comparedText } from '../experiments/compared-scenario.ts';
import { sim, stackLine, type Captured } from './captured-terminal.ts';
import { startProgram, type Ended } from './started-program.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-charts-'));
  writeFileSync(join(folder, 'scenario.yaml'), startingScenario);
  writeFileSync(join(folder, 'compared.yaml'), comparedText);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

const commands = {
  run: {
    args: ['run', 'scenario.yaml', '--no-report'],
    results: join('my-scenario', 'baseline'),
    records: ['events.jsonl', 'outcome.json', 'timeseries.csv'],
    drawn: charts.map(({ fileName }) => fileName),
  },
  compare: {
    args: ['compare', 'compared.yaml', '--replications', '1', '--variants', 'same', '--jobs', '1', '--quiet'],
    results: join('compared', 'compare'),
    records: ['comparison.csv', 'comparison.json', 'comparison.md', 'curves.csv', 'replications.csv'],
    drawn: comparisonCharts.map(({ fileName }) => fileName),
  },
} as const;

// As many worlds as decide it.
const fieldArgs = ['compared.yaml', '--vary', 'tiers.front.hosts=3..4', '--replications', '3', '--jobs', '1', '--quiet']; // prettier-ignore
const fields = {
  plan: { args: [...fieldArgs, '--target', 'collapse <= 80%'], chart: planCharts[0], stale: planCharts[1] },
  sweep: { args: fieldArgs, chart: sweepCharts[0], stale: sweepCharts[1] },
} as const;

const written = (name: keyof typeof commands, out: string): string[] =>
  readdirSync(join(folder, out, commands[name].results))
    .filter((file) => file !== 'kept')
    .sort();

describe.each(['run', 'compare'] as const)('sim %s', (name) => {
  const { args, results, records, drawn } = commands[name];
  const inProcess = (out: string): Promise<Captured> =>
    sim(args[0], join(folder, args[1]), ...args.slice(2), '--out', join(folder, out));
  const onBrokenCanvas = (out: string, ...more: string[]): Promise<Ended> =>
    startProgram([...args, '--out', join(folder, out), ...more], {
      cwd: folder,
      env: { NAPI_RS_NATIVE_LIBRARY_PATH: join(folder, 'no-such.node') },
    }).ended;

  beforeEach(() => {
    // As an earlier run would have left it.
    for (const out of ['failing', 'broken']) {
      mkdirSync(join(folder, out, results), { recursive: true });
      for (const file of drawn) writeFileSync(join(folder, out, results, file), 'old');
    }
  });

  it('writes everything but the chart that fails, warns with the reason, and ends with 1', async () => {
    vi.spyOn(name === 'run' ? charts[1] : comparisonCharts[1], 'headline').mockImplementation(() => {
      throw new Error('no such series');
    });
    const { exitCode, stdout, stderr } = await inProcess('failing');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`warning: ${drawn[1]} is missing: no such series\n  everything else is written;`);
    expect(stderr).not.toMatch(stackLine);
    expect(written(name, 'failing')).toEqual([...records, ...drawn.filter((file) => file !== drawn[1])].sort());
    expect(
      readFileSync(join(folder, 'failing', results, drawn[0]))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(stdout).toContain(drawn[0]);
    expect(stdout).not.toContain(drawn[1]);
  });

  it('has its records written when the first chart is drawn', async () => {
    const seen: string[] = [];
    const entry = name === 'run' ? charts[0] : comparisonCharts[0];
    vi.spyOn(entry, 'headline').mockImplementation(() => {
      if (seen.length === 0) seen.push(...written(name, 'failing'));
      return 'headline';
    });
    expect((await inProcess('failing')).exitCode).toBe(0);
    expect(seen).toEqual(records);
    expect(written(name, 'failing')).toEqual([...records, ...drawn].sort());
  });

  it('tells once of a canvas that cannot be loaded, with a way round it, and ends with 1', async () => {
    const { status, stdout, stderr } = await onBrokenCanvas('broken');
    expect(status).toBe(1);
    expect(stderr.match(/warning:/g)).toHaveLength(1);
    expect(stderr).toMatch(
      /^warning: no charts, since what draws them cannot be loaded: .*no-such\.node.*\n {2}.*--no-charts/m,
    );
    expect(stderr).not.toMatch(stackLine);
    expect(written(name, 'broken')).toEqual(records);
    expect(stdout).toContain('\nFiles\n');
  });

  it('needs no canvas without charts', async () => {
    const { status, stderr } = await onBrokenCanvas('without', '--no-charts');
    expect([status, stderr]).toEqual([0, '']);
    expect(existsSync(join(folder, 'without', results, drawn[0]))).toBe(false);
  });
});

describe.each(['plan', 'sweep'] as const)('sim %s', (name) => {
  const { args, chart, stale } = fields[name];
  const [file, ...flags] = args;
  const tables = [`${name}.csv`, `${name}.json`];
  const inProcess = (out: string, ...more: string[]): Promise<Captured> =>
    sim(name, join(folder, file), ...flags, ...more, '--out', join(folder, `${name}-${out}`));
  const folderOf = (out: string): string => {
    const above = join(folder, `${name}-${out}`, 'compared', name);
    return join(
      above,
      readdirSync(above).find((one) => one !== 'kept')!,
    );
  };

  it('has its tables written when its chart is drawn, and the chart of an earlier result is gone', async () => {
    await inProcess('order', '--no-charts');
    const seen: string[] = [];
    for (const { fileName } of [chart, stale]) writeFileSync(join(folderOf('order'), fileName), 'old');
    vi.spyOn(chart, 'headline').mockImplementation(() => {
      seen.push(...readdirSync(folderOf('order')).sort());
      return 'headline';
    });
    const { exitCode, stdout } = await inProcess('order');
    expect(exitCode).toBe(0);
    expect(seen).toEqual(tables);
    expect(readdirSync(folderOf('order')).sort()).toEqual([chart.fileName, ...tables].sort());
    expect(stdout).toContain(chart.fileName);
  });

  it('writes everything but the chart that fails, warns with the reason, and ends with 1', async () => {
    vi.spyOn(chart, 'headline').mockImplementation(() => {
      throw new Error('no such value');
    });
    const { exitCode, stdout, stderr } = await inProcess('failing');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`warning: ${chart.fileName} is missing: no such value\n  everything else is written;`);
    expect(stderr).not.toMatch(stackLine);
    expect(readdirSync(folderOf('failing')).sort()).toEqual(tables);
    expect(stdout).not.toContain(chart.fileName);
  });

  it('needs no canvas without charts, and says once that it has none', async () => {
    const onBrokenCanvas = (...more: string[]): Promise<Ended> =>
      startProgram([name, ...args, '--out', join(folder, `${name}-broken`), ...more], {
        cwd: folder,
        env: { NAPI_RS_NATIVE_LIBRARY_PATH: join(folder, 'no-such.node') },
      }).ended;
    const without = await onBrokenCanvas('--no-charts');
    expect([without.status, without.stderr]).toEqual([0, '']);
    const { status, stderr } = await onBrokenCanvas();
    expect(status).toBe(1);
    expect(stderr.match(/warning:/g)).toHaveLength(1);
    expect(readdirSync(folderOf('broken')).sort()).toEqual(tables);
  });
});
