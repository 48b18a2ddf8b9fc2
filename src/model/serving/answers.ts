/**
 * What hosts and balancers say to the clients, as this room sees it: who
 * listens is not its business. Sessions are slots, causes and reasons are codes
 * of vocabulary.ts, a loss is a number of losses.ts.
 */

/** What becomes of an attempt, told to the session whose client waits for it. */
export interface Answers {
  /** Its transport is open, before the last tier is done with it. */
  opened(session: number): void;
  /** The last tier is done with it: the session is on its hosts. */
  connected(session: number): void;
  /** A tier's host or balancer said no. */
  rejected(session: number, reason: number, tier: number): void;
  /** The host that had it went down. */
  reset(session: number): void;
  /** Whether the client takes over a stale registration instead of being rejected for it. */
  takesOverStale(session: number): boolean;
}

/** What becomes of the connection of a connected session. */
export interface Connections {
  /** It is closed, and the client knows as soon as the network tells. */
  drop(session: number, cause: number, loss: number): void;
  /** It is gone without a word; what the client asked from `unansweredSinceMs` on is not answered any more. */
  vanish(session: number, cause: number, loss: number, unansweredSinceMs: number): void;
  /** Its host asks it to move at an instant to come: until then nothing else of the network ends it. */
  beginsToMove(session: number): void;
  /** It has moved to another host, and holds. */
  moved(session: number): void;
}
