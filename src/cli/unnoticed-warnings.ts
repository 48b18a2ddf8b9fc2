/**
 * Warnings for losses that clients never notice: a crash or a lost network
 * closes no connection, so without a keepalive they stay disconnected without
 * knowing. It may be meant; more often a process that ends was.
 */
import type { LoadedScenario } from '../scenario/load.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { placeOfPath } from '../scenario/tree-path.ts';
import type { TargetSpec } from '../policies/targets.ts';

type Action = Scenario['timeline'][number];

/** Each action with its path in the file. */
export function actionsOf({ timeline, responders }: Scenario): readonly (readonly [path: string, action: Action])[] {
  return [
    ...timeline.map((action) => [`timeline.${action.name}`, action] as const),
    ...responders.flatMap(({ name, act }) =>
      act.map((action) => [`responders.${name}.act.${action.name}`, action] as const),
    ),
  ];
}

function warningOf(
  { action, parameters }: Action,
  { clients, tiers }: Scenario,
): Omit<Problem, 'file' | 'line' | 'column' | 'path'> | null {
  const deaf = clients.filter(({ keepalive }) => keepalive === null).map(({ name }) => name);
  if (action === 'lose-network' && deaf.length > 0)
    return {
      expected: 'clients with a keepalive',
      found: `none of ${deaf.join(', ')}: those that lose their connection never notice, also when the network is back`,
      hint: 'keepalive: { every: …, timeout: … } in the client version, if it pings or expects to hear something',
    };
  if (action !== 'crash') return null;
  const { tier: name } = parameters.target as TargetSpec;
  const place = tiers.findIndex((tier) => tier.name === name);
  if (!tiers[place].holdsSessions || (place === 0 && deaf.length === 0)) return null;
  const hint = 'kill, if its processes end: then the connections are reset, and clients know at once';
  return place === 0
    ? {
        expected: 'clients with a keepalive',
        found: `none of ${deaf.join(', ')}: whoever a crash cuts off never notices`,
        hint,
      }
    : {
        expected: `${tiers[0].name}, whose hosts answer keepalives`,
        found: `${name}, of whose crash no client ever hears`,
        hint,
      };
}

export function unnoticedLosses(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  return actionsOf(scenario).flatMap(([path, action]) => {
    const told = warningOf(action, scenario);
    return told === null ? [] : [problemAt(file, placeOfPath(tree.tree, path), { path, ...told })];
  });
}
