/**
 * Where the program prints: stdout for the result, stderr for everything else.
 * Each side knows whether a person is looking, how wide it is, and whether it
 * may be coloured (NO_COLOR and FORCE_COLOR, see no-color.org). Whatever a
 * terminal or a CI log would obey, other than the program's own colours, is made
 * visible on the way. A reader that goes away (`| head`) is no failure; a full
 * disk behind stdout is one.
 */
import { isatty } from 'node:tty';
import picocolors from 'picocolors';
import { terminalText } from '../scenario/safe-text.ts';
import type { Colors } from './colors.ts';
import { flushed, openStream } from './streams.ts';
import { drainedBySupervisor, tellSupervisor } from './supervised.ts';
import type { Descriptor, WorkData } from './supervision.ts';
import { folded } from './table.ts';

export interface Side {
  readonly isTerminal: boolean;
  /** columns, at most what reads well */
  readonly width: number;
  readonly colors: Colors;
  readonly write: (text: string) => void;
  /** For what only its writer can know to be meant: moves of the cursor, and workflow commands whose texts are escaped. */
  readonly writeAsIs: (text: string) => void;
}

/** A side whose `write` is the last line of defence before `send`. */
export function guardedSide(looks: Pick<Side, 'isTerminal' | 'width' | 'colors'>, send: (text: string) => void): Side {
  return { ...looks, write: (text) => send(terminalText(text, looks.colors.isColorSupported)), writeAsIs: send };
}

export interface Terminal {
  readonly out: Side;
  readonly err: Side;
  /** Waits until all is written. Returns why stdout could not be written, or null. */
  drained(): Promise<NodeJS.ErrnoException | null>;
}

const widthMax = 100;
const widthMin = 30;

function mayColor(isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  if ((environment.NO_COLOR ?? '') !== '') return false;
  if ((environment.FORCE_COLOR ?? '0') !== '0') return true;
  return isTerminal && environment.TERM !== 'dumb';
}

interface Place {
  readonly descriptor: Descriptor;
  readonly isTerminal: boolean;
  /** of a terminal; 0 or undefined if unknown */
  readonly columns: number | undefined;
  readonly write: (text: string) => void;
}

function sideAt({ descriptor, isTerminal, columns = 0, write }: Place): Side {
  const width = isTerminal && columns > 0 ? Math.max(widthMin, Math.min(widthMax, columns)) : widthMax;
  // A result is laid out by who prints it; messages are folded here, but not in a log, where a line is a message.
  const foldsLines = isTerminal && descriptor === 2;
  const side = guardedSide(
    { isTerminal, width, colors: picocolors.createColors(mayColor(isTerminal, process.env)) },
    write,
  );
  return foldsLines ? { ...side, write: (text) => side.write(folded(text, width)) } : side;
}

function openSide(
  stream: NodeJS.WriteStream,
  descriptor: Descriptor,
  failed: (error: NodeJS.ErrnoException) => void,
): Side {
  const write = openStream(stream, failed);
  return sideAt({ descriptor, isTerminal: isatty(descriptor), columns: stream.columns, write });
}

/** The terminal of this thread's supervisor. */
export function supervisedTerminal({ sides }: Pick<WorkData, 'sides'>): Terminal {
  const side = (descriptor: Descriptor): Side =>
    sideAt({ descriptor, ...sides[descriptor], write: (text) => tellSupervisor({ is: 'text', to: descriptor, text }) });
  const drained = async (): Promise<NodeJS.ErrnoException | null> => {
    const failure = await drainedBySupervisor();
    return failure === null ? null : Object.assign(new Error(failure.message), { code: failure.code });
  };
  return { out: side(1), err: side(2), drained };
}

/** The terminal of this process. */
export function openTerminal(): Terminal {
  let failure: NodeJS.ErrnoException | null = null;
  const out = openSide(process.stdout, 1, (error) => {
    failure = error;
  });
  const err = openSide(process.stderr, 2, () => undefined);
  const drained = async (): Promise<NodeJS.ErrnoException | null> => {
    await flushed(process.stdout);
    return failure;
  };
  return { out, err, drained };
}
