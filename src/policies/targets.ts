/**
 * Which hosts an action means: a tier, within it some pods, and within each of
 * these all hosts, those of some zones, some by number, or so many of them. A
 * target is data; the model turns it into hosts. Zones are by number: of three
 * the 1st, 4th, 7th … host of a pod is in the first, so that they are as even as
 * can be however many hosts there are, also those that join while it runs.
 */

export interface TargetSpec {
  /** the tier's name */
  readonly tier: string;
  /** indices of the pods (0 = first), in the given order; ignored for a shared tier */
  readonly pods: readonly number[];
  /** 0-based numbers of the zones; all if absent */
  readonly zones?: readonly number[];
  /** 0-based numbers of the hosts within each pod (or within the shared tier); all if absent */
  readonly hosts?: readonly number[];
}

/** The zone of a host by its number, both from 0, where its tier has so many. */
export function zoneOf(number: number, zones: number): number {
  return number % zones;
}

/** Which hosts of a pod with so many zones the target means, by their numbers. */
export function meantHosts(target: Pick<TargetSpec, 'zones' | 'hosts'>, zones: number): (number: number) => boolean {
  const chosenZones = target.zones === undefined ? null : new Set(target.zones);
  const chosenHosts = target.hosts === undefined ? null : new Set(target.hosts);
  return (number) =>
    (chosenZones === null || chosenZones.has(zoneOf(number, zones))) &&
    (chosenHosts === null || chosenHosts.has(number));
}

/** How many of the first `hosts` hosts of a pod it means. */
export function meantCount(target: Pick<TargetSpec, 'zones' | 'hosts'>, hosts: number, zones: number): number {
  const isMeant = meantHosts(target, zones);
  let count = 0;
  for (let number = 0; number < hosts; number++) if (isMeant(number)) count++;
  return count;
}

/** Whether it may mean a part of a pod's hosts only. */
export function meansSome({ zones, hosts }: TargetSpec): boolean {
  return zones !== undefined || hosts !== undefined;
}
