/**
 * The processes of an experiment: each is one file of this folder, gets its settings as an
 * argument, and talks by messages. Whoever started them ends them all at once, however it ends
 * itself; and each ends by itself when nobody is left to talk to.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const running = new Set<ChildProcess>();

export type ProcessFile = 'host' | 'client-fleet';

/** Starts one, with what it may say. */
export function startProcess<Said extends object>(
  file: ProcessFile,
  settings: object,
  hears: (said: Said) => void,
): ChildProcess {
  const path = fileURLToPath(new URL(`./${file}.js`, import.meta.url));
  const child = fork(path, [JSON.stringify(settings)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  // One that was just killed cannot be told anything more, and need not be.
  child.on('error', () => undefined);
  child.on('message', (said) => hears(said as Said));
  return child;
}

/** SIGKILL: nobody cleans up, and the kernel closes what was open. Resolves when the process is gone. */
export function killProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

export async function killAllProcesses(): Promise<void> {
  await Promise.all([...running].map(killProcess));
}

/** Where the process cannot wait for them to be gone. */
export function killAllAtOnce(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** In such a process: what it was started with. Ctrl-C is for who started it. */
export function ownSettings<Settings>(): Settings {
  process.on('SIGINT', () => undefined);
  process.on('disconnect', () => process.exit(0));
  return JSON.parse(process.argv[2]) as Settings;
}
