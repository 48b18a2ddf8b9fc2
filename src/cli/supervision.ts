/**
 * What the two threads of a command say to each other. The work is done in a
 * worker thread; the main thread supervises it and does nothing that blocks, so
 * that a signal is always heard. What must be seen without a turn of the event
 * loop is in shared memory, the rest in messages.
 */
import type { MessagePort } from 'node:worker_threads';

/** Numbers in shared memory, by their place in it. */
export const cell = {
  /** 1 once somebody asked the program to stop */
  asked: 0,
  /** 1 while the work wants to hear of that, and ends by itself; at any other time it is ended */
  listens: 1,
  /** 1 once it has heard, and is ending */
  heard: 2,
  /** files that belong together: see `naming` */
  naming: 3,
  /** of the terminal behind stderr; 0: there is none */
  columns: 4,
  rows: 5,
  /** 1 once standard input has been read */
  stdin: 6,
} as const;
export const CELLS = 7;

/** While files get their final names the work is not ended; once it is being ended, none gets one. */
export const naming = { free: 0, underway: 1, closed: 2 } as const;

export type Descriptor = 1 | 2;

/** An error of the system, as plain data. */
export interface SystemError {
  readonly code: string | undefined;
  readonly message: string;
}

/** What the work may cost from now on, and what is said if it costs more; `FOUND` in a text stands for what was found. */
export interface ToldLimits {
  readonly memoryBytesMax: number;
  readonly wallMsMax: number;
  readonly memoryText: string;
  readonly timeText: string;
}

export const FOUND = '{found}';

export type FromWork =
  | { readonly is: 'text'; readonly to: Descriptor; readonly text: string }
  /** asks for `drained` */
  | { readonly is: 'drain' }
  /** there may be temporary files in the folder; it and those above, up to `made`, are to go with them if they are empty */
  | { readonly is: 'folder'; readonly folder: string; readonly made: string | null }
  | ({ readonly is: 'limits' } & ToldLimits)
  /** asks for standard input */
  | { readonly is: 'stdin' }
  | { readonly is: 'end'; readonly exitCode: number };

export type ToWork =
  | { readonly is: 'asked' }
  /** all is written; why stdout could not be, or null */
  | { readonly is: 'drained'; readonly failure: SystemError | null };

/** Sent by a channel of its own, since the work waits for it without a turn of its event loop. */
export type Input = { readonly bytes: Uint8Array } | { readonly failure: SystemError };

/** What the work is started with. */
export interface WorkData {
  readonly argv: readonly string[];
  readonly cells: Int32Array;
  readonly input: MessagePort;
  /** what stdout and stderr are when it starts; columns are 0 where there are none */
  readonly sides: { readonly [descriptor in Descriptor]: { readonly isTerminal: boolean; readonly columns: number } };
}
