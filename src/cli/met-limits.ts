/**
 * The limits that the flags of a command mean, and how a limit that was met is
 * told: like a mistake in the scenario, at the place of the value that is to
 * blame.
 */
import { defaultLimits, overMemory, overTime, type LimitError, type RunLimits } from '../experiments/limits.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import { parseDuration } from '../scenario/quantity.ts';
import { placeOfPath } from '../scenario/tree-path.ts';
import type { LimitFlags } from './limit-flags.ts';
import { printProblems } from './scenario-file.ts';
import { tellLimits } from './supervised.ts';
import { FOUND } from './supervision.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const sizeUnits: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function bytesOf(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([kmgt]i?b)$/i.exec(text) ?? [];
  const bytes = digits === undefined ? NaN : Number(digits) * sizeUnits[unit.toLowerCase()];
  if (bytes > 0) return bytes;
  throw new UsageError(`--max-memory must be a size like 800MB or 8GB, not "${text}"`);
}

/** A duration of more than nothing, as a flag gives it. */
export function durationFlag(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (typeof ms === 'number' && ms > 0) return ms;
  throw new UsageError(`${flag} must be a duration like 90s or 5m, not "${text}"`);
}

/** The limits that the flags say. Throws a UsageError. */
export function limitsOf({ maxTime, maxEvents, maxMemory }: LimitFlags): RunLimits {
  const usual = defaultLimits();
  const eventsMax =
    maxEvents === undefined ? usual.eventsMax : /^\d+(\.\d+)?(e\+?\d+)?$/i.test(maxEvents) ? Number(maxEvents) : NaN;
  if (!(eventsMax >= 1))
    throw new UsageError(`--max-events must be a number of at least 1, like 1e11, not "${maxEvents ?? ''}"`);
  return {
    eventsMax,
    memoryBytesMax: maxMemory === undefined ? usual.memoryBytesMax : bytesOf(maxMemory),
    wallMsMax: maxTime === undefined ? usual.wallMsMax : durationFlag('--max-time', maxTime),
  };
}

/** A limit that was met, as a problem of the scenario; `loaded` knows where its path is written, `which` says which run. */
export function limitProblem(
  file: string,
  loaded: Pick<LoadedScenario, 'tree'> | null,
  { facts }: LimitError,
  which = '',
): Problem {
  const { path, expected, found, hint } = facts;
  const place =
    path === '' || loaded === null ? { line: 0, column: 0, set: null } : placeOfPath(loaded.tree.tree, path);
  return problemAt(file, place, { path, expected, found: `${found}${which}`, hint });
}

/** From now on the supervisor sees to the limits as well, wherever the work is; `what` is the scenario's file, or the command that needs too much. */
export function superviseLimits(
  what: string,
  limits: Pick<RunLimits, 'memoryBytesMax' | 'wallMsMax'>,
  err: Side,
): void {
  const textOf = (error: LimitError): string => {
    const lines: string[] = [];
    printProblems([limitProblem(what, null, error)], null, { ...err, write: (text) => void lines.push(text) });
    return lines.join('');
  };
  tellLimits(limits, {
    memoryText: textOf(overMemory(limits.memoryBytesMax, FOUND)),
    timeText: textOf(overTime(limits.wallMsMax)),
  });
}
