/**
 * Targets in the file: `{ tier, pods: [1, p2], zones: [1], hosts: [1, 2] | 3 | "50%" }`.
 * Pods, zones and hosts are numbered from 1 there, and from 0 in the model; how
 * many hosts, or which share, is of those in the zones. A target that matches no
 * host is a mistake. Where `scale` changes the number of hosts, how many are
 * meant is scaled with them, and which ones cannot be said.
 */
import { MOST_SUBJECTS } from '../engine/engine.ts';
import { zoneOf, type TargetSpec } from '../policies/targets.ts';
import { placesOf, type Context, type TierOutline } from './context.ts';
import { leaf, type Kind, type Report } from './kind.ts';
import { parseFraction, percentPattern, writtenText } from './quantity.ts';
import { readReference } from './quantity-kinds.ts';
import { type Scaling } from './scale.ts';
import { scaledBy, scaledCount } from './scaling.ts';
import { MOST_CHARACTERS, MOST_ITEMS } from './size-limits.ts';
import { didYouMean, oneOf } from './suggestion.ts';

type Path = readonly (string | number)[];
const keys = ['tier', 'pods', 'zones', 'hosts'];

function allPods(context: Context): number[] {
  return context.outline.podNames.map((_, i) => i);
}

/** Indices of the pods that a list of numbers and names means; all for `all` or nothing. */
export function readPods(context: Context, value: unknown, report: Report, path: Path): readonly number[] {
  const { podNames } = context.outline;
  if (value === undefined || value === 'all') return allPods(context);
  if (!Array.isArray(value) || value.length === 0) return report('a list of pods by number or name, or all', { path });
  if (value.length > MOST_ITEMS.pods)
    return report(`at most ${MOST_ITEMS.pods} pods`, { path, found: String(value.length) });
  const pods = new Set<number>();
  for (const [i, item] of value.entries()) {
    const pod = typeof item === 'number' ? item - 1 : (placesOf(podNames).get(writtenText(item)) ?? -1);
    if (!Number.isInteger(pod) || pod < 0 || pod >= podNames.length) {
      const known =
        podNames.length === 1
          ? `pod 1, or ${podNames[0]}`
          : `a pod from 1 to ${podNames.length}, or ${oneOf(podNames)}`;
      report(known, { path: [...path, i], hint: typeof item === 'string' ? () => didYouMean(item, podNames) : null });
    } else if (pods.has(pod)) report('each pod once', { path: [...path, i] });
    else pods.add(pod);
  }
  return [...pods];
}

/** How many zones the tier has, as its own block says; of a tier that there is not, as many as there can be. */
function zonesOf(outline: TierOutline | undefined): number {
  if (outline === undefined) return MOST_ITEMS.zones;
  const zones = outline?.plain.zones;
  return typeof zones === 'number' && Number.isInteger(zones) && zones >= 1 ? zones : 1;
}

/** 0-based numbers of the zones, or undefined for all of them. */
function readZones(value: unknown, zones: number, report: Report): readonly number[] | undefined {
  const path = ['zones'];
  if (value === undefined || value === 'all') return undefined;
  if (!Array.isArray(value) || value.length === 0) {
    report('a list of zones by number, or all', { path });
    return undefined;
  }
  if (value.length > MOST_ITEMS.zones) {
    report(`at most ${MOST_ITEMS.zones} zones`, { path, found: String(value.length) });
    return undefined;
  }
  const chosen = new Set<number>();
  let isWrong = false;
  for (const [i, item] of value.entries()) {
    if (!Number.isInteger(item) || item < 1 || item > zones) {
      isWrong = true;
      report(zones === 1 ? 'zone 1' : `a zone from 1 to ${zones}`, {
        path: [...path, i],
        hint: zones === 1 ? 'the tier has one; zones: 3 in the tier gives it three' : null,
      });
    } else if (chosen.has(item - 1)) report('each zone once', { path: [...path, i] });
    else chosen.add(item - 1);
  }
  // Which hosts are in zones that there are not nobody can say.
  return isWrong ? undefined : [...chosen];
}

/** The hosts that a target chooses from: of the tier's those in its zones. */
interface Choice {
  /** as the file counts them */
  readonly hosts: number;
  /** whether the host with this 0-based number is one of them */
  readonly has: (number: number) => boolean;
}

function choiceOf(outline: TierOutline | undefined, zones: readonly number[] | undefined): Choice {
  const hosts = outline?.writtenHosts ?? Infinity;
  if (zones === undefined) return { hosts, has: () => true };
  const all = zonesOf(outline);
  const chosen = new Set(zones);
  // The first `hosts mod zones` zones have one more.
  const inZone = (zone: number): number => Math.ceil((hosts - zone) / all);
  return {
    hosts: zones.reduce((sum, zone) => sum + inZone(zone), 0),
    has: (number) => chosen.has(zoneOf(number, all)),
  };
}

/** 0-based numbers of the hosts among those to choose from, or undefined for all of them. */
function readHosts(
  value: unknown,
  { hosts, has }: Choice,
  all: number,
  scaling: Scaling,
  report: Report,
): readonly number[] | undefined {
  const path = ['hosts'];
  if (value === undefined || value === 'all') return undefined;
  // More than that no tier has, whatever `scale` says, which is told where it stands.
  const upTo = (chosen: number): number[] => {
    const wanted = Math.min(scaledCount(chosen, { scaling }, report, path), MOST_ITEMS.hosts);
    const numbers: number[] = [];
    for (let number = 0; numbers.length < wanted; number++) if (has(number)) numbers.push(number);
    return numbers;
  };
  if (Array.isArray(value) && scaling.factor() !== 1) {
    const hint = `say how many (hosts: ${value.length}) or which share ("50%"); or make the hosts smaller instead, by scale.hostSize`;
    return report('how many hosts, or which share of them', {
      path,
      found: `hosts by number, in a fleet of ${scaling.factor()} × as many`,
      hint,
    });
  }
  if (Array.isArray(value) && value.length > 0) {
    if (value.length > MOST_ITEMS.hosts)
      return report(`at most ${MOST_ITEMS.hosts} hosts`, { path, found: String(value.length) });
    const chosen = new Set<number>();
    for (const [i, item] of value.entries()) {
      if (!Number.isInteger(item) || item < 1 || item > all)
        report(`a host from 1 to ${all}`, { path: [...path, i], hint: 'the target matches no such host' });
      else if (!has(item - 1))
        report('a host in the zones', {
          path: [...path, i],
          hint: 'host n of a pod is in zone ((n − 1) mod zones) + 1: the target matches no such host',
        });
      else if (chosen.has(item - 1)) report('each host once', { path: [...path, i] });
      else chosen.add(item - 1);
    }
    return [...chosen];
  }
  const expected = 'host numbers like [1, 2], how many like 2, or a share like "50%"';
  if (typeof value === 'number') {
    if (Number.isInteger(value) && value >= 1 && value <= hosts) return upTo(value);
    return report(`from 1 to ${hosts} hosts`, { path, hint: value === 0 ? 'the target matches no host' : null });
  }
  const share = typeof value === 'string' ? parseFraction(value) : { expected };
  if (typeof share !== 'number') return report(expected, { path });
  const chosen = Math.round(share * hosts);
  return chosen === 0
    ? report(`a share of at least one of ${hosts} hosts`, { path, hint: 'the target matches no host' })
    : upTo(chosen);
}

function readTarget(context: Context, value: unknown, report: Report): TargetSpec {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return report('a target like { tier: …, pods: [1], hosts: [1, 2] }');
  const given = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(given))
    if (!keys.includes(key))
      report(oneOf(keys), { path: [key], found: `"${key}"`, hint: () => didYouMean(key, keys), atKey: true });
  const tier = readReference(given.tier, 'tier', context.outline.tierNames, report, ['tier']);
  const outline = context.outline.tiers.get(tier);
  if (outline?.shared === true && given.pods !== undefined)
    report('no pods', { path: ['pods'], found: 'some', hint: `tier ${tier} is shared by all pods` });
  const pods = readPods(context, outline?.shared === true ? undefined : given.pods, report, ['pods']);
  const zones = readZones(given.zones, zonesOf(outline), report);
  const choice = choiceOf(outline, zones);
  const hosts = readHosts(given.hosts, choice, outline?.writtenHosts ?? Infinity, scaledBy(context, 'hosts'), report);
  return { tier, pods, ...(zones === undefined ? {} : { zones }), ...(hosts === undefined ? {} : { hosts }) };
}

export function target(context: Context): Kind<TargetSpec> {
  const podItem = {
    anyOf: [
      { type: 'integer', minimum: 1, maximum: MOST_ITEMS.pods },
      { type: 'string', maxLength: MOST_CHARACTERS.name },
    ],
  };
  const properties = {
    tier: { type: 'string', maxLength: MOST_CHARACTERS.name, description: 'which tier' },
    pods: {
      anyOf: [
        { const: 'all' },
        { type: 'array', items: podItem, minItems: 1, maxItems: MOST_ITEMS.pods, uniqueItems: true },
      ],
      description: 'numbers from 1 or names; all if left out',
    },
    zones: {
      anyOf: [
        { const: 'all' },
        {
          type: 'array',
          items: { type: 'integer', minimum: 1, maximum: MOST_ITEMS.zones },
          minItems: 1,
          maxItems: MOST_ITEMS.zones,
          uniqueItems: true,
        },
      ],
      description: 'numbers from 1 (see `zones` of the tier); all if left out',
    },
    hosts: {
      anyOf: [
        { const: 'all' },
        { type: 'integer', minimum: 1, maximum: MOST_SUBJECTS },
        { type: 'string', maxLength: MOST_CHARACTERS.quantity, pattern: percentPattern },
        {
          type: 'array',
          items: { type: 'integer', minimum: 1, maximum: MOST_SUBJECTS },
          minItems: 1,
          maxItems: MOST_ITEMS.hosts,
          uniqueItems: true,
        },
      ],
      description: 'numbers from 1, how many, or which share, in each pod and of its zones; all if left out',
    },
  };
  return leaf({
    unit: 'target',
    scaling: scaledBy(context, 'hosts'),
    jsonSchema: { type: 'object', properties, required: ['tier'], additionalProperties: false },
    read: (value, report) => readTarget(context, value, report),
  });
}
