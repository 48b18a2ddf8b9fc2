/**
 * `scale` in the file makes a whole fleet smaller or larger. Every count, rate
 * and factor of the schema says what of it multiplies it (`Scales`). Sessions
 * are rounded to whole ones. Whatever else must be whole, and is not nearly so
 * once it is scaled, is a mistake: rounding would make another fleet of it.
 * The size of a host is never rounded: slots that are not whole are slower.
 */
import type { Scales } from '../policies/parameters.ts';
import type { Context } from './context.ts';
import type { Report } from './kind.ts';
import { factorOf, unscaled, type Scaling } from './scale.ts';

/** How far a scaled number may be from a whole one, as a share of it. */
const ROUNDING_MAX = 0.05;

/** The scaling by the file's own `scale`, which is another one from file to file. */
export function scaledBy(context: Context, of: Scales): Scaling {
  return of === 'nothing' ? unscaled : { of, factor: (per) => factorOf(context.outline.scale, of, per) };
}

/** Where `scale` says the multiple. */
const places: Readonly<Record<Scales, string>> = {
  sessions: 'scale.sessions',
  hosts: 'scale.hosts',
  hostSize: 'scale.hostSize',
  gate: 'scale',
  nothing: 'scale',
};

function hintOf(of: Scales, factor: number): string {
  if (of === 'hosts')
    return `scale.hostSize: ${factor} makes each host so much smaller or larger instead, and leaves their number`;
  return 'choose a scale that leaves a whole number of it, or write another value';
}

/** What rounding a number may leave alone: the least that there can be. */
export interface WholeNumber {
  readonly scaling: Scaling;
  readonly per?: unknown;
  /** a value that stays what it is */
  readonly stays?: number | undefined;
}

/** A scaled number that must be whole; reports one that is not, even nearly. */
export function scaledCount(
  value: number,
  { scaling, per, stays }: WholeNumber,
  report: Report,
  path: readonly (string | number)[] = [],
): number {
  const factor = scaling.factor(per);
  const exact = value * factor;
  if (factor === 1 || value === 0 || !Number.isFinite(exact)) return exact;
  const whole = Math.round(exact);
  if (scaling.of === 'sessions') return whole;
  if (value === stays && exact < stays) return stays;
  if (whole >= 1 && Math.abs(whole - exact) <= ROUNDING_MAX * exact) return whole;
  const scaledText = String(Number(exact.toPrecision(6)));
  return report(`a number that ${places[scaling.of]} leaves whole`, {
    path,
    found: `${value} × ${Number(factor.toPrecision(6))} = ${scaledText}`,
    hint: hintOf(scaling.of, factor),
  });
}
