/**
 * Random scenarios for the laws: the small, nasty ones of the model's tests,
 * with policies and distributions drawn from the registries instead (so that a
 * new entry is met here by being there), a third tier now and then, a queue
 * without a place, and a responder that intervenes.
 */
import fc from 'fast-check';
import { distributions } from '../../src/engine/distributions.ts';
import { admissions } from '../../src/policies/admission.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { balancings } from '../../src/policies/balancing.ts';
import { retryAfters } from '../../src/policies/retry-after.ts';
import { retryGates } from '../../src/policies/retry-gate.ts';
import { clientPresets } from '../../src/policies/client-presets.ts';
import { queueings } from '../../src/policies/queueing.ts';
import { rebootOrders } from '../../src/policies/reboot-order.ts';
import { randomContent, withFittingStart } from '../model/random-scenario.ts';
import { anyDistribution, anyPolicy } from '../policies/random-parameters.ts';

type Fields = Record<string, unknown>;

/** Delays of at least 100 ms, so that a handful of clients does not make a flood. */
const delays = { durationMs: [100, 20_000] as const };
const sometimes = (change: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> => fc.oneof(fc.constant({}), change);

const tierChanges: fc.Arbitrary<Fields> = fc
  .tuple(
    sometimes(fc.record({ balancing: anyPolicy(balancings, delays) })),
    sometimes(fc.record({ admission: anyPolicy(admissions, delays) })),
    sometimes(
      fc.record({
        queue: fc.record({ discipline: anyPolicy(queueings, delays), limit: fc.constantFrom('none', 0, 3) }),
      }),
    ),
    sometimes(fc.record({ serviceTime: anyDistribution(distributions, { durationMs: [1, 900] }) })),
    sometimes(fc.record({ boot: anyDistribution(distributions, { durationMs: [0, 20_000] }) })),
  )
  .map((changes) => Object.assign({}, ...changes) as Fields);

const backoffChanges: fc.Arbitrary<Fields> = fc.oneof(
  fc.constant({}),
  fc.record({ backoff: anyPolicy(backoffs, delays) }),
  fc.record({
    preset: fc.constantFrom(...Object.keys(clientPresets)),
    backoff: fc.constant(undefined),
    keepalive: fc.constant(undefined),
  }),
);

const clientChanges: fc.Arbitrary<Fields> = fc
  .tuple(
    backoffChanges,
    sometimes(fc.record({ retryGate: anyPolicy(retryGates, delays) })),
    sometimes(fc.record({ retryAfter: anyPolicy(retryAfters, delays) })),
  )
  .map(([backoff, gate, hints]) => ({ ...backoff, ...gate, ...hints }));
const lifetime = anyDistribution(distributions, { durationMs: [0, 60_000] });

const remedy = fc.oneof(
  fc.constant<Fields>({ action: 'restart-tier', tier: 'front' }),
  fc.constant<Fields>({ action: 'scale', tier: 'front', hosts: 4, drain: '2s' }),
  fc.constant<Fields>({ action: 'deploy', client: 'fixed', over: '8s', reload: true }),
  fc.constant<Fields>({ action: 'shed-logins', tier: 'front', fraction: 0.5, whom: 'all', for: '20s' }),
  anyPolicy(rebootOrders, delays).map<Fields>((order) => ({ action: 'reboot', target: { tier: 'front' }, order })),
);

const responders = fc.oneof(
  fc.constant([]),
  fc
    .tuple(remedy, fc.constantFrom({}, { from: '60s', engage: '4s', standsDown: true }))
    .map(([action, more]) => [
      {
        name: 'operators',
        detect: { when: 'disconnectedFraction > 0.2', for: '3s' },
        page: { exponential: '2s' },
        diagnose: '1s',
        ...more,
        act: [{ name: 'remedy', ...action }],
      },
    ]),
);

/** The content of a scenario file of three minutes. */
export const lawContent: fc.Arbitrary<Fields> = fc
  .record({
    content: randomContent,
    changes: fc.array(tierChanges, { minLength: 3, maxLength: 3 }),
    clients: fc.tuple(clientChanges, clientChanges),
    ownLifetime: sometimes(fc.record({ lifetime })),
    third: fc.boolean(),
    responders,
  })
  .map(({ content, changes, clients, ownLifetime, third, responders: people }) => {
    const own = content.tiers as Fields[];
    const tiers = third ? [...own, { ...own[1], name: 'store', opensTransport: 'none' }] : own;
    const [chat, ...others] = content.products as Fields[];
    const versions = (content.clients as Fields[]).map((client, i) => ({ ...client, ...clients[i] }));
    // Clients that try again at once are slowed down by the network alone; at 20 ms they would make a million attempts.
    const isFlood = versions.some((client) => (client.backoff as Fields | undefined)?.policy === 'none');
    return withFittingStart({
      ...content,
      ...(isFlood ? { networkDelay: '500ms' } : {}),
      tiers: tiers.map((tier, i) => ({ ...tier, ...changes[i] })),
      products: [chat.profile === undefined ? { ...chat, ...ownLifetime } : chat, ...others],
      clients: versions,
      responders: people,
    });
  });
