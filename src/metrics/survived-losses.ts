/**
 * Which losses of hosts a fleet survives, as further runs of the same world have
 * found it (experiments/headroom.ts). A run that has ended carries it for the metric
 * that tells it.
 */

/** Of a tier, in each of its pods. */
export interface Headroom {
  readonly hosts: number;
  /** the largest loss that was survived; 0: none was */
  readonly survives: number;
  /** the smallest that was not, above it: one more, or undecided are those in between */
  readonly fails: number;
  /** when the hosts are lost, ms since the start */
  readonly lostMs: number;
}

/** By the tier's name, of those that were asked for. */
export type Headrooms = ReadonlyMap<string, Headroom>;
