/**
 * The headline figures of an outcome as rows of a table, bad news in colour.
 */
import type { EndedRun } from '../metrics/ended-run.ts';
import { headlineFigures } from '../metrics/headlines.ts';
import type { Outcome } from '../metrics/outcome.ts';
import type { ToldInWords } from '../metrics/shown.ts';
import type { Colors } from './colors.ts';

function inColor({ text, mood }: ToldInWords, colors: Colors): string {
  return mood === 'calm' ? text : mood === 'bad' ? colors.red(text) : colors.yellow(text);
}

/** Rows of name, value, note. */
export function headlineRows(outcome: Outcome, ended: EndedRun, colors: Colors): string[][] {
  return headlineFigures(outcome, ended).map((figure) => [
    figure.name,
    colors.bold(inColor(figure, colors)),
    colors.dim(figure.note),
  ]);
}
