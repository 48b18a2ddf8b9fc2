/** What the flags of `sim calibrate` ask, read against the file: rows, variants, numbers. Mistakes are UsageErrors. */
import type { OpenedFile } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { didYouMean, oneOf } from '../scenario/suggestion.ts';
import { listedNames } from './command.ts';
import { durationFlag } from './met-limits.ts';
import { UsageError } from './usage-error.ts';

const TOLERANCE_MS_MIN = 1000;

export function toleranceOf(text: string): number {
  const toleranceMs = durationFlag('--tolerance', text);
  if (toleranceMs >= TOLERANCE_MS_MIN) return toleranceMs;
  throw new UsageError(
    `--tolerance must be a second at least, not "${text}"`,
    'the fleet is looked at every whole second',
  );
}

function namesOf(flag: string, text: string): string[] {
  const names = listedNames(text);
  if (names.length === 0) throw new UsageError(`${flag} names nothing`);
  return [...new Set(names)];
}

function requireKnown(flag: string, names: readonly string[], known: readonly string[], what: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, known);
  throw new UsageError(
    `${flag}: expected ${what}: ${oneOf(known)}, found "${unknown}"`,
    ...(hint === null ? [] : [hint]),
  );
}

/** Names of the rows that it is held against. */
export function rowsAgainst(
  { observed, measured = [], name }: Scenario,
  { rows: given, holdOut }: { readonly rows?: string | undefined; readonly holdOut?: string | undefined },
): readonly string[] {
  const rows = [...observed.filter(({ expect }) => expect !== null), ...measured];
  const known = rows.map((row) => row.name);
  const twice = known.find((one, i) => known.indexOf(one) !== i);
  if (twice !== undefined)
    throw new UsageError(`two rows are called "${twice}": an observed one and a measured series`);
  if (known.length === 0)
    throw new UsageError(
      `${name} has nothing to be held against: none of its observed rows has an \`expect\`, and no series is measured`,
      'like observed: [{ name: all-down, at: "17:30", says: all pods, expect: impactedPods == all, means: has-begun }]',
    );
  const asked = given === undefined ? known : namesOf('--rows', given);
  const out = holdOut === undefined ? [] : namesOf('--hold-out', holdOut);
  requireKnown('--rows', asked, known, 'an observed row with a condition, or a measured series');
  requireKnown('--hold-out', out, known, 'an observed row with a condition, or a measured series');
  const against = known.filter((one) => asked.includes(one) && !out.includes(one));
  if (against.length === 0) throw new UsageError('--hold-out leaves no row to be held against');
  return against;
}

export function variantsAsked({ variants }: OpenedFile, text: string | undefined): readonly string[] {
  const known = variants.map(({ name }) => name);
  if (text === undefined) return known;
  if (text.trim() === 'none') return [];
  const names = namesOf('--variants', text);
  requireKnown('--variants', names, known, known.length === 0 ? 'none, for the file has no variants' : 'a variant');
  return known.filter((name) => names.includes(name));
}

export function budgetOf(text: string | undefined): number | null {
  return text === undefined ? null : durationFlag('--budget', text);
}
