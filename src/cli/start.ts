/**
 * How the program starts: what is instant is done here and now; all else is
 * done in a worker thread under supervision, whose start costs some hundredths
 * of a second.
 */
import { closeSync, openSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';
import { flushed } from './streams.ts';
import { Supervisor } from './supervisor.ts';

/** Commands that are done before anybody could be bored: their work needs no supervision. */
const instantCommands: ReadonlySet<string> = new Set(['list', 'init', 'schema', 'help']);
const instantFlags: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-V']);

/** With less it is not even sure that the program can be loaded: a thread that runs out of memory can be told of, a process cannot. */
const TINY_HEAP_BYTES = 150e6;

/** What the work's thread, its clocks and its files take, with some to spare. */
const DESCRIPTORS = 24;

/** Throws the system's error if it would not let so many files be open: where it stops short of a clock, Node ends the process without a word. */
function requireDescriptors(): void {
  const open: number[] = [];
  try {
    while (open.length < DESCRIPTORS) open.push(openSync(process.execPath, 'r'));
  } finally {
    open.forEach((descriptor) => closeSync(descriptor));
  }
}

/** What formats numbers and dates reads its tables at its first use in the process, for ten milliseconds: here while the work's thread comes up. */
function readLocales(): void {
  new Intl.NumberFormat('en-US').format(0);
  new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', dateStyle: 'short' }).format(0);
}

function looksInstant(argv: readonly string[]): boolean {
  return argv.length === 0 || instantCommands.has(argv[0]) || argv.some((arg) => instantFlags.has(arg));
}

/** Who hears the signals, as bin/sim.js has set it up. */
export interface Ears {
  /** called at each SIGINT and SIGTERM */
  onSignal: () => void;
}

/** Does what the arguments ask for, and ends the process. */
export async function start(argv: readonly string[], ears: Ears): Promise<void> {
  if (looksInstant(argv) && getHeapStatistics().heap_size_limit > TINY_HEAP_BYTES) {
    const { mainIf } = await import('./main.ts');
    // What looks like a flag may be another one's value.
    const exitCode = await mainIf((command) => instantCommands.has(command), argv);
    if (exitCode !== null) {
      await flushed(process.stderr);
      process.exit(exitCode);
    }
  }
  requireDescriptors();
  const supervisor = new Supervisor(new URL('./work.js', import.meta.url), argv);
  ears.onSignal = () => supervisor.onSignal();
  readLocales();
}
