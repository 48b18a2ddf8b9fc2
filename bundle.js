// The last step of the build: the command line in few files. It and what it needs of other packages go into dist/sim/,
// so that Node opens some 30 files at the start of a run instead of 350, and so that whoever installs the package gets
// chartjs-node-canvas on our stand-in for `canvas`: as a dependency of its own it would bring the real one, which is
// built from source. The stand-in's native code stays outside, and so does jsonc-parser, whose CommonJS cannot be followed,
// and what talks to a queue, which few ask for and the library needs as well.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

const { output } = await build({
  input: {
    start: 'dist/cli/start.js',
    work: 'dist/cli/work.js',
    'replication-worker': 'dist/experiments/replication-worker.js',
  },
  platform: 'node',
  external: [/^@napi-rs\/canvas(\/|$)/, 'jsonc-parser', 'bullmq', 'ioredis'],
  plugins: [canvasStandIn, withoutNativeHelpers],
  output: { dir: 'dist/sim', format: 'esm', cleanDir: true, chunkFileNames: '[name].js' },
});
if (!standsIn)
  throw new Error('chartjs-node-canvas has changed: it no longer looks for canvas in dist/freshRequire.js');
writeFileSync('dist/sim/LICENSES.md', licencesOf(output));

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
