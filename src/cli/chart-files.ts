/**
 * The charts of a result, drawn one after the other when all else is written
 * already. One that cannot be drawn or written is a warning and costs the others
 * nothing; a machine on which nothing can be drawn is told once.
 */
import { CanvasError } from '../report/open-canvas.ts';
import { visible } from '../scenario/safe-text.ts';
import { exitCodes } from './command.ts';
import type { ResultFiles } from './result-files.ts';
import type { Side } from './terminal.ts';

export interface ChartToDraw {
  readonly fileName: string;
  readonly draw: () => Promise<Uint8Array>;
}

export interface WrittenCharts {
  readonly fileNames: readonly string[];
  /** the program's, if nothing else went wrong */
  readonly exitCode: number;
}

function warn(fileName: string, error: unknown, { colors, write }: Side): void {
  const reason = error instanceof Error ? error.message : String(error);
  const told =
    error instanceof CanvasError
      ? `no charts, since what draws them cannot be loaded: ${reason}`
      : `${fileName} is missing: ${reason}`;
  const hint =
    error instanceof CanvasError
      ? 'installing again may bring it (with optional packages: that is where its native code is); --no-charts does without'
      : 'everything else is written; --no-charts draws none';
  write(`${colors.yellow('warning:')} ${visible(told)}\n  ${hint}\n`);
}

/** Draws and writes them until `stopped`; each gets its name when it is whole. */
export async function writeCharts(
  charts: readonly ChartToDraw[],
  files: ResultFiles,
  stopped: () => boolean,
  err: Side,
): Promise<WrittenCharts> {
  const fileNames: string[] = [];
  let exitCode: number = exitCodes.good;
  for (const { fileName, draw } of charts) {
    // Gives the signals their turn.
    await new Promise((resolve) => setImmediate(resolve));
    if (stopped()) break;
    try {
      files.stage(fileName, await draw());
      fileNames.push(...files.commit([]));
    } catch (error) {
      exitCode = exitCodes.bug;
      warn(fileName, error, err);
      if (error instanceof CanvasError) break;
    }
  }
  return { fileNames, exitCode };
}

interface Writing {
  /** with the tables staged */
  readonly files: ResultFiles;
  /** names that an earlier result may have left, and that go where this one does not make them */
  readonly own: readonly string[];
  /** asked for once the tables have their names */
  readonly charts: () => Promise<readonly ChartToDraw[]>;
  readonly signal: AbortSignal;
  readonly err: Side;
}

/** Gives the tables their names, and only then draws, until the signal. Returns all names, those of the tables first. */
export async function writeWithCharts({ files, own, charts, signal, err }: Writing): Promise<WrittenCharts> {
  const tables = files.commit(own);
  const drawn = await writeCharts(await charts(), files, () => signal.aborted, err);
  return { ...drawn, fileNames: [...tables, ...drawn.fileNames] };
}
