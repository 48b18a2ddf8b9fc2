// --shard, sim merge and sim kept: parts made apart give the bytes of the whole, and whatever is wrong with them is told
// at once, and changes nothing.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tasksOfShard } from '../../src/experiments/shard.ts';
import { comparedText } from '../experiments/compared-scenario.ts';
import { sim, type Captured } from './captured-terminal.ts';

let folder: string;
let file: string;
let alone: Captured;
const few = ['--replications', '2', '--variants', 'same,impatient'];
const at = (...names: string[]): string => join(folder, ...names);
const filesBelow = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(path, name)).isFile()).sort(); // prettier-ignore
const bytesOf = (path: string): Record<string, string> =>
  Object.fromEntries(filesBelow(path).filter((name) => !name.includes('kept')).map((name) => [name, readFileSync(join(path, name), 'base64')])); // prettier-ignore
const shard = (part: string, out: string, ...more: string[]): Promise<Captured> =>
  sim('compare', file, ...few, '--shard', part, '--jobs', '1', '--out', at(out), ...more);
const records = (out: string): string[] => filesBelow(at(out)).filter((name) => /kept.*\.json$/.test(name)).map((name) => at(out, name)); // prettier-ignore

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sim-shards-'));
  file = at('compared.yaml');
  writeFileSync(
    file,
    `${comparedText}expect: ["collapse@impatient == 1", "timeToRecover@gone > 1h", "reconnectTime.p95 < 5m"]\n`,
  );
  alone = await sim('compare', file, ...few, '--jobs', '1', '--quiet', '--out', at('alone'));
  for (const part of ['1/4', '2/4', '3/4', '4/4']) expect(await shard(part, 'parts')).toMatchObject({ exitCode: 0 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('every run is in exactly one shard, whatever their number', () => {
  const tasks = Array.from({ length: 23 }, (_, i) => i);
  for (const of of [1, 2, 7, 23, 40]) {
    const parts = Array.from({ length: of }, (_, i) => tasksOfShard(tasks, { part: i + 1, of }));
    expect(parts.flat().sort((a, b) => a - b)).toEqual(tasks);
    expect(Math.max(...parts.map(({ length }) => length)) - Math.min(...parts.map(({ length }) => length))).toBeLessThan(2); // prettier-ignore
  }
});

describe('sim merge', () => {
  it('makes of the shards of a comparison the bytes that one machine makes, charts and all', async () => {
    expect(records('parts')).toHaveLength(6);
    const merged = await sim('merge', at('parts'), '--out', at('merged'));
    expect(merged).toEqual({ ...alone, stdout: alone.stdout.replaceAll('/alone/', '/merged/') });
    expect(bytesOf(at('merged'))).toEqual(bytesOf(at('alone')));
  });

  it('makes of the shards of a check what one machine says, but for the times', async () => {
    const check = ['check', file, '--replications', '2'];
    for (const part of ['1/2', '2/2']) await sim(...check, '--shard', part, '--out', at('checked'));
    const withoutTimes = ({ stdout, exitCode }: Captured): string => `${exitCode} ${stdout.replaceAll(/"seconds": .*/g, '')}`; // prettier-ignore
    expect(withoutTimes(await sim('merge', at('checked'), '--json'))).toBe(withoutTimes(await sim(...check, '--json')));
  });

  it('makes of the shards of a full sweep the bytes that one machine makes', async () => {
    const sweep = ['sweep', file, '--vary', 'tiers.front.hosts=1..3', '--full', '--replications', '2'];
    const whole = await sim(...sweep, '--jobs', '1', '--out', at('swept'));
    for (const part of ['1/2', '2/2'])
      expect(await sim(...sweep, '--shard', part, '--out', at('swept-parts'))).toMatchObject({ exitCode: 0 });
    expect(records('swept-parts')).toHaveLength(6);
    const merged = await sim('merge', at('swept-parts'), '--out', at('swept-merged'));
    expect(merged.stdout).toBe(whole.stdout.replaceAll('/swept/', '/swept-merged/'));
    expect(bytesOf(at('swept-merged'))).toEqual(bytesOf(at('swept')));
    expect((await sim(...sweep.filter((one) => one !== '--full'), '--shard', '1/2')).stderr).toContain('--shard needs --full'); // prettier-ignore
  });

  it('counts once what two shards have kept to the same bytes', async () => {
    await shard('1/1', 'whole');
    const merged = await sim('merge', at('whole'), at('parts'), '--out', at('twice'), '--no-charts', '--json');
    expect(merged).toMatchObject({ exitCode: 0, stderr: '6 runs kept by several shards, to the same bytes: counted once\n' }); // prettier-ignore
    expect(merged.stdout).toBe((await sim('merge', at('parts'), '--out', at('once'), '--no-charts', '--json')).stdout);
  });

  it('tells all at once what is missing, spoilt or of another version, and changes nothing', async () => {
    cpSync(at('parts'), at('spoilt'), { recursive: true });
    rmSync(at('spoilt', 'compared', 'compare-2-of-4'), { recursive: true });
    const [cut, changed] = records('spoilt');
    truncateSync(cut, 100);
    writeFileSync(changed, readFileSync(changed, 'utf8').replace(/"endMs":\d/, '"endMs":9'));
    const other = at('spoilt', 'compared', 'compare-4-of-4', 'experiment.json');
    writeFileSync(other, readFileSync(other, 'utf8').replace(/"build":"[^"]*"/, '"build":"0.0.0-other"'));
    mkdirSync(at('spoilt', 'garbage'));
    writeFileSync(at('spoilt', 'garbage', 'experiment.json'), '{');
    const before = filesBelow(at('spoilt'));
    const { exitCode, stdout, stderr } = await sim('merge', at('spoilt'), '--out', at('nothing'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('of shard 2/4');
    expect(stderr).toContain('2 kept runs cannot be read, cut short or changed: ');
    expect(stderr).toContain('is of another version, 0.0.0-other');
    expect(stderr).toContain('is no experiment that can be read');
    expect(existsSync(at('nothing'))).toBe(false);
    expect(filesBelow(at('spoilt'))).toEqual(before);
  });

  it('does not mix experiments', async () => {
    await shard('1/4', 'other', '--seed', 'x');
    const { exitCode, stderr } = await sim('merge', at('parts'), at('other'));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/is of another experiment than .*: seed differs/);
    expect(await sim('merge', folder + '-nowhere')).toMatchObject({ exitCode: 2 });
    expect((await sim('merge', at('alone'))).stderr).toContain('has no runs of a shard in it');
  });

  it('a shard says what is wrong with how it is asked for', async () => {
    for (const part of ['0/4', '5/4', '1', 'a/b', '1/0', '-1/4']) expect(await shard(part, 'no')).toMatchObject({ exitCode: 2, stdout: '' }); // prettier-ignore
    for (const flags of [['--json'], ['--budget', '1m']]) expect(await shard('1/4', 'no', ...flags)).toMatchObject({ exitCode: 2 }); // prettier-ignore
    expect((await sim('check', file, '--shard', '1/2')).stderr).toContain('--shard needs --replications');
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('sim kept', () => {
  it('lists runs with their room and age, and throws away those that are named, and nothing else', async () => {
    cpSync(at('parts'), at('kept'), { recursive: true });
    const strange = at('kept', 'kept', 'of-somebody', 'a.json');
    mkdirSync(join(strange, '..'), { recursive: true });
    writeFileSync(strange, 'mine');
    const [old] = records('kept').filter((path) => path !== strange);
    const years = new Date('2020-01-01');
    for (const name of readdirSync(join(old, '..'))) utimesSync(join(old, '..', name), years, years);
    const listed = JSON.parse((await sim('kept', at('kept'), '--json')).stdout) as { experiments: { runs: number; bytes: number }[] }; // prettier-ignore
    expect(listed.experiments.map(({ runs }) => runs)).toEqual([2, 2, 1, 1]);
    expect(Math.min(...listed.experiments.map(({ bytes }) => bytes))).toBeGreaterThan(1000);
    expect((await sim('kept', at('kept'))).stdout).toMatch(/compare-1-of-4 +2 +.*\n[^]*\n6 runs, /);
    expect((await sim('kept', '--remove')).exitCode).toBe(2);
    expect((await sim('kept', at('kept'), '--older-than', '30d', '--remove')).stdout).toContain('2 runs');
    expect(existsSync(old)).toBe(false);
    expect((await sim('kept', at('kept'), '--unusable', '--remove')).stdout).toBe('no kept runs\n');
    expect((await sim('kept', at('kept'), '--remove')).stdout).toMatch(/4 runs, .* removed/);
    expect(filesBelow(at('kept')).filter((name) => !name.endsWith('experiment.json'))).toEqual([join('kept', 'of-somebody', 'a.json')]); // prettier-ignore
  });
});
