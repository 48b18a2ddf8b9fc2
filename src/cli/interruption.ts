/**
 * Ctrl-C and a polite kill. The first asks the work to stop, so that what
 * there is can be written; the second ends the program at once, after removing
 * what only has a temporary name. Either way the exit code is 130.
 */

export const interruptedExitCode = 130;

export interface Interruption {
  /** True once somebody asked the program to stop. */
  readonly asked: boolean;
  /** Given then. */
  readonly signal: AbortSignal;
  /** Back to the usual behaviour of the signals. */
  release(): void;
}

/**
 * npm and npx pass a Ctrl-C on to a program that the terminal has told already,
 * so what follows the first at once is its echo, not a second one.
 */
const echoMs = 250;

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Listens from now on. `first` is called at the first signal, after what listens to `signal`; `second` before the program ends at the second. */
export function listenForInterruption(first: () => void, second: () => void): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  let askedAtMs = 0;
  const hear = (): void => {
    if (signal.aborted) {
      if (performance.now() - askedAtMs < echoMs) return;
      second();
      process.exit(interruptedExitCode);
    }
    askedAtMs = performance.now();
    controller.abort();
    first();
  };
  for (const name of signals) process.on(name, hear);
  return {
    signal,
    get asked() {
      return signal.aborted;
    },
    release: () => {
      for (const name of signals) process.off(name, hear);
    },
  };
}
