// Pods that look like Kubernetes' pods: who writes 24 pods of one host each is told what a pod is here.
import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { kubernetesPods, type PodsMistaken } from '../../src/scenario/kubernetes-pods.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { loadShipped, shippedFiles } from '../scenarios/shipped-scenario.ts';

function hintOf(text: string): PodsMistaken | null {
  const loaded = loadScenario({ file: 'fleet.yaml', text }, vocabulary, {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return kubernetesPods(loaded.scenario);
}

function fleet(pods: number, hosts: number, more = ''): string {
  return `format: 1
name: fleet
clock: { to: 10m }
pods: ${pods}
tiers:
  - { name: ws, hosts: ${hosts}, parallelism: 4, serviceTime: 15ms }
  - { name: redis, scope: shared, hosts: 10, parallelism: 4, serviceTime: 1ms }
products: [{ name: ws, sessions: 1200 }]
clients: [{ name: current, preset: socket.io }]
${more}`;
}

describe('pods that look like those of Kubernetes', () => {
  it('are told: many pods with one host each, and what to write instead', () => {
    expect(hintOf(fleet(24, 1))).toMatchObject({
      found: '24 with a single host of ws each',
      hint: expect.stringMatching(/Kubernetes.*pods: 1 and hosts: 24$/) as string,
    });
  });

  it('are not seen where pods have several hosts, or are few', () => {
    expect(hintOf(fleet(24, 2))).toBeNull();
    expect(hintOf(fleet(3, 1))).toBeNull();
    expect(hintOf(fleet(1, 24))).toBeNull();
  });

  it('are not seen where all tiers are shared, or where scale left one host', () => {
    expect(hintOf(fleet(24, 1).replace('name: ws, hosts', 'name: ws, scope: shared, hosts'))).toBeNull();
    expect(hintOf(fleet(24, 10, 'scale: { hosts: 0.1 }'))).toBeNull();
  });

  it('are not seen in any scenario that is shipped', () => {
    for (const file of shippedFiles) expect(kubernetesPods(loadShipped(file).scenario), file).toBeNull();
  });
});
