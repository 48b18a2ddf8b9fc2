/**
 * Warnings for files that do not say how hosts answer what is not a connect, or
 * what it is to place the sessions of a lost host. It decides who drops and who
 * is killed, and nobody but the reader can know it.
 */
import type { TargetSpec } from '../policies/targets.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import type { Tree } from '../scenario/tree.ts';
import { placeOfPath } from '../scenario/tree-path.ts';
import type { Scenario, Tier } from '../scenario/scenario.ts';
import { actionsOf } from './unnoticed-warnings.ts';

/** Whether the file has a value of its own at a path below another one that it has. */
export function says(tree: Tree, path: string, below: string): boolean {
  const [own, place] = [placeOfPath(tree, path), placeOfPath(tree, below)];
  return own.line !== place.line || own.column !== place.column;
}

/** Keepalives used to wait in the queue; a file that does not say how they are answered may have been written for that. */
export function unsaidKeepalives(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  if (scenario.clients.every(({ keepalive }) => keepalive === null)) return [];
  const tier = `tiers.${scenario.tiers[0].name}`;
  if (says(tree.tree, `${tier}.keepalives`, tier)) return [];
  return [
    problemAt(file, placeOfPath(tree.tree, tier), {
      path: `${tier}.keepalives`,
      expected: 'how its hosts answer keepalives',
      found: 'nothing, which means aside',
      hint: 'aside: between connects, as an event loop does, so that no queue drops who is connected; in-queue: behind them, as where one thread serves one request',
    }),
  ];
}

/** Of each tier whose hosts are killed if they do not answer. */
export function unsaidProbes(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  return scenario.tiers.flatMap(({ name, liveness }) => {
    const probes = `tiers.${name}.liveness`;
    if (liveness === null || says(tree.tree, `${probes}.answered`, probes)) return [];
    return [
      problemAt(file, placeOfPath(tree.tree, probes), {
        path: `${probes}.answered`,
        expected: 'whether a host answers its health check while connects wait',
        found: 'nothing, which means in-queue',
        hint: 'in-queue: behind them, so that a queue can get a host killed; aside: between them, as an event loop answers a plain page; own-lane: a thread of its own does it',
      }),
    ];
  });
}

/** Clients that wait in two stages, in front of tiers of which the file does not say when a transport opens. */
export function unsaidTransports(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  const inStages = scenario.clients.find(({ connectTimeout }) => !connectTimeout.whole);
  if (inStages === undefined) return [];
  const isSaid = scenario.tiers.some(({ name }) => says(tree.tree, `tiers.${name}.opensTransport`, `tiers.${name}`));
  if (isSaid) return [];
  const tier = `tiers.${scenario.tiers[0].name}`;
  return [
    problemAt(file, placeOfPath(tree.tree, tier), {
      path: `${tier}.opensTransport`,
      expected: `whether its hosts open a connection before they answer the login, for ${inStages.name} waits for both`,
      found: 'nothing, which means none: it opens with the answer',
      hint: 'aside: at once, as a server that completes the upgrade and then works on the login; none: it works before it completes the upgrade, and `connectTimeout.answer` never counts',
    }),
  ];
}

/** How hosts of the tier may come to be lost, in words; null: by nothing that the file says. */
function lossOf(tier: Tier, scenario: Scenario): string | null {
  const takesDown = ['reboot', 'crash', 'kill'];
  const lost = actionsOf(scenario).find(
    ([, { action, parameters }]) => takesDown.includes(action) && (parameters.target as TargetSpec).tier === tier.name,
  );
  if (lost !== undefined) return lost[1].name;
  if (tier.liveness !== null) return 'its liveness probes';
  return tier.memory === null ? null : 'too little memory';
}

/** Of each tier with leases whose hosts may be lost, and do not hold their sessions: these are elsewhere at once, for nothing. */
export function unsaidMoves(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  return scenario.tiers.flatMap((tier, place) => {
    const lease = `tiers.${tier.name}.lease`;
    if (place === 0 || tier.lease === null || tier.holdsSessions || says(tree.tree, `${lease}.moves`, lease)) return [];
    const loss = lossOf(tier, scenario);
    if (loss === null) return [];
    return [
      problemAt(file, placeOfPath(tree.tree, lease), {
        path: `${lease}.moves`,
        expected: `what it costs to place the sessions of a host of ${tier.name} anew that is lost (${loss})`,
        found: 'nothing, which means free: all are at other hosts at once, and no work is done for it',
        hint: 'attempt: each is placed by work at another host, behind whatever waits there, and stalls until then: a herd of its own; free: where any host can take a lease over as it is',
      }),
    ];
  });
}
