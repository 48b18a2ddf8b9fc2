#!/usr/bin/env node
'use strict';
// Starts the compiled command line in dist/sim/, where it is in few files, which start sooner. Listens to the signals before it loads anything, so that none is missed; what they do, exit codes included, is the cli's business. CommonJS, as the package.json beside it says: Node starts that sooner.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const ears = { onSignal: () => process.exit(130) };
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => ears.onSignal());

async function start() {
  const folder = join(__dirname, '../dist/sim');
  if (!existsSync(join(folder, 'start.js'))) {
    process.stderr.write('sim is not built yet: run `npm run build` in its checkout first\n');
    process.exitCode = 1;
    return;
  }
  try {
    const { start } = require('../dist/sim/start.js');
    await start(process.argv.slice(2), ears);
  } catch (error) {
    // The system refused to read the program itself; what it refuses later, the cli tells.
    if (typeof error?.syscall !== 'string') throw error;
    process.stderr.write(`sim cannot start: ${error.message}\n`);
    process.exitCode = 2;
  }
}

void start();
