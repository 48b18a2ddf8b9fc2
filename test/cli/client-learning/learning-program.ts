// `sim learn-client` in this process, on a free port that clients are told of as soon as it listens.
import picocolors from 'picocolors';
import { main } from '../../../src/cli/main.ts';
import { guardedSide, type Side, type Terminal } from '../../../src/cli/terminal.ts';

export interface Learnt {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Learning {
  readonly port: number;
  readonly ended: Promise<Learnt>;
}

export async function startLearning(...argv: readonly string[]): Promise<Learning> {
  const told = { out: '', err: '' };
  let listening: (port: number) => void = () => undefined;
  const port = new Promise<number>((resolve) => {
    listening = resolve;
  });
  const side = (to: 'out' | 'err'): Side =>
    guardedSide({ isTerminal: false, width: 100, colors: picocolors.createColors(false) }, (text) => {
      told[to] += text;
      const found = /^listening on ws:\/\/[^\n]*:(\d+) and/m.exec(told.err)?.[1];
      if (found !== undefined) listening(Number(found));
    });
  const terminal: Terminal = { out: side('out'), err: side('err'), drained: () => Promise.resolve(null) };
  const ended = main(['learn-client', '--port', '0', ...argv], terminal).then((exitCode) => {
    // A program that never listened has no port.
    listening(0);
    return { exitCode, stdout: told.out, stderr: told.err };
  });
  return { port: await port, ended };
}
