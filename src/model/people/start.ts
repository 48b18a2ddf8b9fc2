/**
 * A start amid an outage: hosts that are booting, sessions that wait to try
 * again, and abandoned attempts that hosts have yet to work off. A boot is met
 * at a random instant of it, so the long ones are met more often; of each
 * delay a uniform part has passed. No action is to blame for it: it is a loss of
 * its own, whose sessions dropped before anybody looked.
 */
import { sampleResidual } from '../../engine/distributions.ts';
import { inOrderOfNames, OwnerKeys } from '../../engine/luck.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Host } from '../state/host.ts';
import { AttemptKind } from '../state/vocabulary.ts';
import type { AttemptPath } from '../serving/attempt-path.ts';
import type { HostLife } from '../serving/host-life.ts';

/** The first hosts of each pod are down, and have been for a while. */
export function bootDownHosts(fleet: Fleet, hostLife: HostLife): void {
  const luck = fleet.stream('start boot');
  fleet.balancers.forEach((balancers, tier) => {
    const down = fleet.scenario.start.down[fleet.tierNames[tier]] ?? 0;
    for (const balancer of balancers)
      for (const host of balancer.hosts.slice(0, down))
        hostLife.bootAmid(host, sampleResidual(host.rules.boot, luck.at(host.luckKey, 0)));
  });
}

/** Whether the n-th session (from 0) of a pod is disconnected: as evenly spread as the share allows. */
export function startsDisconnected(fleet: Fleet, n: number): boolean {
  const { disconnected } = fleet.scenario.start;
  return Math.floor((n + 1) * disconnected) > Math.floor(n * disconnected);
}

/** Fills the queues of the hosts that are up. Products have their parts by their sessions. */
export function queueAbandonedAttempts(fleet: Fleet, path: AttemptPath): void {
  const { products, start } = fleet.scenario;
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  const luck = fleet.stream('start queue');
  const byName = inOrderOfNames(products);
  for (const host of fleet.hosts) {
    const queued = host.isUp ? (start.queued[fleet.tierNames[host.tier]] ?? 0) : 0;
    if (queued === 0) continue;
    // They are nobody's: their luck is that of their place in the queue.
    const serials = new OwnerKeys(fleet.engine.seed, `start queue ${host.luckKey}`);
    for (let n = 0; n < queued; n++) {
      const serial = serials.next();
      let left = luck.at(serial, 0).uniform() * sessions;
      let place = 0;
      while (place < products.length - 1 && left >= products[byName[place]].sessions)
        left -= products[byName[place++]].sessions;
      takeInAbandoned(fleet, path, host, {
        serial,
        product: byName[place],
        pod: host.pod < 0 ? n % fleet.podNames.length : host.pod,
      });
    }
  }
}

/** An attempt waits at the host whose client has left, and is nobody's of those that are here. */
function takeInAbandoned(
  { attempts, engine, losses, recorder }: Fleet,
  path: AttemptPath,
  host: Host,
  { serial, product, pod }: { readonly serial: number; readonly product: number; readonly pod: number },
): void {
  const attempt = attempts.allocate(product, AttemptKind.fresh, host.index);
  attempts.setSlot(attempt, 0);
  attempts.setSerial(attempt, serial);
  attempts.setNumber(attempt, 1);
  attempts.setPod(attempt, pod);
  attempts.setLoss(attempt, losses.ofStart);
  attempts.setTier(attempt, host.tier);
  recorder?.startsInTier(engine.nowMs, host.tier);
  path.settleIn(attempt, host);
}
