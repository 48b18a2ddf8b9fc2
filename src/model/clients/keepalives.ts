/**
 * Keepalives: how a client notices that the host of the first tier that it is
 * connected to is gone without a word, or answers no more.
 */
import type { Fleet } from '../state/fleet.ts';
import { DropCause } from '../state/vocabulary.ts';
import type { Connections } from '../serving/answers.ts';
import type { WatchRules } from '../serving/stall-watch.ts';
import type { ClientVersions } from './client-versions.ts';

/** What is watched of the clients' keepalives; null if no version has any. */
export function keepaliveRules(
  fleet: Fleet,
  { rules }: ClientVersions,
  connections: Pick<Connections, 'drop'>,
): WatchRules | null {
  if (rules.every(({ keepaliveEveryMs }) => keepaliveEveryMs === Infinity)) return null;
  const { roster } = fleet;
  return {
    label: 'keepalive',
    phaseLuck: 'keepalive phase',
    tier: 0,
    answered: (host) => host.rules.tier.keepalives,
    shortestTimeoutMs: Math.min(...rules.map(({ keepaliveTimeoutMs }) => keepaliveTimeoutMs)),
    everyMs: (session) => rules[roster.client(session)].keepaliveEveryMs,
    timeoutMs: (session) => rules[roster.client(session)].keepaliveTimeoutMs,
    onFail: (session, loss) => connections.drop(session, DropCause.keepalive, loss),
  };
}
