/**
 * What of a scenario can be played to real clients, and what cannot, in words:
 * nothing is left out without a word. Left out is what the clients do, which are
 * real now, and what watches those who are away, who cannot be seen from a
 * server. Whether an action or a gauge is such is read off its entry in its
 * registry, so that none need be known by its name.
 */
import { gauges } from '../../model/state/gauges.ts';
import { actions } from '../../policies/actions.ts';
import type { Scenario, TimelineAction } from '../../scenario/scenario.ts';
import { counted } from '../../metrics/value-text.ts';

export interface EmulatedScenario {
  readonly scenario: Scenario;
  /** what is played otherwise than in a run, or not at all */
  readonly leftOut: readonly string[];
}

function names(things: readonly { readonly name: string }[]): string {
  return things.map(({ name }) => name).join(', ');
}

function acts({ action, parameters }: TimelineAction): 'on clients' | 'on hosts' {
  const entry = actions[action];
  const comes = entry.brings?.(parameters).what === 'sessions';
  return comes || entry.drops !== undefined ? 'on clients' : 'on hosts';
}

/** A gauge of tiers is a sum over hosts; all others count sessions. */
function looksAtHosts({ detect }: Scenario['responders'][number]): boolean {
  return gauges[detect.condition.left.metric]?.part === 'tier';
}

/** Actions that wait for somebody who never acts, or for such an action. */
function neverBegun(timeline: readonly TimelineAction[], idle: ReadonlySet<string>): TimelineAction[] {
  const gone = new Set(idle);
  for (let before = -1; gone.size !== before;) {
    before = gone.size;
    for (const { name, when } of timeline) if ('after' in when && gone.has(when.after)) gone.add(name);
  }
  return timeline.filter(({ name }) => gone.has(name));
}

/** Of the fields that ask for what only a simulated client tells. */
function fieldsLeftOut({ tiers, timeline, networkDelayMs }: Scenario): string[] {
  const told: string[] = [];
  const [first, ...behind] = tiers;
  if (behind.length > 0)
    told.push(`${names(behind)}: played behind ${first.name}, but by the model: no client can reach them`);
  const asksWho = tiers.some(
    ({ registry, resumedWork, resumedFirst }) => registry !== null || resumedWork !== 1 || resumedFirst,
  );
  if (asksWho || timeline.some(({ action }) => action === 'shed-logins'))
    told.push('who comes back: known only of clients with a name in their address (?client=NAME)');
  if (tiers.some(({ reloadedWork }) => reloadedWork !== 1))
    told.push('reloaded pages: an attempt after one costs as much as any');
  const looksAtOthers = timeline.some(({ parameters: { order } }) => {
    const { calmBelow, abortAbove } = (order as { parameters?: Record<string, unknown> } | undefined)?.parameters ?? {};
    return [calmBelow, abortAbove].some((bound) => typeof bound === 'number' && bound < Infinity);
  });
  if (looksAtOthers) told.push('calmBelow and abortAbove: they see who is connecting, not who waits to try again');
  if (networkDelayMs > 0) told.push('networkDelay: your network has its own');
  return told;
}

export function emulated(scenario: Scenario): EmulatedScenario {
  const { clients, products, responders, start, timeline } = scenario;
  const sessions = products.reduce((sum, product) => sum + product.sessions, 0);
  const watching = responders.filter((responder) => !looksAtHosts(responder));
  const waiting = neverBegun(timeline, new Set(watching.map(({ name }) => name)));
  const onClients = timeline.filter((action) => acts(action) === 'on clients');
  const whose = products.length === 1 ? products[0].name : `${products.length} products`;
  const leftOut = [
    `products: the sessions are your clients, instead of ${counted(sessions, 'session')} of ${whose} and of those who arrive`,
    `clients (${names(clients)}): backoff, timeouts and keepalives are your clients' own`,
    ...(start.disconnected > 0 ? ['start.disconnected: whoever is away does so on their own side'] : []),
    ...(onClients.length > 0 ? [`${names(onClients)}: acts on clients, so it is your fleet's to do`] : []),
    ...(watching.length > 0
      ? [`responder ${names(watching)}: looks at clients who are away, whom no server sees`]
      : []),
    ...(waiting.length > 0 ? [`${names(waiting)}: waits for what is left out`] : []),
    ...fieldsLeftOut(scenario),
  ];
  return { scenario: { ...scenario, responders: responders.filter(looksAtHosts) }, leftOut };
}
