/**
 * The main thread of a command. The work is in a worker thread; here is what
 * must always be at hand: it hears the signals, sees to memory and time, and
 * writes what the work prints. The first Ctrl-C or polite kill asks the work to
 * end by itself, writing what there is; if it does not listen, or takes too long
 * over it, it is ended, and what has only a temporary name is removed. The
 * second ends it at once. Nothing here may block, nor need much memory.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { getHeapStatistics } from 'node:v8';
import { MessageChannel, Worker } from 'node:worker_threads';
import { residentBytes, usualMemoryBytes } from '../experiments/machine-memory.ts';
import { exitCodes } from './exit-codes.ts';
import { removeEmpty, removeQuietly } from './made-files.ts';
import { readInput } from './standard-input.ts';
import { flushed, openStream } from './streams.ts';
import {
  cell,
  CELLS,
  FOUND,
  naming,
  type Descriptor,
  type FromWork,
  type SystemError,
  type ToldLimits,
  type ToWork,
  type WorkData,
} from './supervision.ts';
import { reasonOf } from './usage-error.ts';

/**
 * npm and npx pass a Ctrl-C on to a program that the terminal has told already,
 * so what follows the first at once is its echo, not a second one.
 */
const ECHO_MS = 250;
/** From the signal until the work has heard of it. */
const HEARS_WITHIN_MS = 800;
/** From the signal until it has ended: computing time of all threads, since others may keep the machine busy; and on the wall, where it waits for a disk. */
const ENDS_WITHIN_CPU_MS = 1500;
const ENDS_WITHIN_MS = 10_000;
/** Between two looks, when nobody and when somebody has asked it to stop. */
const LOOK_EVERY_MS = 50;
const LOOK_SOON_MS = 10;
/** The work sees to its limits itself, as long as it comes to it: more than that, or for longer, and it is ended. */
const MEMORY_SLACK = { share: 0.1, bytes: 50e6, ms: 2000 } as const;
const TIME_SLACK_MS = 300;
/** What files get their names within, and a thread ends within if it can be ended at all. */
const NAMING_MS = 2000;
const THREAD_ENDS_WITHIN_MS = 500;
/** For a reader of what was printed, once the work has been ended. */
const FLUSH_MS = 300;

const SHOW_CURSOR = '\u001b[?25h';
const HIDE_CURSOR = '\u001b[?25l';
const WRAP_LINES = '\u001b[?7h';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toPrecision(3)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A standard stream, opened when something is to be written. */
class Printer {
  failure: SystemError | null = null;
  private readonly stream: () => NodeJS.WriteStream;
  private write: ((text: string) => void) | null = null;

  constructor(stream: () => NodeJS.WriteStream) {
    this.stream = stream;
  }

  print(text: string): void {
    this.write ??= openStream(this.stream(), ({ code, message }) => {
      this.failure = { code, message };
    });
    this.write(text);
  }

  async drained(): Promise<SystemError | null> {
    if (this.write !== null) await flushed(this.stream());
    return this.failure;
  }
}

/** When and how somebody asked the program to stop. */
interface Asked {
  readonly atMs: number;
  readonly atCpuMs: number;
}

export class Supervisor {
  private readonly cells = new Int32Array(new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT));
  private readonly printers = { 1: new Printer(() => process.stdout), 2: new Printer(() => process.stderr) } as const;
  private readonly input = new MessageChannel();
  private readonly worker: Worker;
  private readonly argv: readonly string[];
  /** where temporary files may be, with the topmost folder that was made for them */
  private readonly folders = new Map<string, string | null>();
  private limits: ToldLimits & { readonly sinceMs: number };
  private asked: Asked | null = null;
  private overSinceMs: number | null = null;
  private cursorHidden = false;
  private state: 'works' | 'is ended' | 'leaves' = 'works';
  private look: NodeJS.Timeout;

  /** `work` is the module that runs in the worker. */
  constructor(work: URL, argv: readonly string[]) {
    this.argv = argv;
    this.limits = {
      memoryBytesMax: usualMemoryBytes(),
      wallMsMax: Infinity,
      memoryText: memoryText(),
      timeText: '',
      sinceMs: performance.now(),
    };
    const data: WorkData = {
      argv,
      cells: this.cells,
      input: this.input.port2,
      sides: { 1: this.side(1), 2: this.side(2) },
    };
    // Without a pipe of its own, what a library prints would find its way around the printers.
    this.worker = new Worker(work, { workerData: data, transferList: [this.input.port2], stdout: true, stderr: true });
    this.worker.stdout.on('data', (text) => this.print(1, String(text)));
    this.worker.stderr.on('data', (text) => this.print(2, String(text)));
    this.worker.on('message', (message: FromWork) => this.onMessage(message));
    this.worker.on('error', (error: NodeJS.ErrnoException) => this.onError(error));
    this.worker.on('exit', (code) => this.onError(new Error(`the work ended without a result, with code ${code}`)));
    this.look = setInterval(() => this.onLook(), LOOK_EVERY_MS);
  }

  private side(descriptor: Descriptor): { isTerminal: boolean; columns: number } {
    const isTerminal = isatty(descriptor);
    if (!isTerminal) return { isTerminal, columns: 0 };
    const stream = descriptor === 1 ? process.stdout : process.stderr;
    const measure = (): void => {
      Atomics.store(this.cells, cell.columns, stream.columns || 0);
      Atomics.store(this.cells, cell.rows, stream.rows || 0);
    };
    if (descriptor === 2) {
      measure();
      stream.on('resize', measure);
    }
    return { isTerminal, columns: stream.columns || 0 };
  }

  private print(to: Descriptor, text: string): void {
    if (text.includes(HIDE_CURSOR)) this.cursorHidden = true;
    if (text.includes(SHOW_CURSOR)) this.cursorHidden = false;
    this.printers[to].print(text);
  }

  private tell(message: ToWork): void {
    this.worker.postMessage(message);
  }

  private onMessage(message: FromWork): void {
    if (message.is === 'text') this.print(message.to, message.text);
    else if (message.is === 'folder')
      this.folders.set(message.folder, message.made ?? this.folders.get(message.folder) ?? null);
    else if (message.is === 'limits') this.limits = { ...message, sinceMs: performance.now() };
    else if (message.is === 'drain')
      void this.printers[1].drained().then((failure) => this.tell({ is: 'drained', failure }));
    else if (message.is === 'stdin') void this.readInput();
    else if (this.state === 'works') void this.leave(message.exitCode);
  }

  private async readInput(): Promise<void> {
    this.input.port1.postMessage(await readInput());
    Atomics.store(this.cells, cell.stdin, 1);
    Atomics.notify(this.cells, cell.stdin);
  }

  /** Somebody asks the program to stop. */
  onSignal(): void {
    const atMs = performance.now();
    if (this.state === 'leaves') process.exit(exitCodes.interrupted);
    if (this.state === 'is ended') return;
    if (this.asked !== null) {
      if (atMs - this.asked.atMs >= ECHO_MS) void this.end(exitCodes.interrupted, '');
      return;
    }
    this.asked = { atMs, atCpuMs: cpuMs() };
    Atomics.store(this.cells, cell.asked, 1);
    if (Atomics.load(this.cells, cell.listens) === 0) {
      void this.end(exitCodes.interrupted, 'interrupted\n');
      return;
    }
    this.tell({ is: 'asked' });
    clearInterval(this.look);
    this.look = setInterval(() => this.onLook(), LOOK_SOON_MS);
  }

  private onLook(): void {
    const nowMs = performance.now();
    if (this.asked !== null) this.lookAtEnding(this.asked, nowMs);
    const { memoryBytesMax, wallMsMax, memoryText, timeText, sinceMs } = this.limits;
    const bytes = residentBytes();
    if (bytes <= memoryBytesMax) this.overSinceMs = null;
    else {
      this.overSinceMs ??= nowMs;
      if (
        bytes > memoryBytesMax * (1 + MEMORY_SLACK.share) + MEMORY_SLACK.bytes ||
        nowMs - this.overSinceMs > MEMORY_SLACK.ms
      )
        void this.end(exitCodes.usage, filled(memoryText, memoryBytesMax, bytes));
    }
    if (nowMs - sinceMs > wallMsMax + TIME_SLACK_MS) void this.end(exitCodes.usage, timeText);
  }

  private lookAtEnding({ atMs, atCpuMs }: Asked, nowMs: number): void {
    if (Atomics.load(this.cells, cell.heard) === 0) {
      if (nowMs - atMs > HEARS_WITHIN_MS) void this.end(exitCodes.interrupted, 'interrupted\n');
    } else if (nowMs - atMs > ENDS_WITHIN_MS || cpuMs() - atCpuMs > ENDS_WITHIN_CPU_MS) {
      void this.end(
        exitCodes.interrupted,
        'interrupted: ended before all was written, since that would have taken too long\n',
      );
    }
  }

  /** The work's thread has failed, or is gone. */
  private onError(error: NodeJS.ErrnoException): void {
    if (this.state !== 'works') return;
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      void this.end(exitCodes.usage, heapText());
      return;
    }
    // The system refused to read the program itself: it would refuse to read what tells of bugs as well.
    const refusal = refusalText(error);
    if (refusal !== null) {
      void this.end(exitCodes.usage, `sim cannot start: ${refusal}\n`);
      return;
    }
    void bugText(error, this.argv).then((text) => this.end(exitCodes.bug, text));
  }

  /** Ends the work, wherever it is, and the program. */
  private async end(exitCode: number, text: string): Promise<void> {
    if (this.state !== 'works') return;
    this.state = 'is ended';
    clearInterval(this.look);
    await this.closeNaming();
    const ended = await Promise.race([
      this.worker.terminate().then(() => true),
      sleep(THREAD_ENDS_WITHIN_MS).then(() => false),
    ]);
    this.sweep();
    if (this.cursorHidden) this.print(2, `\r\u001b[K${SHOW_CURSOR}${WRAP_LINES}`);
    if (text !== '') this.print(2, text);
    if (ended) {
      await this.leave(exitCode);
      return;
    }
    // It waits in the system, for a pipe perhaps; leaving would wait for it too, and a signal does not.
    await Promise.race([this.flushed(), sleep(FLUSH_MS)]);
    process.removeAllListeners('SIGINT');
    process.kill(process.pid, 'SIGINT');
  }

  /** Waits until files that are getting their names have them, and lets no others get one. */
  private async closeNaming(): Promise<void> {
    const untilMs = performance.now() + NAMING_MS;
    while (
      Atomics.compareExchange(this.cells, cell.naming, naming.free, naming.closed) === naming.underway &&
      performance.now() < untilMs
    )
      await sleep(1);
  }

  /** Removes what has only a temporary name, and folders that were made for nothing. */
  private sweep(): void {
    for (const [folder, made] of this.folders) {
      for (const name of namesIn(folder))
        if (name.startsWith(`.sim-${process.pid}-`) && name.endsWith('.tmp')) removeQuietly(join(folder, name));
      if (made !== null) removeEmpty(folder, made);
    }
  }

  private async flushed(): Promise<void> {
    await Promise.all([this.printers[1].drained(), this.printers[2].drained()]);
  }

  /** When all is written, at once: the usual way out would give the signals back their own effect before the end. */
  private async leave(exitCode: number): Promise<void> {
    const wasEnded = this.state === 'is ended';
    this.state = 'leaves';
    clearInterval(this.look);
    await (wasEnded ? Promise.race([this.flushed(), sleep(FLUSH_MS)]) : this.flushed());
    process.exit(exitCode);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function filled(text: string, most: number, found: number): string {
  return text.replace(FOUND, megabytes(found)).replace('{most}', megabytes(most));
}

/** While no command has said what it may cost. */
function memoryText(): string {
  return `error: expected at most {most} of memory, three quarters of what this machine has, found ${FOUND}\n`;
}

/** What the system refused to the thread as it started; null: it is not that. */
function refusalText({ code, message, syscall }: NodeJS.ErrnoException): string | null {
  if (typeof syscall === 'string') return message;
  if (code !== 'ERR_WORKER_INIT_FAILED') return null;
  const [, refused] = /: (E[A-Z]+)$/.exec(message) ?? [];
  return refused === undefined
    ? message
    : `its thread could not: ${reasonOf(Object.assign(new Error(refused), { code: refused }))}`;
}

async function bugText(error: unknown, argv: readonly string[]): Promise<string> {
  const [{ commandLine }, { unexpectedErrorMessage }, { default: colors }] = await Promise.all([
    import('./command.ts'),
    import('./failure-message.ts'),
    import('picocolors'),
  ]);
  return unexpectedErrorMessage(error, commandLine(argv), colors.createColors(false));
}

function heapText(): string {
  const most = getHeapStatistics().heap_size_limit;
  return `error: out of memory: V8's heap may have ${megabytes(most)}, which is too little for this\n  raise that with NODE_OPTIONS=--max-old-space-size=${Math.ceil((2 * most) / 1e6)}, or make the scenario smaller or shorter\n`;
}
