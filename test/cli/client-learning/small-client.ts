// A client of a few lines whose every rule is known: what `sim learn-client` has to find.
import { WebSocket } from 'ws';

export interface SmallClientRules {
  readonly baseMs: number;
  readonly capMs: number;
  readonly connectTimeoutMs: number;
  readonly pingEveryMs: number;
  readonly pingTimeoutMs: number;
  readonly honoursHints: boolean;
  /** never tries again after a close with this code */
  readonly finalCode: number;
}

/** Starts it; returns how to stop it. */
export function startSmallClient(url: string, rules: SmallClientRules): () => void {
  let stopped = false;
  let failures = 0;
  let socket: WebSocket | null = null;
  const timers = new Set<NodeJS.Timeout>();
  const later = (ms: number, act: () => void): NodeJS.Timeout => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
    return timer;
  };
  const connect = (): void => {
    if (stopped) return;
    const own = new WebSocket(url, { autoPong: true });
    socket = own;
    let hintMs = 0;
    let lost = false;
    const timeout = later(rules.connectTimeoutMs, () => own.terminate());
    let ping: NodeJS.Timeout | null = null;
    const pingLater = (): void => {
      ping = later(rules.pingEveryMs, () => {
        own.ping();
        ping = later(rules.pingTimeoutMs, () => own.terminate());
      });
    };
    own.on('open', () => {
      clearTimeout(timeout);
      failures = 0;
      pingLater();
    });
    own.on('pong', () => {
      if (ping !== null) clearTimeout(ping);
      pingLater();
    });
    own.on('error', () => undefined);
    own.on('unexpected-response', (_request, response) => {
      if (rules.honoursHints) hintMs = Number(response.headers['retry-after'] ?? 0) * 1000;
      own.terminate();
    });
    own.on('close', (code) => {
      if (lost) return;
      lost = true;
      clearTimeout(timeout);
      if (ping !== null) clearTimeout(ping);
      if (code === rules.finalCode) return;
      failures++;
      later(Math.max(hintMs, Math.min(rules.capMs, rules.baseMs * 2 ** (failures - 1))), connect);
    });
  };
  connect();
  return () => {
    stopped = true;
    for (const timer of timers) clearTimeout(timer);
    socket?.terminate();
  };
}
