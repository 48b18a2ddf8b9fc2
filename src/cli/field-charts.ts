/**
 * The charts of a plan or a sweep: drawn when its tables have their names, those that
 * fit it. Charts of an earlier result of the same question go with its tables.
 */
import type { LoadedScenario } from '../scenario/load.ts';
import type { FieldChartEntry } from '../report/field-charts.ts';
import { writeCharts, type WrittenCharts } from './chart-files.ts';
import { exitCodes } from './command.ts';
import type { ResultFiles } from './result-files.ts';
import type { Side } from './terminal.ts';

interface FieldResult {
  readonly base: LoadedScenario;
  readonly seed: string;
  readonly complete: boolean;
}

interface Writing {
  /** with the tables staged */
  readonly files: ResultFiles;
  readonly set: readonly string[];
  readonly signal: AbortSignal;
  readonly err: Side;
  readonly withCharts: boolean;
}

/** Returns all names, those of the tables first. What was interrupted is not drawn. */
export async function writeWithCharts<Result extends FieldResult>(
  entries: readonly FieldChartEntry<Result>[],
  result: Result,
  { files, set, signal, err, withCharts }: Writing,
): Promise<WrittenCharts> {
  const tables = files.commit(entries.map(({ fileName }) => fileName));
  const fitting = withCharts && result.complete ? entries.filter(({ fits }) => fits(result)) : [];
  if (fitting.length === 0) return { fileNames: tables, exitCode: exitCodes.good };
  const { drawFieldChart } = await import('../report/draw-field.ts');
  const charts = fitting.map((entry) => ({ fileName: entry.fileName, draw: () => drawFieldChart(entry, result, set) }));
  const drawn = await writeCharts(charts, files, () => signal.aborted, err);
  return { ...drawn, fileNames: [...tables, ...drawn.fileNames] };
}
