/**
 * What the model tells of itself while it runs. The metrics implement this
 * interface; without a recorder the model runs the same, only untold. The
 * recorder reads the fleet between events (`sample`), never through the queue.
 * Codes are those of vocabulary.ts; hosts, pods, tiers, products, client
 * versions are indices.
 */

/** What a loss is: `start` is what the run starts with, `ambient` the network's flaps and whoever arrives. */
export type LossKind = 'action' | 'death' | 'stall' | 'start' | 'ambient';

/** Read access to the fleet, for gauges and samples. */
export interface FleetView {
  readonly podNames: readonly string[];
  readonly tierNames: readonly string[];
  readonly productNames: readonly string[];
  /** hosts that exist or may come to exist; grows when a tier is scaled */
  readonly hostCount: number;
  /** like p1/agent-workspace-api/3 or shared/chat-session-service/2 */
  hostLabel(host: number): string;
  hostTier(host: number): number;
  /** −1 for hosts of a shared tier */
  hostPod(host: number): number;
  /** a code of hostStates */
  hostState(host: number): number;
  /** attempts that wait at the host, abandoned ones included */
  hostQueueLength(host: number): number;
  /** attempts being served, and those handed over to the next tier */
  hostInFlight(host: number): number;
  hostInService(host: number): number;
  /** attempts that the host can serve at once, by the rules that it follows now */
  hostSlots(host: number): number;
  hostSessions(host: number): number;
  /** sessions of a pod in a state (a code of sessionStates) */
  sessions(pod: number, state: number): number;
  /** connected sessions of a pod that wait to be placed at a host of a tier whose leases move by work */
  stalledSessions(pod: number): number;
  /** sessions ever admitted: those of the start and all arrivals */
  readonly admitted: number;
}

/** A fleet of nothing: all that a recorder knows before it is shown its own. */
export const noFleet: FleetView = {
  podNames: [],
  tierNames: [],
  productNames: [],
  hostCount: 0,
  hostLabel: () => '',
  hostTier: () => 0,
  hostPod: () => 0,
  hostState: () => 0,
  hostQueueLength: () => 0,
  hostInFlight: () => 0,
  hostInService: () => 0,
  hostSlots: () => 0,
  hostSessions: () => 0,
  sessions: () => 0,
  stalledSessions: () => 0,
  admitted: 0,
};

/** A notable event, for the log: something a person would tell. Plain data, stable key order. */
export interface NotableEvent {
  readonly atMs: number;
  /** 'actionStarted' | 'actionAborted' | 'actionDone' | 'hostDied' | 'hostRebooted' | 'hostUp' | 'hostReady' | 'hostUnready' | 'hostEjected' | 'hostReadmitted' | 'scaled' | 'responder' | 'stall' */
  readonly kind: string;
  /** the action's, responder's or host's name */
  readonly subject: string;
  /** what happened, in words */
  readonly text: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export interface Recorder {
  /** Before the first event, with everything of the start in place. */
  begin(fleet: FleetView): void;
  /** At every whole second: all events before `atMs` have happened, none at or after it. */
  sample(atMs: number): void;
  /** At the instant that the scenario's `measure.from` says, if it is not the start: all events before it have happened, none at or after it. */
  measureFrom(atMs: number): void;
  /** Before `end`, of each session that dropped (or began the run disconnected) and has not come back: for how long it has been away. */
  stillAway(awayMs: number, product: number, client: number): void;
  /** After the last event. Attempts still open have been told as ended `open`. */
  end(endMs: number): void;

  arrived(nowMs: number, pod: number, product: number): void;
  /** A session's lifetime was over. */
  left(nowMs: number, pod: number): void;
  gaveUp(nowMs: number, pod: number, product: number, client: number): void;
  /** An attempt that was due now was held back by its client's retry gate; it is none of the attempts that began. */
  suppressed(nowMs: number, pod: number): void;
  /** A page was loaded again; `cause` is a ReloadCause. */
  pageReloaded(nowMs: number, pod: number, cause: number): void;
  dropped(nowMs: number, pod: number, cause: number, loss: number): void;
  /** An attempt of a client ended; `reason` is a RejectReason for rejected ones, else −1. Called once per attempt. */
  attemptEnded(nowMs: number, pod: number, end: number, reason: number): void;
  /**
   * An attempt that is bound to be rejected for this reason at `atMs`, now or
   * later, told ahead of its time; `attemptEnded` is not called for it.
   */
  refusedAhead(atMs: number, pod: number, reason: number): void;
  /** With `attemptEnded(connected)`: from the attempt's start; and from the drop, −1 for a first connection. */
  connected(
    nowMs: number,
    pod: number,
    connectTimeMs: number,
    reconnectTimeMs: number,
    product: number,
    client: number,
  ): void;

  /** The run starts with an attempt at a tier whose client left before: none of those that come. */
  startsInTier(nowMs: number, tier: number): void;
  /** An attempt came to a tier: it entered a queue or began service at once. */
  enteredTier(nowMs: number, tier: number): void;
  /** The client of an attempt that waits at a tier since `enteredMs` waits for it no longer; the attempt does. */
  abandonedInQueue(nowMs: number, tier: number, enteredMs: number): void;
  /** A host came to a live attempt: it had waited `waitMs` (0 if it was served at once) and is served for `serviceMs`. */
  serviceBegan(nowMs: number, tier: number, waitMs: number, serviceMs: number): void;
  /** A host came to an attempt whose client had left before, and serves it for `serviceMs` ≥ 0. */
  abandonedServed(nowMs: number, tier: number, waitMs: number, serviceMs: number): void;
  /** A host came to an attempt whose client had left before, and discards it. */
  abandonedDiscarded(nowMs: number, tier: number, waitMs: number): void;
  /** The client of an attempt under service left: what is left of the service is for nobody. Not told while it stands still. */
  abandonedInService(nowMs: number, tier: number): void;
  /** A pause of its host stops a service. */
  servicePaused(nowMs: number, tier: number, forNobody: boolean): void;
  /** The pause is over, and the service goes on. */
  serviceResumed(nowMs: number, tier: number, forNobody: boolean): void;
  /**
   * An attempt ended its service at a tier or was swept from it; it was there for `stayMs`, waiting included.
   * `serviceFor` (a code of ServiceFor) says whose service ended or broke off with that, if one was going on.
   */
  leftTier(nowMs: number, tier: number, stayMs: number, serviceFor: number): void;

  hostChanged(nowMs: number, host: number, state: number): void;
  /** An action changed the rules that a host follows. */
  hostRulesChanged(nowMs: number, host: number): void;
  hostDied(nowMs: number, host: number, cause: number): void;
  hostRebooted(nowMs: number, host: number): void;
  /** A host that is alive passed its readiness probes, or failed them. */
  hostReady(nowMs: number, host: number, ready: boolean): void;
  /** A scaling policy changes how many hosts a pod's tier or a shared tier has; `subject` like p1/api. */
  scaled(nowMs: number, subject: string, fromHosts: number, toHosts: number): void;
  /** A balancer sends a host no more attempts for `forMs` at least; for the so-many-th time lately. */
  hostEjected(nowMs: number, host: number, forMs: number, times: number): void;
  hostReadmitted(nowMs: number, host: number): void;
  /** A timeline or responder action began (`done` false) or is over (`done` true). */
  action(nowMs: number, name: string, title: string, byResponder: boolean, done: boolean): void;
  /** An action stopped before its end: more than it may bear were disconnected. So many hosts are left as they were. */
  aborted(nowMs: number, name: string, hostsLeft: number, disconnectedFraction: number): void;
  /** A responder took a step: detected, paged, engaged, diagnosed. */
  responder(nowMs: number, name: string, step: string): void;
  /**
   * A loss came to be: an action's or that of the start (no parents), a host's death or a stall, with the shares of
   * the losses that caused it.
   */
  loss(nowMs: number, loss: number, kind: LossKind, subject: string, parents: ReadonlyMap<number, number>): void;
}
