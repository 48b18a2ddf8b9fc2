/**
 * Which hosts an action means: a tier, and within it some pods, and within
 * each of these all hosts, some by number, or so many of them. A target is
 * data; the model turns it into hosts.
 */

export interface TargetSpec {
  /** the tier's name */
  readonly tier: string;
  /** indices of the pods (0 = first), in the given order; ignored for a shared tier */
  readonly pods: readonly number[];
  /** 0-based numbers of the hosts within each pod (or within the shared tier); all if absent */
  readonly hosts?: readonly number[];
}
