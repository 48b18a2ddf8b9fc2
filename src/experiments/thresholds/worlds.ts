/**
 * The worlds of a search, and which share of them fails at a place: of those that
 * were run there, which is what verdicts rest on; or of those whose threshold is
 * looked for, each by its own run or by what its threshold says of the place, which
 * is what the curve beside the answer is drawn from. Both count the worlds in their
 * order up to the first that says nothing, so that no answer decides who is counted.
 */
import { World, type Answer } from './world.ts';

/** What is known of a value. */
export interface ValueShare {
  /** worlds that speak for it: the first ones, all of which do */
  readonly n: number;
  readonly failed: number;
  /** ended too soon to say */
  readonly undecided: number;
}

/** Worlds in which a contradiction was looked for, and those that contradict themselves. */
export interface Contradictions {
  readonly worlds: number;
  readonly broken: number;
}

function shareOf(answers: Iterable<Answer | undefined>): ValueShare {
  let [n, failed, undecided] = [0, 0, 0];
  for (const answer of answers) {
    if (answer === undefined) break;
    n++;
    if (answer === false) failed++;
    else if (answer === null) undecided++;
  }
  return { n, failed, undecided };
}

export class Worlds {
  readonly all: World[] = [];
  private readonly placeCount: number;
  private readonly own: ValueShare[];
  private readonly isOwnKnown = new Set<number>();
  private hasBroken = false;

  constructor(placeCount: number) {
    this.placeCount = placeCount;
    this.own = Array.from({ length: placeCount }, () => ({ n: 0, failed: 0, undecided: 0 }));
  }

  /** Whether some world contradicts itself, as far as is known. */
  get areBroken(): boolean {
    return this.hasBroken;
  }

  reach(n: number): void {
    for (let number = this.all.length; number < n; number++) this.all.push(new World(number, this.placeCount));
  }

  hear(world: World, place: number, answer: Answer): void {
    world.hear(place, answer);
    this.hasBroken ||= world.isBroken;
    this.isOwnKnown.delete(place);
  }

  /** Of the worlds that were run there. */
  ownShare(place: number): ValueShare {
    if (!this.isOwnKnown.has(place)) {
      this.own[place] = shareOf(this.all.map((world) => world.saidAt(place)));
      this.isOwnKnown.add(place);
    }
    return this.own[place];
  }

  /** Of some worlds, by their runs there or by what their thresholds say of it. */
  toldShare(place: number, who: (world: World) => boolean): ValueShare {
    return shareOf(this.all.filter(who).map((world) => world.at(place)));
  }

  /** Of the worlds that were run at a place and just below it, those that hold below and fail there. */
  besideAt(place: number): Contradictions {
    const both = this.all.filter((world) => world.saidAt(place) !== undefined && world.saidAt(place - 1) !== undefined);
    const broken = both.filter((world) => world.saidAt(place - 1) === true && world.saidAt(place) === false);
    return { worlds: both.length, broken: broken.length };
  }
}
