// The experiments' processes as files that Node runs: dist/emulation/ has one for each. Packages stay outside,
// so that the libraries are those that are installed.
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

export function buildEmulation() {
  return build({
    input: { emulate: path('emulate.ts'), host: path('host.ts'), 'client-fleet': path('client-fleet.ts') },
    platform: 'node',
    external: /^[\w@]/,
    output: { dir: path('../../dist/emulation'), format: 'esm', chunkFileNames: '[name].js' },
    logLevel: 'warn',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildEmulation();
