/**
 * What a commander and its workers say to each other by way of the queue. All of
 * it is plain data, and is held against these schemas by whoever reads it: a
 * queue is a place where others can write as well. A scenario travels as its
 * text and is resolved again where it is run, as any text is; its hash says
 * whether the same came of it.
 */
import { z } from 'zod';
import { originOf } from '../../scenario/origin.ts';
import type { LimitFacts } from '../limits.ts';
import type { ReplicationTask } from '../replication.ts';
import type { ToldError } from '../replication-worker.ts';

const WIRE_FORMAT = 1;
const TEXT_MAX = 10_000_000;
const NAME_MAX = 1000;
const LIST_MAX = 10_000;

const name = z.string().max(NAME_MAX);
const text = z.string().max(TEXT_MAX);
const spentMs = z.number().nonnegative();
/** Null: as much as it takes, for which JSON has no number. */
const limit = z.number().positive().nullable();

const sentScenario = z.strictObject({
  file: name,
  text,
  format: z.enum(['json', 'yaml', 'by content']).exactOptional(),
  variant: name,
  assuming: z.array(text).max(LIST_MAX).exactOptional(),
  set: z.array(text).max(LIST_MAX),
  hash: z.string().regex(/^[0-9a-f]{32}$/),
});

const sentReference = z.strictObject({
  metric: name,
  parts: z.array(name).max(LIST_MAX),
  variant: name.nullable(),
  atMs: z.number().nullable(),
});

export const sentJob = z.strictObject({
  format: z.literal(WIRE_FORMAT),
  /** of the program that wants it: only the same makes the same record */
  build: name,
  /** who waits for it */
  commander: z.uuid(),
  scenario: sentScenario,
  /** what its record calls the variant */
  variant: name,
  index: z.int().nonnegative(),
  seed: text,
  until: z.enum(['end', 'decided']),
  references: z.array(sentReference).max(LIST_MAX).exactOptional(),
  eventsMax: limit,
  wallMsMax: limit,
});

export type SentJob = z.infer<typeof sentJob>;
export type SentScenario = z.infer<typeof sentScenario>;

const toldFacts: z.ZodType<LimitFacts> = z.strictObject({
  limit: z.enum(['events', 'memory', 'time']),
  path: text,
  expected: text,
  found: text,
  hint: text,
});

const toldError: z.ZodType<ToldError> = z.strictObject({
  message: text,
  stack: text,
  simulation: z
    .strictObject({ what: text, atMs: z.number(), eventNumber: z.number(), label: text, seed: text })
    .nullable(),
  limit: toldFacts.exactOptional(),
});

export const sentAnswer = z.discriminatedUnion('is', [
  /** with the record as it is kept, which has a digest of itself */
  z.strictObject({ is: z.literal('done'), build: name, record: text, spentMs }),
  z.strictObject({ is: z.literal('failed'), build: name, error: toldError, spentMs }),
  /** more than this worker may do; another one may be able to */
  z.strictObject({ is: z.literal('beyond'), build: name, by: z.uuid(), limit: toldFacts, spentMs }),
  z.strictObject({ is: z.literal('refused'), build: name, why: text }),
  /** nobody seemed to wait for it any more, so it was not run */
  z.strictObject({ is: z.literal('left'), build: name }),
]);

export type SentAnswer = z.infer<typeof sentAnswer>;

const finite = (value: number | undefined): number | null => (value === undefined || value === Infinity ? null : value);

/** A task as it is sent. Memory is the worker's own, so how much it may take is said there. */
export function jobOf(task: ReplicationTask, build: string, commander: string): SentJob {
  const { variant, index, seed, until, references, limits } = task;
  const origin = originOf(variant.scenario);
  if (origin === undefined)
    throw new Error(`the scenario of ${variant.name} was not loaded from a text, and cannot be sent to other machines`);
  const { source, variant: written, assuming, set } = origin;
  return {
    format: WIRE_FORMAT,
    build,
    commander,
    scenario: {
      file: source.file.slice(-NAME_MAX),
      text:
        typeof source.text === 'string'
          ? source.text
          : new TextDecoder('utf-8', { ignoreBOM: true }).decode(source.text),
      ...(source.format === undefined ? {} : { format: source.format }),
      variant: written,
      ...(assuming.length === 0 ? {} : { assuming: [...assuming] }),
      set: [...set],
      hash: variant.hash,
    },
    variant: variant.name,
    index,
    seed,
    until,
    ...(references === undefined
      ? {}
      : { references: references.map(({ parts, ...one }) => ({ ...one, parts: [...parts] })) }),
    eventsMax: finite(limits?.eventsMax),
    wallMsMax: finite(limits?.wallMsMax),
  };
}

/** Where both have to look. */
export const prefix = 'cascade-sim';
export const queueName = (build: string): string => `runs-${build}`;
export const commanderKey = (commander: string): string => `${prefix}:commander:${commander}`;
export const workersKey = `${prefix}:workers`;
