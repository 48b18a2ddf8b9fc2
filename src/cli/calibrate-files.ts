/**
 * The files of a calibration: all that it says as JSON, and each draw that fits as
 * a line of CSV, with its weight, the values that were drawn, and the command that
 * runs it again. Figures are to six digits; null is none.
 */
import { doubtAt } from '../experiments/calibration/calibrate.ts';
import { lastPopulation } from '../experiments/calibration/findings.ts';
import { madeFrom } from '../experiments/calibration/made-from.ts';
import { agrees } from '../experiments/calibration/row-likelihood.ts';
import { placeText, type ToldCalibration } from '../experiments/calibration/told-calibration.ts';
import type { Worths } from '../experiments/calibration/variant-worth.ts';
import { normalised } from '../experiments/calibration/weighted.ts';
import { rounded, roughDuration } from '../metrics/rounding.ts';
import { contentHash } from '../scenario/content-hash.ts';
import { fileText, rangeText, valueText } from '../scenario/assumption-values.ts';
import type { Assumption } from '../scenario/assumptions.ts';
import { csvText, jsonText } from '../scenario/safe-text.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { commandLine } from './command.ts';
import { doubtColumn, madeFromColumn, withinColumn } from './over-draws.ts';

function plain(value: number): number | string | null {
  return Number.isNaN(value) ? null : Number.isFinite(value) ? rounded(value) : value > 0 ? 'Infinity' : '-Infinity';
}

/** `a · b` or `a / b` on logarithmic scales, `a + b` or `a − b` on linear ones. */
export function combinationText(
  parts: readonly { readonly index: number; readonly sign: 1 | -1 }[],
  assumptions: readonly Assumption[],
): string {
  const [first] = parts;
  const isLog = assumptions.some((one, i) => i === first.index && one.kind === 'range' && one.scale === 'log');
  // Of a difference and of its reverse the variance is the same: the first part counts as positive.
  return parts.map(({ index, sign }, i) => `${i === 0 ? '' : sign === first.sign ? (isLog ? ' · ' : ' + ') : isLog ? ' / ' : ' − '}${assumptions[index].path}`).join(''); // prettier-ignore
}

/** What the posterior was made from: the resolved scenario, and what it was held against. */
function calibrationHash({ hash, calibration, seed }: Pick<ToldCalibration, 'hash' | 'calibration' | 'seed'>): string {
  const { against, toleranceMs } = calibration;
  return contentHash({ scenario: hash, against, toleranceMs, seed }).slice(0, 12);
}

function worthsJson({ draws, variants, beats }: Worths): unknown {
  return {
    draws,
    variants: variants.map(({ name, median, low, high, better, saved }, i) => ({
      name,
      saved: { median: plain(median), low: plain(low), high: plain(high) },
      losesLess: plain(better),
      beats: Object.fromEntries(variants.flatMap((other, j) => (i === j ? [] : [[other.name, plain(beats[i][j])]]))),
      draws: saved.map(plain),
    })),
  };
}

export function calibrationJson(told: ToldCalibration): string {
  const { scenario, set, seed, calibration, findings, worths } = told;
  const { assumptions, against, toleranceMs, populations, stop, impossible } = calibration;
  return `${jsonText({
    scenario: scenario.name,
    calibration: calibrationHash(told),
    set,
    seed,
    against,
    toleranceMs,
    reachedToleranceMs: plain(lastPopulation(calibration).toleranceMs),
    stoppedBy: stop,
    effectiveSize: plain(findings.effectiveSize),
    impossibleDraws: impossible,
    populations: populations.map((one) => ({
      toleranceMs: plain(one.toleranceMs),
      runs: one.run.length,
      cut: one.run.filter(({ result }) => result.record?.whole === false).length,
      particles: one.particles.length,
      effectiveSize: plain(one.effectiveSize),
    })),
    assumptions: findings.assumptions.map(({ assumption, places, shares, contraction, identified, narrowed }) => ({
      path: assumption.path,
      file: fileText(assumption),
      prior: rangeText(assumption),
      ...(assumption.kind === 'choices'
        ? {
            posterior: Object.fromEntries(
              shares.map((share, i) => [placeText(assumption, (i + 0.5) / shares.length), plain(share)]),
            ),
          }
        : { posterior: places.map((place) => placeText(assumption, place)) }),
      contraction: plain(contraction),
      identified,
      narrowed,
    })),
    combinations: findings.combinations.map((one) => ({
      expression: combinationText(one.parts, assumptions),
      contraction: plain(one.contraction),
    })),
    rows: findings.rows.map((one) => ({
      name: one.row.name,
      at: formatClock(scenario.clock, one.row.atMs),
      heldOut: one.heldOut,
      kind: one.kind,
      baseRate: plain(one.baseRate),
      prior: plain(one.prior),
      posterior: plain(one.posterior),
      leftOut: plain(one.leftOut),
      leftOutEffectiveSize: plain(one.leftOutSize),
      bits: plain(one.bits),
    })),
    bits: plain(findings.bits),
    ...(worths === null ? {} : { worths: worthsJson(worths) }),
  })}\n`;
}

export function posteriorCsv({ scenario, calibration, seed }: ToldCalibration, file: string): string {
  const { assumptions, rows, toleranceMs } = calibration;
  const { particles, toleranceMs: reachedMs } = lastPopulation(calibration);
  const weights = normalised(particles.map(({ weight }) => weight));
  const head = ['particle', 'weight', 'seed', ...assumptions.map(({ path }) => path), ...rows.map(({ name }) => `row ${name}`), 'sessionMinutesLost', withinColumn, doubtColumn, madeFromColumn, 'command']; // prettier-ignore
  const from = madeFrom(scenario);
  const within = roughDuration(reachedMs);
  const doubt = plain(doubtAt(calibration, reachedMs));
  const body = particles.map(({ result: { set, record } }, i) => {
    const values = new Map(set.map((one) => [one.slice(0, one.indexOf('=')), valueText(one)]));
    const own = record?.seed ?? seed;
    return [
      i + 1,
      plain(weights[i]),
      own,
      ...assumptions.map((assumption) => values.get(assumption.path) ?? fileText(assumption)),
      ...rows.map((one, row) => {
        const holds = record === null ? null : agrees(one, record.readings[row], toleranceMs);
        return holds === null ? null : holds ? 1 : 0;
      }),
      plain(record?.sessionMinutesLost ?? NaN),
      within,
      doubt,
      from,
      commandLine(['run', file, '--seed', own, ...set.flatMap((one) => ['--set', one])]),
    ];
  });
  return csvText([head, ...body]);
}
