/**
 * The events of a run, part by part, each at the path that says how many: what
 * is certain, and what may be. Certain are arrivals by a schedule, a profile or
 * an action at an instant of its own, less what luck could take of them; and
 * probes of hosts that nothing but these probes can take down. All else only
 * may be: it is counted as if nothing prevented it.
 */
import { createDistribution } from '../engine/distributions.ts';
import { Stream } from '../engine/luck.ts';
import { actions, type Brought } from '../policies/actions.ts';
import { admissions } from '../policies/admission.ts';
import { parallelCount } from '../model/clients/parallel-attempts.ts';
import { backoffs } from '../policies/backoff.ts';
import { createPolicy } from '../policies/parameters.ts';
import { scalings } from '../policies/scaling.ts';
import { meanWaitMs } from '../scenario/connect-timeout.ts';
import type { Client, Product, Scenario, Tier } from '../scenario/scenario.ts';
import { connectionEndsOf, endsPerSec } from './connection-ends.ts';
import { largeNumber } from './limits.ts';

/** Events of some kind. */
export interface Cost {
  readonly path: string;
  readonly atLeast: number;
  readonly estimated: number;
  readonly told: string;
}

/** So many standard deviations below its mean no count ever is: a chance of 10⁻¹⁵. */
const NEVER_BELOW = 8;
/** Attempts that are looked at for a usual delay: well into a storm. */
export const LATE_ATTEMPTS = [20, 21, 22, 23, 24, 25, 26, 27];

function poissonAtLeast(mean: number): number {
  return Math.max(0, Math.floor(mean - NEVER_BELOW * Math.sqrt(mean) - 1));
}

/** Arrivals of one kind. */
interface Crowd {
  readonly path: string;
  readonly product: Product;
  readonly mean: number;
  readonly atLeast: number;
  /** the most that arrive in so long */
  readonly mostWithin: (ms: number) => number;
}

function scheduled(product: Product, durationMs: number): Crowd[] {
  const { arrivals, name } = product;
  if (arrivals === null) return [];
  const steps = arrivals.schedule.map(({ fromMs, perSec }, i) => ({
    perSec,
    forMs: Math.max(0, Math.min(durationMs, arrivals.schedule[i + 1]?.fromMs ?? durationMs) - fromMs),
  }));
  const mean = steps.reduce((sum, { perSec, forMs }) => sum + (perSec * forMs) / 1000, 0);
  // Evenly spaced arrivals have no luck, but the last of them may fall on the end of the clock.
  const atLeast =
    arrivals.process === 'constant' ? Math.max(0, Math.floor(mean * (1 - 1e-9)) - 1) : poissonAtLeast(mean);
  const mostWithin = (ms: number): number =>
    Math.max(0, ...steps.map(({ perSec, forMs }) => (perSec * Math.min(forMs, ms)) / 1000));
  return [{ path: `products.${name}.arrivals`, product, mean, atLeast, mostWithin }];
}

/** λ = N′ + N/m on each line of a profile. */
function profiled(product: Product, durationMs: number): Crowd[] {
  const { profile, lifetime, name } = product;
  if (profile === null || lifetime === null) return [];
  const meanMs = createDistribution(lifetime).meanMs;
  let mean = 0;
  for (let i = 0; i < profile.length && profile[i].atMs < durationMs; i++) {
    const from = profile[i];
    const next = profile[i + 1];
    const untilMs = Math.min(durationMs, next?.atMs ?? durationMs);
    const slope = next === undefined ? 0 : (next.sessions - from.sessions) / (next.atMs - from.atMs);
    const lastsMs = untilMs - from.atMs;
    mean += Math.max(0, slope * lastsMs + ((from.sessions + (slope * lastsMs) / 2) * lastsMs) / meanMs);
  }
  // Those that are online at a time are in the profile itself.
  return [
    {
      path: `products.${name}.profile`,
      product,
      mean,
      atLeast: poissonAtLeast(mean),
      mostWithin: () => Math.max(0, ...profile.map(({ sessions }) => sessions)) - product.sessions,
    },
  ];
}

interface Foreseen {
  readonly path: string;
  readonly brought: Brought;
  /** when it begins; null: when something else is over, if ever */
  readonly atMs: number | null;
}

/** What actions of the timeline and of responders bring. */
function broughtBy({ timeline, responders }: Scenario): Foreseen[] {
  const planned = [
    ...timeline.map((action) => ({ action, path: `timeline.${action.name}`, certain: true })),
    ...responders.flatMap(({ name, act }) =>
      act.map((action) => ({ action, path: `responders.${name}.act.${action.name}`, certain: false })),
    ),
  ];
  return planned.flatMap(({ action, path, certain }) => {
    const brought = actions[action.action].brings?.(action.parameters);
    const atMs = certain && 'atMs' in action.when ? action.when.atMs : null;
    return brought === undefined ? [] : [{ path: `${path}.${brought.parameter}`, brought, atMs }];
  });
}

function added(scenario: Scenario, product: Product): Crowd[] {
  const { durationMs } = scenario.clock;
  return broughtBy(scenario).flatMap(({ path, brought, atMs }) => {
    if (brought.what !== 'sessions' || brought.product !== product.name) return [];
    const forMs = Math.min(brought.forMs, durationMs - (atMs ?? 0));
    const within = (ms: number): number => (brought.perSec * Math.min(forMs, ms)) / 1000;
    return [
      {
        path,
        product,
        mean: within(Infinity),
        atLeast: atMs === null ? 0 : poissonAtLeast(within(Infinity)),
        mostWithin: within,
      },
    ];
  });
}

function crowdsOf(scenario: Scenario, product: Product): Crowd[] {
  const { durationMs } = scenario.clock;
  return [...scheduled(product, durationMs), ...profiled(product, durationMs), ...added(scenario, product)];
}

/** Sessions of a product that are there at a time: those of the start, and those that come faster than they leave. */
export function populationOf(
  scenario: Scenario,
  product: Product,
): { readonly path: string; readonly sessions: number; readonly arrive: boolean; readonly certain: boolean }[] {
  const stayMs = product.lifetime === null ? Infinity : createDistribution(product.lifetime).meanMs;
  const stays = stayMs === Infinity;
  const atStart = {
    path: `products.${product.name}.sessions`,
    sessions: product.sessions,
    arrive: false,
    certain: true,
  };
  const arriving = crowdsOf(scenario, product).map(({ path, atLeast, mean, mostWithin }) => ({
    path,
    sessions: stays ? mean : Math.min(mean, mostWithin(stayMs)),
    arrive: true,
    certain: stays && atLeast > 0,
  }));
  return [atStart, ...arriving];
}

/** What all hosts of the first tier serve at the very best, per second: idle, with what the cheapest product asks for. */
function mostServedPerSec(scenario: Scenario): number {
  const [{ name, parallelism, serviceTime }] = scenario.tiers;
  const leastWork = Math.min(...scenario.products.map(({ work }) => work[name] ?? 1));
  const hosts = hostsOf(scenario)
    .filter(({ tier }) => tier === name)
    .reduce((sum, one) => sum + one.hosts, 0);
  return (1000 * hosts * parallelism) / (createDistribution(serviceTime).meanMs * leastWork);
}

/**
 * Attempts that wait at the first tier when the run ends, where more arrive than
 * its hosts can serve at their very best and nothing but service takes an
 * attempt out of the line: those that are too many, and each one's further tries.
 */
export function pileOf(
  scenario: Scenario,
): { readonly path: string; readonly attempts: number; readonly told: string }[] {
  const { clients, clock, networkDelayMs, tiers } = scenario;
  const [{ admission, liveness, memory, queue, inFlightLimit }] = tiers;
  const isEmptied = queue.limit < Infinity || inFlightLimit < Infinity || liveness !== null || memory !== null;
  if (isEmptied || !createPolicy(admissions, admission).open) return [];
  const servedPerSec = mostServedPerSec(scenario);
  const cycleMs = Math.min(
    ...clients.map((client) =>
      client.giveUp.then !== 'reload'
        ? Infinity
        : meanWaitMs(client.connectTimeout, tiers) + meanDelayMs(client, LATE_ATTEMPTS) + 2 * networkDelayMs,
    ),
  );
  return scenario.products.flatMap((product) =>
    crowdsOf(scenario, product).flatMap(({ path, atLeast, mean, mostWithin }) => {
      const tooMany = mean - (servedPerSec * clock.durationMs) / 1000;
      if (atLeast === 0 || tooMany <= 0) return [];
      const windowMs = Math.min(clock.durationMs, (1000 * mean) / mostWithin(1000));
      // Half of the time that is left when they arrive, on average; the others are the first of each.
      const tries = 1 + (clock.durationMs - windowMs / 2) / 2 / cycleMs;
      return {
        path,
        attempts: tooMany * tries,
        told: `${largeNumber(mean)} arrivals at hosts that serve ${largeNumber(servedPerSec)} a second at best`,
      };
    }),
  );
}

/** Hosts by the path that says how many. */
export function hostsOf(
  scenario: Scenario,
): { readonly path: string; readonly tier: string; readonly hosts: number }[] {
  const pods = (tier: string, named: readonly number[] = []): number =>
    scenario.tiers.find(({ name }) => name === tier)?.scope === 'pod' ? named.length || scenario.pods.length : 1;
  const own = scenario.tiers.map(({ name, hosts }) => ({
    path: `tiers.${name}.hosts`,
    tier: name,
    hosts: hosts * pods(name),
  }));
  const further = broughtBy(scenario).flatMap(({ path, brought, atMs }) =>
    brought.what === 'hosts' && atMs !== null
      ? [{ path, tier: brought.tier, hosts: brought.hosts * pods(brought.tier, brought.pods) }]
      : [],
  );
  return [...own, ...further];
}

export function arrivalCosts(scenario: Scenario): Cost[] {
  const crowds = scenario.products.flatMap((product) => crowdsOf(scenario, product));
  // Each arrives, and its attempt does; a service at each tier, and a login behind one that opens transports.
  const each =
    2 + scenario.tiers.length + scenario.tiers.filter(({ opensTransport }) => opensTransport !== null).length;
  return crowds.map(({ path, mean, atLeast }) => ({
    path,
    atLeast,
    estimated: each * mean,
    told: `${largeNumber(mean)} arrivals`,
  }));
}

/** The mean of a client's delays before these attempts. */
export function meanDelayMs(client: Client, attempts: readonly number[]): number {
  const backoff = createPolicy(backoffs, client.backoff);
  const luck = new Stream('foresight', 'backoff');
  let previousMs = 0;
  let sum = 0;
  for (const attempt of attempts) {
    previousMs = backoff.delayMs(attempt, previousMs, luck.at(0, attempt));
    sum += previousMs;
  }
  return sum / attempts.length;
}

/** How many attempts a client makes at once in a long storm. */
export function atOnce({ multiplies }: Client): number {
  return multiplies === null ? 1 : parallelCount(multiplies, LATE_ATTEMPTS[0]);
}

/** D: the mean time from one attempt's start to the next one's in a long storm, if each fails after so long; Infinity: it never does. */
export function meanRetryDelayMs(client: Client, failsAfterMs: number): number {
  const delayMs = meanDelayMs(client, LATE_ATTEMPTS);
  const { countsFromAttempt } = createPolicy(backoffs, client.backoff);
  return (countsFromAttempt === true ? Math.max(failsAfterMs, delayMs) : failsAfterMs + delayMs) / atOnce(client);
}

/** Sessions that are online at most, if all can connect: of each product those of the start, or what arrives faster than it leaves. */
export function peakSessions(scenario: Scenario): number {
  return scenario.products.reduce((sum, product) => {
    const [atStart, ...arriving] = populationOf(scenario, product);
    const come = arriving.reduce((all, { sessions }) => all + sessions, 0);
    // Who stays adds up; of who leaves, those of the start are gone when as many have come.
    return (
      sum +
      (product.lifetime === null
        ? atStart.sessions + come
        : product.profile === null
          ? Math.max(atStart.sessions, come)
          : atStart.sessions + come)
    );
  }, 0);
}

/** An end needs a connection, and a connection time: a network delay to know, one to ask, and the first delay between. */
export function connectionEndCosts(scenario: Scenario): Cost[] {
  const { clients, clock, networkDelayMs, products, tiers } = scenario;
  const awayMs = 2 * networkDelayMs + Math.min(...clients.map((client) => meanDelayMs(client, [1])));
  return products.flatMap((product) =>
    connectionEndsOf(scenario, product).map(({ path, told, perSec }) => {
      const count = (product.sessions * clock.durationMs) / (1000 / perSec + awayMs);
      return { path, atLeast: 0, estimated: (2 + tiers.length) * count, told: `up to ${largeNumber(count)} ${told}` };
    }),
  );
}

/** Whether only its own probes can take a tier's host down. */
function isLeftAlone({ timeline, responders }: Scenario, { memory, crashLoop, scaling }: Tier): boolean {
  return timeline.length === 0 && responders.length === 0 && memory === null && crashLoop === null && isStatic(scaling);
}

function isStatic(scaling: Tier['scaling']): boolean {
  const { everyMs, standbys } = createPolicy(scalings, scaling);
  return everyMs === Infinity && standbys === 0;
}

/** The longest that a duration can be; Infinity where it has no end. */
function longestMs(spec: Tier['boot']): number {
  const { constant, meanMs } = createDistribution(spec);
  if (constant) return meanMs;
  const { to, values } = spec.parameters;
  return typeof to === 'number' ? to : Array.isArray(values) ? Math.max(...(values as readonly number[])) : Infinity;
}

export function probeCosts(scenario: Scenario): Cost[] {
  const { clock, pods, start, tiers } = scenario;
  return tiers.flatMap((tier) => {
    const { name, hosts, scope, liveness, readiness } = tier;
    const count = hosts * (scope === 'pod' ? pods.length : 1);
    const alone = isLeftAlone(scenario, tier) && start.down[name] === undefined;
    const cost = (
      kind: 'liveness' | 'readiness',
      { everyMs, timeoutMs }: { everyMs: number; timeoutMs: number },
      cycleMs: number,
    ): Cost => {
      const estimated = (count * clock.durationMs) / everyMs;
      const sure =
        alone && cycleMs < Infinity ? count * Math.max(0, Math.floor((clock.durationMs - timeoutMs) / cycleMs) - 1) : 0;
      return {
        path: `tiers.${name}.${kind}.every`,
        atLeast: sure,
        estimated,
        told: `${largeNumber(estimated)} probes`,
      };
    };
    // A host that dies of its probes has failed some, and boots; those in a cycle are at least so many.
    const dying = liveness === null ? 0 : (liveness.timeoutMs + longestMs(tier.boot)) / liveness.failures;
    return [
      ...(liveness === null ? [] : [cost('liveness', liveness, liveness.everyMs + dying)]),
      ...(readiness === null ? [] : [cost('readiness', readiness, liveness === null ? readiness.everyMs : Infinity)]),
    ];
  });
}

/** Whether anything can keep a session from being connected: where nothing can, there is no storm. */
export function canFail(scenario: Scenario): boolean {
  const { pods, products, responders, start, tiers, timeline } = scenario;
  if (timeline.length > 0 || responders.length > 0 || start.disconnected > 0) return true;
  if (
    products.some(
      (product) => product.arrivals !== null || product.profile !== null || endsPerSec(scenario, product) > 0,
    )
  )
    return true;
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  return tiers.some(({ hosts, memory, name, scaling, scope, sessionsAtFullLoad }) => {
    const share = scope === 'pod' ? Math.max(...pods.map((pod) => pod.share)) : 1;
    const onHost = (sessions * share) / hosts + pods.length;
    const isTooMuch =
      onHost >= sessionsAtFullLoad || (memory !== null && onHost * memory.perSessionMiB > memory.limitMiB);
    return isTooMuch || !isStatic(scaling) || (start.down[name] ?? 0) > 0 || (start.queued[name] ?? 0) > 0;
  });
}
