/**
 * How far a run is, on stderr: a bar where a person looks at it; plain lines,
 * one each 10 %, where a log collects it and the run takes more than two
 * seconds; nothing if asked to be quiet. Needs the wall clock, which nothing
 * but the display sees.
 */
import type { SingleBar } from 'cli-progress';
import { visible } from '../scenario/safe-text.ts';
import { screen } from './supervised.ts';
import { shownWidth } from './table.ts';
import type { Colors } from './colors.ts';
import type { Side } from './terminal.ts';

export interface Progress {
  /** `fraction` of the work is done, 0…1; `label` says where it is. */
  at(fraction: number, label: string): void;
  /** Clears the bar. */
  stop(): void;
}

const patienceMs = 2000;
const silent: Progress = { at: () => undefined, stop: () => undefined };

function plainLines(side: Side, what: string): Progress {
  const startedMs = performance.now();
  let told = 0;
  return {
    at: (fraction, label) => {
      const tenth = Math.floor(fraction * 10);
      if (tenth <= told || tenth >= 10 || performance.now() - startedMs < patienceMs) return;
      told = tenth;
      side.write(`${visible(what)}: ${tenth * 10} % (${visible(label)})\n`);
    },
    stop: () => undefined,
  };
}

const barWidthMax = 32;
const barWidthMin = 8;

/** As much of a text as fits. */
function cut(text: string, width: number): string {
  return shownWidth(text) <= width
    ? text
    : width < 2
      ? ''
      : `${Array.from(text)
          .slice(0, width - 1)
          .join('')}…`;
}

/**
 * The bar as a line of at most `width` columns. How much is done always shows; what is too long for the
 * rest gives way: the bar first, then what is being done, then where it is.
 */
export function progressLine({
  what,
  fraction,
  label,
  width,
  colors,
}: {
  what: string;
  fraction: number;
  label: string;
  width: number;
  colors: Colors;
}): string {
  const percentage = `${String(Math.floor(fraction * 100)).padStart(3)} %`;
  const parts = [what, percentage, label].filter((part) => part !== '');
  const left = width - shownWidth(parts.join('  ')) - 2;
  if (left >= barWidthMin) {
    const size = Math.min(barWidthMax, left);
    const done = Math.round(fraction * size);
    return [what, colors.cyan('█'.repeat(done) + '░'.repeat(size - done)), percentage, label].join('  ').trimEnd();
  }
  if (left >= -2) return parts.join('  ');
  const labelRoom = width - percentage.length - 2;
  const whatRoom = labelRoom - shownWidth(label) - 2;
  return [cut(what, whatRoom), percentage, cut(label, labelRoom)].filter((part) => part.trim() !== '').join('  ');
}

async function bar(side: Side, what: string): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress');
  const shownOn = screen();
  const shown: SingleBar = new cliProgress.SingleBar({
    format: (_options, { progress }, { label }: { label: string }) =>
      progressLine({
        what: visible(what),
        fraction: progress,
        label: visible(label),
        width: (shownOn.columns || side.width) - 1,
        colors: side.colors,
      }),
    hideCursor: true,
    clearOnComplete: true,
    // Drawn by hand below: the library's own timer would not get its turn during a busy run.
    fps: 20,
    synchronousUpdate: true,
    gracefulExit: false,
    // It only asks whether it is a terminal and how wide, and writes.
    stream: shownOn as unknown as NodeJS.WritableStream,
  });
  shown.start(1000, 0, { label: '' });
  let stopped = false;
  return {
    at: (fraction, label) => {
      if (!stopped) shown.update(Math.min(1000, Math.floor(fraction * 1000)), { label });
    },
    stop: () => {
      if (!stopped) shown.stop();
      stopped = true;
    },
  };
}

/** Shows the progress of `what` on `side`. */
export async function showProgress(side: Side, what: string, quiet: boolean): Promise<Progress> {
  if (quiet) return silent;
  return side.isTerminal ? bar(side, what) : plainLines(side, what);
}
