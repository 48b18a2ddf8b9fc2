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
import { folded } from './table.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

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

function openSide(stream: NodeJS.WriteStream, descriptor: 1 | 2, failed: (error: NodeJS.ErrnoException) => void): Side {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (gone) return;
    gone = true;
    if (error.code !== 'EPIPE') failed(error);
  });
  const isTerminal = isatty(descriptor);
  const width = isTerminal && stream.columns > 0 ? Math.max(widthMin, Math.min(widthMax, stream.columns)) : widthMax;
  // A result is laid out by who prints it; messages are folded here, but not in a log, where a line is a message.
  const foldsLines = isTerminal && descriptor === 2;
  const send = (text: string): void => {
    if (!gone) stream.write(text);
  };
  const side = guardedSide({ isTerminal, width, colors: picocolors.createColors(mayColor(isTerminal, process.env)) }, send);
  return foldsLines ? { ...side, write: (text) => side.write(folded(text, width)) } : side;
}

/** The terminal of this process. */
export function openTerminal(): Terminal {
  let failure: NodeJS.ErrnoException | null = null;
  const out = openSide(process.stdout, 1, (error) => {
    failure = error;
  });
  const err = openSide(process.stderr, 2, () => undefined);
  const drained = async (): Promise<NodeJS.ErrnoException | null> => {
    await new Promise<void>((resolve) => {
      process.stdout.write('', () => {
        // The stream tells of its error one turn after the write's own callback.
        setImmediate(resolve);
      });
    });
    return failure;
  };
  return { out, err, drained };
}
