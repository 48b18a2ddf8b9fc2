/**
 * How a value of a varied field is called in a picture: `12 hosts`, `the reboot of
 * 2 hosts`, `cap = 30s`; and which fields are instants of the scenario's clock.
 */
import type { Axis } from '../experiments/vary/axis.ts';
import { counted, numberText } from '../metrics/value-text.ts';
import { actions } from '../policies/actions.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseInstant, parseTimeOfDay } from '../scenario/wall-clock.ts';

/** A value as people write it: whole numbers with their thousands apart, all else as it was given. */
export function shownValue(value: string): string {
  return /^\d{4,15}$/.test(value) ? numberText(Number(value)) : value;
}

export interface FieldWords {
  /** `12 hosts` is what acts, `the reboot of 2 hosts` is what is done to the fleet, `cap = 30s` is neither */
  readonly kind: 'capacity' | 'blow' | 'other';
  /** by itself, or as a range: `2 to 9 hosts` */
  readonly of: (value: string) => string;
  /** a further value after one that was told: `8`, `of 6`, `5s` */
  readonly again: (value: string) => string;
}

function countedValue(value: string, singular: string): string {
  const text = shownValue(value);
  if (/^\d+(?:\.\d+)? ?%$/.test(value)) return `${text} of the ${singular}s`;
  return /^\d+$/.test(value) ? counted(Number(value), singular) : `${text} ${singular}s`;
}

export function fieldWords({ paths: [path] }: Axis, { timeline }: Scenario): FieldWords {
  const parts = path.split('.');
  const last = parts[parts.length - 1];
  const capacity = /^tiers\..+\.hosts$/.test(path) ? 'host' : path === 'pods' ? 'pod' : null;
  if (capacity !== null) return { kind: 'capacity', of: (value) => countedValue(value, capacity), again: shownValue };
  const aimed = /^timeline\.(.+)\.target\.(host|pod|zone)s$/.exec(path);
  const action = timeline.find(({ name }) => name === aimed?.[1]);
  if (aimed !== null && action !== undefined) {
    const takesHosts = actions[action.action].takes !== undefined;
    const [deed, joint] = takesHosts ? [`the ${action.action}`, 'of'] : [action.name, 'at'];
    return {
      kind: takesHosts ? 'blow' : 'other',
      of: (value) => `${deed} ${joint} ${countedValue(value, aimed[2])}`,
      again: (value) => `${joint} ${shownValue(value)}`,
    };
  }
  return { kind: 'other', of: (value) => `${last} = ${shownValue(value)}`, again: shownValue };
}

/** From the first value to the last. */
export function rangeWords({ values }: Axis, { of }: FieldWords): string {
  const [first, last] = [values[0].text, values[values.length - 1].text];
  return first === last ? of(first) : of(`${shownValue(first)} to ${shownValue(last)}`);
}

/** Of a field of instants, each value in milliseconds since the start; null of any other. */
export function instantsOf({ paths: [path], values }: Axis, { clock }: Scenario): readonly number[] | null {
  const texts = values.map(({ text }) => text);
  const isWhen = path.startsWith('timeline.') && path.endsWith('.at');
  if (!isWhen && !texts.every((text) => parseTimeOfDay(text) !== null)) return null;
  const instants = texts.map((text) => parseInstant(text, clock));
  const known = instants.filter((one) => typeof one === 'number');
  return known.length === values.length && known.every((one, i) => i === 0 || one > known[i - 1]) ? known : null;
}
