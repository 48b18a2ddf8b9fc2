/**
 * Whether a draw makes sense before anything happens: no tier that cannot hold or
 * serve what it has (the arithmetic's faults, but for those that the file itself
 * has), and what the file's `given` asks. All of it is arithmetic: no run.
 */
import { isMet, valueOf, type FigureNode } from '../../scenario/figure-expression.ts';
import { numberAt, type Reading } from '../../scenario/assumption-leaf.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { arithmeticOf, type Arithmetic, type TierArithmetic } from '../arithmetic.ts';

/** The paths of what the arithmetic finds at fault. */
export function faultsOf(scenario: Scenario): ReadonlySet<string> {
  return new Set(arithmeticOf(scenario).findings.flatMap(({ level, path }) => (level === 'fault' ? path : [])));
}

function readerOf(arithmetic: Arithmetic, reading: Reading): (leaf: FigureNode) => number {
  return (leaf) => {
    if (leaf.kind === 'path') return numberAt(reading, leaf.path);
    if (leaf.kind !== 'figure') return NaN;
    const tier = arithmetic.tiers.find((one) => one.tier === leaf.tier);
    return tier === undefined ? NaN : Number(tier[leaf.figure as keyof TierArithmetic]);
  };
}

/** Why it is impossible, in words; null if it is not. `known`: faults of the file as it stands. */
export function impossibility(scenario: Scenario, reading: Reading, known: ReadonlySet<string>): string | null {
  const arithmetic = arithmeticOf(scenario);
  const fault = arithmetic.findings.find(({ level, path }) => level === 'fault' && !known.has(path));
  if (fault !== undefined) return fault.says;
  const read = readerOf(arithmetic, reading);
  const missed = scenario.given.find((one) => !isMet(one, read));
  return missed === undefined ? null : `it does not meet ${missed.text}`;
}

/** The value of an expression over a draw. */
export function figureOf(node: FigureNode, scenario: Scenario, reading: Reading): number {
  return valueOf(node, readerOf(arithmeticOf(scenario), reading));
}
