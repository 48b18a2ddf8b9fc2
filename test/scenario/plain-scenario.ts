/** A small scenario as plain data, to change and to load as JSON. */
export interface PlainScenario {
  [key: string]: unknown;
  tiers: Record<string, unknown>[];
  products: Record<string, unknown>[];
  clients: Record<string, unknown>[];
  timeline: Record<string, unknown>[];
}

export function plainScenario(): PlainScenario {
  return {
    format: 1,
    name: 'plain',
    clock: { to: '5m' },
    tiers: [
      { name: 'api', hosts: 3, parallelism: 2, serviceTime: { exponential: '20ms' }, boot: '30s', holdsSessions: true },
    ],
    products: [{ name: 'chat', sessions: 50 }],
    clients: [{ name: 'current', backoff: { policy: 'fixed', delay: '1s' } }],
    timeline: [{ name: 'loss', at: '1m', action: 'reboot', target: { tier: 'api', hosts: 1 } }],
  };
}

export function scenarioJson(change: (scenario: PlainScenario) => void): string {
  const scenario = plainScenario();
  change(scenario);
  return JSON.stringify(scenario);
}
