/**
 * What the engine and the model's records can hold, held against a scenario, so
 * that a run never comes upon it: events tell their subjects (hosts, sessions,
 * attempts) apart by 26 bits. How many attempts will be open, and how many
 * sessions with a lifetime will be there at once, nobody knows before: a run in
 * which it is too many is stopped in words (see run.ts). Pods, products and
 * client versions are far fewer than 2 bytes tell apart, and the tiers that
 * there may be register fewer kinds of events than the engine takes (see
 * size-limits.ts).
 */
import { MOST_SUBJECTS } from '../engine/engine.ts';
import { scalings } from '../policies/scaling.ts';
import { createPolicy, type PolicySpec } from '../policies/parameters.ts';
import type { Report } from './kind.ts';
import type { Arrivals } from './product-fields.ts';

type Path = readonly (string | number)[];

interface Part {
  readonly count: number;
  readonly path: Path;
}

/** What of a scenario counts here. */
export interface Counted {
  readonly clock: { readonly durationMs: number };
  readonly pods: readonly unknown[];
  readonly tiers: readonly {
    readonly name: string;
    readonly scope: string;
    readonly hosts: number;
    readonly scaling: PolicySpec;
  }[];
  readonly products: readonly {
    readonly sessions: number;
    readonly profile: readonly { readonly sessions: number }[] | null;
    readonly arrivals: Arrivals | null;
    readonly lifetime: unknown;
  }[];
  readonly start: { readonly queued: Readonly<Record<string, number>> };
  readonly timeline: readonly Acted[];
  readonly responders: readonly { readonly act: readonly Acted[] }[];
}

interface Acted {
  readonly action: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** How many are expected to arrive, over the whole run. */
export function expectedArrivals(arrivals: Arrivals | null, durationMs: number): number {
  const schedule = arrivals?.schedule ?? [];
  return schedule.reduce(
    (sum, { fromMs, perSec }, i) =>
      sum + (perSec * Math.max(0, (schedule[i + 1]?.fromMs ?? durationMs) - fromMs)) / 1000,
    0,
  );
}

/** Poisson arrivals are hardly ever so many standard deviations more than expected. */
const DEVIATIONS = 6;

function sessionParts({ products, clock }: Counted): Part[] {
  return products.flatMap(({ sessions, profile, arrivals, lifetime }, i) => {
    const atOnce = Math.max(sessions, ...(profile ?? []).map((point) => point.sessions));
    const stay = lifetime === null ? expectedArrivals(arrivals, clock.durationMs) : 0;
    const arriving = stay === 0 ? 0 : stay + DEVIATIONS * Math.sqrt(stay);
    return [
      { count: atOnce, path: ['products', i, profile === null ? 'sessions' : 'profile'] },
      { count: arriving, path: ['products', i, 'arrivals'] },
    ];
  });
}

/** Hosts that there may ever be; a host that a `scale` action adds is a new one each time. */
function hostParts({ tiers, pods, timeline, responders }: Counted): Part[] {
  const copiesOf = (tier: string): number =>
    tiers.find(({ name }) => name === tier)?.scope === 'shared' ? 1 : pods.length;
  const own = tiers.flatMap(({ name, hosts, scaling }, i): Part[] => {
    const { standbys, hostsMax } = createPolicy(scalings, scaling);
    return [
      { count: hosts * copiesOf(name), path: ['tiers', i, 'hosts'] },
      { count: (standbys + hostsMax) * copiesOf(name), path: ['tiers', i, 'scaling'] },
    ];
  });
  const scaled = (acts: readonly Acted[], path: Path): Part[] =>
    acts.flatMap(({ action, parameters }, i) => {
      const { tier, hosts } = parameters as { readonly tier: string; readonly hosts: number };
      return action === 'scale' ? { count: hosts * copiesOf(tier), path: [...path, i, 'hosts'] } : [];
    });
  return [
    ...own,
    ...scaled(timeline, ['timeline']),
    ...responders.flatMap(({ act }, i) => scaled(act, ['responders', i, 'act'])),
  ];
}

function queuedParts({ tiers, pods, start }: Counted): Part[] {
  return tiers.map(({ name, hosts, scope }) => ({
    count: (start.queued[name] ?? 0) * hosts * (scope === 'shared' ? 1 : pods.length),
    path: ['start', 'queued', name],
  }));
}

/** Reports what the engine could not tell apart, at the part that has most of it. */
export function reportBeyondEngine(scenario: Counted, report: Report): void {
  const told: readonly (readonly [what: string, parts: readonly Part[], hint: string])[] = [
    [
      'sessions, with those that arrive and never leave',
      sessionParts(scenario),
      'a smaller fleet behaves alike: see `scale`',
    ],
    ['hosts, with those that are added', hostParts(scenario), 'a smaller fleet behaves alike: see `scale`'],
    ['attempts that wait at the start', queuedParts(scenario), 'they are so many at each host'],
  ];
  for (const [what, parts, hint] of told) {
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    if (count <= MOST_SUBJECTS) continue;
    const { path } = parts.reduce((most, part) => (part.count > most.count ? part : most));
    report(`at most ${MOST_SUBJECTS} ${what}, in all`, { path, found: String(Math.round(count)), hint });
  }
}
