/**
 * What a point costs: `--cost "hostHours * 0.4 + sessionMinutesLost * 0.02"`. A sum
 * of metrics of a run, each with a factor if need be, and of plain numbers; the
 * cost of a point is its mean over some worlds.
 */
import { metricOf, vocabulary } from '../metrics/catalogue.ts';
import type { Problem } from '../scenario/problem.ts';
import { SECOND_MS } from '../metrics/second-history.ts';
import { didYouMean } from '../scenario/suggestion.ts';
import type { ProbeRecord } from './probes.ts';
import { flagProblem } from './vary/axis.ts';

interface Term {
  readonly factor: number;
  /** null: a plain number */
  readonly metric: string | null;
}

export interface Cost {
  readonly text: string;
  /** a length of time is in it */
  readonly hasTimes: boolean;
  of(record: ProbeRecord): number;
}

const number = /^\d+(?:\.\d+)?$/;
const metricWord = /^[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9-]+)*$/;

function readTerm(text: string, sign: number): Term | Problem {
  const wrong = (expected: string, found: string, hint: string | null = null): Problem =>
    flagProblem('--cost', '', expected, found, hint);
  const parts = text.split('*').map((part) => part.trim());
  const words = parts.filter((part) => !number.test(part));
  if (text.trim() === '' || words.length > 1 || parts.length > 2)
    return wrong('metrics with factors, like "hostHours * 0.4"', JSON.stringify(text.trim()));
  const factor = parts.filter((part) => number.test(part)).reduce((product, part) => product * Number(part), sign);
  if (words.length === 0) return { factor, metric: null };
  const [metric] = words;
  if (!metricWord.test(metric) || metricOf(metric) === undefined) {
    const names = Object.keys(vocabulary.metrics);
    return wrong(
      'a metric',
      JSON.stringify(metric),
      didYouMean(metric.split('.')[0], names) ?? '`sim list metric` names them all',
    );
  }
  return { factor: isTime(metric) ? factor / SECOND_MS : factor, metric };
}

function isTime(metric: string | null): boolean {
  return metric !== null && metricOf(metric)?.unit === 'duration';
}

/** The cost, or what is wrong with it. */
export function readCost(text: string): Cost | readonly Problem[] {
  const pieces = text.split(/([+-])/);
  const terms = pieces.flatMap((piece, i) => (i % 2 === 0 ? [readTerm(piece, pieces[i - 1] === '-' ? -1 : 1)] : []));
  const problems = terms.filter((term): term is Problem => 'expected' in term);
  if (problems.length > 0) return problems;
  const sound = terms as readonly Term[];
  return {
    text,
    hasTimes: sound.some(({ metric }) => isTime(metric)),
    of: ({ metrics }) =>
      sound.reduce((sum, { factor, metric }) => sum + factor * (metric === null ? 1 : (metrics[metric] ?? NaN)), 0),
  };
}

export function isCost(read: Cost | readonly Problem[]): read is Cost {
  return 'of' in read && 'text' in read;
}
