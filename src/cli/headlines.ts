/**
 * The figures of an outcome that an engineer looks at first, under the names
 * that expectations use: the metrics whose entry in the catalogue has a
 * `headline`. Metrics that an outcome lacks, or that would say nothing, are left
 * out. What the run ended too soon to say is told as such, with the reason.
 */
import { metricCatalogue, metricOf } from '../metrics/catalogue.ts';
import type { EndedRun } from '../metrics/ended-run.ts';
import type { Outcome } from '../metrics/outcome.ts';
import { longerText, shownIn, type Headline, type ToldInWords } from '../metrics/shown.ts';
import { valueText } from '../metrics/value-text.ts';
import type { Colors } from './colors.ts';

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

function inColor({ text, mood }: ToldInWords, colors: Colors): string {
  return mood === 'calm' ? text : mood === 'bad' ? colors.red(text) : colors.yellow(text);
}

function figureText(name: string, { words }: Headline, outcome: Outcome, ended: EndedRun, colors: Colors): string {
  const value = outcome.metrics[name];
  if (words !== undefined) return inColor(words(value), colors);
  if (name in outcome.censored) return censoredText(outcome, name, ended);
  return valueText(value, metricOf(name)?.unit ?? 'count');
}

/** Rows of name, value, note. */
export function headlineRows(outcome: Outcome, ended: EndedRun, colors: Colors): string[][] {
  const { metrics: values, censored, reasons } = outcome;
  const hasValue = (name: string, { hideZero, words }: Headline): boolean =>
    (values[name] !== null || name in censored || words !== undefined) && !(hideZero === true && values[name] === 0);
  return headlines.flatMap(([metric, headline]) =>
    namesIn(outcome, metric, headline)
      .filter((name) => hasValue(name, headline))
      .map((name) => ({ name, values, censored, reasons, ended }))
      .filter((row) => headline.isTold?.(row) !== false)
      .map((row) => {
        const text = figureText(row.name, headline, outcome, ended, colors);
        return [row.name, colors.bold(text), colors.dim(headline.note?.(row) ?? '')];
      }),
  );
}
