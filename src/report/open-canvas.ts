/**
 * What charts are drawn on: a canvas with native code and the charts' own fonts,
 * loaded with the first picture and not before, because that takes longer than
 * most commands take to run. Native code may be missing on a machine, or not fit
 * it; that is told apart from a chart that is wrong.
 */
import type * as CanvasLibrary from '@napi-rs/canvas';
import { registerFonts } from './fonts.ts';
import { guardPens } from './guarded-pen.ts';

/** Nothing can be drawn on this machine. The message says what could not be loaded. */
export class CanvasError extends Error {
  constructor(cause: unknown) {
    super(loadReason(cause), { cause });
    this.name = 'CanvasError';
  }
}

/** The loader of native code tells in general words, and gives what it met as the cause; further lines list who asked for it. */
function loadReason(error: unknown): string {
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (reason instanceof Error ? reason.message : String(reason)).split('\n')[0];
}

/** Whatever `load` fails with becomes a CanvasError. */
export async function loadedForDrawing<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new CanvasError(error);
  }
}

let canvas: Promise<typeof CanvasLibrary> | undefined;

/** Throws a CanvasError if it cannot be loaded. */
export function openCanvas(): Promise<typeof CanvasLibrary> {
  canvas ??= loadedForDrawing(async () => {
    const library = await import('@napi-rs/canvas');
    registerFonts(library.GlobalFonts);
    guardPens(library.createCanvas(1, 1).getContext('2d'));
    return library;
  });
  return canvas;
}
