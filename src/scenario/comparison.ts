/**
 * The comparison operators of expressions, evaluated. A side without a value
 * (NaN) never compares as true, whatever the operator. Where a side may still
 * turn out to be anything in a range, a comparison holds if it does for all of
 * the range, fails if it does for none of it, and is undecided else.
 */
import type { Operator } from './expression.ts';

const comparisons: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

export function compare(left: number, operator: Operator, right: number): boolean {
  return !Number.isNaN(left) && !Number.isNaN(right) && comparisons[operator](left, right);
}

/** What a value may still turn out to be, both ends included. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** whether there may be none in the end: then nothing holds for certain */
  readonly mayBeNone?: boolean;
}

function isPoint({ low, high }: Range): boolean {
  return low === high;
}

const forAll: Readonly<Record<Operator, (a: Range, b: Range) => boolean>> = {
  '==': (a, b) => isPoint(a) && isPoint(b) && a.low === b.low,
  '!=': (a, b) => a.high < b.low || a.low > b.high,
  '<': (a, b) => a.high < b.low,
  '<=': (a, b) => a.high <= b.low,
  '>': (a, b) => a.low > b.high,
  '>=': (a, b) => a.low >= b.high,
};

const opposite: Readonly<Record<Operator, Operator>> = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' };

/** Null: undecided. */
export function compareRanges(left: Range, operator: Operator, right: Range): boolean | null {
  if (forAll[opposite[operator]](left, right)) return false;
  return left.mayBeNone !== true && right.mayBeNone !== true && forAll[operator](left, right) ? true : null;
}
