/**
 * The work's side of supervision: what it tells the supervisor, and how it hears
 * that somebody asked it to stop. Without a supervisor (a command that is
 * instant, a test that calls one in its own process) nobody asks, and nobody
 * needs to be told.
 */
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { RunLimits } from '../experiments/limits.ts';
import {
  cell,
  naming,
  type FromWork,
  type Input,
  type SystemError,
  type ToldLimits,
  type ToWork,
  type WorkData,
} from './supervision.ts';

interface Supervisor {
  readonly data: WorkData;
  readonly port: MessagePort;
  /** what listens to being asked */
  hear: () => void;
  drained: (failure: SystemError | null) => void;
}

let supervisor: Supervisor | null = null;

/** From now on the work is supervised. `port` is the way to the supervisor. */
export function beSupervised(data: WorkData, port: MessagePort): void {
  const own: Supervisor = { data, port, hear: () => undefined, drained: () => undefined };
  supervisor = own;
  port.on('message', (message: ToWork) => {
    if (message.is === 'asked') own.hear();
    else own.drained(message.failure);
  });
}

export function tellSupervisor(message: FromWork): void {
  supervisor?.port.postMessage(message);
}

/** Waits until all that was printed is written. */
export function drainedBySupervisor(): Promise<SystemError | null> {
  return new Promise((resolve) => {
    if (supervisor === null) resolve(null);
    else supervisor.drained = resolve;
    tellSupervisor({ is: 'drain' });
  });
}

/** Whether somebody asked the program to stop; needs no turn of the event loop. */
export function isAskedToStop(): boolean {
  return supervisor !== null && Atomics.load(supervisor.data.cells, cell.asked) === 1;
}

/** The work is ending by itself, and is given some time for that. */
export function tellHeard(): void {
  if (supervisor !== null) Atomics.store(supervisor.data.cells, cell.heard, 1);
}

/** Calls `hear` when somebody asks the program to stop, or has done so; returns how to listen no more. Until then, and after it, who asks ends the program. */
export function listenToSupervisor(hear: () => void): () => void {
  if (supervisor === null) return () => undefined;
  const own = supervisor;
  own.hear = hear;
  Atomics.store(own.data.cells, cell.listens, 1);
  if (isAskedToStop()) hear();
  return () => {
    Atomics.store(own.data.cells, cell.listens, 0);
    own.hear = () => undefined;
  };
}

/** Does what must not be ended amid it, like giving several files their names; takes no time to speak of. */
export function undividedly<T>(work: () => T): T {
  if (supervisor === null) return work();
  const { cells } = supervisor.data;
  if (Atomics.compareExchange(cells, cell.naming, naming.free, naming.underway) !== naming.free) {
    // This thread is being ended: it stands still until it is.
    Atomics.wait(cells, cell.naming, naming.closed);
  }
  try {
    return work();
  } finally {
    Atomics.store(cells, cell.naming, naming.free);
  }
}

/** Temporary files may come to be in this folder; `made` is the topmost of those that were made for it. */
export function tellFolder(folder: string, made: string | undefined): void {
  tellSupervisor({ is: 'folder', folder, made: made ?? null });
}

/** What the work as a whole may cost; `texts` say what is wrong if it costs more. */
export function tellLimits(
  { memoryBytesMax, wallMsMax }: Pick<RunLimits, 'memoryBytesMax' | 'wallMsMax'>,
  texts: Pick<ToldLimits, 'memoryText' | 'timeText'>,
): void {
  tellSupervisor({ is: 'limits', memoryBytesMax, wallMsMax, ...texts });
}

/** All of standard input, which the supervisor reads, so that waiting for it can be ended. Null without a supervisor. Throws the system's error. */
export function stdinOfSupervisor(): Uint8Array | null {
  if (supervisor === null) return null;
  const { cells, input } = supervisor.data;
  tellSupervisor({ is: 'stdin' });
  Atomics.wait(cells, cell.stdin, 0);
  const { message } = receiveMessageOnPort(input) as { message: Input };
  if ('bytes' in message) return message.bytes;
  throw Object.assign(new Error(message.failure.message), { code: message.failure.code });
}

/** Where a progress bar is drawn: the terminal behind stderr as it is, sized as it is now. */
export interface Screen {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
}

export function screen(): Screen {
  if (supervisor === null) return process.stderr;
  const { cells } = supervisor.data;
  return {
    isTTY: supervisor.data.sides[2].isTerminal,
    get columns() {
      return Atomics.load(cells, cell.columns);
    },
    get rows() {
      return Atomics.load(cells, cell.rows);
    },
    write: (text) => tellSupervisor({ is: 'text', to: 2, text }),
  };
}
