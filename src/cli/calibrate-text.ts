/** What `sim calibrate` prints: how it went in a sentence, then assumptions, rows and variants as tables. */
import { doubtAt } from '../experiments/calibration/calibrate.ts';
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

const share = (value: number): string => (Number.isNaN(value) ? '–' : percentText(value).replace('-', '−'));

/** Below so many, tables are of single draws. */
const EVEN_MIN = 5;

function bitsText(bits: number): string {
  const text = bits.toFixed(1).replace('-', '−');
  return text === '−0.0' ? '0.0' : text;
}

function printWay({ calibration, findings }: ToldCalibration, { width, write }: Side): void {
  const { populations, toleranceMs, stop, impossible, against, pooled } = calibration;
  const last = lastPopulation(calibration);
  const cut = pooled.filter(({ result }) => result.record?.whole === false).length;
  const isReached = last.toleranceMs <= toleranceMs;
  const runs = `${counted(pooled.length, 'run')} in ${counted(populations.length, 'population')} (${cut} cut short; ${counted(impossible, 'draw')} impossible by arithmetic and not run)`;
  const draws = `draws worth ${numberText(Math.round(findings.effectiveSize))} even ones`;
  const rows = counted(against.length, 'row');
  const why = stop === 'stopped' ? 'the time was over' : 'too few came nearer';
  const doubt = percentText(doubtAt(calibration, last.toleranceMs));
  const told = isReached
    ? `Of ${runs}, ${draws} fit ${rows} within ${roughDuration(toleranceMs)}.`
    : `Not within ${roughDuration(toleranceMs)}, as was asked: ${why}. Of ${runs}, ${draws} fit ${rows} within ${roughDuration(last.toleranceMs)}, if each row may be wrong with a probability of ${doubt}. More time, or a wider tolerance, would tell more.`;
  write(`\n${wrapped(told, width, 2)}`);
  if (findings.effectiveSize < EVEN_MIN)
    write(wrapped('So few say hardly anything: what follows is of single draws.', width, 2));
}

/** What was learnt, the most first; then, in a sentence, of what nothing was. */
function printAssumptions({ calibration, findings }: ToldCalibration, side: Side): void {
  const { colors, width, write } = side;
  const told = findings.assumptions.filter(({ identified, narrowed }) => identified || narrowed);
  const rest = findings.assumptions.filter((one) => !told.includes(one));
  const order = [...told].sort((a, b) => b.contraction - a.contraction);
  const rows = order.map(({ assumption, places, shares, contraction, identified }): Row => {
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
      identified ? 'identified' : 'narrowed',
    ];
  });
  if (rows.length > 0)
    write(
      `\n${tableText(rows, { head: ['assumption', 'file', 'prior', 'posterior (90 %)', 'learnt', ''], align: ['left', 'right', 'left', 'left', 'right', 'left'], wraps: 3, width, indent: 2, colors })}`,
    );
  if (rest.length > 0)
    write(
      `\n${wrapped(`${colors.bold('The observations do not say')}${rows.length > 0 ? ', of the rest' : ''}: ${rest.map(({ assumption }) => visible(assumption.path)).join(', ')}.`, width, 2, 2)}`,
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
    formatClock(scenario.clock, one.row.atMs, one.row.atMs % 60_000 === 0 ? 'minutes' : 'seconds'),
    share(one.baseRate),
    share(one.prior),
    share(one.posterior),
    share(one.leftOut),
    Number.isNaN(one.bits) ? '–' : Number.isFinite(one.bits) ? bitsText(one.bits) : '−∞',
    one.kind,
  ]);
  write(
    `\n${tableText(rows, { head: ['row', 'at', 'base', 'prior', 'fitting', 'left out', 'bits', ''], align: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'], wraps: 0, width, indent: 2, colors })}`,
  );
  write(
    wrapped(
      colors.dim(
        `Within ${roughDuration(calibration.toleranceMs)} of what a row says: base: how much of the clock it would hold at; prior, fitting: in how many runs it holds; left out: in how many of those that fit the other rows; bits: what they so tell of it beyond nothing, ${bitsText(findings.bits)} in all.`,
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
