#!/usr/bin/env node
// Starts the compiled command line in dist/sim/, where it is in few files, which start sooner. Everything else, exit codes included, is the cli's business.
import { existsSync } from 'node:fs';

const main = new URL('../dist/sim/main.js', import.meta.url);
if (existsSync(main)) {
  try {
    const cli = await import(main.href);
    process.exitCode = await cli.main(process.argv.slice(2));
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
