/**
 * What is said of a comparison in sentences: what it came to, where time was
 * short; the answer; and what must be known to read the tables. Nothing is
 * computed here.
 */
import type { Comparison, VariantResult } from '../experiments/comparison.ts';
import { medianIntervalNMin } from '../experiments/median-interval.ts';
import { certainNMin } from '../experiments/significance.ts';
import { INTERVAL_N_MIN } from '../experiments/statistics.ts';
import { comparedMetrics, SIZE_METRIC } from '../experiments/variant-estimates.ts';
import { BASELINE } from '../metrics/judgement.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { collapseCount, fewWords } from './comparison-cells.ts';
import { counted, numberText } from '../metrics/value-text.ts';

export function referenceOf({ variants, against }: Comparison): VariantResult {
  return variants.find(({ name }) => name === against)!;
}

/** The variant that all are held against, as a sentence names it. */
export function againstWords({ against }: Pick<Comparison, 'against'>): string {
  return against === BASELINE ? 'the baseline' : against;
}

/** `a`, `a and b`, `a, b and 3 more` */
function namesText(names: readonly string[], most = 4): string {
  const shown = names.length <= most ? names : [...names.slice(0, most - 1), `${names.length - most + 1} more`];
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)!}`;
}

/** `n = 20 replications each`, `n = 3 to 5 replications each, of 20` */
export function countWords({ variants, n, asked }: Comparison): string {
  const most = Math.max(...variants.map((variant) => variant.n));
  const each = `n = ${n === most ? n : `${n} to ${most}`} ${most === 1 ? 'replication' : 'replications'} each`;
  return most < asked || n < most ? `${each}, of ${asked}` : each;
}

/** What is to be said before anything else: that the result is not what was asked for, and why. */
export function comparisonPreface(comparison: Comparison): string[] {
  const { complete, budget, variants } = comparison;
  const told: string[] = [];
  for (const reason of budget?.reasons ?? []) told.push(reason);
  if (!complete) told.push(`Interrupted: this is what there was until then, ${countWords(comparison)}.`);
  else if (budget?.isSpent === true)
    told.push(`The budget of ${roughDuration(budget.budgetMs)} is spent: ${countWords(comparison)}.`);
  const without = variants.filter(({ n }) => n === 0).map(({ name }) => name);
  if (without.length > 0) told.push(`No run of ${namesText(without, variants.length)} had ended.`);
  return told;
}

/** The answer, and how sure it is. */
export function comparisonVerdict(comparison: Comparison): string {
  const { variants, n, until } = comparison;
  const reference = referenceOf(comparison);
  const others = variants.filter((variant) => variant !== reference);
  if (others.length === 0) return 'There is nothing to compare the baseline with: the scenario has no variants.';
  const runless =
    reference.n === 0 ? againstWords(comparison) : others.every((one) => one.n === 0) ? 'any other variant' : null;
  if (runless !== null) return `Nothing can be compared yet: no run of ${runless} had ended.`;
  if (n < leastN(comparison)) return fewVerdict(comparison, reference);
  return until === 'decided'
    ? collapseVerdict(comparison, reference, others)
    : sizeVerdict(comparison, reference, others);
}

/** With fewer replications of each variant no difference can be certain. */
function leastN({ correctedFor, level }: Comparison): number {
  return Math.max(INTERVAL_N_MIN, certainNMin(correctedFor, level));
}

function fewVerdict(comparison: Comparison, reference: VariantResult): string {
  const { variants, n, until, correctedFor } = comparison;
  const few = `${n < INTERVAL_N_MIN ? fewWords(n) : `n = ${n}`}, and under ${leastN(comparison)} no difference can be certain${correctedFor > 1 ? ` among ${correctedFor} variants` : ''}.`;
  if (until === 'decided') {
    return `${few} In these runs these collapsed: ${variants
      .filter((one) => one.n > 0)
      .map(({ name, collapse }) => `${name} ${collapseCount(collapse)}`)
      .join('; ')}.`;
  }
  const [first] = variants;
  const lost = ({ estimates }: VariantResult): string => numberText(estimates[SIZE_METRIC].value);
  if (first === reference)
    return `${few} In these runs no variant lost fewer session-minutes than ${againstWords(comparison)} (${lost(reference)}).`;
  return `${few} In these runs ${first.name} lost the fewest session-minutes: ${lost(first)}, where ${againstWords(comparison)} lost ${lost(reference)}.`;
}

/** `at 95 % confidence, corrected for 14 variants` */
function afterCorrection({ level, correctedFor }: Comparison): string {
  return `at ${level * 100} % confidence${correctedFor > 1 ? `, corrected for ${correctedFor} variants` : ''}`;
}

function sizeVerdict(comparison: Comparison, reference: VariantResult, others: readonly VariantResult[]): string {
  const certain = others.filter(({ differences }) => differences[SIZE_METRIC].isCertain);
  const better = certain.filter(({ differences }) => differences[SIZE_METRIC].value < 0);
  const worse = certain.length - better.length;
  const { best } = comparison;
  const whose = againstWords(comparison);
  const counts = `${better.length} of ${counted(others.length, 'variant')} ${better.length === 1 ? 'is' : 'are'} better than ${whose}, ${worse} worse, ${others.length - certain.length} undecided, ${afterCorrection(comparison)}.`;
  if (best === null) return `No variant certainly loses fewer session-minutes than ${whose}: ${counts}`;
  const { value, low, high } = others.find(({ name }) => name === best.name)!.differences[SIZE_METRIC];
  const saved = `${numberText(-value)} (${numberText(-high)} to ${numberText(-low)}) of ${whose === 'the baseline' ? "the baseline's" : `the`} ${numberText(reference.estimates[SIZE_METRIC].value)} session-minutes lost${whose === 'the baseline' ? '' : ` by ${whose}`}`;
  if (best.indistinguishable.length === 0) return `${best.name} saves the most: ${saved}. ${counts}`;
  return `${best.name} saves ${saved}, and is not distinguishable from ${namesText(best.indistinguishable)}: which of them saves the most is open. ${counts}`;
}

function collapseVerdict(comparison: Comparison, reference: VariantResult, others: readonly VariantResult[]): string {
  const certain = others.filter(({ collapseDifference }) => collapseDifference.isCertain);
  const less = certain.filter(({ collapseDifference }) => collapseDifference.most < 0);
  const more = certain.length - less.length;
  const whose = `${againstWords(comparison)} (${collapseCount(reference.collapse)})`;
  const rest = `${more} collapse${more === 1 ? 's' : ''} more often, ${others.length - certain.length} undecided, ${afterCorrection(comparison)}.`;
  if (less.length === 0) return `No variant certainly collapses less often than ${whose}: ${rest}`;
  const each = less.map(({ name, collapse }) => `${name} (${collapseCount(collapse)})`);
  return `Less likely to collapse than ${whose}: ${namesText(each)}. ${rest}`;
}

/** What must be said beside the tables, a sentence each. */
export function comparisonNotes(comparison: Comparison): string[] {
  const { variants, until, seed, level } = comparison;
  const reference = referenceOf(comparison);
  const alike = variants.filter((variant) => variant !== reference && variant.scenarioHash === reference.scenarioHash);
  const notes: string[] = [...luckNotes(variants, reference, alike), ...unfinishedNotes(variants)];
  if (until === 'decided') notes.push(cutNote(comparison));
  if (alike.length > 0) notes.push(`Changes nothing: ${alike.map(({ name }) => name).join(', ')}.`);
  notes.push(...fewNotes(comparison));
  notes.push(
    `Intervals are ${level * 100} % each: bootstrap of means (percentile, widened for few values), order statistics of medians, Wilson of probabilities. ` +
      'A star says that the sign of a difference is certain: sign-flip test of means, sign test of medians and collapses, with Holm’s correction for all variants in the column. ' +
      `Replication i has the seed ${seed}/i.`,
  );
  return notes;
}

function luckNotes(
  variants: readonly VariantResult[],
  reference: VariantResult,
  alike: readonly VariantResult[],
): string[] {
  const gains = variants.filter(
    (variant) => variant !== reference && !alike.includes(variant) && variant.sameLuck.ratio !== null,
  );
  if (gains.length === 0) return [];
  const each = gains.map(({ name, sameLuck }) => `${name} ${numberText(sameLuck.ratio!)}`).join(', ');
  return [
    `The same luck in all variants: the interval of the difference in session-minutes lost is this share of what independent runs would give (below 1 is a gain): ${each}.`,
  ];
}

function unfinishedNotes(variants: readonly VariantResult[]): string[] {
  const notes: string[] = [];
  const open = variants.filter(({ estimates }) => estimates.timeToRecover.open > 0);
  if (open.length > 0) {
    const each = open
      .map(({ name, estimates }) => `${name} ${estimates.timeToRecover.open} of ${estimates.timeToRecover.n}`)
      .join(', ');
    notes.push(
      `Outages that were open when their run ended, and so last longer than was seen (“>”): ${each}. What that leaves unknown of a median or a difference is in its bounds and its interval.`,
    );
  }
  const undecided = variants.filter(({ collapse }) => collapse.undecided > 0);
  if (undecided.length > 0) {
    const each = undecided.map(({ name, collapse }) => `${name} ${collapse.undecided} of ${collapse.n}`).join(', ');
    notes.push(
      `Undecided, since they ended too soon to tell whether the outage sustains itself: ${each}. P(collapse) reaches from none of them collapsing to all of them, and they are in no figure given no collapse. A longer clock decides them.`,
    );
  }
  return notes;
}

/** What so few replications cannot say. */
function fewNotes(comparison: Comparison): string[] {
  const { variants, n, level, correctedFor } = comparison;
  if (variants.length < 2) return n < INTERVAL_N_MIN ? [`${fewWords(n)}.`] : [];
  const notes: string[] = [];
  const median = medianIntervalNMin(level);
  if (n < INTERVAL_N_MIN) notes.push(`${fewWords(n)} (of a median: under ${median}), and no star.`);
  else if (n < 10)
    notes.push(
      `${n} replications are few: intervals from fewer than 10 promise more than they hold${n < median ? `, and a median has none under ${median}` : ''}.`,
    );
  if (n >= INTERVAL_N_MIN && n < leastN(comparison) && correctedFor > 0)
    notes.push(
      `With ${n} replications and ${counted(correctedFor, 'variant')} in a column no difference can be certain at ${level * 100} %, however large: that takes ${leastN(comparison)}.`,
    );
  return notes;
}

function cutNote({ variants }: Comparison): string {
  const ofRun = comparedMetrics.filter(({ ofOutage }) => !ofOutage).map(({ head }) => head);
  const sum = (of: (variant: VariantResult) => number): number =>
    variants.reduce((total, variant) => total + of(variant), 0);
  return (
    `Runs were cut (--until decided): of ${sum(({ n }) => n)}, ${sum(({ cut }) => cut.collapsed)} once they had collapsed and ${sum(({ cut }) => cut.calm)} after ten calm minutes with no action pending. ` +
    'P(collapse) compares with that of whole runs. Other figures are of the runs that did not collapse, as of their cut: what a calm rest would have added is missing, ' +
    `and what depends on the length of a run (${ofRun.join(', ')}) is left out, charts too.`
  );
}
