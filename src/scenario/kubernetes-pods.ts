/**
 * A scenario whose pods look like Kubernetes' pods. Here a pod is an isolated
 * copy of the service with its own customers; what Kubernetes calls a pod is a
 * host. Who mixes them up gets many pods with one host each, whose sessions have
 * nowhere to go when that host is lost. It may be meant, so it is a remark and
 * no mistake.
 */
import type { Scenario } from './scenario.ts';

/** Fewer are a usual number of isolated copies. */
const PODS_LEAST = 4;

export interface PodsMistaken {
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}

/** What to say of such a scenario; null for all others. */
export function kubernetesPods({ pods, tiers, scale }: Scenario): PodsMistaken | null {
  const ownTiers = tiers.filter(({ scope }) => scope === 'pod');
  // A fleet that was scaled down may be left with one host a pod, and is meant so.
  if (pods.length < PODS_LEAST || ownTiers.length === 0 || scale.hosts < 1) return null;
  if (ownTiers.some(({ hosts }) => hosts > 1)) return null;
  return {
    expected: 'isolated copies of the service, of several hosts each',
    found: `${pods.length} with a single host of ${ownTiers.map(({ name }) => name).join(' and ')} each`,
    hint:
      "a pod here is a copy of the service whose sessions never go to another pod's hosts; " +
      `if these are Kubernetes' pods behind one balancer, write pods: 1 and hosts: ${pods.length}`,
  };
}
