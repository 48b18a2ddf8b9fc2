/**
 * What `sim list` knows: each registry of the program as a kind with entries
 * in words. It only walks what the registries say of themselves, so a new
 * policy, action, metric or chart appears here without a change. To list a new
 * registry, add its entry to `kinds`.
 */
import { distributions, type DistributionParameter, type DistributionSpec } from '../engine/distributions.ts';
import { metricCatalogue } from '../metrics/catalogue.ts';
import { glossary } from '../metrics/glossary.ts';
import { statisticOverRuns, type Metric } from '../metrics/metric.ts';
import { gauges } from '../model/state/gauges.ts';
import { rejects } from '../model/state/vocabulary.ts';
import { actions } from '../policies/actions.ts';
import { admissions } from '../policies/admission.ts';
import { backoffs } from '../policies/backoff.ts';
import { balancerPresets } from '../policies/balancer-presets.ts';
import { balancings } from '../policies/balancing.ts';
import { clientPresets } from '../policies/client-presets.ts';
import type { Parameter, PolicySpec } from '../policies/parameters.ts';
import { retryAfters } from '../policies/retry-after.ts';
import { retryGates } from '../policies/retry-gate.ts';
import { queueings } from '../policies/queueing.ts';
import { rebootOrders } from '../policies/reboot-order.ts';
import { scalings } from '../policies/scaling.ts';
import { charts } from '../report/charts.ts';
import { comparisonCharts } from '../report/comparison-charts.ts';
import { planCharts, sweepCharts } from '../report/field-charts.ts';
import { formatDuration, formatRate } from '../scenario/quantity.ts';

export interface ListedParameter {
  readonly name: string;
  readonly unit: string;
  /** `required` if it must be given */
  readonly default: string;
  /** empty if anything of the unit will do */
  readonly range: string;
  readonly help: string;
}

export interface ListedEntry {
  readonly name: string;
  readonly help: string;
  /** what else is to be said: unit, parts, formula, source; in this order */
  readonly facts: Readonly<Record<string, string>>;
  readonly parameters: readonly ListedParameter[];
}

export interface Kind {
  readonly name: string;
  readonly help: string;
  readonly entries: () => readonly ListedEntry[];
}

type AnyParameter = Parameter | DistributionParameter;

const unitWords: Readonly<Record<string, string>> = {
  durationOrNone: 'duration or none',
  durations: 'list of durations',
  fractionOrNone: 'fraction or none',
  countOrNone: 'count or none',
  rebootOrder: 'reboot order',
  tierChanges: 'fields of a tier',
  tierOfTarget: 'tier',
  someHosts: 'target',
  flag: 'true | false',
};

/** A distribution whose parameters are durations, in the short form of a file. */
function distributionText({ name, parameters }: DistributionSpec): string {
  const values = Object.values(parameters).map((ms) => formatDuration(ms as number));
  return `{ ${name}: ${values.length === 1 ? values[0] : `[${values.join(', ')}]`} }`;
}

function valueText(unit: string, value: unknown): string {
  if (value === Infinity) return 'none';
  if (typeof value === 'number') {
    if (unit.startsWith('duration')) return formatDuration(value);
    return unit === 'rate' ? formatRate(value) : String(value);
  }
  if (unit === 'distribution') return distributionText(value as DistributionSpec);
  if (unit === 'durations') return `[${(value as readonly number[]).map(formatDuration).join(', ')}]`;
  if (unit === 'rebootOrder') return (value as PolicySpec).policy;
  if (Array.isArray(value) && value.length === 0) return 'all';
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}

function rangeText({ unit, min, max, exclusiveMin, ...rest }: AnyParameter): string {
  const choices = 'choices' in rest ? rest.choices : undefined;
  if (choices !== undefined) return choices.join(' | ');
  if (unit === 'fraction' && min === undefined && max === undefined) return '0 to 1';
  const from = min === undefined ? '' : `${exclusiveMin === true ? '>' : '≥'} ${valueText(unit, min)}`;
  const to = max === undefined ? '' : `≤ ${valueText(unit, max)}`;
  return [from, to].filter((part) => part !== '').join(', ');
}

/** Of two that stand for each other one must be given. */
const oneOfTwo: Readonly<Record<string, string>> = { tierOfTarget: 'or target', someHosts: 'or tier' };

function listedParameters(parameters: Readonly<Record<string, AnyParameter>>): ListedParameter[] {
  return Object.entries(parameters).map(([name, parameter]) => ({
    name,
    unit: unitWords[parameter.unit] ?? parameter.unit,
    default:
      parameter.default === undefined
        ? (oneOfTwo[parameter.unit] ?? 'required')
        : valueText(parameter.unit, parameter.default),
    range: rangeText(parameter),
    help: parameter.help,
  }));
}

interface Described {
  readonly help: string;
  readonly formula?: string;
  readonly source?: string;
  readonly parameters: Readonly<Record<string, AnyParameter>>;
}

function ofRegistry(registry: Readonly<Record<string, Described>>): readonly ListedEntry[] {
  return Object.entries(registry).map(([name, { help, formula, source, parameters }]) => ({
    name,
    help,
    facts: { ...(formula === undefined ? {} : { formula }), ...(source === undefined ? {} : { source }) },
    parameters: listedParameters(parameters),
  }));
}

function notationText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([key, part]) => `${key}: ${notationText(part)}`)
    .join(', ')} }`;
}

function listedPresets(): readonly ListedEntry[] {
  return Object.entries(clientPresets).map(([name, preset]) => ({
    name,
    help: preset.help,
    facts: {
      formula: preset.formula,
      package: `${preset.package} ${preset.version}`,
      source: preset.source,
      'compared with its code': preset.compared === 'yes' ? 'yes, in tests, attempt by attempt' : preset.compared,
      ...Object.fromEntries(Object.entries(preset.fields).map(([key, value]) => [key, notationText(value)])),
      ...(preset.differs === undefined ? {} : { 'and it cannot say': preset.differs.join('; ') }),
    },
    parameters: [],
  }));
}

function listedBalancerPresets(): readonly ListedEntry[] {
  return Object.entries(balancerPresets).map(([name, { help, source, fields }]) => ({
    name,
    help,
    facts: { source, ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, notationText(value)])) },
    parameters: [],
  }));
}

function partText(part: string | readonly string[]): string {
  if (typeof part !== 'string') return part.join(' | ');
  if (part === 'who') return 'a product or a client version';
  if (part === 'quantile') return 'a statistic: p1 to p99, max or mean';
  return `${part === 'action' ? 'an' : 'a'} ${part}`;
}

/** Which tables show a metric; empty if none does. The collapse, which comparisons are about, has a column of its own kind. */
function tablesOf(name: string, metric: Metric): string {
  const { headline, compared, kept } = metric;
  return [
    headline === undefined ? '' : 'sim run',
    name === 'collapse' ? 'sim compare, by its probability' : '',
    compared === undefined ? '' : `sim compare, by its ${statisticOverRuns(metric)}`,
    kept === undefined ? '' : `new baselines, ${kept.tolerance === 0 ? 'exactly' : `within ${kept.tolerance * 100} %`}`,
  ]
    .filter((text) => text !== '')
    .join('; ');
}

function listedMetrics(): readonly ListedEntry[] {
  return Object.entries(metricCatalogue).map(([name, metric]) => ({
    name,
    help: metric.help,
    facts: {
      unit: metric.measuredIn ?? metric.unit,
      of: metric.ofRun === true ? 'the whole run' : 'the window that `measure` sets',
      ...(metric.parts.length === 0 ? {} : { parts: metric.parts.map(partText).join(', then ') }),
      ...(tablesOf(name, metric) === '' ? {} : { tables: tablesOf(name, metric) }),
    },
    parameters: [],
  }));
}

function listedGauges(): readonly ListedEntry[] {
  return Object.entries(gauges).map(([name, { unit, help, part }]) => ({
    name,
    help,
    facts: { unit, ...(part === null ? {} : { parts: `a ${part}` }) },
    parameters: [],
  }));
}

function listedRejects(): readonly ListedEntry[] {
  return Object.entries(rejects).map(([name, { help, hinted }]) => ({
    name,
    help,
    facts: { 'tells `retryAfter`': hinted ? 'yes, where the tier has one' : 'no' },
    parameters: [],
  }));
}

function listedCharts(): readonly ListedEntry[] {
  return [...charts, ...comparisonCharts, ...planCharts, ...sweepCharts].map(({ name, help, fileName }) => ({
    name,
    help,
    facts: { file: fileName },
    parameters: [],
  }));
}

function listedWords(): readonly ListedEntry[] {
  return Object.entries(glossary).map(([name, { help, source, see = [] }]) => ({
    name,
    help,
    facts: { ...(source === undefined ? {} : { source }), ...(see.length === 0 ? {} : { 'see also': see.join(', ') }) },
    parameters: [],
  }));
}

export const kinds: readonly Kind[] = [
  { name: 'backoff', help: 'how long a client waits before it tries again', entries: () => ofRegistry(backoffs) },
  {
    name: 'retry-after',
    help: 'what a client makes of a hint when to come again',
    entries: () => ofRegistry(retryAfters),
  },
  { name: 'retry-gate', help: 'when a client holds its own attempts back', entries: () => ofRegistry(retryGates) },
  { name: 'preset', help: 'what clients of real libraries do by default', entries: listedPresets },
  { name: 'balancing', help: 'which host gets the next attempt', entries: () => ofRegistry(balancings) },
  { name: 'balancer-preset', help: 'what real balancers do by default', entries: listedBalancerPresets },
  { name: 'queueing', help: 'which of the waiting attempts a host serves next', entries: () => ofRegistry(queueings) },
  { name: 'admission', help: 'whether an attempt is let in at all', entries: () => ofRegistry(admissions) },
  { name: 'scaling', help: 'how many hosts a tier has as time goes on', entries: () => ofRegistry(scalings) },
  { name: 'reboot-order', help: 'in which steps hosts are rebooted', entries: () => ofRegistry(rebootOrders) },
  { name: 'distribution', help: 'how durations scatter', entries: () => ofRegistry(distributions) },
  { name: 'action', help: 'what the timeline and responders can do', entries: () => ofRegistry(actions) },
  { name: 'metric', help: 'what an outcome holds and expectations name', entries: listedMetrics },
  { name: 'gauge', help: 'live figures that responders watch', entries: listedGauges },
  { name: 'rejection', help: 'why an attempt is refused', entries: listedRejects },
  { name: 'chart', help: 'pictures of a run, a comparison, a plan and a sweep', entries: listedCharts },
  { name: 'word', help: 'the words of this program and its field', entries: listedWords },
];

/** Words that people also type, and the kind they mean. */
export const kindSynonyms: Readonly<Record<string, string>> = {
  balancer: 'balancing',
  autoscaling: 'scaling',
  capacity: 'scaling',
  glossary: 'word',
  reject: 'rejection',
  rejected: 'rejection',
};
