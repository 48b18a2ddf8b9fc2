/**
 * The arithmetic before the storm in print: a row per tier, a row per loss, and
 * sentences about what cannot hold. What cannot hold as it stands is also a
 * warning on stderr, before a run begins. Nothing is computed here.
 */
import type { Arithmetic, Finding, Loss, TierArithmetic } from '../experiments/arithmetic.ts';
import { arithmeticOf, leftOut } from '../experiments/arithmetic.ts';
import { roughDuration } from '../metrics/rounding.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import { placeOfPath } from '../scenario/tree-path.ts';
import { noBreak, tableText, wrapped } from './table.ts';
import type { Colors } from './colors.ts';
import type { Side } from './terminal.ts';
import { numberText, percentText } from '../metrics/value-text.ts';

const indent = 2;

function loadText(load: number, colors: Colors): string {
  if (load === Infinity) return colors.red('–');
  const text = load >= 10 ? numberText(load) : load.toFixed(2);
  return load >= 1 ? colors.red(text) : text;
}

function perSecText(perSec: number): string {
  return perSec === Infinity ? 'any' : `${perSec > 0 && perSec < 0.1 ? '<0.1' : numberText(perSec)}/s`;
}

function leastText(ms: number): string {
  return ms === Infinity ? 'never' : ms < 1 ? '0s' : roughDuration(ms);
}

function tiersText(tiers: readonly TierArithmetic[], { colors, width }: Side): string {
  const rows = tiers.map(({ tier, loadAtStart, loadAtPeak, loadWithoutOne, servedPerSec, askedPerSec }) => [
    tier,
    loadText(loadAtStart, colors),
    loadText(loadAtPeak, colors),
    loadText(loadWithoutOne, colors),
    perSecText(servedPerSec),
    perSecText(askedPerSec),
  ]);
  const head = ['load u', 'start', 'peak', '−1', 'serves', 'asked'];
  return tableText(rows, {
    head,
    width,
    wraps: 0,
    indent,
    align: ['left', 'right', 'right', 'right', 'right', 'right'],
    colors,
  });
}

function lossesText(losses: readonly Loss[], { colors, width }: Side): string {
  const rows = losses.map(({ name, droppedSessions, droppedFraction, loadLeft, readmitByRestMs, readmitByAllMs }) => [
    name,
    `${numberText(droppedSessions)}${noBreak}(${percentText(droppedFraction)})`,
    loadLeft === null ? '' : loadText(loadLeft, colors),
    leastText(readmitByRestMs),
    leastText(readmitByAllMs),
  ]);
  const head = ['lost', 'drops', `u${noBreak}left`, `by${noBreak}rest`, `by${noBreak}all`];
  return tableText(rows, {
    head,
    width,
    wraps: 0,
    indent,
    align: ['left', 'right', 'right', 'right', 'right'],
    colors,
  });
}

function findingText({ level, says }: Finding, { colors, width }: Side): string {
  return `${' '.repeat(indent)}${level === 'fault' ? colors.red('✗') : colors.yellow('!')} ${wrapped(says, width, indent + 2).trimStart()}`;
}

/** Tiers, losses and findings. */
export function arithmeticText({ findings, losses, tiers }: Arithmetic, side: Side): string {
  return [
    tiersText(tiers, side),
    lossesText(losses, side),
    ...findings.map((finding) => findingText(finding, side)),
  ].join('');
}

/** What the columns mean, and what the arithmetic does not know. */
export function arithmeticLegend(side: Side): string {
  return side.colors.dim(
    wrapped(
      `−1: with one host less; asked: what arrives and flaps in the calm; by rest, by all: the least time until all are connected, by the hosts that are left, and by all. Left out: ${leftOut}.`,
      side.width,
      indent,
    ),
  );
}

/** The section of a run's report, under its title: the tiers, and the rest only if there is something to say. */
export function arithmeticSection(scenario: LoadedScenario['scenario'], side: Side): string {
  const arithmetic = arithmeticOf(scenario);
  const { findings, tiers } = arithmetic;
  const text =
    findings.length === 0 ? tiersText(tiers, side) : arithmeticText(arithmetic, side) + arithmeticLegend(side);
  return `\n${side.colors.bold('Before the storm')}  ${side.colors.dim('by arithmetic alone')}\n${text}`;
}

/** What cannot hold as it stands, as warnings. */
export function arithmeticWarnings(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  const faults = arithmeticOf(scenario).findings.filter(({ level }) => level === 'fault');
  return faults.map(({ path, says }) =>
    problemAt(file, placeOfPath(tree.tree, path), {
      path,
      expected: 'a fleet that can hold',
      found: 'one that cannot',
      hint: says,
    }),
  );
}

/** What `sim validate` says of a good file, beneath its line. */
export function validatedArithmetic({ scenario }: LoadedScenario, side: Side): string {
  return arithmeticText(arithmeticOf(scenario), side);
}
