/**
 * The experiments as the docs tell them: what real servers and clients did, and what was
 * predicted; misfits first. Made from the records and from what is kept of the predictions.
 */
import { experiments } from './experiments.ts';
import {
  readPredictions,
  recordsFolder,
  scenarioHash,
  type PredictionFigures,
  type Triple,
} from './prediction-figures.ts';
import { recoveredAfterSec } from './prediction.ts';
import { readRecord, type EmulationRecord } from './record.ts';

const HEAD = [
  '| what happens | library | recovered after, s | attempts | given up by clients | killed by probes | curve outside |',
  '|---|---|---|---|---|---|---|',
];

const told = (value: number | null): string =>
  value === null || value === Infinity ? 'never' : String(Math.round(value));

/** `41 43 40 → 42 [40..44]`, and without the band where there is none. */
function cell(real: readonly number[], [low, middle, high]: Triple): string {
  const band = low === high ? '' : ` [${told(low)}..${told(high)}]`;
  return `${real.map(told).join(' ')} → ${told(middle)}${band}`;
}

function row(name: string, { experiment, runs }: EmulationRecord, figures: PredictionFigures): string {
  const { recoveredAfterSec: recovered, totals, outside } = figures;
  const { title, library, misfit, nearThreshold } = experiments[name];
  const marked = misfit === undefined ? title : `**${title}**`;
  const cells = [
    nearThreshold === undefined ? marked : `${marked} (near a threshold)`,
    library,
    cell(
      runs.map((run) => recoveredAfterSec(experiment, run)),
      recovered,
    ),
    ...(['attempts', 'timedOut'] as const).map((total) =>
      cell(
        runs.map((run) => run.totals[total]),
        totals[total],
      ),
    ),
    experiment.liveness === undefined
      ? '–'
      : cell(
          runs.map((run) => run.totals.livenessKills),
          totals.livenessKills,
        ),
    `${outside.pp} pp`,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Throws if a prediction is of another record or of another scenario than there are now. */
export function experimentsTable(): string {
  const predictions = readPredictions();
  const rows = Object.keys(experiments).map((name) => {
    const record = readRecord(recordsFolder, name);
    const figures = predictions[name];
    if (figures?.recordedAt !== record.recordedAt || figures.scenario !== scenarioHash(record))
      throw new Error(`the prediction of ${name} is stale: npx vitest run --project full test/emulation -u`);
    return { name, text: row(name, record, figures), isMisfit: experiments[name].misfit !== undefined };
  });
  const misfits = rows.filter(({ isMisfit }) => isMisfit);
  const reasons = misfits.map(({ name }) => `- **${experiments[name].title}**: ${experiments[name].misfit}.`);
  const ordered = [...misfits, ...rows.filter(({ isMisfit }) => !isMisfit)];
  const table = [...HEAD, ...ordered.map(({ text }) => text)].join('\n');
  return reasons.length === 0 ? table : `${table}\n\n${reasons.join('\n')}`;
}
