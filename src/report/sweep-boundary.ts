/**
 * The boundary of a sweep of two fields as places between cells: at each value of the
 * other field, after how many values of the field it was looked for along the
 * collapse passes one half, and between which two that lies for certain.
 */
import type { Boundary, Sweep } from '../experiments/sweep.ts';

/** How many values lie before it; 0 and all are the ends of the range. */
export interface Crossing {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

function crossingOf({ axes, along }: Sweep, boundary: Boundary): Crossing {
  const { value, collapsesAt, recoversAt, recoversAbove } = boundary;
  const { values } = axes[along ?? 0];
  const placeOf = (told: string): number => values.findIndex(({ text }) => text === told);
  const count = values.length;
  // Where it recovers above, all before the first value that does is on the other side; else all after the last.
  const before = (told: string | null, isRecovering: boolean): number => {
    if (told === null) return isRecovering === recoversAbove ? count : 0;
    return placeOf(told) + (isRecovering === recoversAbove ? 0 : 1);
  };
  const ends = [before(collapsesAt, false), before(recoversAt, true)];
  return { at: before(value, true), from: Math.min(...ends), to: Math.max(...ends) };
}

/** By the places of the other field's values; undefined where that one was not come to. */
export function crossingsOf(sweep: Sweep): readonly (Crossing | undefined)[] {
  const { axes, along, boundaries } = sweep;
  if (along === null || axes.length < 2) return [];
  return axes[1 - along].values.map(({ text }) => {
    const boundary = boundaries.find(({ at }) => at === text);
    return boundary === undefined ? undefined : crossingOf(sweep, boundary);
  });
}
