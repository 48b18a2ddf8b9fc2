/**
 * Ctrl-C and a polite kill, as the work sees them. The first asks it to stop, so
 * that what there is can be written; the second ends the program at once, which
 * is the supervisor's business. Either way the exit code is 130.
 */
import { exitCodes } from './exit-codes.ts';
import { isAskedToStop, listenToSupervisor, tellHeard } from './supervised.ts';

export const interruptedExitCode = exitCodes.interrupted;

export interface Interruption {
  /** True once somebody asked the program to stop. */
  readonly asked: boolean;
  /** Given then. */
  readonly signal: AbortSignal;
  /** From now on, who asks ends the program. */
  release(): void;
}

/** Listens from now on. `first` is called at the first signal, after what listens to `signal`. */
export function listenForInterruption(first: () => void): Interruption {
  const controller = new AbortController();
  const { signal } = controller;
  const hear = (): void => {
    if (signal.aborted) return;
    tellHeard();
    controller.abort();
    first();
  };
  const release = listenToSupervisor(hear);
  return {
    signal,
    get asked() {
      // A run that is asked at its breaks need not wait for the message.
      if (isAskedToStop()) hear();
      return signal.aborted;
    },
    release,
  };
}
