// The last step of the build: the command line in few files. It and what it needs of other packages go into dist/sim/,
// so that Node opens some 30 files at the start of a run instead of 350, and so that whoever installs the package gets
// chartjs-node-canvas on our stand-in for `canvas`: as a dependency of its own it would bring the real one, which is
// built from source. The stand-in's native code stays outside, and so does what talks to a queue, which few ask for and
// the library needs as well. The files are CommonJS, which src/cli/chunks.ts can load with what V8 made of them before;
// at the end, some commands are run once, so that this is there from the first day.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';

let standsIn = false;

/** chartjs-node-canvas looks for `canvas` at run time, by name; in the bundle it gets what the name means here. */
const canvasStandIn = {
  name: 'canvas-stand-in',
  load: {
    filter: { id: /[\\/]chartjs-node-canvas[\\/]dist[\\/]freshRequire\.js$/ },
    handler: () => {
      standsIn = true;
      return `exports.freshRequire = (name) => {
        if (name !== 'canvas') throw new Error(\`chart plugins are not bundled: \${name}\`);
        return require('canvas');
      };`;
    },
  },
};

/** ws does without its native helpers where they are not installed; in the bundle they never are. */
const withoutNativeHelpers = {
  name: 'without-native-helpers',
  resolveId: { filter: { id: /^(bufferutil|utf-8-validate)$/ }, handler: (id) => `\0${id}.cjs` },
  load: {
    filter: { id: /^\0(bufferutil|utf-8-validate)\.cjs$/ },
    handler: (id) => `throw new Error('${id.slice(1, -'.cjs'.length)} is not bundled');`,
  },
};

/** commander would start commands that are programs of their own; there are none, and what starts programs takes its time to load. */
const withoutPrograms = {
  name: 'without-programs',
  resolveId: {
    filter: { id: /^node:child_process$/ },
    handler: (id, importer) => (/[\\/]commander[\\/]/.test(importer ?? '') ? '\0no-programs.cjs' : null),
  },
  load: { filter: { id: /^\0no-programs\.cjs$/ }, handler: () => 'exports.spawn = undefined;' },
};

/** seedrandom would seed from the system if it were not told a seed; it always is. */
const withoutSystemSeeds = {
  name: 'without-system-seeds',
  resolveId: {
    filter: { id: /^crypto$/ },
    handler: (id, importer) => (/[\\/]seedrandom[\\/]/.test(importer ?? '') ? '\0no-system-seeds.cjs' : null),
  },
  load: { filter: { id: /^\0no-system-seeds\.cjs$/ }, handler: () => 'module.exports = null;' },
};

const folder = 'dist/sim';
/** Threads: `start` is the main one. What Node runs has their names, and loads these chunks. */
const threads = {
  start: `tuneV8();
const chunks = new Chunks(__dirname, \`main-\${purposeOf(process.argv.slice(2))}\`);
process.on('exit', (code) => code === 0 && chunks.keep());
exports.start = chunks.load('./start-thread.js').start;`,
  work: `const chunks = new Chunks(__dirname, \`work-\${purposeOf(require('node:worker_threads').workerData.argv)}\`);
void chunks.load('./work-thread.js').work(() => chunks.keep());`,
  // A replication is most of a run: what is kept of that will do.
  'replication-worker': `new Chunks(__dirname, 'work-run').load('./replication-worker-thread.js');`,
};

const { output } = await build({
  input: {
    'start-thread': 'dist/cli/start.js',
    'work-thread': 'dist/cli/work.js',
    'replication-worker-thread': 'dist/experiments/replication-worker.js',
  },
  platform: 'node',
  external: [/^@napi-rs\/canvas(\/|$)/, 'bullmq', 'ioredis'],
  // Its CommonJS cannot be followed.
  resolve: { alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' } },
  // Some commands load at their end what others need from the start.
  checks: { ineffectiveDynamicImport: false },
  plugins: [canvasStandIn, withoutNativeHelpers, withoutPrograms, withoutSystemSeeds],
  output: { dir: folder, format: 'cjs', dynamicImportInCjs: false, cleanDir: true, chunkFileNames: '[name].js' },
});
await build({ input: { chunks: 'dist/cli/chunks.js' }, platform: 'node', output: { dir: folder, format: 'cjs' } });
writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
for (const [name, text] of Object.entries(threads))
  writeFileSync(
    join(folder, `${name}.js`),
    `'use strict';\nconst { Chunks, purposeOf, tuneV8 } = require('./chunks.js');\n${text}\n`,
  );
if (!standsIn)
  throw new Error('chartjs-node-canvas has changed: it no longer looks for canvas in dist/freshRequire.js');
writeFileSync(join(folder, 'LICENSES.md'), licencesOf(output));
runOnce();

/** The licences of the packages whose code is in the bundle: they ask to be passed on with it. */
function licencesOf(chunks) {
  const moduleIds = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const folders = new Set(
    moduleIds.flatMap((id) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0] ?? []),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `## ${name} ${version}, ${license}\n\n${file === undefined ? 'No text comes with the package.' : readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `# Packages in these files, and their licences\n\n${texts.join('\n')}`;
}

/** Runs what is used most, so that what V8 compiled for it is kept. */
function runOnce() {
  const out = mkdtempSync(join(tmpdir(), 'cascade-sim-build-'));
  const scenario = 'scenarios/one-host.yaml';
  const commands = [
    ['--version'],
    ['list'],
    ['validate', scenario],
    ['run', scenario, '--quiet', '--out', out],
    ['compare', scenario, '--replications', '1', '--quiet', '--out', out],
    ['check', scenario, '--quiet'],
  ];
  for (const words of commands) {
    const { status, stderr } = spawnSync(process.execPath, ['bin/sim.js', ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`sim ${words.join(' ')} ended with ${status}\n${stderr}`);
  }
  rmSync(out, { recursive: true });
}
