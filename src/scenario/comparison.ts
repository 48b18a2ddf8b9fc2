/**
 * The comparison operators of expressions, evaluated. A side without a value
 * (NaN) never compares as true, whatever the operator.
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
