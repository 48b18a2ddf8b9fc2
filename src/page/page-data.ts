/**
 * What a page of a run shows, as plain data: a file holds it as JSON, and a worker can post it. The page computes
 * nothing of the model; every figure and sentence comes from here. Instants are ms since the start of the run.
 */
import type { HostSeriesData } from '../metrics/host-series.ts';
import type { ObservedOutcome } from '../metrics/outcome.ts';

export const PAGE_FORMAT = 1;

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

/** A loss with what it dropped, what that caused, and the parents that it is owed to most. */
export interface PageLoss {
  readonly number: number;
  readonly atMs: number;
  readonly kind: string;
  readonly subject: string;
  readonly drops: number;
  readonly caused: number;
  readonly parents: readonly (readonly [number: number, share: number])[];
}

export interface PageCurve {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly (number | null)[];
}

export interface PageChart {
  readonly title: string;
  readonly atMs: readonly number[];
  readonly curves: readonly PageCurve[];
}

export interface PageField {
  readonly path: string;
  readonly value: string;
  readonly unit: string;
  readonly origin: string;
  readonly why: string;
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
  readonly complete: boolean;
  readonly command: string;
  readonly verdict: string;
  readonly clock: { readonly startMs: number; readonly timezone: string };
  readonly endMs: number;
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
  readonly charts: readonly PageChart[];
  readonly marks: readonly PageMark[];
  readonly reproduction: {
    readonly atMs: readonly number[];
    readonly values: readonly (number | null)[];
    readonly crossings: readonly { readonly atMs: number; readonly upwards: boolean }[];
    readonly settledMs: number;
  };
  readonly losses: readonly PageLoss[];
  readonly observed: readonly ObservedOutcome[];
  readonly fields: readonly PageField[];
}
