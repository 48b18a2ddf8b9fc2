/**
 * What `sim emulate` does: loads the scenario, opens its endpoints, plays it, and
 * prints what there was.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import { formatDuration } from '../../scenario/quantity.ts';
import { formatClock, parseInstant } from '../../scenario/wall-clock.ts';
import type { LoadedScenario } from '../../scenario/load.ts';
import { SimulationError } from '../../engine/simulation-error.ts';
import type { Emulation } from './emulation.ts';
import type { StatusLine } from './status-line.ts';
import type { Pace } from '../endpoints/arrival.ts';
import type { Front, FrontOptions, Strays } from '../endpoints/front.ts';
import { listenError, listeningText, readPlace, strayTexts, type Place } from '../endpoints/listening.ts';
import { commandLine, exitCodes, type CommandContext } from '../command.ts';
import { simulationErrorMessage } from '../failure-message.ts';
import { interruptedExitCode, listenForInterruption } from '../interruption.ts';
import { loadScenarioFile, namedFile } from '../scenario-file.ts';
import { UsageError } from '../usage-error.ts';
import { wholeNumber } from '../whole-number.ts';

export interface EmulateFlags {
  readonly port: string;
  readonly host: string;
  readonly maxConnections: string;
  readonly startAt?: string;
  readonly variant?: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const LIMIT_FLAG = '--max-connections';
const CONNECTIONS_MAX = 100_000;
/** What servers that say so say, if nobody tells them otherwise; a request is answered when its service ends. */
const PACE: Pace = { pingEveryMs: 25_000, pingTimeoutMs: 20_000, answerMs: 0 };
/** Calm of so long before the first action is worth a word. */
const CALM_MS = 60_000;
const BEFORE_ACTION_MS = 10_000;

const strayWords = strayTexts(LIMIT_FLAG);
const turnedAwayWords = {
  crowded: 'so many attempts wait whose clients have left that no more are let in: they are refused with 503',
  elsewhere: 'a client asked for a pod or a product that the scenario does not have: it got 404',
} as const;
type TurnedAway = keyof Strays | keyof typeof turnedAwayWords;

function readStart(text: string | undefined, { clock }: Scenario): number {
  if (text === undefined) return 0;
  const atMs = parseInstant(text, clock);
  const span = `${formatClock(clock, 0)} to ${formatClock(clock, clock.durationMs)}`;
  if (typeof atMs !== 'number')
    throw new UsageError(
      `--start-at must be ${atMs.expected}, not "${text}"`,
      ...(atMs.hint === null ? [] : [atMs.hint]),
    );
  if (atMs >= clock.durationMs)
    throw new UsageError(`--start-at must be before the scenario's end, not "${text}"`, `its clock goes from ${span}`);
  return atMs;
}

/** What is about to be played, and what is not. */
function tellStart(
  { scenario, variant }: LoadedScenario,
  leftOut: readonly string[],
  { startAtMs, seed }: { startAtMs: number; seed: string },
  status: StatusLine,
): void {
  const { clock, timeline, tiers } = scenario;
  const [{ name, hosts, scope }] = tiers;
  const each = scope === 'pod' && scenario.pods.length > 1 ? ` in each of ${scenario.pods.length} pods` : '';
  const told = (atMs: number): string => formatClock(clock, atMs);
  status.line(
    `playing ${scenario.name} / ${variant}, seed ${seed}: ${hosts} ${hosts === 1 ? 'host' : 'hosts'} of ${name}${each}, ${told(startAtMs)} to ${told(clock.durationMs)}`,
  );
  status.line('not played as in a run:');
  for (const text of leftOut) status.line(`  - ${text}`);
  const instants = timeline.flatMap(({ when, name: action }) => ('atMs' in when ? [{ atMs: when.atMs, action }] : []));
  const next = instants.filter(({ atMs }) => atMs >= startAtMs).sort((a, b) => a.atMs - b.atMs)[0];
  if (next === undefined) return;
  const inMs = next.atMs - startAtMs;
  const sooner = inMs < CALM_MS ? '' : `; --start-at ${told(next.atMs - BEFORE_ACTION_MS)} begins shortly before it`;
  status.line(`first: ${next.action} at ${told(next.atMs)}, in ${formatDuration(inMs)}${sooner}`);
}

/** Everything of one command that lasts as long as it does. */
interface Underway {
  readonly emulation: Emulation;
  readonly front: Front;
  readonly turnedAway: Record<TurnedAway, number>;
}

async function open(
  scenario: Scenario,
  { seed, startAtMs }: { seed: string; startAtMs: number },
  place: Place & { readonly connectionsMax: number },
  status: StatusLine,
): Promise<Underway> {
  const [{ Emulation }, { Front }] = await Promise.all([import('./emulation.ts'), import('../endpoints/front.ts')]);
  const turnedAway: Underway['turnedAway'] = { tls: 0, tooMany: 0, garbled: 0, crowded: 0, elsewhere: 0 };
  const words: Readonly<Record<TurnedAway, string>> = { ...strayWords, ...turnedAwayWords };
  const onTurnedAway = (what: TurnedAway): void => {
    if (turnedAway[what]++ === 0) status.line(words[what]);
  };
  const emulation = new Emulation(scenario, {
    seed,
    startAtMs,
    onEvent: (atMs, text) => status.event(atMs, text),
    onSecond: () => status.moment(emulation.moment()),
    onTurnedAway,
  });
  const options: FrontOptions = {
    ...place,
    pace: PACE,
    arrive: (_client, arrival, asked) => emulation.arrive(arrival, asked),
    onStray: onTurnedAway,
    mayBeMute: () => false,
  };
  return { emulation, front: new Front(options), turnedAway };
}

export async function emulate(argument: string, flags: EmulateFlags, context: CommandContext): Promise<number> {
  const { out, err } = context.terminal;
  const place = { ...readPlace(flags), connectionsMax: wholeNumber(LIMIT_FLAG, flags.maxConnections, CONNECTIONS_MAX) };
  const file = namedFile(argument);
  const set = flags.set ?? [];
  const loaded = loadScenarioFile(file, { variant: flags.variant, set }, err);
  if (loaded === null) return exitCodes.usage;
  const [{ emulated }, { StatusLine }, { printEmulation }] = await Promise.all([
    import('./emulated-scenario.ts'),
    import('./status-line.ts'),
    import('./emulation-report.ts'),
  ]);
  const { scenario, leftOut } = emulated(loaded.scenario);
  const startAtMs = readStart(flags.startAt, scenario);
  const seed = flags.seed ?? scenario.seed;
  const status = new StatusLine(err, scenario.clock, flags.quiet === true);
  const interruption = listenForInterruption(() => underway?.emulation.end());
  let underway: Underway | null = null;
  try {
    underway = await open(scenario, { seed, startAtMs }, place, status);
    const { emulation, front, turnedAway } = underway;
    tellStart(loaded, leftOut, { startAtMs, seed }, status);
    if (!(await emulation.catchUp(() => interruption.asked))) return interruptedExitCode;
    const address = await front.listen().catch((error: unknown) => {
      throw listenError(error, place);
    });
    err.write(listeningText(address));
    if (interruption.asked) emulation.end();
    else emulation.begin();
    await emulation.ended;
    status.stop();
    front.stopListening();
    await emulation.allGone();
    const identity = { scenario: scenario.name, variant: loaded.variant, set, seed };
    const told = Object.fromEntries(
      Object.entries({ ...strayWords, ...turnedAwayWords }).map(([what, why]) => [
        flags.json === true ? what : why,
        turnedAway[what as TurnedAway],
      ]),
    );
    const { recorder, lateness } = emulation;
    printEmulation(
      { identity, recorder, startAtMs, complete: !interruption.asked, lateness, turnedAway: told, leftOut },
      flags.json === true,
      out,
    );
    return interruption.asked ? interruptedExitCode : exitCodes.good;
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    const clockTextOf = (atMs: number): string => formatClock(scenario.clock, atMs, 'exact');
    err.write(simulationErrorMessage(error, clockTextOf, commandLine(['emulate', file]), err.colors));
    return exitCodes.bug;
  } finally {
    status.stop();
    interruption.release();
    underway?.front.close();
  }
}
