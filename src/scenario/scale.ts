/** The numbers under `scale`, and what they multiply. How they are applied to what a file says is scaling.ts. */
import type { Scales } from '../policies/parameters.ts';

export interface Scaling {
  readonly of: Scales;
  /** the multiple; `per` is what the gate's policy says of where its gates stand */
  factor(per?: unknown): number;
}

/** The three numbers under `scale`. */
export interface Scale {
  readonly sessions: number;
  readonly hosts: number;
  readonly hostSize: number;
}

export const unscaled: Scaling = { of: 'nothing', factor: () => 1 };

export function factorOf({ sessions, hosts, hostSize }: Scale, of: Scales, per?: unknown): number {
  switch (of) {
    case 'sessions':
      return sessions;
    case 'hosts':
      return hosts;
    case 'hostSize':
      return hostSize;
    case 'gate':
      return per === 'host' ? hostSize : hosts * hostSize;
    case 'nothing':
      return 1;
  }
}
