/**
 * Reading a scenario for a command, from disk or from standard input: its
 * bytes, whatever is wrong with it as problems, and the problems in print. A
 * file that cannot be read at all is told in the same form as a mistake within one.
 */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { vocabulary } from '../metrics/catalogue.ts';
import { loadScenario, type LoadedScenario } from '../scenario/load.ts';
import { formatProblem, type Problem } from '../scenario/problem.ts';
import { visibleSource } from '../scenario/safe-text.ts';
import { nearest } from '../scenario/suggestion.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { STDIN } from './command.ts';
import { shippedScenario } from './invocation.ts';
import { READ_BYTES_MAX } from './standard-input.ts';
import { stdinOfSupervisor } from './supervised.ts';
import type { Side } from './terminal.ts';
import { reasonOf } from './usage-error.ts';

/** Problems beyond these are told without a frame of the source. */
const framesMax = 20;

export interface LoadRequest {
  readonly variant?: string | undefined;
  readonly assume?: readonly string[];
  readonly set?: readonly string[];
}

function unreadable(file: string, expected: string, found: string, hint: string | null): Problem {
  return { file, line: 0, column: 0, path: '', expected, found, hint };
}

/** A file of a similar name in the same folder, or one of that name among those that come with the program. */
function similarFile(file: string): string | null {
  return neighbour(file) ?? shipped(file);
}

function shipped(file: string): string | null {
  const found = /\.(json|ya?ml)$/i.test(file) ? shippedScenario(basename(file)) : null;
  return found === null ? null : `that one comes with the program: ${found}`;
}

function neighbour(file: string): string | null {
  try {
    const folder = dirname(file);
    const names = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => entry.isFile() && /\.(json|ya?ml)$/i.test(entry.name),
    );
    const similar = nearest(
      file.slice(folder === '.' && !file.startsWith('.') ? 0 : folder.length + 1),
      names.map(({ name }) => name),
    );
    return similar === null ? null : `did you mean "${folder === '.' ? similar : join(folder, similar)}"?`;
  } catch {
    return null;
  }
}

/** Waits a little for more, where a pipe says that it has nothing yet. */
function readChunk(handle: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(handle, chunk);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function readBytes(handle: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length <= READ_BYTES_MAX) {
    const chunk = Buffer.alloc(1 << 20);
    const count = readChunk(handle, chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    length += count;
  }
  return Buffer.concat(chunks);
}

/** Standard input can be read once only. */
let stdinSource: ScenarioSource | undefined;

function readStdin(): ScenarioSource {
  stdinSource ??= { file: STDIN, text: stdinOfSupervisor() ?? readBytes(0), format: 'by content' };
  return stdinSource;
}

/** A file as its user named it, with the name that messages use: `-` is standard input. */
export function namedFile(argument: string): string {
  return argument === '-' ? STDIN : argument;
}

/** The text of a scenario file, or why there is none. */
export function readScenarioFile(argument: string): ScenarioSource | Problem {
  const file = namedFile(argument);
  let handle: number | undefined;
  try {
    if (file === STDIN) return readStdin();
    handle = openSync(file, 'r');
    const stats = fstatSync(handle);
    if (stats.isDirectory()) return unreadable(file, 'a scenario file', 'a folder', 'name a file in it');
    const text = readBytes(handle);
    if (text.length <= READ_BYTES_MAX) return { file, text };
    const found = stats.isFile() ? `${Math.round(stats.size / 1e6)} MB` : 'more than that';
    return unreadable(file, 'a scenario of at most 5 MB', found, 'is this the right file?');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return unreadable(
        file,
        'a scenario file',
        'no such file',
        similarFile(file) ?? '`sim init` writes a commented one to start from',
      );
    }
    return unreadable(file, 'a file that can be read', reasonOf(error), null);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** Whether that is why a file could not be read. */
export function isProblem(read: ScenarioSource | Problem): read is Problem {
  return 'expected' in read;
}

/** Prints problems, the first ones with a frame of the source, and their count if there are several. */
export function printProblems(problems: readonly Problem[], source: ScenarioSource | null, side: Side): void {
  const { colors } = side;
  // A frame is cut from the whole text, which takes its time in a large file.
  const text = source !== null && problems.some(({ line }) => line > 0) ? sourceText(source) : undefined;
  for (const [index, problem] of problems.entries()) {
    const width = side.isTerminal ? side.width : Infinity;
    const [place, ...rest] = formatProblem(
      problem,
      index < framesMax && problem.line > 0 ? text : undefined,
      width,
    ).split('\n');
    side.write(`${[colors.bold(place), ...rest].join('\n')}\n`);
  }
  if (problems.length > 1) side.write(`${colors.red(`${problems.length} problems`)}\n`);
}

/** As text for frames, whatever its bytes are. */
export function sourceText({ text }: ScenarioSource): string {
  return visibleSource(typeof text === 'string' ? text : new TextDecoder().decode(text));
}

/** The scenario, or null after its problems have been printed. */
export function loadScenarioFile(file: string, request: LoadRequest, side: Side): LoadedScenario | null {
  const source = readScenarioFile(file);
  if (isProblem(source)) {
    printProblems([source], null, side);
    return null;
  }
  const { variant, assume = [], set = [] } = request;
  const result = loadScenario(source, vocabulary, {
    assuming: assume,
    set,
    ...(variant === undefined ? {} : { variant }),
  });
  if (result.ok) return result;
  printProblems(result.problems, source, side);
  return null;
}
