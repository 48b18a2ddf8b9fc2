/**
 * Closed pods: until when nobody can be let in, because there is no host, or
 * because the balancer's gate is closed. It is told from what is under way now;
 * what is not foreseen counts as if it came at once.
 */
import type { Engine } from '../../engine/engine.ts';
import type { Balancer } from '../state/balancer.ts';
import type { Host } from '../state/host.ts';
import { HostState } from '../state/vocabulary.ts';

/**
 * While the pool is empty: the earliest instant at which a host may come back
 * by what is under way now (actions aside). The balancer's own checks and the
 * ends of ejections are not foreseen: then it is now. It is asked at each refusal,
 * so where all hosts are down it is looked up once, until any of them turns or
 * boots otherwise: with 400 hosts looking was a sixth of a storm's time.
 */
export function closedUntilMs(balancer: Balancer, engine: Engine): number {
  if (balancer.pool.length > 0 || balancer.rules.tier.checks !== null || balancer.ejectedHosts > 0) return engine.nowMs;
  if (!Number.isNaN(balancer.returnsAtMs)) return balancer.returnsAtMs;
  let untilMs = Infinity;
  let areDown = true;
  for (const host of balancer.hosts) {
    // One that drains may be killed before it is done, and be back sooner.
    if (host.state === HostState.draining) return engine.nowMs;
    if (host.isAlive) areDown = false;
    untilMs = Math.min(untilMs, host.isAlive ? readyAgainMs(host, engine) : host.times.changesAtMs);
  }
  if (areDown) balancer.returnsAtMs = untilMs;
  return untilMs;
}

/** The earliest instant at which a host that is alive but not ready may be back: by its probes, or by its death and boot. */
function readyAgainMs({ liveness, readiness, rules }: Host, engine: Engine): number {
  if (rules.limitsMemory) return engine.nowMs;
  const readyMs = readiness.event === 0 ? Infinity : engine.timeOf(readiness.event);
  return liveness.event === 0 ? readyMs : Math.min(readyMs, engine.timeOf(liveness.event));
}

/**
 * While the pool is not empty and nobody is shed: until when the balancer's gate
 * is bound to refuse all that come (actions aside). It is the answer as long as
 * there is a host to choose, and at least the last one whose probes may take it
 * out stays for so long.
 */
export function gatedUntilMs(balancer: Balancer, engine: Engine): number {
  const { gate, rules } = balancer;
  const { checks, panic } = rules.tier;
  if (gate.open || gate.per !== 'balancer' || gate.closedUntilMs === undefined) return engine.nowMs;
  const isForeseen = checks === null && panic === null && !rules.ejects && balancer.ejectedHosts === 0;
  if (!isForeseen || balancer.turnsAway.length > 0) return engine.nowMs;
  const untilMs = gate.closedUntilMs();
  let lastStaysUntilMs = engine.nowMs;
  for (const host of balancer.pool) {
    if (lastStaysUntilMs >= untilMs) break;
    lastStaysUntilMs = Math.max(lastStaysUntilMs, staysUntilMs(host, engine));
  }
  return Math.min(untilMs, lastStaysUntilMs);
}

/** The earliest instant at which a host of the pool may leave it: by its probes. */
function staysUntilMs({ isUp, liveness, readiness, rules }: Host, engine: Engine): number {
  if (!isUp || rules.limitsMemory) return engine.nowMs;
  const liveMs = liveness.event === 0 ? Infinity : engine.timeOf(liveness.event);
  return readiness.event === 0 ? liveMs : Math.min(liveMs, engine.timeOf(readiness.event));
}
