/**
 * Luck belongs to its owner: what is added to a scenario without effect, or only
 * told in another order or by another name that keys no luck, changes nothing of
 * what happens, on random scenarios. Compared is all that the model tells but the
 * actions themselves; a failing case prints seed and path.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { hostTraits } from '../../src/policies/host-traits.ts';
import type { FleetView } from '../../src/model/state/recorder.ts';
import { AttemptEnd } from '../../src/model/state/vocabulary.ts';
import { silentRecorder } from '../model/silent-recorder.ts';
import { firstDifference } from '../first-difference.ts';
import { scenarioOf } from '../small-scenario.ts';
import { lawContent } from './law-scenario.ts';

type Fields = Record<string, unknown>;

const SEED = Number(process.env.LAW_SEED ?? 20230426);
/** As many as LAW_RUNS asks for, if it does. */
let runs = Number(process.env.LAW_RUNS ?? 0);

/** What happened, sorted by time: refusals are told ahead of theirs, and which of two simultaneous things is told first means nothing. */
function happened(content: Fields): string[] {
  const scenario = scenarioOf(content);
  const rows: { readonly atMs: number; readonly text: string }[] = [];
  let fleet: FleetView;
  const note = (kind: string, atMs: number, ...rest: readonly (number | string)[]): void => {
    rows.push({ atMs, text: `${kind} ${atMs} ${rest.join(' ')}` });
  };
  const recorder = silentRecorder({
    begin: (view) => (fleet = view),
    arrived: (atMs, pod, product) => note('arrived', atMs, pod, fleet.productNames[product]),
    left: (atMs, pod) => note('left', atMs, pod),
    gaveUp: (atMs, pod) => note('gave up', atMs, pod),
    suppressed: (atMs, pod) => note('suppressed', atMs, pod),
    pageReloaded: (atMs, pod, cause) => note('reloaded', atMs, pod, cause),
    dropped: (atMs, pod, cause) => note('dropped', atMs, pod, cause),
    attemptEnded: (atMs, pod, end, reason) => note('ended', atMs, pod, end, reason),
    // Whether an attempt's refusal is foreseen depends on the next intervention, and is no part of what happens.
    refusedAhead: (atMs, pod, reason) => note('ended', atMs, pod, AttemptEnd.rejected, reason),
    connected: (atMs, pod, connectTimeMs, reconnectTimeMs) =>
      note('connected', atMs, pod, connectTimeMs, reconnectTimeMs),
    serviceBegan: (atMs, tier, waitMs, serviceMs) => note('service', atMs, tier, waitMs, serviceMs),
    abandonedServed: (atMs, tier, waitMs, serviceMs) => note('abandoned', atMs, tier, waitMs, serviceMs),
    hostChanged: (atMs, host, state) => note('host', atMs, host, state),
    hostDied: (atMs, host, cause) => note('died', atMs, host, cause),
  });
  const simulation = new Simulation(scenario, { seed: 'owners', recorder });
  simulation.run(scenario.clock.durationMs);
  simulation.finish();
  return rows.sort((a, b) => a.atMs - b.atMs || (a.text < b.text ? -1 : 1)).map(({ text }) => text);
}

function changesNothing(
  contents: fc.Arbitrary<Fields>,
  change: (content: Fields) => Fields,
  options: { readonly least: number },
): void {
  let all = 0;
  fc.assert(
    fc.property(contents, (content) => {
      const before = happened(content);
      all += before.length;
      const after = happened(change(content));
      expect(firstDifference(after, before), JSON.stringify(content)).toBeNull();
    }),
    { numRuns: runs, seed: SEED, endOnFailure: true },
  );
  // A comparison of nothing with nothing would prove nothing.
  expect(all).toBeGreaterThan(options.least);
}

const list = (content: Fields, key: string): Fields[] => content[key] as Fields[];
const withAction =
  (action: Fields) =>
  (content: Fields): Fields => ({
    ...content,
    timeline: [{ name: 'a-first', at: '2s', ...action }, ...list(content, 'timeline')],
  });

/** With nothing that may touch the idle session: it stays where it is, and weighs nothing. */
const undisturbed = lawContent.map((content): Fields => ({
  ...content,
  timeline: [],
  responders: [],
  start: {},
  products: [
    { name: 'chat', arrivals: '2/s', lifetime: { exponential: '40s' } },
    ...list(content, 'products').slice(1),
  ],
  tiers: list(content, 'tiers').map((tier) => ({
    ...tier,
    sessionsAtFullLoad: 'none',
    balancing: 'round-robin',
    slowStart: 'none',
    memory: 'none',
    liveness: 'none',
    readiness: 'none',
    ejection: 'none',
    maxAge: 'none',
    lease: 'none',
    scaling: 'static',
    ...Object.fromEntries(Object.keys(hostTraits).map((trait) => [trait, 'none'])),
  })),
  clients: list(content, 'clients').map((client) => ({ ...client, keepalive: 'none' })),
}));

/** The tests, on so many random scenarios. */
export function checkLuckOwners(usual: number): void {
  if (runs === 0) runs = usual;
  describe('what has no effect changes no luck', () => {
    it('an action that reaches nobody, before all others', () => {
      changesNothing(
        lawContent,
        withAction({ action: 'deploy', client: 'current', over: '10s', fraction: 0, reload: true }),
        { least: 1000 },
      );
      changesNothing(
        lawContent,
        withAction({ action: 'add-arrivals', product: 'messaging', rate: '0/s', for: '20s' }),
        { least: 1000 },
      );
    });

    it('setting what is already so', () => {
      const again = (content: Fields): Fields => {
        const { balancing, admission, liveness, readiness, ejection, queue, parallelism, memory, slowStart } = list(
          content,
          'tiers',
        )[0];
        return withAction({
          at: '500ms',
          action: 'set',
          tier: 'front',
          change: { balancing, admission, liveness, readiness, ejection, queue, parallelism, memory, slowStart },
        })(content);
      };
      changesNothing(lawContent, again, { least: 1000 });
    });

    it('an idle session of another product', () => {
      const idle = (content: Fields): Fields => ({
        ...content,
        products: [{ name: 'aside', sessions: 1 }, ...list(content, 'products')],
      });
      changesNothing(undisturbed, idle, { least: 1000 });
    });

    it('a tier policy that never comes to act', () => {
      const unused = (content: Fields): Fields => ({
        ...content,
        tiers: list(content, 'tiers').map((tier) => ({
          ...tier,
          ...(tier.admission === undefined || tier.admission === 'none'
            ? { admission: { policy: 'token-bucket', rate: '1000000/s', burst: 1_000_000 } }
            : {}),
          ...((tier.queue as Fields).limit === 'none'
            ? { queue: { ...(tier.queue as Fields), limit: 1_000_000 } }
            : {}),
        })),
      });
      changesNothing(lawContent, unused, { least: 1000 });
    });

    it('a variant, other words, another order, and the name of a tier', () => {
      changesNothing(
        lawContent,
        (content) => ({
          ...content,
          title: 'told anew',
          story: 'In other words.',
          variants: [{ name: 'v', set: { 'clients.current.backoff': 'none' } }],
          products: [...list(content, 'products')].reverse(),
          clients: [...list(content, 'clients')].reverse(),
        }),
        { least: 1000 },
      );
      changesNothing(
        lawContent,
        (content) => JSON.parse(JSON.stringify(content).replaceAll('"front"', '"edge"')) as Fields,
        { least: 1000 },
      );
    });
  });
}
