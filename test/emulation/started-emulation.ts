/**
 * `npm run emulate` as a process of its own, in a process group of its own, so that it can be
 * seen whether any of its processes outlives it.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from '../cli/started-program.ts';

const command = fileURLToPath(new URL('../../dist/emulation/emulate.js', import.meta.url));

export interface StartedEmulation {
  readonly ended: Promise<Ended>;
  /** Resolves when it has told that; rejects if it ends before. */
  told(pattern: RegExp): Promise<void>;
  /** To it and all that it has started, as Ctrl-C does. */
  signalAll(signal: NodeJS.Signals): void;
  signal(signal: NodeJS.Signals): void;
  /** Whether any process of its group is there. */
  isThere(): boolean;
}

export function startEmulation(argv: readonly string[]): StartedEmulation {
  const child = spawn(process.execPath, [command, ...argv], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('no process was started');
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, ...output })),
  );
  return {
    ended,
    async told(pattern) {
      while (!pattern.test(output.stderr)) {
        if (child.exitCode !== null) throw new Error(`it has ended: ${output.stderr}`);
        await sleep(20);
      }
    },
    signalAll: (signal) => void process.kill(-pid, signal),
    signal: (signal) => void child.kill(signal),
    isThere() {
      try {
        return process.kill(-pid, 0);
      } catch {
        return false;
      }
    },
  };
}
