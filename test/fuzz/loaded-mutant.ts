/** What the product does with a mutant, in this process: it loads it, and runs it for a moment if it can. */
import { refuseHopeless } from '../../src/experiments/foresight.ts';
import { LimitError, type RunLimits } from '../../src/experiments/limits.ts';
import { runScenario } from '../../src/experiments/run.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { formatProblem } from '../../src/scenario/problem.ts';
import { cpuClock } from '../busy-machine.ts';
import type { Mutant } from './mutations.ts';

const limits: RunLimits = { eventsMax: 2e10, memoryBytesMax: 3e9, wallMsMax: 60 };

/** Computing time that one case may take. */
const CASE_MS_MAX = 2000;
/** What one case may add to the memory of the process, most of which is garbage of the cases before. */
const CASE_BYTES_MAX = 300e6;

export type Ending = 'problems' | 'refused' | 'stopped' | 'ran';

/** Throws, with the case's story, if it ends in anything but a clean outcome or problems that can be printed. */
export async function survive({ fileName, bytes, story }: Mutant): Promise<Ending> {
  const spentMs = cpuClock();
  const memory = process.memoryUsage().rss;
  let ending: Ending;
  try {
    ending = await ended(fileName, bytes);
  } catch (error) {
    throw new Error(`${story}\n${(error as Error).stack ?? String(error)}`);
  }
  const ms = spentMs();
  if (ms > CASE_MS_MAX) throw new Error(`${story}: took ${(ms / 1000).toFixed(1)} s`);
  const grown = process.memoryUsage().rss - memory;
  if (grown > CASE_BYTES_MAX) throw new Error(`${story}: took ${(grown / 1e6).toFixed(0)} MB`);
  return ending;
}

async function ended(fileName: string, bytes: Uint8Array): Promise<Ending> {
  const result = loadScenario({ file: fileName, text: bytes }, vocabulary);
  if (!result.ok) {
    if (result.problems.length === 0) throw new Error('neither a scenario nor a problem');
    const text = new TextDecoder().decode(bytes);
    for (const problem of result.problems.slice(0, 20)) {
      const printed = formatProblem(problem, text);
      if (!printed.startsWith(fileName) || !printed.includes('expected '))
        throw new Error(`no message: ${printed.slice(0, 300)}`);
      if (problem.line < 1 && !/MB/.test(problem.found))
        throw new Error(`a message without a place: ${printed.slice(0, 300)}`);
    }
    return 'problems';
  }
  const { scenario, hash } = result;
  try {
    refuseHopeless(scenario, limits);
  } catch (error) {
    if (error instanceof LimitError) return 'refused';
    throw error;
  }
  try {
    await runScenario(scenario, {
      seed: scenario.seed,
      variant: 'baseline',
      scenarioHash: hash,
      withMetrics: true,
      limits,
    });
    return 'ran';
  } catch (error) {
    if (error instanceof LimitError) return 'stopped';
    throw error;
  }
}

/** Other cases than the usual ones, if the environment says so. */
export const fuzzSeed = Number(process.env.FUZZ_SEED ?? 20230426);

/** How many cases to run: as many as the environment says. */
export function caseCount(usual: number): number {
  const given = Number(process.env.FUZZ_CASES ?? '');
  return Number.isInteger(given) && given > 0 ? given : usual;
}
