/**
 * What episodes are judged by: the disconnected shares of a run, second by
 * second, and the size of the outage so far.
 */

/** Whole seconds, one after another. */
export interface FleetCurve {
  readonly firstMs: number;
  /** disconnected shares of the fleet and of each pod */
  readonly fleet: Float64Array;
  readonly pods: readonly Float64Array[];
  /** the integral of the disconnected until each second */
  readonly lostSessionMs: Float64Array;
}
