/**
 * How the bundled program loads itself: chunk by chunk, each with what V8 made
 * of it the last time. Parsing and compiling two megabytes of program takes
 * longer than a small run, so the first thread that does a command well keeps
 * its bytecode beside the program, as Python does, and the next one begins with
 * it. What is kept is for one version of Node and for these very chunks; where it
 * is missing, spoilt or refused, or the folder cannot be written, all goes on
 * without it. ES modules cannot be loaded so before Node 22, CommonJS can.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { removeQuietly } from './made-files.ts';

/** What the first words of a command line say of what will be loaded: commands differ, the rest of their words does not matter. */
export function purposeOf(argv: readonly string[]): string {
  const [word = ''] = argv;
  return /^[a-z][a-z-]{0,20}$/.test(word) ? word : 'flags';
}

/**
 * For all threads of this process: V8 spends as much on optimizing a run of a tenth of a second, and on scavenging
 * what loading it allocates, as on the run. A function is optimized after four times as much work as usual, and the
 * young generation begins at 4 MB, not at 1; a long run comes to both within its first tenths of a second anyway. To
 * be called before any code is loaded: bytecode is kept for the flags that it was made with.
 */
export function tuneV8(): void {
  // Later versions of V8 do not know it.
  if (process.version.startsWith('v20.')) setFlagsFromString('--interrupt-budget=270000');
  setFlagsFromString('--min-semi-space-size=4');
}

/** A chunk as it is wanted: its name, the sum of its source, and how long its bytecode is. */
type Entry = readonly [name: string, sourceSum: number, length: number];

interface Index {
  readonly node: string;
  readonly codeSum: number;
  readonly entries: readonly Entry[];
}

interface Kept {
  readonly sourceSum: number;
  readonly code: Buffer;
}

interface Loaded {
  readonly exports: unknown;
}

const node = `${process.version} ${process.platform} ${process.arch}`;
/** Bytecode depends on V8's flags: what Node has with others is refused, and must not take the place of what all else is done with. */
const isPlain = process.execArgv.length === 0 && (process.env.NODE_OPTIONS ?? '') === '';
const NO_CODE: ReadonlyMap<string, Kept> = new Map();

/** What a file holds, by the chunks' names; nothing where anything is wrong with it. */
function readKept(path: string): ReadonlyMap<string, Kept> {
  try {
    const bytes = readFileSync(path);
    const codeAt = bytes.indexOf(0) + 1;
    const index = JSON.parse(bytes.toString('latin1', 0, codeAt - 1)) as Index;
    const code = bytes.subarray(codeAt);
    if (index.node !== node || crc32(code) !== index.codeSum) return NO_CODE;
    const kept = new Map<string, Kept>();
    let at = 0;
    for (const [name, sourceSum, length] of index.entries) {
      kept.set(name, { sourceSum, code: code.subarray(at, at + length) });
      at += length;
    }
    return at === code.length ? kept : NO_CODE;
  } catch {
    return NO_CODE;
  }
}

export class Chunks {
  private readonly folder: string;
  private readonly path: string;
  private readonly kept: ReadonlyMap<string, Kept>;
  private readonly modules = new Map<string, Loaded>();
  private readonly compiled = new Map<string, { readonly script: Script; readonly sourceSum: number }>();
  private readonly requireOthers: NodeJS.Require;
  /** What chunks know as `require`; packages look at its cache, too. */
  private readonly require: Pick<NodeJS.Require, 'cache' | 'resolve'>;
  private isStale = false;

  /** The chunks in a folder, loaded for a purpose: what is kept for one is not for another. */
  constructor(folder: string, purpose: string) {
    this.folder = folder;
    this.path = join(folder, 'compiled', `${purpose}-${process.version}-${process.arch}.bin`);
    this.kept = readKept(this.path);
    this.requireOthers = createRequire(join(folder, 'chunks.js'));
    const { cache, resolve } = this.requireOthers;
    this.require = Object.assign((id: string) => this.load(id), { cache, resolve });
  }

  /** What a chunk exports. `id` is as chunks name each other, `./name.js`, or a package or a module of Node's. */
  load(id: string): unknown {
    if (!id.startsWith('./')) return this.requireOthers(id);
    const known = this.modules.get(id);
    if (known !== undefined) return known.exports;
    const path = join(this.folder, id);
    const made = { exports: {} };
    this.modules.set(id, made);
    const body = this.script(id, path).runInThisContext() as (...scope: unknown[]) => void;
    body.call(made.exports, made.exports, this.require, made, path, this.folder);
    return made.exports;
  }

  private script(id: string, path: string): Script {
    const source = readFileSync(path);
    const sourceSum = crc32(source);
    const kept = this.kept.get(id);
    const wrapped = `(function (exports, require, module, __filename, __dirname) {'use strict';${source.toString()}\n})`;
    const fits = kept?.sourceSum === sourceSum;
    const script = new Script(wrapped, { filename: path, ...(fits ? { cachedData: kept.code } : {}) });
    if (!fits || script.cachedDataRejected === true) this.isStale = true;
    this.compiled.set(id, { script, sourceSum });
    return script;
  }

  /** Keeps what V8 has compiled by now, if it was not there to begin with, and Node runs with no flags of its own. Whatever fails is no failure. */
  keep(): void {
    if (!this.isStale || !isPlain) return;
    const parts = [...this.compiled].map(([id, { script, sourceSum }]) => {
      const code = script.createCachedData();
      return { code, entry: [id, sourceSum, code.length] as const };
    });
    const code = Buffer.concat(parts.map((part) => part.code));
    const index: Index = { node, codeSum: crc32(code), entries: parts.map(({ entry }) => entry) };
    const temporary = `${this.path}.${process.pid}-${threadId}.tmp`;
    try {
      mkdirSync(join(this.folder, 'compiled'), { recursive: true });
      writeFileSync(temporary, Buffer.concat([Buffer.from(JSON.stringify(index)), Buffer.of(0), code]));
      renameSync(temporary, this.path);
    } catch {
      removeQuietly(temporary);
    }
  }
}
