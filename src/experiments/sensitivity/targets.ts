/**
 * What of a run sensitivity is asked of: whether each observed row holds, whether
 * each expectation is met, and figures, of which 0 and 1 are yes and no as well.
 * A target's value is a number, NaN where a run does not say. Expectations that
 * need other variants are left out, and it is said.
 */
import { metricOf } from '../../metrics/catalogue.ts';
import { Bootstrap } from '../statistics.ts';
import type { MetricCondition, MetricReference } from '../../scenario/expression.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { judgeExpectation, referencesOf, variantsOf } from '../expectation.ts';
import type { Replication } from '../replication.ts';
import { BASELINE } from '../../metrics/judgement.ts';

export interface Target {
  /** the row's name, the expectation's text, the metric */
  readonly name: string;
  readonly kind: 'row' | 'expectation' | 'figure';
  /** a figure's unit */
  readonly unit: string;
  readonly condition: MetricCondition | null;
  /** the user named it, beside those of the file */
  readonly isAsked?: true;
}

/** Whether it is yes or no. */
export function isYesOrNo({ kind, name }: Target): boolean {
  return kind !== 'figure' || name === 'collapse';
}

export interface Targets {
  readonly all: readonly Target[];
  /** expectations that need other variants */
  readonly leftOut: number;
}

const figures = ['collapse', 'sessionMinutesLost'] as const;

/** `asked`: conditions and metrics beside those of the file. */
export function targetsOf(scenario: Scenario, asked: readonly (MetricCondition | string)[]): Targets {
  const rows = scenario.observed.filter(({ expect }) => expect !== null);
  const conditions = [...scenario.expect, ...asked.filter((one) => typeof one !== 'string')];
  const own = conditions.filter((condition) => variantsOf(condition).every((name) => name === BASELINE));
  const names = [...new Set([...figures, ...asked.filter((one) => typeof one === 'string')])];
  return {
    all: [
      ...rows.map(({ name }): Target => ({ name, kind: 'row', unit: '', condition: null })),
      ...own.map((condition): Target => ({
        name: condition.text,
        kind: 'expectation',
        unit: '',
        condition,
        ...(asked.includes(condition) ? { isAsked: true } : {}),
      })),
      ...names.map((name): Target => ({ name, kind: 'figure', unit: metricOf(name)?.unit ?? '', condition: null })),
    ],
    leftOut: conditions.length - own.length,
  };
}

/** What a run has to be read for, in the order in which `valuesOf` takes it. */
export function readingsOf(targets: readonly Target[]): readonly MetricReference[] {
  return targets.flatMap(({ condition }) => (condition === null ? [] : referencesOf(condition)));
}

const yes = { met: 1, missed: 0, undecided: NaN } as const;

/** The values of a run whose task asked for the rows and for `readingsOf`. */
export function valuesOf(targets: readonly Target[], replication: Replication, { pods }: Scenario): number[] {
  const bootstrap = new Bootstrap('', 0.95);
  let place = 0;
  return targets.map(({ name, kind, condition }) => {
    if (kind === 'row') {
      const holds = replication.rows?.find((row) => row.name === name)?.holds ?? null;
      return holds === null ? NaN : holds ? 1 : 0;
    }
    if (condition === null) return replication.metrics[name] ?? NaN;
    const count = referencesOf(condition).length;
    const readings = [(replication.readings ?? []).slice(place, (place += count))];
    return yes[judgeExpectation({ condition, podCount: pods.length, readings, bootstrap }).state];
  });
}
