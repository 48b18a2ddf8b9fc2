/**
 * The file of a baseline: read before anything is run, so that a wrong one is
 * told at once, and rewritten only with --update.
 */
import { readFileSync } from 'node:fs';
import {
  baselineText,
  emptyBaseline,
  parseBaseline,
  updatedBaseline,
  type Baseline,
  type StoredScenario,
} from '../experiments/baseline.ts';
import { openSingleFile, type SingleFile } from './result-files.ts';
import { reasonOf, UsageError } from './usage-error.ts';
import { counted } from '../metrics/value-text.ts';

export interface OpenBaseline {
  readonly file: Pick<SingleFile, 'path' | 'discard'>;
  /** as the file has it; empty tolerances are never */
  readonly current: Baseline;
  readonly updates: boolean;
  /** For `save`: a scenario's figures of now. */
  keep(name: string, scenario: StoredScenario): void;
  /** Rewrites the file. Returns how many scenarios were kept, in words. */
  save(node: string): string;
}

function readBaseline(path: string): Baseline | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UsageError(`cannot read the baseline ${path}: ${reasonOf(error)}`);
  }
  const parsed = parseBaseline(text);
  if ('mistake' in parsed)
    throw new UsageError(
      `${path} is no baseline: ${parsed.mistake}`,
      '`sim check FILES --baseline FILE --update` writes one',
    );
  return parsed;
}

const runsText = (replications: number | null): string =>
  replications === null ? 'single runs' : counted(replications, 'replication');

export function openBaseline(path: string, updates: boolean, replications: number | null): OpenBaseline {
  const stored = readBaseline(path);
  if (stored === null && !updates) throw new UsageError(`there is no baseline ${path}`, '--update writes it');
  if (stored !== null && stored.replications !== replications && !updates) {
    const flag =
      stored.replications === null ? 'leave out --replications' : `check with --replications ${stored.replications}`;
    throw new UsageError(
      `${path} was made with ${runsText(stored.replications)}, not with ${runsText(replications)}`,
      `${flag}, or make it anew with --update`,
    );
  }
  const kept = new Map<string, StoredScenario>();
  const current = stored ?? emptyBaseline(process.version, replications);
  // Figures of another number of replications cannot stay beside the new ones.
  const base = current.replications === replications ? current : { ...current, replications, scenarios: {} };
  const file = updates ? openSingleFile(path) : { path, discard: () => undefined, write: () => undefined };
  return {
    file,
    current,
    updates,
    keep: (name, scenario) => void kept.set(name, scenario),
    save: (node) => {
      file.write(baselineText(updatedBaseline(base, node, kept)));
      return counted(kept.size, 'scenario');
    },
  };
}
