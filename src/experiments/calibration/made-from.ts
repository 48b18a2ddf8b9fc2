/**
 * What a posterior was made from, as a hash: the fleet and what was observed of it,
 * with the ranges of what was drawn. Titles, reasons, sources, variants and
 * expectations are not in it: they may change, and the posterior is good as before.
 */
import type { Scenario } from '../../scenario/scenario.ts';
import { contentHash } from '../../scenario/content-hash.ts';

export function madeFrom(scenario: Scenario): string {
  const { title: _title, story: _story, sources: _sources, expect: _expect, assumptions, observed, ...rest } = scenario;
  const ranges = assumptions.flatMap(({ path, range, choices, scale, together }) =>
    range.length > 0 || choices.length > 0 ? [{ path, range, choices, scale: scale ?? null, together }] : [],
  );
  const rows = observed.map(({ says: _says, note: _note, ...row }) => row);
  return contentHash({ rest, ranges, rows }).slice(0, 12);
}
