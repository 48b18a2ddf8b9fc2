/** All that is told of one calibration, for those who write, print and draw it. */
import type { Assumption } from '../../scenario/assumptions.ts';
import { settingsAt, valueText } from '../../scenario/assumption-values.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Calibration } from './calibrate.ts';
import type { Findings } from './findings.ts';
import type { Worths } from './variant-worth.ts';

export interface ToldCalibration {
  readonly scenario: Scenario;
  /** of the resolved scenario that it was made from */
  readonly hash: string;
  readonly set: readonly string[];
  readonly seed: string;
  readonly calibration: Calibration;
  readonly findings: Findings;
  /** null where no variant was asked for */
  readonly worths: Worths | null;
}

/** A place in a range, as the field would be written. */
export function placeText(assumption: Assumption, place: number): string {
  return valueText(settingsAt(assumption, place)[0]);
}
