// The last step of the build: the command line in few files. It and what it needs of other packages go into dist/sim/,
// so that Node opens some 30 files at the start of a run instead of 350. What draws charts is loaded by few commands, and has
// native code, so it stays outside; so does jsonc-parser, whose CommonJS cannot be followed.
import { build } from 'rolldown';

await build({
  input: { main: 'dist/cli/main.js', 'replication-worker': 'dist/experiments/replication-worker.js' },
  platform: 'node',
  external: ['chartjs-node-canvas', '@napi-rs/canvas', 'canvas', 'jsonc-parser'],
  output: { dir: 'dist/sim', format: 'esm', sourcemap: true, cleanDir: true, chunkFileNames: '[name].js' },
});
