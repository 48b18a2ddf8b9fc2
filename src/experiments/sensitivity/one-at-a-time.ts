/**
 * One assumption at a time, the others as the file has them: which end of its
 * range flips which row, expectation or verdict, and how far it moves what is
 * lost. Two runs per assumption and one of the file itself. It cannot see what
 * two assumptions do together. The same fingerprint at an end proves that the
 * value makes no difference at this seed: not one event was another.
 */
import type { Assumption } from '../../scenario/assumptions.ts';
import { sidesOf, valueText } from '../../scenario/assumption-values.ts';
import { runDraws, type DrawOptions, type DrawRecord, type DrawRequest, type RunDraws } from './draw-runs.ts';
import type { DrawSpace, SpaceDraw } from './draw-space.ts';
import { isYesOrNo, type Target } from './targets.ts';

export interface Flip {
  readonly target: Target;
  /** what it is there; NaN where the run does not say */
  readonly to: number;
}

export interface Side {
  readonly settings: readonly string[];
  /** the assumption's own value */
  readonly value: string;
  /** `unrun`: the work was ended before it */
  readonly state: 'run' | 'impossible' | 'failed' | 'unrun';
  /** why it was not run */
  readonly why: string | null;
  readonly record: DrawRecord | null;
  readonly flips: readonly Flip[];
  /** the run is the file's own, event for event */
  readonly isSame: boolean;
}

/**
 * `decides`: an end flips something; `matters`: what is lost changes by a tenth;
 * `no effect`: not one event is another at either end.
 */
export type KnobVerdict = 'decides' | 'matters' | 'nothing seen' | 'no effect' | 'not run';

export interface Knob {
  readonly assumption: Assumption;
  readonly sides: readonly Side[];
  readonly verdict: KnobVerdict;
  /** the largest change of what is lost, as a share of the file's */
  readonly change: number;
}

export interface OneAtATime {
  readonly complete: boolean;
  readonly base: DrawRecord | null;
  readonly targets: readonly Target[];
  readonly knobs: readonly Knob[];
  /** the file's own among them */
  readonly runs: number;
}

const MATTERS = 0.1;
const LOST = 'sessionMinutesLost';

export function lostOf(targets: readonly Target[], record: DrawRecord | null): number {
  return record?.values[targets.findIndex(({ name }) => name === LOST)] ?? NaN;
}

function flipsOf(targets: readonly Target[], base: DrawRecord, record: DrawRecord): Flip[] {
  return targets.flatMap((target, i): Flip[] =>
    !isYesOrNo(target) || Object.is(base.values[i], record.values[i]) ? [] : [{ target, to: record.values[i] }],
  );
}

function sideOf(
  settings: readonly string[],
  loaded: SpaceDraw,
  { records }: RunDraws,
  targets: readonly Target[],
  base: DrawRecord | null,
): Side {
  const side = { settings, value: valueText(settings[0]), record: null, flips: [], isSame: false };
  if (loaded.state === 'impossible') return { ...side, state: 'impossible', why: loaded.why };
  const record = records.get(loaded.draw.hash);
  if (record === undefined || base === null) return { ...side, state: 'unrun', why: null };
  if (typeof record === 'string') return { ...side, state: 'failed', why: record };
  const isSame = record.fingerprint === base.fingerprint;
  return { ...side, state: 'run', why: null, record, flips: flipsOf(targets, base, record), isSame };
}

function knobOf(
  assumption: Assumption,
  sides: readonly Side[],
  targets: readonly Target[],
  base: DrawRecord | null,
): Knob {
  // prettier-ignore
  const run = sides.filter(({ state }) => state === 'run');
  const own = lostOf(targets, base);
  const changes = run.map(({ record }) => Math.abs(lostOf(targets, record) - own) / Math.max(own, 1));
  const change = changes.reduce((most, one) => Math.max(most, one), run.length === 0 ? NaN : 0);
  const flips = run.some((side) => side.flips.length > 0);
  const verdict: KnobVerdict =
    run.length === 0 || (!flips && sides.some(({ state }) => state === 'unrun'))
      ? 'not run'
      : flips
        ? 'decides'
        : change >= MATTERS
          ? 'matters'
          : run.every(({ isSame }) => isSame)
            ? 'no effect'
            : 'nothing seen';
  return { assumption, sides, verdict, change };
}

const order: readonly KnobVerdict[] = ['decides', 'matters', 'nothing seen', 'no effect', 'not run'];

/** What decides comes first, by how much it flips; then by the change of what is lost. */
function sorted(knobs: readonly Knob[]): Knob[] {
  const flipped = ({ sides }: Knob): number => new Set(sides.flatMap(({ flips }) => flips.map(({ target }) => target))).size; // prettier-ignore
  return [...knobs].sort(
    (a, b) =>
      order.indexOf(a.verdict) - order.indexOf(b.verdict) ||
      flipped(b) - flipped(a) ||
      (b.change || 0) - (a.change || 0),
  );
}

/** Throws a ReplicationError, and whatever the store throws. */
export async function oneAtATime(space: DrawSpace, request: DrawRequest, options: DrawOptions): Promise<OneAtATime> {
  const own = space.load([]);
  const sides = space.assumptions.map((assumption) =>
    sidesOf(assumption).map((settings) => ({ settings, loaded: space.load(settings) })),
  );
  const draws = [own, ...sides.flat().map(({ loaded }) => loaded)].flatMap((one) =>
    one.state === 'runs' ? [one.draw] : [],
  );
  const run = await runDraws(draws, request, options);
  const found = own.state === 'runs' ? run.records.get(own.draw.hash) : undefined;
  const base = found === undefined || typeof found === 'string' ? null : found;
  const { targets } = request;
  const knobs = space.assumptions.map((assumption, i) =>
    knobOf(
      assumption,
      sides[i].map(({ settings, loaded }) => sideOf(settings, loaded, run, targets, base)),
      targets,
      base,
    ),
  );
  return { complete: run.complete, base, targets, knobs: sorted(knobs), runs: run.records.size }; // prettier-ignore
}
