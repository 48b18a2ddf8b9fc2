/** What a play with real libraries replaces in its process, and that it is put back. */
import { replace } from './subject.ts';

export type Undo = (act: () => void) => void;

/**
 * Runs with an `undo`, which is given what puts back whatever is replaced: at the end, the last first. Meanwhile
 * nothing is printed, and what libraries print is not kept.
 */
export async function undone<T>(run: (undo: Undo) => Promise<T>): Promise<T> {
  const undoings: (() => void)[] = [];
  const undo: Undo = (act) => undoings.push(act);
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const)
    replace(console, level, () => undefined, undo);
  try {
    return await run(undo);
  } finally {
    for (const act of undoings.reverse()) act();
  }
}
