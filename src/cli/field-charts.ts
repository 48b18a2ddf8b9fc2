/**
 * The charts of a plan or a sweep: drawn when its tables have their names, those that
 * fit it. Charts of an earlier result of the same question go with its tables.
 */
import type { LoadedScenario } from '../scenario/load.ts';
import type { FieldChartEntry } from '../report/field-charts.ts';
import { writeWithCharts, type ChartToDraw, type WrittenCharts } from './chart-files.ts';
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

/** Writes and draws. What was interrupted is not drawn. */
export async function writeFieldFiles<Result extends FieldResult>(
  entries: readonly FieldChartEntry<Result>[],
  result: Result,
  { files, set, signal, err, withCharts }: Writing,
): Promise<WrittenCharts> {
  const own = entries.map(({ fileName }) => fileName);
  const charts = async (): Promise<ChartToDraw[]> => {
    const fitting = withCharts && result.complete ? entries.filter(({ fits }) => fits(result)) : [];
    if (fitting.length === 0) return [];
    const { drawFieldChart } = await import('../report/draw-field.ts');
    return fitting.map((entry) => ({ fileName: entry.fileName, draw: () => drawFieldChart(entry, result, set) }));
  };
  return writeWithCharts({ files, own, charts, signal, err });
}
