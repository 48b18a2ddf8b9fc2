/**
 * The figures of an outcome that an engineer looks at first, under the names
 * that expectations use: the metrics whose entry in the catalogue has a
 * `headline`. Metrics that an outcome lacks, or that would say nothing, are left
 * out. What the run ended too soon to say is told as such, with the reason.
 */
import { metricCatalogue, metricOf } from './catalogue.ts';
import type { EndedRun } from './ended-run.ts';
import type { Outcome } from './outcome.ts';
import { longerText, shownIn, type Headline, type ToldInWords } from './shown.ts';
import { valueText } from './value-text.ts';

/** `mood` is `calm` for whatever is a number. */
export interface HeadlineFigure extends ToldInWords {
  readonly name: string;
  readonly note: string;
}

const headlines = shownIn(metricCatalogue, 'headline');

/** The names under which the outcome has it: several if tiers must be named. */
function namesIn({ metrics }: Outcome, metric: string, { part, everyPart }: Headline): string[] {
  const parts = Object.keys(metrics).filter((name) => name.startsWith(`${metric}.`));
  if (everyPart === true && parts.length > 1) return parts;
  if (part === undefined) return Object.hasOwn(metrics, metric) ? [metric] : [];
  return Object.keys(metrics).filter((name) => name.startsWith(`${metric}.`) && name.endsWith(`.${part}`));
}

/** A duration that had not ended: `> 1h20m`. Where all may be over by then, it is at least that long, but perhaps no longer. */
function censoredText({ censored }: Outcome, name: string, { episodes }: EndedRun): string {
  const mayBeOver = metricOf(name)?.ofOutage === true && episodes.some(({ calmFromMs }) => calmFromMs !== null);
  return longerText(censored[name], mayBeOver ? '≥' : '>');
}

function told(name: string, { words }: Headline, outcome: Outcome, ended: EndedRun): ToldInWords {
  const value = outcome.metrics[name];
  if (words !== undefined) return words(value);
  if (name in outcome.censored) return { text: censoredText(outcome, name, ended), mood: 'calm' };
  return { text: valueText(value, metricOf(name)?.unit ?? 'count'), mood: 'calm' };
}

export function headlineFigures(outcome: Outcome, ended: EndedRun): HeadlineFigure[] {
  const { metrics: values, censored, reasons } = outcome;
  const hasValue = (name: string, { hideZero, words }: Headline): boolean =>
    (values[name] !== null || name in censored || words !== undefined) && !(hideZero === true && values[name] === 0);
  return headlines.flatMap(([metric, headline]) =>
    namesIn(outcome, metric, headline)
      .filter((name) => hasValue(name, headline))
      .map((name) => ({ name, values, censored, reasons, ended }))
      .filter((row) => headline.isTold?.(row) !== false)
      .map((row) => ({
        name: row.name,
        ...told(row.name, headline, outcome, ended),
        note: headline.note?.(row) ?? '',
      })),
  );
}
