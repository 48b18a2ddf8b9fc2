/** The metric of a sweep: whether there is one of that name. */
import { metricOf, vocabulary } from '../metrics/catalogue.ts';
import type { Problem } from '../scenario/problem.ts';
import { didYouMean } from '../scenario/suggestion.ts';
import { flagProblem } from './vary/axis.ts';

/** Empty if there is such a metric. */
export function sweptMetricProblem(metric: string): readonly Problem[] {
  const found = metricOf(metric);
  if (found?.isListed !== undefined)
    return [
      flagProblem(
        '--metric',
        '',
        'a metric that each run has',
        JSON.stringify(metric),
        'it takes further runs: `sim plan` can have it as a target',
      ),
    ];
  if (found !== undefined) return [];
  const hint = didYouMean(metric.split('.')[0], Object.keys(vocabulary.metrics)) ?? '`sim list metric` names them all';
  return [flagProblem('--metric', '', 'a metric', JSON.stringify(metric), hint)];
}
