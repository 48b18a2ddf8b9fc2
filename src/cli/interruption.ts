/**
 * Ctrl-C and a polite kill. The first asks the work to stop, so that what
 * there is can be written; the second ends the program at once, after removing
 * what only has a temporary name. Either way the exit code is 130.
 */

export const interruptedExitCode = 130;

export interface Interruption {
  /** True once somebody asked the program to stop. */
  readonly asked: boolean;
  /** Back to the usual behaviour of the signals. */
  release(): void;
}

/**
 * npm and npx pass a Ctrl-C on to a program that the terminal has told already,
 * so what follows the first at once is its echo, not a second one.
 */
const echoMs = 250;

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Listens from now on. `first` is called at the first signal, `second` before the program ends at the second. */
export function listenForInterruption(first: () => void, second: () => void): Interruption {
  let asked = false;
  let askedAtMs = 0;
  const hear = (): void => {
    if (asked) {
      if (performance.now() - askedAtMs < echoMs) return;
      second();
      process.exit(interruptedExitCode);
    }
    asked = true;
    askedAtMs = performance.now();
    first();
  };
  for (const signal of signals) process.on(signal, hear);
  return {
    get asked() {
      return asked;
    },
    release: () => {
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
