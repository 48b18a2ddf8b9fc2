/**
 * What is kept of the predictions in predictions.json, so that the docs' table can be made
 * within seconds: the slow tests make it anew and compare. Each says which record and which
 * derived scenario it is of, so that it is seen to be stale.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { derivedScenario } from './derived-scenario.ts';
import type { Experiment } from './experiment.ts';
import type { Measured, Totals } from './measured.ts';
import { misfits, outsideBand, recoveryBand, totalBand, totalNames, type Band } from './prediction.ts';
import type { EmulationRecord } from './record.ts';

/** Low, middle, high; null: never. */
export type Triple = readonly [number | null, number | null, number | null];

export interface PredictionFigures {
  readonly recordedAt: string;
  readonly scenario: string;
  readonly seeds: number;
  readonly recoveredAfterSec: Triple;
  readonly totals: Readonly<Record<keyof Totals, Triple>>;
  readonly outside: { readonly pp: number; readonly seconds: number };
  readonly misfits: readonly string[];
}

export const recordsFolder = fileURLToPath(new URL('records/', import.meta.url));
export const predictionsFile = fileURLToPath(new URL('predictions.json', import.meta.url));

export function scenarioHash({ name, experiment, calibration }: EmulationRecord): string {
  const text = JSON.stringify(derivedScenario(name, experiment, calibration));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

const rounded = (value: number): number | null => (value === Infinity ? null : Math.round(value * 10) / 10);
const tripleOf = ({ low, middle, high }: Band): Triple => [rounded(low), rounded(middle), rounded(high)];

export function figuresOf(
  record: EmulationRecord,
  predicted: readonly Measured[],
  words: Pick<Experiment, 'nearThreshold'>,
): PredictionFigures {
  const { recordedAt, experiment, runs } = record;
  const { pp, seconds } = outsideBand(experiment.clients, runs, predicted);
  const totals = totalNames.map((name) => [name, tripleOf(totalBand(predicted, name))]);
  return {
    recordedAt,
    scenario: scenarioHash(record),
    seeds: predicted.length,
    recoveredAfterSec: tripleOf(recoveryBand(experiment, predicted)),
    totals: Object.fromEntries(totals) as Record<keyof Totals, Triple>,
    outside: { pp: Math.round(pp * 10) / 10, seconds },
    misfits: misfits(record, predicted, words),
  };
}

export function readPredictions(): Readonly<Record<string, PredictionFigures>> {
  return JSON.parse(readFileSync(predictionsFile, 'utf8')) as Record<string, PredictionFigures>;
}
