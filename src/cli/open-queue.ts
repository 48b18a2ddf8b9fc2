/**
 * Opens the queue that --queue names, and tells in words what becomes of it: the
 * server was lost, nobody is there to work. Addresses are only shown without
 * their passwords.
 */
import { buildIdentity } from '../experiments/build-identity.ts';
import { queueAddress, QueueError, type QueueAddress } from '../experiments/queue/address.ts';
import type { QueueNews } from '../experiments/queue/queue-news.ts';
import { openRunQueue, type OpenRunQueue } from '../experiments/queue/run-queue.ts';
import { counted } from '../metrics/value-text.ts';
import { visible } from '../scenario/safe-text.ts';
import { commandLine } from './command.ts';
import type { QueueFlags } from './queue-flags.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** What a queue refuses is for whoever gave its address to mend. */
export async function asUsage<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof QueueError) throw new UsageError(error.message, ...error.hints);
    throw error;
  }
}

/** Throws a UsageError. */
export function addressOf(given: string | undefined, from: string): Promise<QueueAddress> {
  return asUsage(() => queueAddress(given ?? null, process.env.REDIS_URL, from));
}

/** Tells news as they come, the same trouble once. */
export function newsTeller(shown: string, err: Side): (news: QueueNews) => void {
  const told = new Set<string>();
  const warning = err.colors.yellow('warning:');
  return (news) => {
    if (news.is === 'lost') err.write(`${warning} ${visible(shown)} does not answer any more; waiting until it does\n`);
    else if (news.is === 'back') err.write(`${visible(shown)} answers again\n`);
    else if (news.is === 'workers') err.write(workersText(news, shown));
    else if (!told.has(news.says)) {
      told.add(news.says);
      err.write(`${warning} ${visible(news.says)}\n`);
    }
  };
}

function workersText({ able, others }: QueueNews & { is: 'workers' }, shown: string): string {
  const strangers = others.length === 0 ? '' : `; those of another version (${others.join(', ')}) cannot help`;
  if (able > 0) return `${counted(able, 'worker')} at ${visible(shown)}${visible(strangers)}\n`;
  return `no worker at ${visible(shown)} yet${visible(strangers)}: start some with\n  ${visible(commandLine(['work', shown]))}\n`;
}

/** Undefined if none is asked for. Throws a UsageError if nothing answers there. */
export async function openQueue(
  { queue, jobs }: QueueFlags,
  quiet: boolean,
  err: Side,
): Promise<OpenRunQueue | undefined> {
  if (queue === undefined) return undefined;
  if (jobs !== undefined)
    throw new UsageError(
      '--jobs does not go with --queue',
      'how many runs there are at a time is said to each `sim work --jobs N`',
    );
  const address = await addressOf(queue === true ? undefined : queue, '--queue');
  const tell = newsTeller(address.shown, err);
  const onNews = (news: QueueNews): void => {
    if (!quiet || news.is !== 'workers' || news.able === 0) tell(news);
  };
  return asUsage(() => openRunQueue(address, { build: buildIdentity(), onNews }));
}
