/** How what an experiment prints ends: what is to be said beside its tables, and where its files are. */
import { visible } from '../scenario/safe-text.ts';
import { wrapped } from './table.ts';
import type { Side } from './terminal.ts';

export function printEnd(
  notes: readonly string[],
  folder: string,
  fileNames: readonly string[],
  { colors, width, write }: Side,
): void {
  write(`\n${colors.bold('Notes')}\n`);
  for (const note of notes) write(wrapped(visible(note), width, 2));
  write(`\n${colors.bold('Files')}\n  ${visible(folder)}/\n${wrapped(fileNames.join(', '), width, 4)}`);
}
