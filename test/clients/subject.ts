/**
 * A subject of the matrix: one library as it comes from npm, in one way of using it,
 * with its defaults, and the words that make it call itself connected.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compileFunction } from 'node:vm';
import type { World } from './world.ts';

export interface Subject {
  /** the preset that claims to say what it does */
  readonly preset: string;
  /** in what way it is used, if there are several */
  readonly way?: string;
  /**
   * What its transport can say: statuses of HTTP, codes of closing (absent: both), and half an
   * answer: it opens its own layer, but not what the application wants of it.
   */
  readonly knows?: readonly ('statuses' | 'codes' | 'halves')[];
  /** it makes one request, and no connection that could be lost */
  readonly isOneRequest?: boolean;
  /** see VirtualOptions; most need 2 */
  readonly turns?: number;
  /** Begins to connect to the world; the fakes that it installs are taken away by `undo`. */
  start(world: World, undo: (act: () => void) => void): unknown;
}

export const nameOf = ({ preset, way }: Subject): string => (way === undefined ? preset : `${preset} (${way})`);

/** Files below a package by path, past its `exports`. */
const require = createRequire(import.meta.url);
const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));

export function packageFile<T>(path: string): T {
  return require(packages + path) as T;
}

type ModuleFunction = (module: { exports: unknown }, exports: unknown, require: NodeJS.Require) => void;
const compiled = new Map<string, ModuleFunction>();

/**
 * The same, loaded anew: what it draws when it is loaded is drawn again. Read once, and kept by nobody but who uses
 * it: Node keeps every module that it ever loaded, and hundreds of clients load theirs.
 */
export function freshPackageFile<T>(path: string): T {
  const names = ['module', 'exports', 'require'];
  const load =
    compiled.get(path) ?? (compileFunction(readFileSync(packages + path, 'utf8'), names) as unknown as ModuleFunction);
  compiled.set(path, load);
  const module: { exports: unknown } = { exports: {} };
  load.call(module.exports, module, module.exports, require);
  return module.exports as T;
}

export function builtin<T>(name: string): T {
  return require(name) as T;
}

/** Replaces a property until `undo`. */
export function replace(owner: object, key: string, value: unknown, undo: (act: () => void) => void): void {
  const before = Object.getOwnPropertyDescriptor(owner, key);
  Object.defineProperty(owner, key, { value, configurable: true, writable: true, enumerable: true });
  undo(() => {
    if (before === undefined) Reflect.deleteProperty(owner, key);
    else Object.defineProperty(owner, key, before);
  });
}

/** A text message; a binary one as text. */
export const textOf = (message: string | Uint8Array): string =>
  typeof message === 'string' ? message : new TextDecoder().decode(message);
