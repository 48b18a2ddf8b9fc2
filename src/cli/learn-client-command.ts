/**
 * `sim learn-client`: a server that misbehaves on purpose. A user's own client is
 * pointed at it, and what it does then is printed as the `clients:` block of a
 * scenario. It listens on this machine only unless told otherwise.
 */
import type { BackoffFit } from '../experiments/client-learning/backoff-fit.ts';
import { clockText } from '../experiments/client-learning/told-times.ts';
import { jsonText, visible } from '../scenario/safe-text.ts';
import { formatDuration, parseDuration } from '../scenario/quantity.ts';
import type { Learning } from './client-learning/learning.ts';
import type { Pace } from './endpoints/arrival.ts';
import type { Front, Strays } from './endpoints/front.ts';
import { listenError, listeningText, placeFlags, readPlace, strayTexts, type Place } from './endpoints/listening.ts';
import { exitCodes, type AddCommand, type CommandContext } from './command.ts';
import { interruptedExitCode, listenForInterruption, type Interruption } from './interruption.ts';
import { UsageError } from './usage-error.ts';
import { wholeNumber } from './whole-number.ts';

interface LearnFlags {
  readonly port: string;
  readonly host: string;
  readonly for: string;
  readonly connections: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

interface Settings extends Place {
  readonly totalMs: number;
  readonly connectionsMax: number;
}

const FOR = { leastMs: 5000, mostMs: 86_400_000 } as const;
/** How often a server that says how often it pings says it does, in a course of three minutes: 3 s, and 2 s. */
const PING_SHARE = 1 / 60;
const PING_TIMEOUT_SHARE = 1 / 90;
const ANSWER_SHARE = 1 / 900;

function readFlags(flags: LearnFlags): Settings {
  const totalMs = parseDuration(flags.for);
  if (typeof totalMs !== 'number' || totalMs < FOR.leastMs || totalMs > FOR.mostMs)
    throw new UsageError(
      `--for must be a duration from ${formatDuration(FOR.leastMs)} to 24h, not "${flags.for}"`,
      'like --for 3m; the shorter it is, the less is seen',
    );
  return { ...readPlace(flags), totalMs, connectionsMax: wholeNumber('--connections', flags.connections, 10_000) };
}

const strayWords = strayTexts('--connections');

function nobodyCame({ strays }: Front, totalMs: number): UsageError {
  const turnedAway = (Object.keys(strays) as (keyof Strays)[]).filter((what) => strays[what] > 0);
  return new UsageError(
    `no client came within ${formatDuration(totalMs)}`,
    ...turnedAway.map((what) => strayWords[what]),
    'start this first, then the client, and point it at the address above; any path will do',
  );
}

/** Of a fit, what a reader of the document can use. */
function fitFacts(fit: BackoffFit | null): object | null {
  if (fit === null) return null;
  const { best, alsoFit, undecided, delays, within, meanOff } = fit;
  const alike = alsoFit.map(({ spec: { policy }, cost }) => ({ policy, worseByNats: cost - best.cost }));
  return { policy: best.spec.policy, undecided, delays, within, meanOff, alsoFit: alike };
}

async function print(
  learning: Learning,
  isComplete: boolean,
  asJson: boolean,
  { terminal }: CommandContext,
): Promise<void> {
  const [{ learnClient }, { effort }, { learntYaml, learntFields }, { ATTEMPTS_MAX }] = await Promise.all([
    import('../experiments/client-learning/learnt-client.ts'),
    import('../experiments/client-learning/backoff-fit.ts'),
    import('./client-learning/learnt-text.ts'),
    import('./client-learning/course.ts'),
  ]);
  const logs = learning.logs();
  const learnt = learnClient(logs, isComplete ? effort.usual : effort.hurried);
  const cautions = [
    ...learnt.cautions,
    ...(learning.flooded ? [`it came ${ATTEMPTS_MAX} times, more than is looked at: the learning ended there`] : []),
    ...(isComplete ? [] : ['it was interrupted: what was not seen until then is missing']),
  ];
  const lastedMs = Math.max(...logs.map(({ untilMs }) => untilMs));
  if (asJson) {
    const { fit, ...rest } = learnt;
    const told = { complete: isComplete, client: learntFields(learnt), ...rest, cautions, fit: fitFacts(fit) };
    terminal.out.write(`${jsonText(told, 2)}\n`);
  } else terminal.out.write(learntYaml({ ...learnt, cautions }, clockText(lastedMs)));
}

async function learn(flags: LearnFlags, context: CommandContext): Promise<number> {
  const settings = readFlags(flags);
  const { err } = context.terminal;
  const tell = (text: string): void => {
    if (flags.quiet !== true) err.write(`${visible(text)}\n`);
  };
  const [{ Front }, { Learning }] = await Promise.all([
    import('./endpoints/front.ts'),
    import('./client-learning/learning.ts'),
  ]);
  const { totalMs } = settings;
  const pace: Pace = {
    pingEveryMs: totalMs * PING_SHARE,
    pingTimeoutMs: totalMs * PING_TIMEOUT_SHARE,
    answerMs: totalMs * ANSWER_SHARE,
  };
  const learning = new Learning(totalMs, pace, tell);
  const told = new Set<keyof Strays>();
  const front = new Front({
    ...settings,
    pace,
    arrive: (client, arrival) => learning.arrive(client, arrival),
    onStray: (what) => {
      if (!told.has(what)) tell(strayWords[what]);
      told.add(what);
    },
    mayBeMute: (client) => learning.courses.get(client)?.attempts.every(({ transport }) => transport === 'tcp') ?? true,
  });
  const address = await front.listen().catch((error: unknown) => {
    throw listenError(error, settings);
  });
  const interruption = listenForInterruption(() => learning.stop());
  try {
    err.write(listeningText(address));
    return await attend(learning, front, settings, interruption, flags.json === true, context, tell);
  } finally {
    interruption.release();
    front.close();
  }
}

async function attend(
  learning: Learning,
  front: Front,
  { totalMs }: Settings,
  interruption: Interruption,
  asJson: boolean,
  context: CommandContext,
  tell: (text: string) => void,
): Promise<number> {
  tell(
    `point one client at it, at any path: it is waited for up to ${formatDuration(totalMs)}, and then learnt from for as long`,
  );
  tell('the server will refuse, hang, cut and close it; Ctrl-C ends that and prints what was learnt until then');
  await learning.firstClient(totalMs, interruption.signal);
  await learning.ended();
  front.close();
  if (learning.logs().length === 0) {
    if (!interruption.asked) throw nobodyCame(front, totalMs);
    tell('interrupted before a client came');
    return interruptedExitCode;
  }
  tell('reading off the delays what backoff that is');
  await print(learning, !interruption.asked, asJson, context);
  return interruption.asked ? interruptedExitCode : exitCodes.good;
}

export const addLearnClient: AddCommand = (program, context) => {
  program
    .command('learn-client')
    .description('misbehave towards your own client, and print the clients: block that it comes to')
    .option(...placeFlags.port)
    .option(...placeFlags.host)
    .option('--for <duration>', 'how long it may take from when the client comes', '3m')
    .option('--connections <n>', 'let in so many connections at a time', '100')
    .option('--json', 'print one JSON document')
    .option('--quiet', 'do not tell what is going on')
    .addHelpText(
      'after',
      `
Point one client at it, whatever its language: a WebSocket, an event stream, plain requests, or a
connection that is none of these. It is let in, refused, left hanging, cut off, told when to come
again, left in silence and sent away, and what it does then is read off: how long it waits for a
connect, the delays between attempts, the rule by which it starts to count anew. Several clients may
come at once if each has a name of its own in its address: ?client=1, ?client=2.

Examples:
  sim learn-client --port 8080
  sim learn-client --port 8080 --for 10m > client.yaml
`,
    )
    .action(context.act((flags: LearnFlags) => learn(flags, context)));
};
