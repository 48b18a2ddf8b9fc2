/**
 * Traits of a tier's hosts: what else refuses attempts there, or slows them,
 * beside gate, queue and load. Each is one entry, and with it a field of the
 * tier under its name, which `set` can change while the tier runs. One that
 * refuses adds a reason of its own name to the reasons of rejections.
 */
import type { Mistake, Parameters, Values } from './parameters.ts';

/** What a trait may look at: the host, as an attempt finds it that comes now or begins its service. */
export interface SeenHost {
  /** sessions connected through it */
  readonly sessions: number;
  /** attempts that wait at it, are served there, or were handed over from there */
  readonly openCount: number;
  /** attempts that wait at it */
  readonly queueLength: number;
  /** attempts being served, the one that begins now not included */
  readonly inService: number;
  /** attempts that it serves at once */
  readonly slots: number;
}

/** What a trait does with the values of one tier. It keeps no state. */
export interface HostTrait {
  /** Whether the host refuses an attempt that comes now. */
  readonly refuses?: (host: SeenHost) => boolean;
  /** How many times longer a service takes that begins now; it multiplies what load and warm-up make of it. */
  readonly stretches?: (host: SeenHost) => number;
}

/** Why an attempt is refused. */
export interface Rejection {
  readonly help: string;
  /** The tier refuses to protect itself, and its `retryAfter` says when to come again. */
  readonly hinted: boolean;
}

export interface HostTraitEntry {
  readonly help: string;
  readonly source: string;
  readonly parameters: Parameters;
  /** of one that refuses: the reason that goes by its name */
  readonly rejection?: Rejection;
  check?(parameters: Readonly<Record<string, unknown>>): Mistake | null;
  create(parameters: Readonly<Record<string, unknown>>): HostTrait;
}

/** Builds an entry, with `create` typed by the declared parameters. */
function trait<P extends Parameters>(entry: {
  readonly help: string;
  readonly source: string;
  readonly parameters: P;
  readonly rejection?: Rejection;
  readonly check?: (parameters: Values<P>) => Mistake | null;
  readonly create: (parameters: Values<P>) => HostTrait;
}): HostTraitEntry {
  return entry;
}

export const hostTraits: Record<string, HostTraitEntry> = {
  connectionLimit: trait({
    help: 'how many connections a host holds, sessions and attempts together; beyond it a connect is refused at once; none: as many as come',
    source: 'file descriptors (`ulimit -n`), nginx `worker_connections`, HAProxy `maxconn` of a server without a queue',
    parameters: {
      connections: {
        unit: 'count',
        scales: 'hostSize',
        min: 1,
        help: 'sessions, and attempts that wait or are under way',
      },
    },
    rejection: { help: 'the host held as many connections as it can (`connectionLimit`)', hinted: false },
    create: ({ connections }) => ({ refuses: ({ sessions, openCount }) => sessions + openCount >= connections }),
  }),
};
