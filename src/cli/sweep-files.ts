/**
 * A sweep as files: JSON with every point and the boundary, and a CSV with a line for
 * each point. The same bytes for the same question, however it was computed.
 */
import type { Sweep } from '../experiments/sweep.ts';
import { unitWord } from '../metrics/catalogue.ts';
import { csvText, jsonText } from '../scenario/safe-text.ts';
import { questionJson, told } from './field-files.ts';
import { sweepNotes, sweepVerdict } from './sweep-words.ts';

function unitOf({ metric }: Sweep): string {
  return metric === 'collapse' ? 'fraction of worlds' : unitWord(metric);
}

/** The text of sweep.json. */
export function sweepJson(sweep: Sweep): string {
  const { axes, metric, statistic, level, looks, n, along, isFull, boundaries, own, runs, gridRuns } = sweep;
  const document = {
    ...questionJson(sweep),
    metric,
    statistic,
    unit: unitOf(sweep),
    level,
    looks,
    worlds: n,
    boundaryAlong: along === null ? null : axes[along].label,
    isFull,
    verdict: sweepVerdict(sweep),
    notes: sweepNotes(sweep),
    scenarioAt: own?.map((place, i) => axes[i].values[place].text) ?? null,
    boundary: boundaries,
    points: sweep.points.map(({ values, n: worlds, collapsed, undecided, estimate, low, high }) => ({
      values,
      n: worlds,
      ...(collapsed === null ? {} : { collapsed, undecided }),
      estimate: told(estimate),
      low: told(low),
      high: told(high),
    })),
    runs,
    gridRuns,
  };
  return `${jsonText(document, 2)}\n`;
}

/** The text of sweep.csv. */
export function sweepCsv(sweep: Sweep): string {
  const head = [
    ...sweep.axes.map(({ label }) => label),
    'n',
    'collapsed',
    'undecided',
    'estimate',
    'low',
    'high',
    'unit',
  ];
  const unit = unitOf(sweep);
  const rows = sweep.points.map(({ values, n, collapsed, undecided, estimate, low, high }) => [
    ...values,
    n,
    collapsed,
    undecided,
    told(estimate),
    told(low),
    told(high),
    unit,
  ]);
  return csvText([head, ...rows]);
}
