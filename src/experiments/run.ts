/**
 * One run of a scenario, from its start to its end or until somebody stops it:
 * simulated second by second and, within one, so many events at a time, with a
 * break every so often, so that progress shows and an interruption is seen.
 * Where the breaks fall changes nothing of the run. What it cannot do is take an event back: a stopped run tells what
 * there was until then, says that it is not complete, and decides nothing that
 * could still have changed.
 */
import { CapacityError, SimulationError } from '../engine/simulation-error.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { endedRun, type EndedRun } from '../metrics/ended-run.ts';
import { HostSeries } from '../metrics/host-series.ts';
import type { Headrooms } from '../metrics/survived-losses.ts';
import { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import { notableEvents } from '../metrics/notable-events.ts';
import { createOutcome, type Outcome } from '../metrics/outcome.ts';
import type { TimeSeries } from '../metrics/time-series.ts';
import { refuseHopeless } from './foresight.ts';
import { beyondCapacity, defaultLimits, LimitWatch, type RunLimits } from './limits.ts';
import type { NotableEvent } from '../model/state/recorder.ts';
import { Simulation } from '../model/simulation.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface RunOptions {
  readonly seed: string;
  readonly variant: string;
  /** what was changed in the scenario beside the variant, for the outcome to say; nothing if not said */
  readonly set?: readonly string[] | undefined;
  readonly scenarioHash: string;
  /** whether it claims to be the day that was observed, so that `observed` rows judge it; the baseline if not said */
  readonly sameDay?: boolean | undefined;
  readonly withMetrics: boolean;
  /** whether each host is looked at every so often, for a page to show; not if not said */
  readonly looksAtHosts?: boolean;
  /** what further runs have found, for the outcome to say */
  readonly headrooms?: Headrooms | undefined;
  /** what it may cost; `defaultLimits` if not said */
  readonly limits?: RunLimits | undefined;
  /** 0…1 of the simulated time */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** asked at every break */
  readonly shouldStop?: () => boolean;
  /** asked at every whole minute of a run with metrics: whether it may end here, everything being decided */
  readonly endsAt?: (recorder: MetricsRecorder, nowMs: number) => boolean;
}

/** A run without metrics: it says what happened by its fingerprint only. */
export interface BareRun {
  readonly fingerprint: string;
  readonly eventCount: number;
  readonly attemptCount: number;
  /** where the run ended, ms since its start */
  readonly endMs: number;
  readonly complete: boolean;
}

export interface RunResult extends BareRun {
  readonly outcome: Outcome;
  readonly series: TimeSeries;
  readonly events: readonly NotableEvent[];
  /** what the outcome was judged by: episodes and actions with their instants in ms */
  readonly ended: EndedRun;
}

/** Simulated time between two looks at the clock on the wall, and events: some hundredth of a second of computing. */
const SLICE_MS = 1000;
const SLICE_EVENTS = 16_384;
const MINUTE_MS = 60_000;
/** Wall time between two breaks. */
const BREAK_AFTER_MS = 40;

/** Runs the scenario. Throws a SimulationError, with the seed in it, if something impossible happens, and a LimitError if the run costs too much. */
export async function runScenario(
  scenario: Scenario,
  options: RunOptions & { readonly withMetrics: true },
): Promise<RunResult>;
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunResult | BareRun>;
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunResult | BareRun> {
  const limits = options.limits ?? defaultLimits();
  refuseHopeless(scenario, limits);
  const recorder = options.withMetrics ? new MetricsRecorder(scenario, hostSeriesOf(scenario, options)) : null;
  const watch = new LimitWatch(limits);
  try {
    const simulation = watch.within(() => new Simulation(scenario, { seed: options.seed, recorder }));
    const ended = await advance({ simulation, recorder, watch, endMs: scenario.clock.durationMs }, options);
    return watch.within(() => {
      simulation.finish();
      const { eventCount, attemptCount, nowMs: endMs } = simulation;
      const bare = {
        fingerprint: simulation.fingerprint(),
        eventCount,
        attemptCount,
        endMs,
        complete: ended === 'clock',
      };
      return recorder === null ? bare : { ...bare, ...measure(recorder, ended === 'interrupted', options, bare) };
    }, Infinity);
  } catch (error) {
    if (error instanceof SimulationError && error.seed === '') error.seed = options.seed;
    throw error instanceof CapacityError ? beyondCapacity(error) : error;
  }
}

interface Underway {
  readonly simulation: Simulation;
  readonly recorder: MetricsRecorder | null;
  readonly watch: LimitWatch;
  readonly endMs: number;
}

/** At the end of its clock; where all was decided; or where somebody stopped it. */
type Ended = 'clock' | 'decided' | 'interrupted';

async function advance(run: Underway, options: RunOptions): Promise<Ended> {
  const { simulation, watch, endMs } = run;
  const { onProgress, shouldStop } = options;
  // The first break comes after the first slice.
  let breakAtMs = -Infinity;
  while (simulation.nowMs < endMs) {
    const decided = watch.within(() => advanceUntil(run, breakAtMs, options));
    watch.check(Math.max(simulation.eventCount, simulation.attemptCount), Math.floor(simulation.nowMs / SLICE_MS));
    if (decided) return 'decided';
    onProgress?.(simulation.nowMs / endMs);
    await new Promise((resolve) => setImmediate(resolve));
    if (shouldStop?.() === true && simulation.nowMs < endMs) return 'interrupted';
    breakAtMs = performance.now() + BREAK_AFTER_MS;
  }
  return 'clock';
}

/** Runs slice by slice up to a time on the wall, which may come within a simulated second. Whether the run may end there, everything being decided. */
function advanceUntil({ simulation, recorder, endMs }: Underway, breakAtMs: number, { endsAt }: RunOptions): boolean {
  do {
    const untilMs = Math.min((Math.floor(simulation.nowMs / SLICE_MS) + 1) * SLICE_MS, endMs);
    if (!simulation.run(untilMs, SLICE_EVENTS)) continue;
    if (
      endsAt !== undefined &&
      recorder !== null &&
      untilMs % MINUTE_MS === 0 &&
      untilMs < endMs &&
      endsAt(recorder, untilMs)
    )
      return true;
  } while (simulation.nowMs < endMs && performance.now() < breakAtMs);
  return false;
}

type Measured = Omit<RunResult, keyof BareRun>;

function measure(
  recorder: MetricsRecorder,
  interrupted: boolean,
  options: RunOptions,
  { fingerprint, complete }: BareRun,
): Measured {
  const ended = endedRun(recorder, interrupted, options.headrooms);
  const { variant, set, seed, scenarioHash, sameDay = variant === BASELINE } = options;
  return {
    outcome: createOutcome(ended, { variant, set, seed, scenarioHash, fingerprint, complete, sameDay }),
    series: recorder.rows.series(),
    events: notableEvents(ended),
    ended,
  };
}

function hostSeriesOf({ clock, tiers }: Scenario, { looksAtHosts = false }: RunOptions): HostSeries | null {
  return looksAtHosts ? new HostSeries(clock.durationMs, tiers.length) : null;
}
