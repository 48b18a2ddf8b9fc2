// A worker for which V8's heap is too small: told as the limit that it is, once, and not as a bug of the program.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

it('a replication that needs more than the heap has fails as a limit that was met, at the first try', () => {
  const root = mkdtempSync(join(tmpdir(), 'sim-heap-'));
  try {
    const worker = join(root, 'hungry.mjs');
    writeFileSync(
      worker,
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { const all = []; for (let i = 0; ; i++) all.push({ i }); });`,
    );
    const script = join(root, 'pool.mjs');
    writeFileSync(script, `
      const { runInWorkers } = await import(${JSON.stringify(new URL('../../dist/experiments/worker-pool.js', import.meta.url).href)});
      const tasks = [{ variant: { name: 'baseline' }, seed: 's', index: 0 }];
      let starts = 0;
      try {
        await runInWorkers(tasks, { jobs: 1, worker: new URL(${JSON.stringify(pathToFileURL(worker).href)}), onStart: () => void starts++, onDone: () => undefined });
      } catch ({ name, variant, cause }) {
        console.log(JSON.stringify({ name, variant, starts, cause: cause.name, facts: cause.facts }));
      }
    `); // prettier-ignore
    const { stdout, stderr } = spawnSync(process.execPath, ['--max-old-space-size=20', script], { encoding: 'utf8' });
    expect(JSON.parse(stdout || 'null'), stderr).toEqual({
      name: 'ReplicationError', variant: 'baseline', starts: 1, cause: 'LimitError',
      facts: { limit: 'memory', path: '', expected: expect.stringMatching(/^at most [\d.]+ MB of V8's heap$/) as string, found: 'more', hint: expect.stringContaining('NODE_OPTIONS=--max-old-space-size=') as string },
    }); // prettier-ignore
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
