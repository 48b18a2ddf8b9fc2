/** The program as a process of its own, which tests may disturb while it runs. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../bin/sim.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** of Node itself */
  readonly nodeFlags?: readonly string[];
  /** what a shell does first, like `ulimit -f 8` */
  readonly first?: string;
  /** what comes by standard input; without it there is none */
  readonly input?: string;
}

/** Starts `sim` with the arguments; nothing of the CI that runs the tests is passed on. */
export function startProgram(
  argv: readonly string[],
  { cwd, env = {}, nodeFlags = [], first, input }: StartOptions = {},
): Started {
  const command = [process.execPath, ...nodeFlags, program, ...argv];
  const [file, ...args] = first === undefined ? command : ['sh', '-c', `${first}; exec "$@"`, 'sh', ...command];
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', ...env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const told = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (told.stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (told.stderr += text));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (status, signal) => resolve({ status, signal, ...told })),
  );
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), ended };
}
