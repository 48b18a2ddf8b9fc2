/** An action under way: it is over when every host that it touched is up again, and its own windows have passed. */
import type { Doer } from '../state/host.ts';

export class ActionRun implements Doer {
  readonly name: string;
  /** the loss that drops of its doing belong to; 0 if it takes nothing away */
  readonly loss: number;
  /** what it still waits for */
  private pending = 0;
  private readonly whenDone: () => void;

  constructor(name: string, loss: number, whenDone: () => void) {
    this.name = name;
    this.loss = loss;
    this.whenDone = whenDone;
  }

  hold(): void {
    this.pending++;
  }

  settled(): void {
    if (--this.pending === 0) this.whenDone();
  }
}
