#!/usr/bin/env node
// Starts the compiled command line in dist/sim/, where it is in few files, which start sooner. Listens to the signals before it loads anything, so that none is missed; what they do, exit codes included, is the cli's business.
import { existsSync } from 'node:fs';

const ears = { onSignal: () => process.exit(130) };
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => ears.onSignal());

const start = new URL('../dist/sim/start.js', import.meta.url);
if (existsSync(start)) {
  try {
    const cli = await import(start.href);
    await cli.start(process.argv.slice(2), ears);
  } catch (error) {
    // The system refused to read the program itself; what it refuses later, the cli tells.
    if (typeof error?.syscall !== 'string') throw error;
    process.stderr.write(`sim cannot start: ${error.message}\n`);
    process.exitCode = 2;
  }
} else {
  process.stderr.write('sim is not built yet: run `npm run build` in its checkout first\n');
  process.exitCode = 1;
}
