/**
 * A fleet of some size on a calm day: an hour in which nothing happens but what
 * its features bring, then 1 % of its hosts are rebooted at once, and a quarter
 * of an hour later everybody is back. The fleet grows with its sessions (2,500 to
 * a host), so that what it takes is told per session.
 */

/** What a fleet may use besides. */
export type FleetFeature = 'flaps' | 'keepalive' | 'two-tiers' | 'lifetime';

export function calmScenario(sessions: number, features: readonly FleetFeature[] = []): string {
  const uses = (name: FleetFeature): boolean => features.includes(name);
  const hosts = Math.max(1, Math.round(sessions / 2500));
  return `
format: 1
name: calm-of-${sessions}
clock: { from: "10:00", to: "11:15" }
tiers:
  - name: front
    hosts: ${hosts}
    parallelism: 8
    serviceTime: { exponential: 50ms }
    boot: { uniform: [60s, 120s] }
    holdsSessions: true
${uses('two-tiers') ? `  - { name: back, scope: shared, hosts: ${hosts}, parallelism: 8, serviceTime: { exponential: 20ms } }` : ''}
products:
  - { name: chat, sessions: ${sessions}${uses('flaps') ? ', ambientDrops: "0.05/h"' : ''}${uses('lifetime') ? `, lifetime: { exponential: 4h }, arrivals: { process: poisson, rate: "${sessions / 4}/h" }` : ''} }
clients:
  - name: current
    backoff: { policy: full-jitter, base: 1s, cap: 60s }
    connectTimeout: 10s
${uses('keepalive') ? '    keepalive: { every: 25s, timeout: 20s }' : ''}
timeline:
  - { name: maintenance, at: "11:00", action: reboot, target: { tier: front, hosts: [${Array.from({ length: Math.max(1, Math.round(hosts / 100)) }, (_, n) => n + 1).join(', ')}] }, order: all-at-once }
`;
}
