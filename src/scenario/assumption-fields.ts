/**
 * The fields of `assumptions`: which values of the file are assumed, why, and
 * what else they might be. A range or choices are of one value, which the path
 * leads to; what it may hold is looked at where the whole file is known
 * (assumptions.ts). A row without either is only the ground of a number.
 */
import { atMost, block, field, leaf, list, optional, remembered, type Kind } from './kind.ts';
import type { Context } from './context.ts';
import { parseGiven, type Given } from './figure-expression.ts';
import { coveredPath, isReadable, prose, word } from './quantity-kinds.ts';
import { linePattern } from './readable-text.ts';
import { MOST_CHARACTERS, MOST_ITEMS } from './size-limits.ts';
import type { Plain } from './tree.ts';

/** As it is written: numbers as texts, too, for the leaf reads them. It used to be any list of values, and may still be (assumptions.ts). */
const range: Kind<readonly Plain[]> = leaf({
  unit: 'values',
  jsonSchema: {
    type: 'array',
    items: { type: ['string', 'number', 'boolean'], maxLength: MOST_CHARACTERS.quantity, pattern: linePattern },
    maxItems: MOST_ITEMS.range,
  },
  read: (value, report) => {
    if (!Array.isArray(value) || value.some((item) => typeof item === 'object'))
      return report('the least and the greatest plausible value, like [4, 16]; other values are `choices`');
    // A long list is not looked into.
    if (!atMost(MOST_ITEMS.range, value, report)) return [];
    const items = value as readonly (string | number | boolean)[];
    const areReadable = items.map((item, i) => isReadable(String(item), MOST_CHARACTERS.quantity, 'one', report, [i]));
    return areReadable.includes(false) ? [] : items;
  },
});

const choices: Kind<readonly Plain[]> = leaf({
  unit: 'values',
  jsonSchema: { type: 'array', maxItems: MOST_ITEMS.range },
  read: (value, report) => {
    if (!Array.isArray(value)) return report('a list of values that the field could have, like [random, round-robin]');
    return atMost(MOST_ITEMS.range, value, report) ? (value as readonly Plain[]) : [];
  },
});

const together: Kind<readonly string[]> = leaf({
  unit: 'paths',
  jsonSchema: {
    type: 'array',
    items: { type: 'string', maxLength: MOST_CHARACTERS.path, pattern: linePattern },
    maxItems: MOST_ITEMS.range,
  },
  read: (value, report) => {
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) return report('a list of paths');
    if (!atMost(MOST_ITEMS.range, value, report)) return [];
    const paths = value as readonly string[];
    return paths.every((path, i) => isReadable(path, MOST_CHARACTERS.path, 'one', report, [i])) ? paths : [];
  },
});

const scale = word(['log', 'linear'], {
  log: 'twice and half are as far: for what could be of another order',
  linear: 'equal steps are as far',
});

const assumption = block({
  path: field(coveredPath, 'what it covers, with everything below; with a range or choices, one value'),
  why: field(prose, 'why this value'),
  range: field(range, 'the least and the greatest plausible value, as the field itself is written', { default: [] }),
  choices: field(choices, 'what else it could be, where that is no range: words, or whole policies', { default: [] }),
  scale: field(
    optional(scale),
    'how a range is walked: log by default for durations, rates and counts from above zero, linear for the rest',
  ),
  together: field(together, 'other values that are moved with it: by the same factor, times by the same shift', {
    default: [],
  }),
});

export function assumptions(context: Context) {
  return list(
    remembered(assumption, () => context.file),
    { most: MOST_ITEMS.grounds },
  );
}

/** `loadAtPeak.api < 0.9`: read here for its form; which values and tiers there are, assumptions.ts looks. */
const condition: Kind<Given> = leaf({
  unit: 'expression',
  jsonSchema: { type: 'string', maxLength: MOST_CHARACTERS.expression, pattern: linePattern },
  read: (value, report) => {
    const expected = 'a condition like "loadAtPeak.api < 0.9"';
    if (typeof value !== 'string') return report(expected);
    if (!isReadable(value, MOST_CHARACTERS.expression, 'one', report)) return null as never;
    const parsed = parseGiven(value);
    if (!('mistake' in parsed)) return parsed;
    return report(parsed.mistake.expected, { found: `${parsed.mistake.found} in ${JSON.stringify(value)}` });
  },
});

export const given: Kind<readonly Given[]> = list(condition, { most: MOST_ITEMS.expect });
