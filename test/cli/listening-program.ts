// A command that listens for clients, as a process of its own, for nothing may hold it up: on a free port, of which clients
// are told as soon as it listens.
import { spawn } from 'node:child_process';
import { program } from './started-program.ts';

export interface Heard {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Listening {
  /** 0 if it never listened */
  readonly port: number;
  readonly interrupt: () => void;
  readonly ended: Promise<Heard>;
}

export async function startListening(command: string, ...argv: readonly string[]): Promise<Listening> {
  const child = spawn(process.execPath, [program, command, '--port', '0', ...argv], {
    env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told.stdout += text));
  const ended = new Promise<Heard>((resolve) => child.on('close', (exitCode) => resolve({ exitCode, ...told })));
  const port = await new Promise<number>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told.stderr += text;
      const found = /^listening on ws:\/\/[^\n]*:(\d+) and/m.exec(told.stderr)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(() => resolve(0));
  });
  return { port, interrupt: () => void child.kill('SIGINT'), ended };
}

export function startLearning(...argv: readonly string[]): Promise<Listening> {
  return startListening('learn-client', ...argv);
}
