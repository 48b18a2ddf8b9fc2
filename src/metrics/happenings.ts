/**
 * What happened, as it was told: actions, responders' steps, hosts that died,
 * were rebooted and came back. Raw facts in the order of their instants;
 * episodes, notable events and the story are made of them afterwards.
 */

export type Happening =
  | {
      readonly kind: 'action';
      readonly atMs: number;
      readonly name: string;
      readonly title: string;
      readonly byResponder: boolean;
      readonly done: boolean;
    }
  | {
      readonly kind: 'aborted';
      readonly atMs: number;
      readonly name: string;
      readonly hostsLeft: number;
      readonly disconnectedFraction: number;
    }
  | { readonly kind: 'responder'; readonly atMs: number; readonly name: string; readonly step: string }
  | {
      readonly kind: 'scaled';
      readonly atMs: number;
      readonly name: string;
      readonly fromHosts: number;
      readonly toHosts: number;
    }
  | { readonly kind: 'died'; readonly atMs: number; readonly host: number; readonly cause: number }
  | {
      readonly kind: 'ejected';
      readonly atMs: number;
      readonly host: number;
      readonly forMs: number;
      readonly times: number;
    }
  | {
      readonly kind: 'rebooted' | 'up' | 'ready' | 'unready' | 'readmitted';
      readonly atMs: number;
      readonly host: number;
    };

/** An action from its start to its end. */
export interface ActionSpan {
  readonly name: string;
  readonly title: string;
  readonly byResponder: boolean;
  readonly startedMs: number;
  /** Infinity: not over by the end of the run */
  readonly doneMs: number;
}

/** Pairs the beginnings of actions with their ends, in the order of the beginnings. */
export function actionSpans(happenings: readonly Happening[]): ActionSpan[] {
  const spans: { name: string; title: string; byResponder: boolean; startedMs: number; doneMs: number }[] = [];
  for (const happening of happenings) {
    if (happening.kind !== 'action') continue;
    const { name, title, byResponder, atMs } = happening;
    if (!happening.done) spans.push({ name, title, byResponder, startedMs: atMs, doneMs: Infinity });
    else {
      const open = spans.find((span) => span.name === name && span.doneMs === Infinity);
      if (open !== undefined) open.doneMs = atMs;
    }
  }
  return spans;
}
