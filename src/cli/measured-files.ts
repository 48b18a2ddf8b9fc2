/**
 * The files of measured series, beside the scenario: read for `sim calibrate`, and
 * looked at by `sim validate`. What is wrong with any of them is told at the place of
 * the scenario that names it, with the line of the file.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { SeriesAsked } from '../metrics/series-readings.ts';
import { counted } from '../metrics/value-text.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import { readSeries, type Measured, type SeriesMistake } from '../scenario/read-series.ts';
import { placeOfPath } from '../scenario/tree-path.ts';

const BYTES_MAX = 50_000_000;

export interface MeasuredSeries {
  readonly series: readonly SeriesAsked[];
  readonly problems: readonly Problem[];
  /** what was left out of which, for people */
  readonly notes: readonly string[];
}

function textOf(path: string): { readonly text: string } | { readonly mistake: SeriesMistake } {
  const mistake = (found: string): { mistake: SeriesMistake } => ({
    mistake: { line: 0, expected: 'a file that can be read', found, hint: 'it is looked for beside the scenario' },
  });
  try {
    const bytes = readFileSync(path);
    return bytes.length > BYTES_MAX ? mistake(`one of ${bytes.length} bytes`) : { text: bytes.toString('utf8') };
  } catch (error) {
    return mistake((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message);
  }
}

function noteOf({ name }: Measured, gaps: number, outside: number): string[] {
  const parts = [
    ...(gaps > 0 ? [`${counted(gaps, 'line')} without a number`] : []),
    ...(outside > 0 ? [`${counted(outside, 'point')} before or after the clock`] : []),
  ];
  return parts.length === 0 ? [] : [`${name}: left out ${parts.join(' and ')}`];
}

/** `file`: the scenario's own. */
export function readMeasured(file: string, { scenario, tree }: LoadedScenario): MeasuredSeries {
  const series: SeriesAsked[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const measured of scenario.measured ?? []) {
    const { name, is, sd, shiftMs } = measured;
    const read = textOf(resolve(dirname(file), measured.file));
    const found = 'mistake' in read ? read : readSeries(read.text, measured, scenario.clock);
    if (!('mistake' in found)) {
      const { points, gaps, outside } = found;
      series.push({ name, reference: is.reference, points, sd, shiftMs });
      notes.push(...noteOf(measured, gaps, outside));
      continue;
    }
    const { mistake } = found;
    const path = `measured.${name}`;
    const { line, column } = placeOfPath(tree.base, path);
    const where = mistake.line > 0 ? `${measured.file}:${mistake.line}` : measured.file;
    problems.push({ file, line, column, path, expected: `${mistake.expected}, in ${where}`, found: mistake.found, hint: mistake.hint }); // prettier-ignore
  }
  return { series, problems, notes };
}

/** For `sim validate`: the scenario is good all the same, until somebody calibrates it. */
export function unreadableSeries(file: string, loaded: LoadedScenario): readonly Problem[] {
  return readMeasured(file, loaded).problems;
}
