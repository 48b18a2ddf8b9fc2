/**
 * What was seen of one real client: its attempts, one after the other, each with
 * what was done to it. Instants are milliseconds since the client first came, on
 * the server's clock. A client is told apart by what it says of itself; a page
 * is one life of its process, from one start by hand to the next.
 */

/** What the server did to an attempt. */
export type Treatment =
  /** took it in, and answered as far as it knows the client's protocol */
  | 'accept'
  /** refused it with an HTTP status; a connection that is no HTTP was closed */
  | 'refuse'
  /** took the connection and never said a word */
  | 'hang'
  /** answered the upgrade, and then never said a word */
  | 'silent'
  /** took it in, and cut the connection soon after */
  | 'die'
  /** took it in, and closed it soon after with a code */
  | 'close'
  /** reset the connection before any answer */
  | 'reset';

/** `tcp`: no HTTP; `http`: requests that are answered at once; `stream`, `polling`: connections made of HTTP. */
export type Transport = 'tcp' | 'http' | 'stream' | 'polling' | 'websocket';

/** Something that the client sent unasked, once connected. */
export interface Sign {
  readonly atMs: number;
  /** a ping of the WebSocket protocol, or a message */
  readonly is: 'ping' | 'message';
}

export interface SeenAttempt {
  readonly page: number;
  readonly transport: Transport;
  readonly treatment: Treatment;
  /** of a refusal, or the code of a close */
  readonly code: number | null;
  /** what a refusal said in Retry-After, in seconds */
  readonly retryAfterSec: number | null;
  readonly startMs: number;
  /** null: it was still open when the learning ended */
  readonly endMs: number | null;
  readonly endedBy: 'client' | 'server' | null;
  /** when the transport was open: the upgrade answered */
  readonly openedMs: number | null;
  /** when the application had answered, so that the client counts as connected; null for a client whose protocol nobody here knows: open is all there is */
  readonly answeredMs: number | null;
  /** since when the server said nothing and answered nothing */
  readonly silentFromMs: number | null;
  /** whether it was connected for so long that no client could call it a failure, or was a request that got its answer */
  readonly held: boolean;
  /** another attempt of the same client was still open when it came */
  readonly overlaps: boolean;
  readonly signs: readonly Sign[];
}

/** The client stopped coming. */
export interface Absence {
  /** since the end of this attempt, by its place in the log */
  readonly afterAttempt: number;
  readonly forMs: number;
}

export interface ClientLog {
  /** what tells it from other clients; empty if it is the only one */
  readonly name: string;
  /** the protocol it speaks above its transport, if it was recognised */
  readonly dialect: string | null;
  /** the presets that speak it */
  readonly likelyPresets: readonly string[];
  /** what is special about that protocol's keepalives */
  readonly serverPings: ServerPings | null;
  readonly attempts: readonly SeenAttempt[];
  readonly absences: readonly Absence[];
  /** how often an attempt came while another was going on */
  readonly overlaps: number;
  /** when the learning ended */
  readonly untilMs: number;
}

/** A protocol in which the server says how often it pings. */
export interface ServerPings {
  /** what was said here */
  readonly toldEveryMs: number;
  /** the timeout that was said as well, or null if that is the client's own */
  readonly toldTimeoutMs: number | null;
  /** what servers of the kind say if nobody tells them otherwise, as a file writes it */
  readonly usual: { readonly every: string; readonly timeout: string };
}

/** A request that was answered is no failure, and no connection either. */
export function isAnswered({ transport, held }: SeenAttempt): boolean {
  return transport === 'http' && held;
}
