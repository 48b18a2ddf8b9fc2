/**
 * Actions: what people and machines do to the fleet, on the timeline or as a
 * responder's remedy. An action is data plus a few lines that tell the fleet
 * what to do through `FleetControl`, which the model implements.
 */
import { meansSome, type TargetSpec } from './targets.ts';
import { createPolicy, type Parameters, type Values } from './parameters.ts';
import { calmRebootMs, rebootOrders, type RebootView } from './reboot-order.ts';

/** What an action can do to the fleet. Hosts are the model's host numbers. */
export interface FleetControl {
  /** The hosts that the target means, in the order of its pods. */
  select(target: TargetSpec): number[];
  /** Reboots hosts. With `signsOff` they take their sessions' registrations back first. */
  reboot(hosts: readonly number[], options: { readonly drainMs: number; readonly signsOff: boolean }): void;
  /** Hosts vanish: no connection is closed, nobody is told. Their boot begins after so long; Infinity: not by itself. */
  crash(hosts: readonly number[], bootsAfterMs: number): void;
  /** Hosts' processes are killed: their connections are reset. Their boot begins after so long; Infinity: not by itself. */
  kill(hosts: readonly number[], bootsAfterMs: number): void;
  /** Hosts whose boot has yet to begin boot now; those that left their tier while they were dead are no longer out. */
  startHosts(target: TargetSpec): void;
  /** Hosts close a share of the connections that they hold, each at its own instant of a window, and stay. */
  closeConnections(hosts: readonly number[], options: { readonly fraction: number; readonly overMs: number }): void;
  /** Hosts stand still for so long, then go on. */
  pause(hosts: readonly number[], durationMs: number): void;
  /** From now on the tier has so many hosts (per pod for tiers of scope pod). */
  scale(tier: string, pods: readonly number[], hosts: number, drainMs: number): void;
  changeTier(tier: string, pods: readonly number[], changes: Readonly<Record<string, unknown>>): void;
  /** Of these hosts alone. */
  changeHosts(hosts: readonly number[], changes: Readonly<Record<string, unknown>>): void;
  /** The tier's processes are restarted: its queues are emptied, what was under way is reset. */
  restartTier(tier: string, pods: readonly number[]): void;
  /** Sessions change to another client version over a window; with `reload` they drop and start anew. */
  deploy(
    client: string,
    options: { readonly windowMs: number; readonly fraction: number; readonly reload: boolean },
  ): void;
  /** The balancers of `tier` refuse a share of the connects; returns what ends it. */
  shedLogins(tier: string, pods: readonly number[], how: TurningAway): () => void;
  /** Hosts refuse a share of the connects that come to them; returns what ends it. */
  turnAway(hosts: readonly number[], how: TurningAway): () => void;
  /** A share of the pods' clients is cut off from now on; returns what ends it. */
  loseNetwork(pods: readonly number[], fraction: number): () => void;
  /** Sessions of a product arrive on top of all others, for so long. */
  addArrivals(
    product: string,
    options: { readonly pods: readonly number[]; readonly perSec: number; readonly forMs: number },
  ): void;
  /** Calls back after so long; the action is not over before. */
  later(delayMs: number, then: () => void): void;
  /** Calls back at an instant; the action is not over before. */
  at(atMs: number, then: () => void): void;
  readonly nowMs: number;
  /** of all sessions that are not gone */
  readonly disconnectedFraction: number;
  /** by host: its pod; −1 for those of a shared tier */
  podOf(host: number): number;
  /** The action stops before its end, with so many hosts left as they are. It is over when those that it touched are up. */
  abort(hostsLeft: number): void;
}

/** How a host, or a balancer, refuses connects that it could take. */
export interface TurningAway {
  readonly fraction: number;
  /** whom: sessions that were never connected, or everybody */
  readonly onlyNew: boolean;
  /** of a host: its readiness probes fail meanwhile */
  readonly isUnready: boolean;
}

/** What is known of a scenario's fleet before it is run. */
export interface PlannedFleet {
  /** the pod of each host that a target means, in the order of its pods; −1 in a shared tier */
  podsOf(target: TargetSpec): readonly number[];
  /** how long a host of the tier takes to come back, on the mean */
  bootMs(tier: string): number;
}

/** Sessions that arrive because of an action, at so high a rate for so long; or the hosts that a tier has from then on, in each of the pods (all, if none is named). */
export type Brought =
  | { readonly what: 'sessions'; readonly product: string; readonly perSec: number; readonly forMs: number }
  | { readonly what: 'hosts'; readonly tier: string; readonly pods: readonly number[]; readonly hosts: number };

/** Hosts that an action takes away, for some time or for good. */
export interface TakenHosts {
  readonly target: TargetSpec;
  /** how many at a time: of hosts in these pods, in the order of the action, as many of the first ones */
  atOnce(pods: readonly number[]): number;
  /** they do not boot by themselves */
  readonly staysDown?: boolean;
}

/** Sessions that an action cuts off, hosts or no hosts. */
export interface DroppedSessions {
  /** empty: all */
  readonly pods: readonly number[];
  readonly fraction: number;
  /** spread over so long */
  readonly overMs: number;
}

export interface ActionEntry {
  readonly help: string;
  readonly source: string;
  readonly parameters: Parameters;
  /** How long after its start it is over, about, if nothing comes in between; at once if not said. */
  lasts?(parameters: Readonly<Record<string, unknown>>, fleet: PlannedFleet): number;
  /** What it brings into the fleet, and the parameter that says how much: what a run costs is foreseen by it. */
  brings?(parameters: Readonly<Record<string, unknown>>): Brought & { readonly parameter: string };
  /** What it takes away, for those who reckon what is left. */
  takes?(parameters: Readonly<Record<string, unknown>>): TakenHosts;
  drops?(parameters: Readonly<Record<string, unknown>>): DroppedSessions;
  start(control: FleetControl, parameters: Readonly<Record<string, unknown>>): void;
}

/** Builds an action's entry, with `start` typed by the declared parameters. */
function action<P extends Parameters>(entry: {
  readonly help: string;
  readonly source: string;
  readonly parameters: P;
  readonly lasts?: (parameters: Values<P>, fleet: PlannedFleet) => number;
  readonly brings?: (parameters: Values<P>) => Brought & { readonly parameter: keyof P & string };
  readonly takes?: (parameters: Values<P>) => TakenHosts;
  readonly drops?: (parameters: Values<P>) => DroppedSessions;
  readonly start: (control: FleetControl, parameters: Values<P>) => void;
}): ActionEntry {
  return entry;
}

const target = { unit: 'target', help: 'which hosts: { tier, pods, zones, hosts }' } as const;
const tier = { unit: 'tier', help: 'which tier' } as const;
const pods = { unit: 'pods', default: [], help: 'in which pods; all if left out' } as const;
const tierOfTarget = { unit: 'tierOfTarget', help: 'which tier; or see target' } as const;
const bootsAfter = {
  unit: 'durationOrNone',
  default: 0,
  min: 0,
  help: 'when their boot begins, which takes as long as the tier says: at once, after so long, or none: they stay down until `start-hosts`',
} as const;
const order = {
  unit: 'rebootOrder',
  default: { policy: 'all-at-once', parameters: {} },
  help: 'in which order',
} as const;

export const actions: Record<string, ActionEntry> = {
  reboot: action({
    help: 'reboots hosts; their sessions drop, and their clients know at once',
    source: 'the incident: a routine reboot at peak',
    parameters: {
      target,
      order,
      signsOff: { unit: 'flag', default: true, help: 'whether sessions are signed off at the registry first' },
    },
    lasts: (p, fleet) =>
      calmRebootMs(createPolicy(rebootOrders, p.order), fleet.podsOf(p.target)) + fleet.bootMs(p.target.tier),
    takes: (p) => ({
      target: p.target,
      atOnce: (pods) =>
        createPolicy(rebootOrders, p.order).next({ nowMs: 0, leftPods: pods, last: null, disconnectedFraction: 0 })
          .take,
    }),
    start: (control, p) => {
      const rebootOrder = createPolicy(rebootOrders, p.order);
      const waiting = control.select(p.target);
      let last: RebootView['last'] = null;
      const step = (): void => {
        const { nowMs, disconnectedFraction } = control;
        const leftPods = waiting.map((host) => control.podOf(host));
        const { take, againAtMs, aborts } = rebootOrder.next({ nowMs, leftPods, last, disconnectedFraction });
        if (aborts) {
          control.abort(waiting.length);
          return;
        }
        if (take > 0) {
          last = { atMs: nowMs, pod: leftPods[0] };
          control.reboot(waiting.splice(0, take), { drainMs: rebootOrder.drainMs, signsOff: p.signsOff });
        }
        if (waiting.length > 0) control.at(againAtMs, step);
      };
      if (waiting.length > 0) step();
    },
  }),
  crash: action({
    help: 'hosts vanish (power, a kernel, their network) and boot again, at once if not said otherwise: no connection is closed, clients find out by their keepalive, or never; of a process that ends see `kill`',
    source: 'definition',
    parameters: { target, bootsAfter },
    lasts: (p, fleet) => (p.bootsAfter === Infinity ? 0 : p.bootsAfter + fleet.bootMs(p.target.tier)),
    takes: (p) => ({ target: p.target, atOnce: (pods) => pods.length, staysDown: p.bootsAfter === Infinity }),
    start: (control, p) => control.crash(control.select(p.target), p.bootsAfter),
  }),
  kill: action({
    help: "hosts' processes are killed (SIGKILL, the kernel for lack of memory, a roll-out without a drain): their connections are reset, and their clients know at once",
    source: 'definition: a process that ends closes its sockets, whoever ends it',
    parameters: { target, bootsAfter },
    lasts: (p, fleet) => (p.bootsAfter === Infinity ? 0 : p.bootsAfter + fleet.bootMs(p.target.tier)),
    takes: (p) => ({ target: p.target, atOnce: (pods) => pods.length, staysDown: p.bootsAfter === Infinity }),
    start: (control, p) => control.kill(control.select(p.target), p.bootsAfter),
  }),
  'start-hosts': action({
    help: 'starts hosts that a crash or a kill left down (`bootsAfter`): they boot now. Others stay as they are',
    source: 'definition; a zone has power again, people start machines',
    parameters: { target },
    lasts: (p, fleet) => fleet.bootMs(p.target.tier),
    start: (control, p) => control.startHosts(p.target),
  }),
  'close-connections': action({
    help: "hosts close connections and stay (a drain in place, a load balancer's reset, a reload of its rules); their clients know at once. Of tiers that hold sessions",
    source:
      'definition; Envoy closes what is left of a listener when its drain is over, an ALB when its idle timeout is',
    parameters: {
      target,
      fraction: { unit: 'fraction', default: 1, help: 'the share of the connections that are closed' },
      over: { unit: 'duration', default: 0, min: 0, help: 'each at its own instant, spread evenly over so long' },
    },
    lasts: (p) => p.over,
    drops: (p) => ({ pods: p.target.pods, fraction: p.target.hosts === undefined ? p.fraction : 0, overMs: p.over }),
    start: (control, p) => {
      control.closeConnections(control.select(p.target), { fraction: p.fraction, overMs: p.over });
      control.later(p.over, () => undefined);
    },
  }),
  pause: action({
    help: 'hosts stand still (a long collection, a frozen disk) and then go on',
    source: 'definition',
    parameters: { target, for: { unit: 'duration', min: 0, help: 'for how long' } },
    lasts: (p) => p.for,
    takes: (p) => ({ target: p.target, atOnce: (pods) => pods.length }),
    start: (control, p) => control.pause(control.select(p.target), p.for),
  }),
  scale: action({
    help: 'changes how many hosts a tier has; new ones boot first, surplus ones drain their sessions',
    source: 'definition',
    parameters: {
      tier,
      pods,
      hosts: {
        unit: 'count',
        scales: 'hosts',
        min: 0,
        max: 10_000,
        help: 'hosts per pod (or of the shared tier) from now on',
      },
      drain: {
        unit: 'duration',
        default: 60_000,
        min: 0,
        help: 'sessions move away over so long from hosts that leave',
      },
    },
    brings: (p) => ({ what: 'hosts', parameter: 'hosts', tier: p.tier, pods: p.pods, hosts: p.hosts }),
    start: (control, p) => control.scale(p.tier, p.pods, p.hosts, p.drain),
  }),
  set: action({
    help: "changes a tier's policies or parameters while it runs; with a target those of some of its hosts, which keep them until a `set` says otherwise",
    source: 'definition',
    parameters: {
      tier: tierOfTarget,
      pods,
      target: {
        unit: 'someHosts',
        help: 'or: which hosts; not for fields of the balancer, of which there is one a pod',
      },
      change: { unit: 'tierChanges', help: 'fields of the tier and their new values' },
    },
    start: (control, p) => {
      if (p.target !== undefined && meansSome(p.target)) control.changeHosts(control.select(p.target), p.change);
      else control.changeTier(p.tier, p.pods, p.change);
    },
  }),
  deploy: action({
    help: 'sessions change to another client version, each at its own moment of the window',
    source: 'the incident: a fix was deployed for the reconnection',
    parameters: {
      client: { unit: 'client', help: 'the version that is rolled out' },
      over: { unit: 'duration', default: 0, min: 0, help: 'the roll-out window' },
      fraction: { unit: 'fraction', default: 1, help: 'the share of sessions that adopt it' },
      reload: {
        unit: 'flag',
        default: false,
        help: 'whether adopting drops the session, so that it starts at attempt 1',
      },
    },
    lasts: (p) => p.over,
    drops: (p) => ({ pods: [], fraction: p.reload ? p.fraction : 0, overMs: p.over }),
    start: (control, p) => {
      control.deploy(p.client, { windowMs: p.over, fraction: p.fraction, reload: p.reload });
      control.later(p.over, () => undefined);
    },
  }),
  'restart-tier': action({
    help: "restarts a tier's processes: its queues are emptied, attempts under way are reset, sessions stay",
    source: 'definition',
    parameters: { tier, pods },
    start: (control, p) => control.restartTier(p.tier, p.pods),
  }),
  'shed-logins': action({
    help: "a tier's balancer, or with a target some of its hosts themselves, refuse a share of the connects for a while",
    source: 'documented load-shedding steps of chat products: refuse new ones, keep those that exist',
    parameters: {
      tier: tierOfTarget,
      pods,
      target: { unit: 'someHosts', help: 'or: which hosts; each refuses what comes to it, which costs it refusalWork' },
      fraction: { unit: 'fraction', default: 1, help: 'the share of connects that are refused' },
      whom: {
        unit: 'choice',
        default: 'new',
        choices: ['new', 'all'],
        help: 'sessions that were never connected, or everybody',
      },
      for: { unit: 'duration', min: 0, help: 'for how long' },
    },
    lasts: (p) => p.for,
    start: (control, p) => {
      const how = { fraction: p.fraction, onlyNew: p.whom === 'new', isUnready: false };
      const ofSome = p.target !== undefined && meansSome(p.target);
      const end = ofSome ? control.turnAway(control.select(p.target), how) : control.shedLogins(p.tier, p.pods, how);
      control.later(p.for, end);
    },
  }),
  'refuse-attempts': action({
    help: 'hosts refuse every attempt that comes to them for a while (503): they work off what waits and keep their sessions',
    source: 'definition; a maintenance mode, a server that says that it is overloaded',
    parameters: {
      target,
      for: { unit: 'duration', min: 0, help: 'for how long' },
      unready: {
        unit: 'flag',
        default: false,
        help: 'whether their readiness probes fail meanwhile, so that the balancer sends them nothing more once it knows',
      },
    },
    lasts: (p) => p.for,
    start: (control, p) => {
      const how = { fraction: 1, onlyNew: false, isUnready: p.unready };
      control.later(p.for, control.turnAway(control.select(p.target), how));
    },
  }),
  'lose-network': action({
    help: 'a share of the clients is cut off for a while: connections are lost unnoticed until a keepalive fails, attempts fail at once (noNetwork)',
    source: 'definition; a provider, an office or a region loses its network',
    parameters: {
      pods,
      fraction: { unit: 'fraction', default: 1, help: 'the share of the sessions that is cut off' },
      for: { unit: 'duration', min: 0, help: 'for how long' },
    },
    lasts: (p) => p.for,
    drops: (p) => ({ pods: p.pods, fraction: p.fraction, overMs: 0 }),
    start: (control, p) => control.later(p.for, control.loseNetwork(p.pods, p.fraction)),
  }),
  'add-arrivals': action({
    help: 'more sessions of a product arrive for a while, at random (Poisson), on top of all others',
    source: 'definition; a campaign, the start of a shift, a flash crowd',
    parameters: {
      product: { unit: 'product', help: 'which product' },
      pods,
      rate: { unit: 'rate', scales: 'sessions', min: 0, help: 'how many more' },
      for: { unit: 'duration', min: 0, help: 'for how long' },
    },
    lasts: (p) => p.for,
    brings: (p) => ({ what: 'sessions', parameter: 'rate', product: p.product, perSec: p.rate, forMs: p.for }),
    start: (control, p) => {
      control.addArrivals(p.product, { pods: p.pods, perSec: p.rate, forMs: p.for });
      control.later(p.for, () => undefined);
    },
  }),
};
