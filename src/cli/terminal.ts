/**
 * Where the program prints: stdout for the result, stderr for everything else.
 * Each side knows whether a person is looking, how wide it is, and whether it
 * may be coloured (NO_COLOR and FORCE_COLOR, see no-color.org). A reader that
 * goes away (`| head`) is no failure; a full disk behind stdout is one.
 */
import { isatty } from 'node:tty';
import picocolors from 'picocolors';
import { folded } from './table.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

export interface Side {
  readonly isTerminal: boolean;
  /** columns, at most what reads well */
  readonly width: number;
  readonly colors: Colors;
  readonly write: (text: string) => void;
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
  return {
    isTerminal,
    width,
    colors: picocolors.createColors(mayColor(isTerminal, process.env)),
    write: (text) => {
      if (!gone) stream.write(foldsLines ? folded(text, width) : text);
    },
  };
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
