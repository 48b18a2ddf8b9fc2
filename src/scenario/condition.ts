/**
 * Whether a condition holds: the operators of expressions, evaluated. A side
 * without a value (NaN) never compares as true, whatever the operator. Where a side may still
 * turn out to be anything in a range, a condition holds if it does for all of
 * the range, fails if it does for none of it, and is undecided else. What
 * differs by rounding alone is equal.
 */
import type { Operator } from './expression.ts';

/** Far more than rounding does to a sum or a product, and far less than anybody measures. */
const ROUNDING = 1e-12;

/** Whether two numbers are the same but for rounding. */
export function isEqual(a: number, b: number): boolean {
  return a === b || (Number.isFinite(a - b) && Math.abs(a - b) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b)));
}

/** a − b, and nothing where they differ by rounding alone. */
export function differenceBeyondRounding(a: number, b: number): number {
  return isEqual(a, b) ? 0 : a - b;
}

function isLess(a: number, b: number): boolean {
  return a < b && !isEqual(a, b);
}

const operations: Readonly<Record<Operator, (a: number, b: number) => boolean>> = {
  '==': isEqual,
  '!=': (a, b) => !isEqual(a, b),
  '<': isLess,
  '<=': (a, b) => !isLess(b, a),
  '>': (a, b) => isLess(b, a),
  '>=': (a, b) => !isLess(a, b),
};

export function holds(left: number, operator: Operator, right: number): boolean {
  return !Number.isNaN(left) && !Number.isNaN(right) && operations[operator](left, right);
}

/** What a value may still turn out to be, both ends included. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** whether there may be none in the end: then nothing holds for certain */
  readonly mayBeNone?: boolean;
  /** whether it grows while an outage goes on: two such are compared by what the same clock shows of both */
  readonly accrues?: boolean;
}

function isPoint({ low, high }: Range): boolean {
  return low === high;
}

const forAll: Readonly<Record<Operator, (a: Range, b: Range) => boolean>> = {
  '==': (a, b) => isPoint(a) && isPoint(b) && isEqual(a.low, b.low),
  '!=': (a, b) => isLess(a.high, b.low) || isLess(b.high, a.low),
  '<': (a, b) => isLess(a.high, b.low),
  '<=': (a, b) => !isLess(b.low, a.high),
  '>': (a, b) => isLess(b.high, a.low),
  '>=': (a, b) => !isLess(a.low, b.high),
};

const opposite: Readonly<Record<Operator, Operator>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

/** Null: undecided. */
export function rangesHold(left: Range, operator: Operator, right: Range): boolean | null {
  if (forAll[opposite[operator]](left, right)) return false;
  return left.mayBeNone !== true && right.mayBeNone !== true && forAll[operator](left, right) ? true : null;
}
