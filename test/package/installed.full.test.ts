// The package as others get it: packed, installed with npm into an empty folder, and used there, by the command line and
// by the library, with each Node that it is for and the npm that comes with it. Needs npm's registry.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stackLine } from '../cli/captured-terminal.ts';
import { cloneTo, Consumer, fetchToolchains, pack, root, type Ran, type Toolchain } from './consumer.ts';

const versions = [
  { node: 20, npm: 10 },
  { node: 22, npm: 10 },
  { node: 24, npm: 11 },
] as const;

let folder: string;
let tarball: string;
let toolchains: Map<number, Toolchain>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sim-package-'));
  tarball = pack(join(folder, 'packed'));
  toolchains = fetchToolchains(join(folder, 'toolchains'), versions);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function consumer(name: string, node: number = versions[0].node): Consumer {
  return new Consumer(join(folder, name), toolchains.get(node)!);
}

/** Installs the tarball and what else is wanted, and shows npm's words if it fails. */
function install(at: Consumer, ...more: string[]): Ran {
  const done = at.npm('install', '--no-audit', '--no-fund', tarball, ...more);
  expect(done.status, done.stderr).toBe(0);
  return done;
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string })
    .version;
}

/** Dark pixels of the headline, and how many colours the whole has. */
async function lookOf(path: string): Promise<{ darkInHead: number; colorCount: number }> {
  const image = await loadImage(path);
  expect([image.width, image.height]).toEqual([1600, 900]);
  const pen = createCanvas(1600, 900).getContext('2d');
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, 1600, 900);
  const colors = new Set<number>();
  let darkInHead = 0;
  for (let at = 0; at < data.length; at += 4) {
    colors.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    if (at < 1600 * 60 * 4 && data[at] + data[at + 1] + data[at + 2] < 200) darkInHead++;
  }
  return { darkInHead, colorCount: colors.size };
}

const runCharts = ['attempts', 'disconnected', 'host-states', 'queue-wait'];
const comparisonCharts = ['variants-cost', 'variants-disconnected', 'variants-outage'];

const storm = `format: 1
name: storm
clock: { from: "10:00", to: "10:40" }
tiers: [{ name: front, hosts: 3, parallelism: 2, serviceTime: { exponential: 100ms }, boot: 60s, holdsSessions: true }]
products: [{ name: chat, sessions: 60 }]
clients: [{ name: current, backoff: { policy: fixed, delay: 1s } }]
timeline: [{ name: maintenance, at: "10:05", action: reboot, target: { tier: front } }]
variants: [{ name: full-jitter, set: { clients.current.backoff: { policy: full-jitter, base: 1s, cap: 30s } } }]
expect:
  - "collapse == 0"
  - "drops == 61"
`;

const program = `import { readFileSync } from 'node:fs';
import { compare, loadScenario, simulate, type Comparison, type Outcome, type VariantResult } from 'cascade-sim';

const scenario = loadScenario(readFileSync('storm.yaml', 'utf8'), { set: ['products.chat.sessions=30'] });
const { outcome, ended }: { outcome: Outcome; ended: object } = await simulate(scenario, { seed: 'storm/1' });
const comparison: Comparison = await compare(scenario, { replications: 2, jobs: 2 });
const names: string[] = comparison.variants.map(({ name }: VariantResult) => name).sort();
// @ts-expect-error: a seed is a text; were there no types, anything would do
export const seed: number = outcome.seed;
console.log(JSON.stringify({ drops: outcome.metrics.drops, set: outcome.set, names, n: comparison.n, has: typeof ended }));
`;

describe.each(versions)('with Node $node and npm $npm, in an empty folder', ({ node }) => {
  let at: Consumer;
  let installed: Ran;
  beforeAll(() => {
    at = consumer(`node${node}`, node);
    installed = install(at, `typescript@${versionOf('typescript')}`, '@types/node@20');
    at.write('storm.yaml', storm);
  });

  it('installs without a warning, a script, or the real canvas', () => {
    expect(at.node('--version').stdout).toMatch(new RegExp(`^v${node}\\.`));
    expect(installed.stderr).not.toMatch(/warn|error/i);
    for (const name of ['canvas', 'chartjs-node-canvas', 'node-gyp', 'prebuild-install'])
      expect(at.has('node_modules', name)).toBe(false);
  });

  it('runs a scenario that comes with it, with charts that have text and colours', async () => {
    const { status, stdout, stderr } = at.npx(
      'cascade-sim',
      'run',
      'node_modules/cascade-sim/scenarios/one-host.yaml',
      '--quiet',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('out/one-host/baseline/');
    for (const chart of runCharts) {
      const { darkInHead, colorCount } = await lookOf(at.path('out', 'one-host', 'baseline', `${chart}.png`));
      expect(darkInHead).toBeGreaterThan(1000);
      expect(colorCount).toBeGreaterThan(50);
    }
  });

  it('compares variants in worker threads, and draws that', async () => {
    const { status, stdout, stderr } = at.npx(
      'sim',
      'compare',
      'storm.yaml',
      '--replications',
      '3',
      '--jobs',
      '2',
      '--quiet',
    );
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('full-jitter');
    const comparison = JSON.parse(
      readFileSync(at.path('out', 'storm', 'compare', 'comparison.json'), 'utf8'),
    ) as object;
    expect(comparison).toMatchObject({ complete: true, replications: 3, set: [] });
    for (const chart of comparisonCharts)
      expect((await lookOf(at.path('out', 'storm', 'compare', `${chart}.png`))).darkInHead).toBeGreaterThan(1000);
  });

  it('checks expectations, and the command that it gives for the one that failed works there', () => {
    const { status, stdout } = at.npx('cascade-sim', 'check', 'storm.yaml');
    expect(status).toBe(99);
    expect(stdout).toContain('1 of 2 expectations met');
    const repeat = /^ +repeat +(npx cascade-sim run storm\.yaml --seed storm)$/m.exec(stdout)?.[1];
    expect(repeat).toBeDefined();
    const again = at.shell(`${repeat} --no-charts --json`);
    expect(again.status, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ scenario: 'storm', metrics: { drops: 60 } });
  });

  it('knows where it is: its help and its hints name what is there', () => {
    expect(at.npx('cascade-sim', '--help').stdout).toContain(
      'npx cascade-sim run node_modules/cascade-sim/scenarios/apr26.json\n  npx cascade-sim init my.yaml\n',
    );
    const { status, stderr } = at.npx('cascade-sim', 'run', 'scenarios/apr26.json');
    expect(status).toBe(2);
    expect(stderr).toContain('that one comes with the program: node_modules/cascade-sim/scenarios/apr26.json');
  });

  it.each(['nodenext', 'bundler'] as const)('is a library with types for a TypeScript program (%s)', (resolution) => {
    at.write(
      'package.json',
      JSON.stringify({ ...(JSON.parse(readFileSync(at.path('package.json'), 'utf8')) as object), type: 'module' }),
    );
    at.write('program.ts', program);
    const module = resolution === 'nodenext' ? 'nodenext' : 'esnext';
    at.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          strict: true,
          module,
          moduleResolution: resolution,
          target: 'es2023',
          types: ['node'],
          outDir: resolution,
        },
        files: ['program.ts'],
      }),
    );
    const compiled = at.node('node_modules/typescript/bin/tsc');
    expect([compiled.status, compiled.stdout]).toEqual([0, '']);
    const { status, stdout, stderr } = at.node(join(resolution, 'program.js'));
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      drops: 30,
      set: ['products.chat.sessions=30'],
      names: ['baseline', 'full-jitter'],
      n: 2,
      has: 'object',
    });
  });
});

describe('the package', () => {
  it("draws its charts beside a canvas of the consumer's own, and without any script having run", async () => {
    const at = consumer('own-canvas');
    at.write('own/package.json', JSON.stringify({ name: 'canvas', version: '3.2.3', main: 'canvas.js' }));
    at.write('own/canvas.js', "throw new Error('the consumer\\'s own');\n");
    install(at, '--ignore-scripts', './own');
    at.write('storm.yaml', storm);
    const { status, stderr } = at.npx('cascade-sim', 'run', 'storm.yaml', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
    for (const chart of runCharts)
      expect((await lookOf(at.path('out', 'storm', 'baseline', `${chart}.png`))).darkInHead).toBeGreaterThan(1000);
  });

  it('writes all but the charts where npm left out the native code, and says so', () => {
    const at = consumer('no-native');
    install(at, '--omit=optional');
    at.write('storm.yaml', storm);
    const run = at.npx('cascade-sim', 'run', 'storm.yaml', '--quiet');
    expect(run.status).toBe(1);
    expect(run.stderr).toMatch(
      /^warning: no charts, since what draws them cannot be loaded: .*canvas.*\n {2}.*--no-charts/m,
    );
    expect(run.stderr).not.toMatch(stackLine);
    expect(JSON.parse(readFileSync(at.path('out', 'storm', 'baseline', 'outcome.json'), 'utf8'))).toMatchObject({
      complete: true,
    });
    const compare = at.npx('cascade-sim', 'compare', 'storm.yaml', '--replications', '2', '--quiet');
    expect(compare.status).toBe(1);
    expect(at.has('out', 'storm', 'compare', 'comparison.json')).toBe(true);
    expect(at.npx('cascade-sim', 'run', 'storm.yaml', '--quiet', '--no-charts').status).toBe(0);
  });

  it('can be installed globally, and then is simply sim', () => {
    const at = consumer('global');
    const prefix = at.path('prefix');
    const done = at.npm('install', '--global', '--prefix', prefix, '--no-audit', '--no-fund', tarball);
    expect(done.status, done.stderr).toBe(0);
    at.write('storm.yaml', storm);
    const { status, stdout } = at.shell('sim check storm.yaml', join(prefix, 'bin'));
    expect(status).toBe(99);
    expect(stdout).toMatch(/^ +repeat +sim run storm\.yaml --seed storm$/m);
  });

  it('can be tried with npx alone, and is repeated in the same way', () => {
    const at = consumer('npx');
    at.write('storm.yaml', storm);
    at.write('.npmrc', `cache=${at.path('cache')}\n`);
    const { status, stdout, stderr } = at.npx('--yes', `--package=${tarball}`, 'cascade-sim', 'check', 'storm.yaml');
    expect(status, stderr).toBe(99);
    expect(stdout).toContain(` npx --package=${tarball} cascade-sim run storm.yaml --seed storm\n`);
  });

  it('is what publint and arethetypeswrong ask of a package of modules', () => {
    const at = consumer('lint');
    const publint = at.node(join(root, 'node_modules/publint/src/cli.js'), '--strict', tarball);
    expect([publint.status, publint.stdout]).toEqual([0, expect.stringContaining('All good!')]);
    // For modules only: old resolutions are not asked about.
    const types = at.node(
      join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js'),
      tarball,
      '--profile',
      'esm-only',
      '--format',
      'json',
    );
    expect(types.status, types.stdout).toBe(0);
  });
});

describe('a fresh clone', () => {
  it('is built by npm ci, and replays by npx sim, in the folders below it as well', () => {
    const at = consumer('clone', 24);
    cloneTo(at.folder);
    const done = at.npm('ci', '--no-audit', '--no-fund');
    expect(done.status, done.stderr).toBe(0);
    const run = at.npx('sim', 'run', 'scenarios/one-host.yaml', '--quiet');
    expect([run.status, run.stderr]).toEqual([0, '']);
    for (const chart of runCharts) expect(at.has('out', 'one-host', 'baseline', `${chart}.png`)).toBe(true);
    const below = at.shell('cd scenarios && npx sim run one-host.yaml --no-charts --json --quiet');
    expect([below.status, below.stderr]).toEqual([0, '']);
    expect(JSON.parse(below.stdout)).toMatchObject({ scenario: 'one-host', complete: true });
  });
});
