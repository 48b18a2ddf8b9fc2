/**
 * The points that one or two varied fields make, each as a scenario of its own. All
 * that is wrong is told at once: with the file, with how a field is given, with each
 * value that its field does not take.
 */
import { BASELINE } from '../../metrics/judgement.ts';
import type { Vocabulary } from '../../scenario/expression.ts';
import { openScenario, type LoadedScenario, type OpenedFile } from '../../scenario/load.ts';
import type { Problem } from '../../scenario/problem.ts';
import type { ScenarioSource } from '../../scenario/source-text.ts';
import type { AssumedWorlds } from '../assumed-worlds.ts';
import type { ReplicatedVariant } from '../replication.ts';
import { flagProblem, readAxis, type Axis, type AxisValue } from './axis.ts';

export interface Point {
  /** of each field, the index of its value */
  readonly places: readonly number[];
  readonly values: readonly AxisValue[];
  readonly variant: ReplicatedVariant;
}

export interface Field {
  readonly axes: readonly Axis[];
  /** the scenario as it stands, with what was set */
  readonly base: LoadedScenario;
  /** the last field's values run fastest */
  readonly points: readonly Point[];
  /** what worlds differ by beside luck, for people; absent: by nothing */
  readonly over?: string | undefined;
}

export type FieldResult =
  { readonly ok: true; readonly field: Field } | { readonly ok: false; readonly problems: readonly Problem[] };

export interface FieldRequest {
  /** one or two of `PATH=VALUES` */
  readonly vary: readonly string[];
  readonly variant?: string | undefined;
  readonly set?: readonly string[] | undefined;
  /** worlds that differ by what is assumed as well */
  readonly over?: { readonly worlds: AssumedWorlds; readonly text: string } | undefined;
}

export const MOST_CELLS = 10_000;
/** Nobody has seen a run that is faster. */
const LEAST_RUN_MS = 10;
const YEAR_MS = 365 * 86_400_000;

// A list has `values` too.
const isAxis = (read: Axis | readonly Problem[]): read is Axis => 'given' in read;

function estimateText(cells: number): string {
  const ms = cells * LEAST_RUN_MS;
  const [amount, unit] =
    ms >= YEAR_MS ? [ms / YEAR_MS, 'years'] : ms >= 86_400_000 ? [ms / 86_400_000, 'days'] : [ms / 60_000, 'minutes'];
  return `even one run of each, in a hundredth of a second, takes ${Math.round(amount).toLocaleString('en-US')} ${unit}`;
}

/** The values of a range that is too long to be made, by its text alone. */
function statedCount(given: string): number {
  const ends = /=(\d+)\.\.(\d+)$/.exec(given);
  return ends === null ? 1 : Math.max(1, Number(ends[2]) - Number(ends[1]) + 1);
}

function cellProblems(vary: readonly string[], axes: readonly (Axis | readonly Problem[])[]): Problem[] {
  const counts = axes.map((one, i) => (isAxis(one) ? one.values.length : statedCount(vary[i])));
  const cells = counts.reduce((product, count) => product * count, 1);
  if (cells <= MOST_CELLS) return [];
  return [
    flagProblem(
      vary.map((one) => `--vary ${one}`).join(' '),
      '',
      `at most ${MOST_CELLS.toLocaleString('en-US')} points`,
      `${cells.toLocaleString('en-US')}: ${estimateText(cells)}`,
      'give a step or a count, like 1..1000/20',
    ),
  ];
}

/** A name that a file can have, in which the value still shows. */
function nameOf(values: readonly AxisValue[]): string {
  const text = values
    .map(({ set }) => set[0].slice(set[0].lastIndexOf('.', set[0].indexOf('=')) + 1))
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
  return /[a-z0-9].*[a-z0-9]/.exec(text)?.[0] ?? 'point';
}

/** What a value's problem is, at the flag that gave it. */
function valueProblem({ given }: Axis, { text }: AxisValue, problem: Problem): Problem {
  const { path, expected, found, hint } = problem;
  return flagProblem(`--vary ${given}`, path, expected, found === '' ? text : found, hint);
}

/** Problems of each value by itself, the same mistake once, with how many values make it. */
function axisProblems(file: OpenedFile, request: FieldRequest, axes: readonly Axis[]): Problem[] {
  const { variant = BASELINE, set = [] } = request;
  return axes.flatMap((axis, which) => {
    const found = new Map<string, { problem: Problem; count: number }>();
    for (const value of axis.values) {
      const others = axes.flatMap((other, i) => (i === which ? [] : other.values[0].set));
      const loaded = file.load({ variant, set: [...set, ...others, ...value.set] });
      if (loaded.ok) continue;
      for (const problem of loaded.problems) {
        const key = JSON.stringify([problem.path, problem.expected]);
        const known = found.get(key);
        if (known === undefined) found.set(key, { problem: valueProblem(axis, value, problem), count: 1 });
        else known.count++;
      }
    }
    return [...found.values()].map(({ problem, count }) =>
      count === 1 || count === axis.values.length
        ? problem
        : { ...problem, found: `${problem.found}, and so at ${count} of ${axis.values.length} values` },
    );
  });
}

/** Loads all points. */
export function loadField(source: ScenarioSource, vocabulary: Vocabulary, request: FieldRequest): FieldResult {
  const { vary, variant = BASELINE, set = [], over } = request;
  const file = openScenario(source, vocabulary);
  const base = file.load({ variant, set });
  if (!base.ok) return base;
  const failed = (problems: readonly Problem[]): FieldResult => ({ ok: false, problems });
  if (vary.length < 1 || vary.length > 2)
    return failed([
      flagProblem('--vary', '', 'one field or two', String(vary.length), 'like --vary tiers.api.hosts=4..24'),
    ]);
  const read = vary.map(readAxis);
  const axes = read.filter(isAxis);
  const problems = [...read.flatMap((one) => (isAxis(one) ? [] : one)), ...cellProblems(vary, read)];
  const shared = axes.length === 2 ? axes[0].paths.find((path) => axes[1].paths.includes(path)) : undefined;
  if (shared !== undefined)
    problems.push(
      flagProblem(`--vary ${axes[1].given}`, shared, 'another path than the first field\u2019s', 'the same'),
    );
  // What can be made of the sound ones is looked at all the same.
  if (problems.length > 0) return failed([...problems, ...axes.flatMap((axis) => axisProblems(file, request, [axis]))]);
  const wrong = axisProblems(file, request, axes);
  if (wrong.length > 0) return failed(wrong);
  const points: Point[] = [];
  const all = axes.reduce<number[][]>(
    (rows, { values }) => rows.flatMap((row) => values.map((_, i) => [...row, i])),
    [[]],
  );
  for (const places of all) {
    const values = places.map((place, i) => axes[i].values[place]);
    const changes = [...set, ...values.flatMap((value) => value.set)];
    const loaded = file.load({ variant, set: changes });
    if (!loaded.ok)
      return failed(
        loaded.problems.map((problem) => valueProblem(axes[axes.length - 1], values[values.length - 1], problem)),
      );
    const name = nameOf(values);
    const worlds = over?.worlds.worldsOf(file, values.map(({ text }) => text).join(', '), { variant, set: changes });
    points.push({ places, values, variant: { name, scenario: loaded.scenario, hash: loaded.hash, inWorld: worlds } });
  }
  return { ok: true, field: { axes, base, points, over: over?.text } };
}
