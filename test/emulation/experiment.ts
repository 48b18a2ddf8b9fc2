/**
 * What an experiment with real processes says of itself: how many clients of which library,
 * which servers behind which balancer, who is killed and when. Times are ms, hosts are
 * numbered from 1 as in scenario files. What the simulator makes of it is derived from
 * this and from what was measured on the idle system: see derived-scenario.ts.
 */

/** The libraries, which run unmodified, by the names of their packages. */
export type LibraryName = 'reconnecting-websocket' | 'partysocket' | 'phoenix' | 'centrifuge' | 'socket.io-client';

export interface ServerSpec {
  /** connects that it works on at once */
  readonly workers: number;
  /** how long the work for one connect takes, on average */
  readonly serviceMs: number;
  readonly service: 'exponential' | 'constant';
  /** done aside, as a query to a database is, or it blocks the event loop, as computing does */
  readonly work: 'aside' | 'blocks';
  /** it looks whether the client is still there before it begins to work for it */
  readonly discardsAbandoned?: true;
  /** connects that may wait; the next one gets a 503 */
  readonly queueLimit?: number;
  /** socket.io: the handshake is answered at once, and the work is that of a middleware */
  readonly worksInMiddleware?: true;
  /** Clients connect to the one host itself and not to a balancer, and so many connects may wait to be accepted. */
  readonly acceptQueue?: number;
}

/** SIGKILL after so many failed probes in a row. */
export interface LivenessSpec {
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly failures: number;
  /** whether the answer stands in the work queue, or is given beside it */
  readonly answered: 'in-queue' | 'aside';
}

export interface KillSpec {
  readonly atMs: number;
  readonly hosts: readonly number[];
}

/** What is run; records hold it. */
export interface ExperimentSpec {
  readonly library: LibraryName;
  /** the library's own options, where they are not its defaults */
  readonly options?: Readonly<Record<string, number>>;
  readonly clients: number;
  /** processes that they are in */
  readonly clientProcesses: number;
  readonly hosts: number;
  readonly server: ServerSpec;
  readonly liveness?: LivenessSpec;
  /** from a host's death until it takes connections again */
  readonly bootMs: number;
  readonly kills: readonly KillSpec[];
  readonly durationMs: number;
}

export interface Experiment extends ExperimentSpec {
  /** what happens, as the table of the docs says it */
  readonly title: string;
  /** why small differences decide here: its curve may be further outside the band */
  readonly nearThreshold?: string;
  /** why the prediction is wrong, which it then must be */
  readonly misfit?: string;
}
