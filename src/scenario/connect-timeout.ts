/**
 * How long a client waits for an attempt: one distribution for all of it, or
 * one until the transport is open (TCP, TLS, upgrade) and another one from there
 * until the application has answered (login, subscription, sync), as most
 * libraries have it. Which hosts open transports before they answer, the tiers
 * say (`opensTransport`); where none does, the transport opens with the answer.
 */
import { z } from 'zod';
import { createDistribution, type DistributionSpec } from '../engine/distributions.ts';
import type { Answered } from './answered.ts';
import { distribution } from './distribution-kind.ts';
import { block, field, mapped, orNone, passingOn, type Kind } from './kind.ts';

/** null: it waits for ever. */
export interface ConnectTimeout {
  /** until the transport is open; with one number, which is `whole`, until the answer */
  readonly open: DistributionSpec | null;
  /** from there until the answer; null if `whole` */
  readonly answer: DistributionSpec | null;
  readonly whole: boolean;
}

const stages = block({
  open: field(orNone(distribution), 'how long until the transport (TCP, TLS, upgrade) is open; none: for ever'),
  answer: field(orNone(distribution), 'how long from there until the application has answered; none: for ever'),
});

const inStages: Kind<ConnectTimeout> = mapped(stages, (read) => ({ ...read, whole: false }));
const inOne: Kind<ConnectTimeout> = mapped(orNone(distribution), (open) => ({ open, answer: null, whole: true }));

const isStages = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && ('open' in value || 'answer' in value);

/** Both notations: a map with `open` or `answer` is of the second kind, all else of the first. */
export const connectTimeout: Kind<ConnectTimeout> = {
  ...inOne,
  schema: z.unknown().transform((value, context) => passingOn(isStages(value) ? inStages : inOne, value, context)),
  orElse: stages,
};

/** How long a client waits for an answer of hosts that have more to do than they can; null: for ever. */
export function waitOf(
  { open, answer, whole }: ConnectTimeout,
  tiers: readonly { readonly opensTransport: Answered | null }[],
): DistributionSpec | null {
  // A transport that opens beside the queue is open at once, and one that opens in it is what the client waits for.
  const isOpenAtOnce = !whole && (tiers[0]?.opensTransport ?? 'in-queue') !== 'in-queue';
  return isOpenAtOnce ? answer : open;
}

/** The mean of that, in ms; Infinity: for ever. */
export function meanWaitMs(...of: Parameters<typeof waitOf>): number {
  const waits = waitOf(...of);
  return waits === null ? Infinity : createDistribution(waits).meanMs;
}
