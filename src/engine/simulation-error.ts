/**
 * The errors of the engine and the model. One is for what cannot happen and has
 * happened: it carries the facts, and whoever prints it adds the command that
 * repeats the run. The other is for a run that has outgrown the program, of
 * which nothing is wrong.
 */

export class SimulationError extends Error {
  readonly what: string;
  atMs = 0;
  eventNumber = 0;
  /** label of the event being handled */
  label = '';
  seed = '';

  constructor(what: string) {
    super(what);
    this.name = 'SimulationError';
    this.what = what;
  }
}

/** The run has more of something than its records can hold. Nobody could know before, and nothing is wrong with the program. */
export class CapacityError extends Error {
  readonly what: string;
  readonly most: number;

  constructor(what: string, most: number) {
    super(`more than ${most} ${what}`);
    this.name = 'CapacityError';
    this.what = what;
    this.most = most;
  }
}

/** Throws unless `condition` holds. Not for hot paths whose message must be built. */
export function impossible(what: string): never {
  throw new SimulationError(what);
}
