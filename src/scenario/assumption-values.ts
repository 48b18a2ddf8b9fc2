/**
 * What an assumption is at a place of its range, as the settings that make it so
 * (`PATH=VALUE`, as --set takes them): a place is a number from 0 to 1, of which
 * 0 and 1 are the ends themselves. The texts are the draw: a run is given them
 * and nothing more exact.
 */
import { baseText, type Leaf } from './assumption-leaf.ts';
import { choiceText, type Assumption, type RangedAssumption } from './assumptions.ts';

function valueAt({ low, high, scale }: RangedAssumption, place: number): number {
  if (place <= 0) return low;
  if (place >= 1) return high;
  return scale === 'log'
    ? Math.exp(Math.log(low) + place * (Math.log(high) - Math.log(low)))
    : low + place * (high - low);
}

function movedText(leaf: Leaf, other: Leaf, value: number): string {
  const { notation, base } = other;
  return notation.write(notation.isTime === true ? base + (value - leaf.base) : base * (value / leaf.base));
}

/** The texts of an assumption at a place: its own first, then those of what moves with it. */
export function settingsAt(assumption: Assumption, place: number): readonly string[] {
  const { path } = assumption;
  if (assumption.kind === 'choices') {
    const { choices } = assumption;
    const choice = choices[Math.max(0, Math.min(choices.length - 1, Math.floor(place * choices.length)))];
    return [`${path}=${choiceText(choice)}`];
  }
  return settingsOf(assumption, assumption.leaf.notation.write(valueAt(assumption, place)));
}

/** The texts of an assumption that has this value, as a draw has written it. */
export function settingsOf(assumption: Assumption, text: string): readonly string[] {
  const own = `${assumption.path}=${text}`;
  if (assumption.kind === 'choices') return [own];
  const { leaf, together } = assumption;
  const value = leaf.notation.read(asWritten(text));
  if (Number.isNaN(value)) return [own];
  return [own, ...together.map((other) => `${other.path}=${movedText(leaf, other, value)}`)];
}

/** The value at a place as a number: of a range as its run has it, whole where it must be; of choices, between 0 and 1. */
export function numberAtPlace(assumption: Assumption, place: number): number {
  if (assumption.kind === 'range') return assumption.leaf.notation.read(asWritten(valueText(settingsAt(assumption, place)[0]))); // prettier-ignore
  const count = assumption.choices.length;
  return (Math.min(count - 1, Math.floor(place * count)) + 0.5) / count;
}

/** Numbers are written without quotes. */
function asWritten(text: string): string | number {
  return /^-?[\d.]+(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** What the file itself has, as a setting. */
export function fileText(assumption: Assumption): string {
  return assumption.kind === 'choices' ? assumption.base : baseText(assumption.leaf);
}

/** The value of a setting. */
export function valueText(setting: string): string {
  return setting.slice(setting.indexOf('=') + 1);
}

/** The range or the choices, for people. */
export function rangeText(assumption: Assumption): string {
  if (assumption.kind === 'choices') return assumption.choices.map(choiceText).join(', ');
  const { write } = assumption.leaf.notation;
  return `${write(assumption.low)} – ${write(assumption.high)}`;
}

/** The places that one at a time looks at: the ends of a range, each choice; not what the file has. */
export function sidesOf(assumption: Assumption): readonly (readonly string[])[] {
  const own = fileText(assumption);
  const places =
    assumption.kind === 'range' ? [0, 1] : assumption.choices.map((_, i, { length }) => (i + 0.5) / length);
  return places.map((place) => settingsAt(assumption, place)).filter(([first]) => valueText(first) !== own);
}
