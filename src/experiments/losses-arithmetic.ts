/**
 * What is lost and how soon it can be back, by arithmetic: one host of each
 * tier, all hosts of a pod's largest tier, and what each action takes away. The
 * sessions of lost hosts that hold sessions drop; the least time in which all
 * are connected again is what the slowest tier needs that serves nobody else.
 * An action that goes step by step is reckoned by its first step.
 */
import { actions, type TakenHosts } from '../policies/actions.ts';
import { meantCount } from '../policies/targets.ts';
import type { Scenario, Tier, TimelineAction } from '../scenario/scenario.ts';
import { movesOf, type Moves } from './moves-arithmetic.ts';
import { groupOf, loadOf, readmitMs } from './tier-load.ts';

export interface Loss {
  readonly kind: 'host' | 'pod' | 'action';
  readonly name: string;
  /** the scenario's path that it is about */
  readonly path: string;
  /** null: no hosts are lost, only sessions */
  readonly tier: string | null;
  readonly hostsLost: number;
  /** hosts of the tier that are left, in the pod that loses most; null where none is lost */
  readonly hostsLeft: number | null;
  /** u of these with all sessions of their pod; Infinity: no host is left */
  readonly loadLeft: number | null;
  readonly droppedSessions: number;
  readonly droppedFraction: number;
  /** the least time until all are connected, by the hosts that are left; Infinity: not by these */
  readonly readmitByRestMs: number;
  /** the same once all hosts are back; of those that stay down it is the same time */
  readonly readmitByAllMs: number;
  /** of a tier whose leases move by work; null: nobody has to be placed anew */
  readonly moves: Moves | null;
}

/** What goes, by pod: hosts of one tier, and sessions that are cut off beside. */
interface Blow {
  readonly kind: Loss['kind'];
  readonly name: string;
  readonly path: string;
  readonly tier: Tier | null;
  /** by pod; of a shared tier there is one number */
  readonly hosts: readonly number[];
  /** by pod, 0…1 */
  readonly cutOff: readonly number[];
  /** the hosts do not come back by themselves */
  readonly staysDown?: boolean;
}

function reckon(
  scenario: Scenario,
  sessions: number,
  { kind, name, path, tier, hosts, cutOff, staysDown = false }: Blow,
): Loss {
  const { pods, tiers } = scenario;
  const lostShare = (pod: number): number => {
    if (tier === null || !tier.holdsSessions) return 0;
    return Math.min(1, (tier.scope === 'shared' ? hosts[0] : hosts[pod]) / tier.hosts);
  };
  const dropped = pods.map(({ share }, pod) => sessions * share * Math.max(lostShare(pod), cutOff[pod]));
  const all = dropped.reduce((sum, one) => sum + one, 0);
  const lostIn = (which: Tier, pod: number): number =>
    which !== tier ? 0 : which.scope === 'shared' ? hosts[0] : hosts[pod];
  const slowest = (areBack: boolean): number => {
    const isBack = areBack && !staysDown;
    return Math.max(
      0,
      ...tiers.flatMap((one) => {
        if (one.scope === 'shared')
          return [readmitMs(groupOf(scenario, one, isBack ? 0 : lostIn(one, 0)), sessions - all, sessions)];
        return pods.map(({ share }, pod) =>
          readmitMs(
            groupOf(scenario, one, isBack ? 0 : lostIn(one, pod)),
            sessions * share - dropped[pod],
            sessions * share,
          ),
        );
      }),
    );
  };
  const worst = hosts.indexOf(Math.max(...hosts));
  const left = tier === null ? null : groupOf(scenario, tier, hosts[worst]);
  return {
    kind,
    name,
    path,
    tier: tier?.name ?? null,
    hostsLost: hosts.reduce((sum, one) => sum + one, 0),
    hostsLeft: left === null ? null : left.hosts,
    loadLeft: left === null ? null : loadOf(left, sessions * (tier?.scope === 'shared' ? 1 : pods[worst].share)),
    droppedSessions: all,
    droppedFraction: sessions === 0 ? 0 : all / sessions,
    readmitByRestMs: slowest(false),
    readmitByAllMs: slowest(true),
    moves: tier === null ? null : movesOf(scenario, tier, hosts, sessions),
  };
}

function none(scenario: Scenario): number[] {
  return scenario.pods.map(() => 0);
}

/** A number for the pod with most sessions, or for a shared tier; nothing elsewhere. */
function inLargestPod(scenario: Scenario, hosts: number): number[] {
  const shares = scenario.pods.map(({ share }) => share);
  return scenario.pods.map((_, pod) => (pod === shares.indexOf(Math.max(...shares)) ? hosts : 0));
}

function atOnce(scenario: Scenario, tier: Tier, taken: TakenHosts): number[] {
  const isShared = tier.scope === 'shared';
  const pods = isShared ? [0] : taken.target.pods.length > 0 ? taken.target.pods : scenario.pods.map((_, pod) => pod);
  const each = meantCount(taken.target, tier.hosts, tier.zones);
  const inOrder = pods.flatMap((pod) => Array.from({ length: each }, () => pod));
  const first = inOrder.slice(0, taken.atOnce(isShared ? inOrder.map(() => -1) : inOrder));
  return none(scenario).map((_, pod) => first.filter((one) => one === pod).length);
}

/** What an action takes away; nothing for most. */
function blowOf(scenario: Scenario, action: TimelineAction, path: string): Blow[] {
  const entry = actions[action.action];
  const tierNamed = (name: string): Tier => scenario.tiers.find((tier) => tier.name === name)!;
  const blow = { kind: 'action', name: action.name, path, cutOff: none(scenario) } as const;
  const taken = entry.takes?.(action.parameters);
  if (taken !== undefined) {
    const tier = tierNamed(taken.target.tier);
    const { staysDown } = taken;
    return [{ ...blow, tier, hosts: atOnce(scenario, tier, taken), ...(staysDown === true ? { staysDown } : {}) }];
  }
  const brought = entry.brings?.(action.parameters);
  if (brought?.what === 'hosts') {
    const tier = tierNamed(brought.tier);
    const fewer = Math.max(0, tier.hosts - brought.hosts);
    const isMeant = (pod: number): boolean =>
      tier.scope === 'shared' ? pod === 0 : brought.pods.length === 0 || brought.pods.includes(pod);
    return fewer === 0 ? [] : [{ ...blow, tier, hosts: none(scenario).map((_, pod) => (isMeant(pod) ? fewer : 0)) }];
  }
  const dropped = entry.drops?.(action.parameters);
  if (dropped === undefined || dropped.fraction === 0) return [];
  return [
    {
      ...blow,
      tier: null,
      hosts: none(scenario),
      cutOff: scenario.pods.map((_, pod) =>
        dropped.pods.length === 0 || dropped.pods.includes(pod) ? dropped.fraction : 0,
      ),
    },
  ];
}

/** All losses that are reckoned, with so many sessions online. */
export function lossesOf(scenario: Scenario, sessions: number): Loss[] {
  const { pods, responders, tiers, timeline } = scenario;
  const largest = tiers.reduce<Tier | null>(
    (most, tier) => (tier.scope === 'pod' && (most === null || tier.hosts > most.hosts) ? tier : most),
    null,
  );
  const ofHosts = tiers.map((tier): Blow => ({
    kind: 'host',
    name: `one host of ${tier.name}`,
    path: `tiers.${tier.name}`,
    tier,
    hosts: tier.scope === 'shared' ? none(scenario).map((_, i) => (i === 0 ? 1 : 0)) : inLargestPod(scenario, 1),
    cutOff: none(scenario),
  }));
  const ofPod =
    largest === null
      ? []
      : [
          {
            kind: 'pod',
            name: `${pods.length > 1 ? "a pod's" : 'all of'} ${largest.name}`,
            path: `tiers.${largest.name}`,
            tier: largest,
            hosts: inLargestPod(scenario, largest.hosts),
            cutOff: none(scenario),
          } as const,
        ];
  const ofActions = [
    ...timeline.flatMap((action) => blowOf(scenario, action, `timeline.${action.name}`)),
    ...responders.flatMap(({ name, act }) =>
      act.flatMap((action) => blowOf(scenario, action, `responders.${name}.act.${action.name}`)),
    ),
  ];
  return [...ofHosts, ...ofPod, ...ofActions].map((blow) => reckon(scenario, sessions, blow));
}
