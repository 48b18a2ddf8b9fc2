/** M/G/1 cases: one server, services of any distribution; the mean wait depends on their first two moments only. */
import { pollaczekKhinchineWait } from './closed-forms.ts';
import type { ReplicatedCase } from './replicated-case.ts';

/** `serviceTime` has the mean 1 ms and the squared coefficient of variation `cv2`; λ is per ms. */
export function generalService(
  name: string,
  serviceTime: string,
  cv2: number,
  { lambda, n, length }: { lambda: number; n: number; length: string },
): ReplicatedCase {
  return {
    name: `Pollaczek–Khinchine, ${name}`,
    n,
    level: 0.99,
    scenario: `
format: 1
name: general-service
clock: { from: "00:00", to: ${length} }
networkDelay: 0.01us
tiers:
  - { name: api, hosts: 1, parallelism: 1, serviceTime: ${serviceTime} }
products:
  - { name: request, arrivals: ${lambda * 1000}/s, lifetime: 0s }
clients:
  - { name: once, backoff: none, connectTimeout: none, giveUp: { after: 1, then: leave } }
measure: { from: 1s }
`,
    readings: [
      { metric: 'queueWait.api.mean', exact: pollaczekKhinchineWait(lambda, 1, cv2) },
      { metric: 'waitedFraction.api', exact: lambda, isProbability: true },
    ],
  };
}
