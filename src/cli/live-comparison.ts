/**
 * A comparison while its runs end, on stderr: a table that fills in where a
 * person looks at it, drawn anew in its place and cleared at the end; plain
 * lines where a log collects them, one for the first run of each variant and one
 * each 10 %, if it takes more than two seconds; nothing if asked to be quiet.
 * Shown are bare means and medians; what they are worth, the result says.
 */
import type { BudgetPlan } from '../experiments/budget-plan.ts';
import { medianEstimate } from '../experiments/median-interval.ts';
import type { Replication } from '../experiments/replication.ts';
import type { ExperimentProgress } from '../experiments/replications.ts';
import { mean } from '../experiments/statistics.ts';
import { boundsOf, collapseOf, comparedMetrics, SIZE_METRIC, valuesOf } from '../experiments/variant-estimates.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { visible } from '../scenario/safe-text.ts';
import { estimateWords } from './comparison-cells.ts';
import { shownWidth, wrapped } from './table.ts';
import type { Side } from './terminal.ts';
import { counted, numberText } from '../metrics/value-text.ts';

export interface LiveComparison {
  /** What is run from now on, all that was told before being of no use. */
  readonly plan: (plan: BudgetPlan) => void;
  readonly replication: (replication: Replication) => void;
  readonly at: (progress: ExperimentProgress) => void;
  /** Clears the table. */
  readonly stop: () => void;
}

const PATIENCE_MS = 2000;
const REDRAW_AFTER_MS = 100;
const LEVEL = 0.95;

function seconds(ms: number): string {
  return roughDuration(Math.max(1000, Math.round(ms / 1000) * 1000));
}

/** What is known of the time that is left. */
export function timeLeftText({
  leftMs,
  leastLeftMs,
  unseen,
}: Pick<ExperimentProgress, 'leftMs' | 'leastLeftMs' | 'unseen'>): string {
  if (leftMs !== null) return `about ${seconds(leftMs)} left`;
  const unknown = `${counted(unseen, 'variant')} not seen yet`;
  return leastLeftMs < 1000 ? `time left unknown yet, ${unknown}` : `at least ${seconds(leastLeftMs)} left, ${unknown}`;
}

function progressText(progress: ExperimentProgress, budgetLeftMs: number | null): string {
  const runs = `${progress.done} of ${progress.total} runs`;
  if (budgetLeftMs === null) return `${runs}, ${timeLeftText(progress)}`;
  const fits = progress.leftMs !== null && progress.leftMs <= budgetLeftMs;
  return `${runs}, ${fits ? timeLeftText(progress) : `${seconds(budgetLeftMs)} left of the budget`}`;
}

const sizeMetric = comparedMetrics.find(({ metric }) => metric === SIZE_METRIC)!;
const lengthMetric = comparedMetrics.find(({ metric }) => metric === 'timeToRecover')!;

const head = ['variant', 'runs', 'collapsed', sizeMetric.head, 'recovers in'];

/** The cells of a variant; blanks where nothing is known yet. */
function liveCells(name: string, rows: readonly Replication[]): string[] {
  if (rows.length === 0) return [name, '0', '', '', ''];
  const { count, undecided } = collapseOf(rows, LEVEL);
  const lost = mean(valuesOf(rows, SIZE_METRIC).filter((value) => !Number.isNaN(value)));
  const length = medianEstimate(
    rows.map((row) => boundsOf(row, lengthMetric.metric)),
    LEVEL,
  );
  return [
    name, String(rows.length), `${count}${undecided > 0 ? ` (+${undecided}?)` : ''}`,
    Number.isNaN(lost) ? '–' : numberText(lost), length.n === 0 ? '–' : estimateWords(lengthMetric, length).replaceAll('\u00a0', ' '),
  ]; // prettier-ignore
}

function cut(text: string, width: number): string {
  return shownWidth(text) <= width
    ? text
    : `${Array.from(text)
        .slice(0, Math.max(0, width - 1))
        .join('')}…`;
}

/** How far it is; where there is no room for both, what it is gives way. */
function titleLine(what: string, label: string, width: number): string {
  const both = `${what}  ${label}`;
  return shownWidth(both) <= width ? both : cut(label, width);
}

/** The table's lines, none wider than `width`, and at most `height` of them. */
export function liveLines(cells: readonly (readonly string[])[], width: number, height: number): string[] {
  const shown = cells.length + 1 <= height ? cells : cells.slice(0, Math.max(0, height - 2));
  const all = [head, ...shown];
  const widths = head.map((_, column) => Math.max(...all.map((row) => shownWidth(row[column]))));
  const nameWidth = Math.max(8, Math.min(widths[0], width - widths.slice(1).reduce((sum, one) => sum + one + 2, 0)));
  const lines = all.map((row) => {
    const name = cut(row[0], nameWidth);
    const rest = row.slice(1).map((cell, i) => `${' '.repeat(2 + widths[i + 1] - shownWidth(cell))}${cell}`);
    return cut(`${name}${' '.repeat(nameWidth - shownWidth(name))}${rest.join('')}`, width);
  });
  return shown.length < cells.length
    ? [...lines, cut(`… and ${counted(cells.length - shown.length, 'more variant')}`, width)]
    : lines;
}

const silent: LiveComparison = {
  plan: () => undefined,
  replication: () => undefined,
  at: () => undefined,
  stop: () => undefined,
};

export interface Shown {
  /** names, in their order */
  readonly variants: readonly string[];
  readonly what: string;
  /** null: there is no budget */
  readonly budgetMs: number | null;
  /** lines of the terminal */
  readonly height: () => number;
}

export function showComparison(side: Side, asked: Shown, quiet: boolean): LiveComparison {
  if (quiet) return silent;
  const shown = { ...asked, what: visible(asked.what) };
  return side.isTerminal ? liveTable(side, shown) : plainLines(side, shown);
}

function budgetClock({ budgetMs }: Shown): () => number | null {
  const startedMs = performance.now();
  return () => (budgetMs === null ? null : Math.max(0, budgetMs - (performance.now() - startedMs)));
}

function liveTable({ width, colors, write, writeAsIs }: Side, shown: Shown): LiveComparison {
  const { variants, what, height } = shown;
  const budgetLeftMs = budgetClock(shown);
  let rows = new Map<string, Replication[]>();
  let [drawn, drawnAtMs, label] = [0, -Infinity, shown.budgetMs === null ? '' : 'estimating what runs cost'];
  let stopped = false;
  const clear = (): void => {
    if (drawn > 0) writeAsIs(`\u001b[${drawn}A\r\u001b[0J`);
    drawn = 0;
  };
  const draw = (always = false): void => {
    if (stopped || (!always && performance.now() - drawnAtMs < REDRAW_AFTER_MS)) return;
    const cells = variants.map((name) => liveCells(name, rows.get(name) ?? []));
    // The last line stays free: it is where the cursor is.
    const lines = liveLines(cells, width - 1, Math.max(2, height() - 2));
    clear();
    write(`${[colors.cyan(titleLine(what, label, width - 1)), colors.dim(lines[0]), ...lines.slice(1)].join('\n')}\n`);
    [drawn, drawnAtMs] = [lines.length + 1, performance.now()];
  };
  draw();
  return {
    plan: ({ reasons }) => {
      if (stopped) return;
      rows = new Map();
      clear();
      for (const reason of reasons) write(wrapped(visible(reason), width - 1));
      draw(true);
    },
    replication: (one) => {
      rows.set(one.variant, [...(rows.get(one.variant) ?? []), one]);
      draw();
    },
    at: (progress) => {
      label = progressText(progress, budgetLeftMs());
      draw();
    },
    stop: () => {
      if (!stopped) clear();
      stopped = true;
    },
  };
}

function plainLines({ write }: Side, shown: Shown): LiveComparison {
  const { what } = shown;
  const startedMs = performance.now();
  const budgetLeftMs = budgetClock(shown);
  const seen = new Set<string>();
  let tenths = 0;
  const isEarly = (): boolean => performance.now() - startedMs < PATIENCE_MS;
  return {
    plan: ({ reasons }) => {
      seen.clear();
      tenths = 0;
      for (const reason of reasons) write(`${what}: ${visible(reason)}\n`);
    },
    replication: (one) => {
      if (seen.has(one.variant)) return;
      seen.add(one.variant);
      if (isEarly()) return;
      const [, , collapsed, lost, length] = liveCells(one.variant, [one]);
      const collapse = collapsed === '1' ? 'collapsed' : collapsed === '0' ? 'no collapse' : 'collapse undecided';
      write(`${what}: ${one.variant}, first run: ${collapse}, ${lost} session-minutes lost, ${length} to recover\n`);
    },
    at: (progress) => {
      const tenth = Math.floor((10 * progress.done) / progress.total);
      if (tenth <= tenths || tenth >= 10 || isEarly()) return;
      tenths = tenth;
      write(`${what}: ${tenth * 10} % (${progressText(progress, budgetLeftMs())})\n`);
    },
    stop: () => undefined,
  };
}
