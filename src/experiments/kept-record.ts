/**
 * What is kept of a run, as text: a record, and a digest of it and of the name under
 * which it is kept. A half-written or changed file is found out by it; whoever wants
 * to forge one can.
 */
import { contentHash } from '../scenario/content-hash.ts';
import { jsonText } from '../scenario/safe-text.ts';

type Fields = Readonly<Record<string, unknown>>;

export function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A number in a plain record: JSON has no infinite ones, and none that is not a number. `Number` reads it back. */
export function keptNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** `record` must be plain: what JSON makes of it is what it is. */
export function keptText(name: string, record: unknown): string {
  return `${jsonText({ digest: contentHash({ name, record }), record })}\n`;
}

/** The record; null if the text is not what was kept under this name. */
export function readKept(name: string, text: string): Fields | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isMap(read) || !isMap(read.record)) return null;
  return read.digest === contentHash({ name, record: read.record }) ? read.record : null;
}
