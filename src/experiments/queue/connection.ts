/**
 * Connections to a queue's server. The first is tried once, so that an address
 * where nothing answers is told at once; those after it are taken up again for
 * as long as it takes when the server goes away. BullMQ and its driver are
 * loaded here, and only when a queue is asked for.
 */
import type { Redis } from 'ioredis';
import { QueueError, withoutPasswords, type QueueAddress } from './address.ts';
import type { QueueNews } from './queue-news.ts';

const CONNECT_WITHIN_MS = 5000;
const RETRY_MS_MAX = 2000;
/** Streams, on which BullMQ's events are. */
const MAJOR_VERSION_MIN = 5;

export function reasonText(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  if (message.startsWith('NOAUTH')) return 'it wants a password';
  if (message.startsWith('WRONGPASS')) return 'it does not take this user and password';
  // An error of several addresses has no message of its own.
  return withoutPasswords(message === '' ? (code ?? 'no reason was given') : message);
}

/** What talks to a queue comes with a checkout, and is for users of the package to install: few ask for a queue. */
async function installed<Module>(load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (error) {
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new QueueError(
      'a queue needs the packages bullmq and ioredis, which are not installed here',
      'npm i bullmq@6 ioredis@6',
    );
  }
}

/** Throws a QueueError if nothing answers there, or not to us, or if what would ask is not installed. */
export async function tryConnection({ shown, options }: QueueAddress): Promise<void> {
  const [{ Redis: Client }] = await Promise.all([
    installed(() => import('ioredis')),
    installed(() => import('bullmq')),
  ]);
  const client = new Client({
    ...options,
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  });
  let why: unknown = null;
  client.on('error', (error) => (why ??= error));
  try {
    await client.connect();
    const [, major] = /_version:(\d+)\./.exec(await client.info('server')) ?? [];
    if (major !== undefined && Number(major) < MAJOR_VERSION_MIN)
      throw new Error(`its version ${major} is too old: ${MAJOR_VERSION_MIN} or later is needed`);
  } catch (error) {
    throw new QueueError(
      `no queue at ${shown}: ${reasonText(why ?? error)}`,
      'a Redis or Valkey server must run there; a password goes into the address, before the host as in :PASSWORD@HOST, or into REDIS_URL',
    );
  } finally {
    client.disconnect();
  }
}

/** A connection that is taken up again whenever it is lost; `tell` hears of that. */
export async function openConnection(
  { options }: QueueAddress,
  tell: ((news: QueueNews) => void) | null,
): Promise<Redis> {
  const { Redis: Client } = await import('ioredis');
  const client = new Client({
    ...options,
    maxRetriesPerRequest: null,
    connectTimeout: CONNECT_WITHIN_MS,
    retryStrategy: (times) => Math.min(100 * times, RETRY_MS_MAX),
  });
  let isLost = false;
  let isWanted = true;
  // Why it is lost is told with the loss: each try to come back fails in its own way.
  client.on('error', () => undefined);
  client.on('close', () => {
    if (isWanted && !isLost) tell?.({ is: 'lost' });
    isLost = true;
  });
  client.on('ready', () => {
    if (isLost) tell?.({ is: 'back' });
    isLost = false;
  });
  client.on('end', () => {
    isWanted = false;
  });
  const disconnect = client.disconnect.bind(client);
  client.disconnect = (reconnect) => {
    if (reconnect !== true) isWanted = false;
    disconnect(reconnect);
  };
  return client;
}
