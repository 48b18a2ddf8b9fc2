/**
 * Which workers there are. Each says so every few seconds, with its build, on
 * the server's own clock; one that has not for a while is gone. It only serves
 * to tell somebody who waits why nothing happens: runs are handed out without it.
 */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { workersKey } from './wire.ts';

export const PRESENT_EVERY_MS = 4000;
const GONE_AFTER_SEC = 15;
const WORKERS_MAX = 10_000;

const presentWorker = z.strictObject({ id: z.uuid(), build: z.string().max(200), jobs: z.int().positive() });
export type PresentWorker = z.infer<typeof presentWorker>;

async function nowSec(redis: Redis): Promise<number> {
  const [seconds] = await redis.time();
  return seconds;
}

export async function bePresent(redis: Redis, worker: PresentWorker): Promise<void> {
  const now = await nowSec(redis);
  await redis.zremrangebyscore(workersKey, '-inf', now - GONE_AFTER_SEC);
  await redis.zadd(workersKey, now, JSON.stringify(worker));
}

export async function beGone(redis: Redis, worker: PresentWorker): Promise<void> {
  await redis.zrem(workersKey, JSON.stringify(worker));
}

function read(text: string): PresentWorker | null {
  try {
    return presentWorker.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function presentWorkers(redis: Redis): Promise<readonly PresentWorker[]> {
  const since = (await nowSec(redis)) - GONE_AFTER_SEC;
  const texts = await redis.zrangebyscore(workersKey, since, '+inf', 'LIMIT', 0, WORKERS_MAX);
  return texts.flatMap((text) => read(text) ?? []);
}
