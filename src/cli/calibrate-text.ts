/** What `sim calibrate` prints: how it went in a sentence, then assumptions, rows and variants as tables. */
import { lastPopulation } from '../experiments/calibration/findings.ts';
import { placeText, type ToldCalibration } from '../experiments/calibration/told-calibration.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { counted, numberText, percentText } from '../metrics/value-text.ts';
import { fileText, rangeText } from '../scenario/assumption-values.ts';
import { visible } from '../scenario/safe-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { combinationText } from './calibrate-files.ts';
import { tableText, wrapped, type Row } from './table.ts';
import type { Side } from './terminal.ts';

const share = (value: number): string => (Number.isNaN(value) ? '–' : percentText(value));

function printWay({ calibration, findings }: ToldCalibration, { width, write }: Side): void {
  const { populations, toleranceMs, stop, impossible, against } = calibration;
  const last = lastPopulation(calibration);
  const runs = populations.reduce((sum, { run }) => sum + run.length, 0);
  const cut = populations.reduce((sum, { run }) => sum + run.filter(({ result }) => result.record?.whole === false).length, 0); // prettier-ignore
  const reached = last.toleranceMs <= toleranceMs;
  const where = Number.isFinite(last.toleranceMs) ? roughDuration(last.toleranceMs) : 'any distance';
  const why = stop === 'stopped' ? 'the time was over' : 'too few came nearer';
  write(
    `\n${wrapped(`${counted(last.particles.length, 'draw')} of the assumptions fit ${counted(against.length, 'row')} within ${where}, worth ${numberText(Math.round(findings.effectiveSize))} even ones, in ${counted(populations.length, 'population')} and ${counted(runs, 'run')} (${cut} cut short; ${counted(impossible, 'draw')} impossible by arithmetic and not run).${reached ? '' : ` ${roughDuration(toleranceMs)} was asked: ${why}.`}`, width, 2)}`,
  );
}

function printAssumptions({ calibration, findings }: ToldCalibration, side: Side): void {
  const { colors, width, write } = side;
  const rows = findings.assumptions.map(({ assumption, places, shares, contraction, identified, narrowed }): Row => {
    const posterior =
      assumption.kind === 'choices'
        ? shares.map((one, i) => `${placeText(assumption, (i + 0.5) / shares.length)} ${percentText(one)}`).join(', ')
        : `${placeText(assumption, places[1])} (${placeText(assumption, places[0])} – ${placeText(assumption, places[2])})`;
    return [
      visible(assumption.path),
      visible(fileText(assumption)),
      visible(rangeText(assumption)),
      visible(posterior),
      percentText(Math.max(0, contraction)),
      identified ? 'identified' : narrowed ? 'narrowed' : 'the observations do not say',
    ];
  });
  write(
    `\n${tableText(rows, { head: ['assumption', 'file', 'prior', 'posterior (90 %)', 'learnt', ''], align: ['left', 'right', 'left', 'left', 'right', 'left'], wraps: 3, width, indent: 2, colors })}`,
  );
  for (const { parts, contraction } of findings.combinations)
    write(
      wrapped(
        `${colors.bold('Identified together')}: ${visible(combinationText(parts, calibration.assumptions))} (learnt ${percentText(contraction)}), though neither alone is.`,
        width,
        2,
        2,
      ),
    );
}

function printRows({ scenario, calibration, findings }: ToldCalibration, side: Side): void {
  const { colors, width, write } = side;
  const rows = findings.rows.map((one): Row => [
    visible(`${one.row.name}${one.heldOut ? ' (held out)' : ''}`),
    formatClock(scenario.clock, one.row.atMs),
    share(one.baseRate),
    share(one.prior),
    share(one.posterior),
    share(one.leftOut),
    Number.isNaN(one.bits) ? '–' : Number.isFinite(one.bits) ? one.bits.toFixed(1) : '−∞',
    one.kind,
  ]);
  write(
    `\n${tableText(rows, { head: ['row', 'at', 'base', 'prior', 'fitting', 'left out', 'bits', ''], align: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'], wraps: 0, width, indent: 2, colors })}`,
  );
  write(
    wrapped(
      colors.dim(
        `Within ${roughDuration(calibration.toleranceMs)} of what a row says: base: how much of the clock it would hold at; prior, fitting: in how many runs it holds; left out: in how many of those that fit the other rows; bits: what they so tell of it beyond nothing, ${findings.bits.toFixed(1)} in all.`,
      ),
      width,
      2,
    ),
  );
}

function printWorths({ worths }: ToldCalibration, side: Side): void {
  if (worths === null || worths.variants.length === 0) return;
  const { colors, width, write } = side;
  const { variants, beats } = worths;
  const order = variants.map((_, i) => i).sort((a, b) => variants[b].median - variants[a].median);
  const rows = order.map((i): Row => {
    const { name, median, low, high, better } = variants[i];
    const best = order.find((j) => j !== i);
    return [
      visible(name),
      share(median),
      `${share(low)} – ${share(high)}`,
      share(better),
      best === undefined ? '' : `${share(beats[i][best])} (${visible(variants[best].name)})`,
    ];
  });
  write(
    `\n${tableText(rows, { head: ['variant', 'saves', '90 %', 'loses less', 'beats the best other'], align: ['left', 'right', 'right', 'right', 'left'], wraps: 0, width, indent: 2, colors })}`,
  );
  write(
    wrapped(
      colors.dim(
        `saves: session-minutes lost, of those of the file as it stands, over ${counted(worths.draws, 'draw')} that fit, each with luck of its own.`,
      ),
      width,
      2,
    ),
  );
}

export function printCalibration(
  told: ToldCalibration,
  folder: string,
  fileNames: readonly string[],
  side: Side,
): void {
  const { colors, write } = side;
  write(`${colors.bold(visible(told.scenario.name))} / calibrate\n`);
  printWay(told, side);
  printAssumptions(told, side);
  printRows(told, side);
  printWorths(told, side);
  write(`\n${visible(folder)}: ${fileNames.map(visible).join(', ')}\n`);
}
