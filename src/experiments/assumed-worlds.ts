/**
 * Worlds that differ by what is assumed, not only by luck: world i has one of the
 * draws, picked by weight with luck of its own, and the seed that it always has. So
 * each world is one of those that could be, and whatever counts worlds counts over
 * assumptions and luck alike. The draw is beneath the variant and the values that
 * are compared: what somebody decides comes over what nobody knows.
 */
import { Stream } from '../engine/luck.ts';
import type { LoadResult, OpenedFile } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import type { ReplicatedVariant } from './replication.ts';

export interface AssumedDraw {
  /** its number, as its own file has it */
  readonly number: number;
  /** above zero */
  readonly weight: number;
  /** texts like `tiers.api.hosts=16` */
  readonly assuming: readonly string[];
}

/** Something that is compared is no scenario in one of the draws. */
export class DrawError extends Error {
  readonly draw: AssumedDraw;
  readonly variant: string;
  readonly problem: Problem;

  constructor(draw: AssumedDraw, variant: string, problem: Problem) {
    super(`${variant} is no scenario in draw ${draw.number}`);
    this.draw = draw;
    this.variant = variant;
    this.problem = problem;
  }
}

export class AssumedWorlds {
  readonly draws: readonly AssumedDraw[];
  private readonly luck: Stream;
  private readonly ends: readonly number[];

  /** At least one draw. */
  constructor(draws: readonly AssumedDraw[], seed: string) {
    this.draws = draws;
    this.luck = new Stream(seed, 'assumed worlds');
    let end = 0;
    this.ends = draws.map(({ weight }) => (end += weight));
  }

  drawOf(world: number): AssumedDraw {
    const all = this.ends[this.ends.length - 1];
    const at = this.luck.at(world, 0).uniform() * all;
    return this.draws[
      Math.max(
        0,
        this.ends.findIndex((end) => at < end),
      )
    ];
  }

  /**
   * A variant, or a point, as each world has it; loaded when it is asked for. Throws
   * a DrawError there where it is no scenario.
   */
  worldsOf(file: OpenedFile, named: string, { variant, set }: { variant: string; set: readonly string[] }) {
    const loaded = new Map<AssumedDraw, Pick<ReplicatedVariant, 'scenario' | 'hash'>>();
    return (world: number): Pick<ReplicatedVariant, 'scenario' | 'hash'> => {
      const draw = this.drawOf(world);
      const known = loaded.get(draw);
      if (known !== undefined) return known;
      const result: LoadResult = file.load({ variant, assuming: draw.assuming, set });
      if (!result.ok) throw new DrawError(draw, named, result.problems[0]);
      const { scenario, hash } = result;
      loaded.set(draw, { scenario, hash });
      return { scenario, hash };
    };
  }
}

/** The variant as a world has it: itself, where all worlds differ by luck alone. */
export function inWorld(variant: ReplicatedVariant, world: number): ReplicatedVariant {
  const { inWorld: of, ...plain } = variant;
  return of === undefined ? variant : { ...plain, ...of(world) };
}
