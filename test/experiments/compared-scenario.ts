// A pod of three hosts of which one is rebooted, small enough to be replicated often, and its variants: one that
// changes nothing, one that is calmer, one that collapses, one that
// never recovers.
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { loadVariants, type ComparedVariant } from '../../src/experiments/variant-set.ts';

export const comparedText = `
format: 1
name: compared
title: One of three hosts rebooted
clock: { date: 2023-04-26, from: "10:00", to: "10:22" }
tiers:
  - name: front
    scope: pod
    hosts: 3
    parallelism: 2
    serviceTime: { exponential: 300ms }
    sessionsAtFullLoad: 80
    abandonedWorkCost: 1
    boot: { uniform: [60s, 90s] }
    holdsSessions: true
products:
  - { name: chat, sessions: 90 }
clients:
  - name: current
    backoff: { policy: full-jitter, base: 1s, cap: 60s }
    connectTimeout: 10s
    keepalive: { every: 25s, timeout: 20s }
timeline:
  - name: maintenance
    at: "10:01"
    action: reboot
    target: { tier: front, hosts: [1] }
variants:
  - name: same
    title: nothing changed
  - name: longer-cap
    title: clients back off for up to five minutes
    set: { clients.current.backoff.cap: 5m }
  - name: impatient
    title: all hosts are rebooted, and clients try again at once and wait for one second only
    set:
      clients.current.backoff: { policy: fixed, delay: 100ms }
      clients.current.connectTimeout: 1s
      timeline.maintenance.target: { tier: front, hosts: [1, 2, 3] }
  - name: gone
    title: two hosts are gone for good, and the third cannot hold everybody
    set:
      timeline.maintenance.target: { tier: front, hosts: [1, 2] }
      tiers.front.boot: { constant: 24h }
      tiers.front.sessionsAtFullLoad: 40
`;

export function comparedVariants(text: string, names?: readonly string[]): readonly ComparedVariant[] {
  const set = loadVariants({ file: 'compared.yaml', text }, vocabulary, names === undefined ? {} : { variants: names });
  if (!set.ok) throw new Error(set.problems.map((problem) => formatProblem(problem, text)).join('\n'));
  return set.variants;
}
