// `sim learn-client` as a process of its own, for nothing may hold it up: on a free port, of which clients are told as soon
// as it listens.
import { spawn } from 'node:child_process';
import { program } from '../started-program.ts';

export interface Learnt {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Learning {
  /** 0 if it never listened */
  readonly port: number;
  readonly interrupt: () => void;
  readonly ended: Promise<Learnt>;
}

export async function startLearning(...argv: readonly string[]): Promise<Learning> {
  const child = spawn(process.execPath, [program, 'learn-client', '--port', '0', ...argv], {
    env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told.stdout += text));
  const ended = new Promise<Learnt>((resolve) => child.on('close', (exitCode) => resolve({ exitCode, ...told })));
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
