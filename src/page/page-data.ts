/**
 * What a page of a run shows, as plain data: a file holds it as JSON, and a worker can post it. The page computes
 * nothing of the model; every figure and sentence comes from here. Instants are ms since the start of the run.
 */
import type { HostSeriesData } from '../metrics/host-series.ts';
import type { SeriesUnit } from '../metrics/time-series.ts';

export const PAGE_FORMAT = 2;

export interface PageFigure {
  readonly name: string;
  readonly text: string;
  readonly note: string;
  readonly help: string;
}

export interface PageMark {
  readonly atMs: number;
  readonly kind: string;
  readonly text: string;
}

/** A loss with what it dropped, what that caused, and the loss that it is owed to most; −1: to none. */
export interface PageLoss {
  readonly number: number;
  readonly atMs: number;
  readonly kind: string;
  readonly subject: string;
  readonly drops: number;
  readonly caused: number;
  readonly parent: number;
  readonly share: number;
}

export interface PageCurve {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface PageChart {
  readonly title: string;
  /** a word of the glossary, or a sentence, that says what it shows */
  readonly help: string;
  readonly unit: SeriesUnit | 'factor';
  /** which of the page's lists of instants its values are at */
  readonly times: 'rows' | 'looks' | 'reproduction';
  readonly curves: readonly PageCurve[];
  /** where the observed rows are shown as well */
  readonly showsObserved?: boolean;
}

/** A row of the observed timeline. */
export interface PageObserved {
  readonly atMs: number;
  readonly at: string;
  readonly says: string;
  readonly expect: string;
  readonly simulated: string;
  readonly since: string;
  readonly holds: boolean | null;
  readonly kind: string;
}

export interface PageExpectation {
  readonly expression: string;
  readonly value: string;
  readonly holds: boolean | null;
  readonly reason: string;
}

export interface PageField {
  readonly path: string;
  readonly value: string;
  readonly origin: string;
  readonly help: string;
  /** what the file says of it: a source, or why it is assumed; empty if nothing */
  readonly why: string;
}

/** What a file assumes of a field, or of all that are below it. */
export interface PageAssumption {
  readonly path: string;
  /** of the field itself; else how many fields it is about */
  readonly value: string;
  readonly plausible: string;
  readonly why: string;
}

/** The last time that the storm's reproduction number fell below 1 in an episode, and what was done shortly before. */
export interface PageTurn {
  readonly atMs: number;
  readonly text: string;
}

export interface PageData {
  readonly format: number;
  readonly tool: string;
  readonly version: string;
  readonly title: string;
  readonly variant: string;
  readonly variantTitle: string;
  readonly set: readonly string[];
  readonly seed: string;
  readonly scenarioHash: string;
  readonly fingerprint: string;
  readonly command: string;
  readonly verdict: string;
  /** whether the verdict is bad news */
  readonly mood: 'bad' | 'unsure' | 'calm';
  readonly summary: readonly string[];
  readonly clock: { readonly startMs: number; readonly timezone: string };
  readonly endMs: number;
  /** clock time, from which the handle can be set, and what happened */
  readonly story: readonly (readonly [when: string, text: string])[];
  readonly figures: readonly PageFigure[];
  readonly pods: readonly string[];
  readonly tiers: readonly string[];
  readonly hostStates: readonly string[];
  readonly hosts: readonly {
    readonly label: string;
    readonly tier: number;
    readonly pod: number;
    readonly slots: number;
  }[];
  readonly series: HostSeriesData;
  /** instants of the time series' rows, and of the reproduction number; those of the looks are in `series` */
  readonly rowsMs: readonly number[];
  readonly reproductionMs: readonly number[];
  readonly charts: readonly PageChart[];
  readonly reproduction: PageChart;
  readonly reproductionSays: readonly string[];
  readonly turns: readonly PageTurn[];
  readonly marks: readonly PageMark[];
  readonly losses: readonly PageLoss[];
  /** how many losses there were, if not all are here */
  readonly lossCount: number;
  readonly observed: readonly PageObserved[];
  readonly expectations: readonly PageExpectation[];
  readonly assumptions: readonly PageAssumption[];
  readonly fields: readonly PageField[];
}

/** What a page must have to be shown. */
export const pageParts = {
  format: true,
  tool: true,
  version: true,
  title: true,
  variant: true,
  variantTitle: true,
  set: true,
  seed: true,
  scenarioHash: true,
  fingerprint: true,
  command: true,
  verdict: true,
  mood: true,
  summary: true,
  clock: true,
  endMs: true,
  story: true,
  figures: true,
  pods: true,
  tiers: true,
  hostStates: true,
  hosts: true,
  series: true,
  rowsMs: true,
  reproductionMs: true,
  charts: true,
  reproduction: true,
  reproductionSays: true,
  turns: true,
  marks: true,
  losses: true,
  lossCount: true,
  observed: true,
  expectations: true,
  assumptions: true,
  fields: true,
} as const satisfies Record<keyof PageData, true>;
