/**
 * An experiment that several machines share: all that its runs depend on, as a
 * file that lies beside the runs that a shard has kept. From it any machine
 * knows which runs there are, and what is to be made of them. To let another
 * command have shards, add its form to `sharedExperiment`, its runs to `runsOf`,
 * and what is made of them to merge-run.ts.
 */
import { z } from 'zod';
import { checkTasks, neededVariants } from '../experiments/check.ts';
import { defaultLimits, type RunLimits } from '../experiments/limits.ts';
import type { ReplicatedVariant, ReplicationTask } from '../experiments/replication.ts';
import { tasksOf } from '../experiments/replications.ts';
import type { Shard } from '../experiments/shard.ts';
import { sweepTasks } from '../experiments/sweep.ts';
import { loadVariants } from '../experiments/variant-set.ts';
import { loadField } from '../experiments/vary/points.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { openScenario } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { UsageError } from './usage-error.ts';

export const experimentFile = 'experiment.json';

const shardsMax = 10_000;

const source = z.strictObject({
  file: z.string().min(1),
  text: z.string(),
  format: z.enum(['json', 'yaml', 'by content']).exactOptional(),
});

const common = {
  tool: z.literal('cascade-sim'),
  format: z.literal(1),
  /** of the program that ran the shard */
  build: z.string(),
  shard: z
    .strictObject({ part: z.int().positive(), of: z.int().positive().max(shardsMax) })
    .refine(({ part, of }) => part <= of),
  set: z.array(z.string()),
  replications: z.int().positive(),
};

const sharedExperiment = z.discriminatedUnion('command', [
  z.strictObject({
    ...common,
    command: z.literal('compare'),
    scenario: source,
    /** null: all */
    variants: z.array(z.string()).nullable(),
    against: z.string().nullable(),
    seed: z.string(),
    until: z.enum(['end', 'decided']),
  }),
  z.strictObject({
    ...common,
    command: z.literal('sweep'),
    scenario: source,
    variant: z.string().nullable(),
    vary: z.array(z.string()).min(1).max(2),
    metric: z.string(),
    seed: z.string(),
  }),
  z.strictObject({ ...common, command: z.literal('check'), scenarios: z.array(source).min(1) }),
]);

export type SharedExperiment = z.infer<typeof sharedExperiment>;
/** What two shards of the same experiment have in common. */
export type CommonPart = Omit<SharedExperiment, 'shard' | 'build'>;

export function parseExperiment(text: string): SharedExperiment | null {
  try {
    const read = sharedExperiment.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

export function shardFlag(text: string): Shard {
  const [, part, of] = /^(\d{1,5})\/(\d{1,5})$/.exec(text.trim()) ?? [];
  const shard = { part: Number(part), of: Number(of) };
  if (shard.part >= 1 && shard.part <= shard.of && shard.of <= shardsMax) return shard;
  throw new UsageError(`--shard must be a part of a whole like 3/10, from 1/10 to 10/10, not "${text}"`);
}

/** A source as plain text, which is what it was read as. */
export function plainSource({ file, text, format }: ScenarioSource): z.infer<typeof source> {
  return {
    file,
    text: typeof text === 'string' ? text : new TextDecoder('utf-8', { ignoreBOM: true }).decode(text),
    ...(format === undefined ? {} : { format }),
  };
}

export interface SharedRuns {
  readonly tasks: readonly ReplicationTask[];
  /** the file that a variant is of */
  readonly fileOf: (variant: ReplicatedVariant) => string;
}

type RunsResult =
  | ({ readonly ok: true } & SharedRuns)
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly source: ScenarioSource };

/** All runs of the experiment, or what is wrong with its scenarios. */
export function runsOf(experiment: SharedExperiment, limits: RunLimits = defaultLimits()): RunsResult {
  const { set, replications } = experiment;
  if (experiment.command === 'compare') {
    const { scenario, variants, against, seed, until } = experiment;
    const loaded = loadVariants(scenario, vocabulary, {
      variants: variants ?? undefined,
      against: against ?? undefined,
      set,
    });
    if (!loaded.ok) return { ok: false, problems: loaded.problems, source: scenario };
    const request = { variants: loaded.variants, seed, replications, until };
    return { ok: true, tasks: tasksOf(request, limits), fileOf: () => scenario.file };
  }
  if (experiment.command === 'sweep') {
    const { scenario, variant, vary, metric, seed } = experiment;
    const loaded = loadField(scenario, vocabulary, { vary, variant: variant ?? undefined, set });
    if (!loaded.ok) return { ok: false, problems: loaded.problems, source: scenario };
    const { field } = loaded;
    const tasks = sweepTasks({ field, metric, seed, worlds: replications }, limits);
    return { ok: true, tasks, fileOf: () => scenario.file };
  }
  const files = new Map<ReplicatedVariant, string>();
  const scenarios = [];
  for (const one of experiment.scenarios) {
    const base = openScenario(one, vocabulary).load({ set });
    if (!base.ok) return { ok: false, problems: base.problems, source: one };
    const expectations = base.scenario.expect;
    const loaded = loadVariants(one, vocabulary, { variants: neededVariants(expectations), set });
    if (!loaded.ok) return { ok: false, problems: loaded.problems, source: one };
    for (const variant of loaded.variants) files.set(variant, one.file);
    scenarios.push({ file: one.file, variants: loaded.variants, expectations });
  }
  const tasks = checkTasks({ scenarios, replications, limits, scenarioMsMax: Infinity });
  return { ok: true, tasks, fileOf: (variant) => files.get(variant) ?? '' };
}
