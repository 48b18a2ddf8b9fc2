/** What clients say of sessions' lives to whoever lets them come and go. */
export interface SessionLives {
  /** The session is connected, for the first time or again; it may leave by that. */
  connected(session: number): void;
  /** It is gone: its slot is free. */
  left(session: number): void;
}
