/**
 * The storm of the scale benchmark: all hosts of a fleet are rebooted at once,
 * all sessions drop in that instant and come back with full jitter. The fleet
 * grows with its sessions (2,500 to a host), so the cost per attempt should not
 * change with the size.
 */

export const SESSIONS_PER_HOST = 2500;

export function stormScenario(sessions: number): string {
  return `
format: 1
name: storm-of-${sessions}
clock: { from: "10:00", to: "10:15" }
tiers:
  - name: front
    hosts: ${Math.max(1, Math.round(sessions / SESSIONS_PER_HOST))}
    parallelism: 8
    serviceTime: { exponential: 50ms }
    boot: { uniform: [60s, 120s] }
    holdsSessions: true
products:
  - { name: chat, sessions: ${sessions} }
clients:
  - name: current
    backoff: { policy: full-jitter, base: 1s, cap: 60s }
    connectTimeout: 10s
timeline:
  - { name: everything, at: "1m", action: reboot, target: { tier: front }, order: all-at-once }
`;
}
