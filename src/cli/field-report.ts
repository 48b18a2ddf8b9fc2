/** What `sim plan` and `sim sweep` print alike: what was asked, and how a field is called in a table. */
import { BASELINE } from '../metrics/judgement.ts';
import type { Axis } from '../experiments/vary/axis.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { visible, visibleProse } from '../scenario/safe-text.ts';
import { wrapped } from './table.ts';
import type { Side } from './terminal.ts';

interface Question {
  readonly base: LoadedScenario;
  readonly axes: readonly Axis[];
  readonly over?: string | undefined;
  readonly seed: string;
}

/** The last word of each path, where the whole is told above; two of them where the last alone would say the same twice. */
export function shortLabel({ paths }: Axis): string {
  const lastOf = (count: number): string[] => paths.map((path) => path.split('.').slice(-count).join('.'));
  const words = lastOf(1);
  return (new Set(words).size === words.length ? words : lastOf(2)).join(', ');
}

/** The scenario, what was set in it, and what was varied; `target` is what is to hold, if anything is. */
export function printQuestion(
  { base, axes, over, seed }: Question,
  set: readonly string[],
  target: string | null,
  { colors, width, write }: Side,
): void {
  const line = (text: string): void => write(wrapped(text, width, 0, 2));
  line(colors.bold(visibleProse(base.scenario.title)));
  const what = base.variant === BASELINE ? base.scenario.name : `${base.scenario.name}, ${base.variant}`;
  line(colors.dim(visible(`${what}, seed ${seed}`)));
  for (const change of set) line(colors.cyan(visibleProse(`set at all points: ${change}`)));
  if (over !== undefined) line(colors.cyan(visible(over)));
  for (const { given } of axes) line(colors.cyan(visible(`varied: ${given}`)));
  if (target !== null) line(colors.cyan(visible(`target: ${target}`)));
}
