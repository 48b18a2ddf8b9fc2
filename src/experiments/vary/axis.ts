/**
 * `--vary PATH=VALUES`: one field of a scenario, and the values that it takes, each
 * as changes in the words of `--set`. Several paths, separated by commas, are tied
 * together: all take the value, or each further one its multiple of it
 * (`a.hosts,b.hosts=2:4..16` gives b two hosts for each one of a). A whole number of
 * pods of an action means the first so many: `timeline.reboot.target.pods=1..8`.
 */
import type { Problem } from '../../scenario/problem.ts';
import { isMistake, readValues, type Values } from './values.ts';

export interface AxisValue {
  /** as it is written */
  readonly text: string;
  /** null where the values have no order */
  readonly number: number | null;
  /** what it changes, as `--set` has it */
  readonly set: readonly string[];
}

export interface Axis {
  /** as it was given */
  readonly given: string;
  readonly paths: readonly string[];
  /** what heads its column */
  readonly label: string;
  readonly isOrdered: boolean;
  readonly values: readonly AxisValue[];
}

const tied = /^(\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)*):(.+)$/s;

/** A problem of a flag, which stands in no file. */
export function flagProblem(
  flag: string,
  path: string,
  expected: string,
  found: string,
  hint: string | null = null,
): Problem {
  return { file: flag, line: 0, column: 0, path, expected, found, hint };
}

interface Given {
  readonly paths: readonly string[];
  readonly values: Values;
  /** of the paths after the first */
  readonly factors: readonly number[];
}

function change(path: string, text: string, { notation }: Values): string {
  const isPods = path.includes('.') && path.endsWith('.pods') && notation?.isWhole === true;
  const count = Number(text);
  return `${path}=${isPods && count <= 1000 ? `[${Array.from({ length: count }, (_, i) => i + 1).join(', ')}]` : text}`;
}

function axisOf(given: string, { paths, values, factors }: Given): Axis {
  const { texts, numbers, notation } = values;
  return {
    given,
    paths,
    label: paths.join(', '),
    isOrdered: numbers !== null,
    values: texts.map((text, i) => ({
      text,
      number: numbers?.[i] ?? null,
      set: paths.map((path, which) => {
        const factor = which === 0 ? 1 : (factors[which - 1] ?? factors[0] ?? 1);
        if (factor === 1 || numbers === null || notation === null) return change(path, text, values);
        const times = numbers[i] * factor;
        // What does not stay whole is told by the field.
        const own = notation.isWhole && !Number.isInteger(times) ? String(times) : notation.write(times, text);
        return change(path, own, values);
      }),
    })),
  };
}

/** `20:00..21:00` begins like a factor. */
function areClockTimes(written: string): boolean {
  const values = readValues(written);
  return !isMistake(values) && values.notation?.isInstant === true;
}

/** The field, or what is wrong with how it is given. */
export function readAxis(given: string): Axis | readonly Problem[] {
  const flag = `--vary ${given}`;
  const equals = given.indexOf('=');
  const paths = given
    .slice(0, Math.max(0, equals))
    .split(',')
    .map((path) => path.trim());
  const written = given.slice(equals + 1).trim();
  if (equals < 0 || written === '' || paths.some((path) => path === ''))
    return [flagProblem(flag, '', 'PATH=VALUES', JSON.stringify(given), 'like --vary tiers.api.hosts=4..24')];
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) return [flagProblem(flag, twice, 'each path once', 'it twice')];
  const match = paths.length > 1 && !areClockTimes(written) ? tied.exec(written) : null;
  const factors = match === null ? [] : match[1].split(',').map(Number);
  if (factors.length > 1 && factors.length !== paths.length - 1)
    return [
      flagProblem(
        flag,
        paths[0],
        `a factor for each of ${paths.length - 1} further paths, or one for all`,
        String(factors.length),
      ),
    ];
  const values = readValues(match === null ? written : match[2]);
  if (isMistake(values)) return [flagProblem(flag, paths[0], values.expected, values.found, values.hint)];
  if (factors.length > 0 && (values.numbers === null || values.notation?.isInstant === true))
    return [flagProblem(flag, paths[0], 'numbers behind a factor', JSON.stringify(match![2]))];
  return axisOf(given, { paths, values, factors });
}
