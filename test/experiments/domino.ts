// A fleet whose headroom is known: hosts that are used up by their sessions die, so the largest loss of n that is survived
// is n(1 − ρ), rounded down.
interface Fleet {
  readonly hosts?: number;
  readonly sessions?: number;
  /** sessions that a host can hold */
  readonly full?: number;
  readonly more?: string;
  readonly timeline?: string;
}

const reboot = 'timeline: [{ name: maintenance, at: "10:05", action: reboot, target: { tier: front, hosts: 1 } }]';

/** Hosts that are used up by their sessions fail their probes, so that theirs go to the others: a loss tips it if the rest cannot hold all. */
export function domino({ hosts = 10, sessions = 380, full = 50, more = '', timeline = reboot }: Fleet): string {
  return `
format: 1
name: domino
clock: { from: "10:00", to: "10:07" }
tiers:
  - name: front
    hosts: ${hosts}
    parallelism: 4
    serviceTime: 5ms
    balancing: least-connections
    sessionsAtFullLoad: ${full}
    boot: 1h
    liveness: { every: 10s, timeout: 2s, failures: 3, answered: in-queue }
    holdsSessions: true
products: [{ name: chat, sessions: ${sessions} }]
clients: [{ name: current, backoff: { policy: full-jitter, base: 30s, cap: 30s }, connectTimeout: 10s }]
${timeline}
${more}`;
}
