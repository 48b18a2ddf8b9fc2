/**
 * Which client preset does most nearly what was learnt, and what differs. The
 * backoff counts by how much less likely it makes the delays; each other field
 * counts as one difference. What was not seen is no difference.
 */
import { backoffs } from '../../policies/backoff.ts';
import { clientPresets } from '../../policies/client-presets.ts';
import { createPolicy, type PolicySpec } from '../../policies/parameters.ts';
import { parseDuration } from '../../scenario/quantity.ts';
import { presetCost, type BackoffFit } from './backoff-fit.ts';
import type { Delay } from './delays.ts';
import type { Finding, Written } from './findings.ts';
import { seenMean } from './likelihood.ts';
import { presetBackoffs } from './preset-backoffs.ts';

export interface NearestPreset {
  readonly preset: string;
  /** the fields that differ, with the preset's values */
  readonly differs: readonly { readonly field: string; readonly preset: Written }[];
}

/** Nats of a backoff that weigh as much as another field, up to so many fields. */
const NATS_PER_FIELD = 5;
const LIKELIHOOD_FIELDS_MAX = 2;
/** A backoff that is so much less likely is another one. */
const OTHER_BACKOFF = 6;
/** Delays that are e times as long, or as short, weigh as much as so many fields. */
const FIELDS_PER_E = 2;
/** The protocol says much, but no more than two fields. */
const DIALECT = 2;

function durations(written: Written | undefined): number[] {
  if (typeof written === 'string') {
    const ms = written === 'none' ? Infinity : parseDuration(written);
    return typeof ms === 'number' ? [ms] : [];
  }
  if (typeof written !== 'object') return typeof written === 'number' ? [written] : [];
  return Object.values(written).flatMap((one) => durations(one));
}

/** Durations a tenth apart are the same setting, measured. */
function isAlike(own: Written, preset: Written): boolean {
  const [mine, theirs] = [durations(own), durations(preset)];
  if (mine.length === 0 || mine.length !== theirs.length) return JSON.stringify(own) === JSON.stringify(preset);
  return mine.every((ms, i) => {
    const most = Math.max(ms, theirs[i]);
    return ms === theirs[i] || (Number.isFinite(most) && Math.abs(ms - theirs[i]) <= 0.1 * most + 20);
  });
}

/** One number is for both stages, or if no more was seen for the first. */
function isAlikeTimeout(own: Written, preset: Written, isOfFirstStage: boolean): boolean {
  const inStages = (written: Written): readonly [open: Written, answer: Written] => {
    if (typeof written !== 'object' || !('open' in written)) return [written, written];
    return [written.open, written.answer];
  };
  const [mine, theirs] = [inStages(own), inStages(preset)];
  return isAlike(mine[0], theirs[0]) && (isOfFirstStage || isAlike(mine[1], theirs[1]));
}

function isSameField({ field, value, isOfFirstStage }: Finding, preset: Written): boolean {
  return field === 'connectTimeout' ? isAlikeTimeout(value!, preset, isOfFirstStage === true) : isAlike(value!, preset);
}

function presetValue(field: string, fields: Readonly<Record<string, unknown>>): Written {
  const value = (fields[field] ?? (field === 'retryAfter' ? 'ignore' : 'none')) as Written;
  const isPolicy = typeof value === 'object' && 'policy' in value && Object.keys(value).length === 1;
  return isPolicy ? (value as { policy: Written }).policy : value;
}

/** By what power of e the preset's mean delays are off, on average. */
function meanOff(spec: PolicySpec, plain: readonly Delay[]): number {
  const backoff = createPolicy(backoffs, spec);
  const off = plain.map((delay) => Math.abs(Math.log((seenMean(backoff, delay) + 20) / (delay.delayMs + 20))));
  return off.reduce((sum, one) => sum + one, 0) / Math.max(1, off.length);
}

export function nearestPreset(
  findings: readonly Finding[],
  fit: BackoffFit | null,
  plain: readonly Delay[],
  likely: readonly string[],
): NearestPreset {
  const ranked = Object.entries(clientPresets).map(([preset, { fields }], place) => {
    const differs = findings
      .filter(({ field, value }) => field !== 'backoff' && value !== null)
      .filter((finding) => !isSameField(finding, presetValue(finding.field, { ...fields })))
      .map(({ field }) => ({ field, preset: presetValue(field, { ...fields }) }));
    const spec = presetBackoffs.get(preset)!;
    const worse = fit === null ? 0 : Math.max(0, presetCost(spec, fit.looked) - fit.best.cost);
    const isOther = worse > OTHER_BACKOFF;
    const score =
      Math.min(LIKELIHOOD_FIELDS_MAX, worse / NATS_PER_FIELD) +
      FIELDS_PER_E * meanOff(spec, plain) +
      differs.length -
      (likely.includes(preset) ? DIALECT : 0);
    const backoff = { field: 'backoff', preset: fields.backoff as Written };
    return { preset, place, score, differs: isOther ? [backoff, ...differs] : differs };
  });
  const [{ preset, differs }] = ranked.sort((a, b) => a.score - b.score || a.place - b.place);
  return { preset, differs };
}
