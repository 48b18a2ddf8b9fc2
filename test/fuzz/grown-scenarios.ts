/**
 * Scenarios that grow in one place. The places are found in the schema: every
 * list of blocks (`form: 'list'`), and in every notation of a single value every
 * list, every map and every text. A list whose items have names or instants grows
 * by itself; what else there is has a recipe below, and a place without one is
 * told, so that no new list goes unmet.
 */
import { parse } from 'yaml';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { readOutline } from '../../src/scenario/context.ts';
import type { JsonSchema, Kind } from '../../src/scenario/kind.ts';
import { scenarioKind } from '../../src/scenario/scenario-fields.ts';
import { EXTEND_DEPTH_MAX, MOST_CHARACTERS, MOST_ITEMS } from '../../src/scenario/size-limits.ts';
import { fromPlain } from '../../src/scenario/tree.ts';

type Doc = Record<string, unknown>;

/** Something of everything that a list can hold, on a fleet that costs nothing. */
const whole = `
format: 1
name: whole
clock: { from: "10:00", to: "10:10" }
pods: [{ name: p1 }]
tiers:
  - { name: api, hosts: 2, parallelism: 2, boot: 20s, holdsSessions: true, serviceTime: { empirical: [4ms, 6ms] } }
products:
  - { name: chat, sessions: 20, work: { api: 1 } }
  - { name: web, arrivals: { schedule: [{ from: 0s, rate: 1/min }] }, lifetime: 1m }
  - { name: day, profile: [{ at: 0s, sessions: 5 }], lifetime: { exponential: 10m } }
clients:
  - { name: current, share: 1, backoff: { policy: fixed, delay: 1s } }
start: { queued: { api: 1 } }
timeline:
  - { name: maintenance, at: 1m, action: reboot, target: { tier: api, pods: [1], hosts: [1] } }
responders:
  - { name: on-call, detect: { when: disconnectedFraction > 0.5 }, act: [{ name: remedy, action: restart-tier, tier: api, pods: [1] }] }
observed:
  - { name: seen, at: "10:02", says: all is well, expect: disconnectedFraction < 0.9, means: has-begun }
measured:
  - { name: lost, file: lost.csv, column: lost, is: disconnectedFraction, error: { sd: 2% } }
expect: ["drops >= 0"]
sources: [{ path: pods, cite: a paper }]
assumptions: [{ path: tiers.api.hosts, range: [1, 2], why: a guess }]
given: ["loadAtPeak.api < 1"]
variants:
  - { name: other, set: { tiers.api.hosts: 3 } }
`;

export function wholeDoc(): Doc {
  return parse(whole) as Doc;
}

/** One place that grows: the document with n of it. */
export interface Growing {
  readonly place: string;
  /** how many there may be */
  readonly most: number;
  readonly of: (n: number) => Doc;
}

function changed(change: (doc: Doc) => void): Doc {
  const doc = wholeDoc();
  change(doc);
  return doc;
}

const range = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/** The same item n times, with what must differ made to differ; those after the first are spread over the clock. */
function itemsLike(first: unknown, n: number): unknown[] {
  if (typeof first !== 'object' || first === null) return range(n, () => first);
  return range(n, (i) => {
    if (i === 0) return first;
    const item: Doc = { ...structuredClone(first) };
    if ('name' in item) item.name = `n${i}`;
    if ('from' in item) item.from = `${i * 250}ms`;
    if ('at' in item && !('name' in item)) item.at = `${i * 250}ms`;
    if ('sessions' in item) item.sessions = 5;
    if ('share' in item) item.share = 0;
    if (Array.isArray(item.act)) item.act = (item.act as Doc[]).map((act, k) => ({ ...act, name: `act${i}-${k}` }));
    return item;
  });
}

/** The list at a path of keys, where `[]` stands for the first item that has what comes next. */
function growList(path: readonly string[], n: number): Doc {
  return changed((doc) => {
    const grow = (at: Doc, [key, ...rest]: readonly string[]): boolean => {
      const value = at[key];
      if (rest.length === 0) {
        if (!Array.isArray(value)) return false;
        at[key] = itemsLike(value[0], n);
        return true;
      }
      if (rest[0] === '[]') return Array.isArray(value) && (value as Doc[]).some((item) => grow(item, rest.slice(1)));
      return typeof value === 'object' && value !== null && grow(value as Doc, rest);
    };
    if (!grow(doc, path)) throw new Error(`the whole scenario has no ${path.join('.')}: give it one`);
  });
}

interface Found {
  readonly lists: Map<string, { readonly path: readonly string[]; readonly most: number }>;
  /** notations of single values that can be long, each once, with the first path that has it */
  readonly notations: Map<string, string>;
}

/** Whether a notation has a list, a map or a text in it that is not one of a few words. */
function canBeLong(notation: unknown): boolean {
  if (Array.isArray(notation)) return notation.some(canBeLong);
  if (typeof notation !== 'object' || notation === null) return false;
  const { type, enum: words } = notation as JsonSchema;
  if (words !== undefined) return false;
  if (type === 'array' || type === 'object') return true;
  return Object.values(notation).some(canBeLong);
}

/** Policies' and actions' own fields are the same in all places; they are walked once. */
function walk(kind: Kind<unknown>, path: readonly string[], found: Found, seen: Set<unknown>): void {
  const { inside } = kind;
  if (inside.form === 'block') {
    for (const [key, { kind: own }] of Object.entries(inside.fields)) walk(own, [...path, key], found, seen);
  } else if (inside.form === 'list') {
    found.lists.set(path.join('.'), { path, most: inside.most });
    walk(inside.element, [...path, '[]'], found, seen);
  } else if (inside.form === 'choice') {
    const id = Object.keys(inside.options).join();
    if (seen.has(id)) return;
    seen.add(id);
    for (const [name, fields] of Object.entries(inside.options))
      for (const [key, { kind: own }] of Object.entries(fields)) walk(own, [...path, `<${name}>`, key], found, seen);
  } else if (canBeLong(kind.notation)) {
    const text = JSON.stringify(kind.notation);
    if (!found.notations.has(text)) found.notations.set(text, path.join('.'));
  }
}

function findPlaces(): Found {
  const nothing = fromPlain({}, { line: 0, column: 0, set: null }, null);
  const found: Found = { lists: new Map(), notations: new Map() };
  walk(scenarioKind({ vocabulary, outline: readOutline(nothing), file: {} }), [], found, new Set());
  return found;
}

const first = (doc: Doc, key: string): Doc => (doc[key] as Doc[])[0];
const action = (doc: Doc): Doc => first(doc, 'timeline');

/** How single values grow that are lists or maps, by the first path of the schema that has their notation. */
const recipes: Readonly<Record<string, { readonly most: number; readonly of: (n: number) => Doc }>> = {
  'tiers.[].serviceTime': {
    most: MOST_ITEMS.measured,
    of: (n) =>
      changed((doc) => {
        first(doc, 'tiers').serviceTime = { empirical: range(n, (i) => `${i + 1}us`) };
      }),
  },
  'products.[].work': {
    most: MOST_ITEMS.tiers,
    of: (n) =>
      changed((doc) => {
        doc.tiers = itemsLike(first(doc, 'tiers'), n);
        first(doc, 'products').work = Object.fromEntries((doc.tiers as Doc[]).map(({ name }) => [name, 1]));
      }),
  },
  'start.queued': {
    most: MOST_ITEMS.tiers,
    of: (n) =>
      changed((doc) => {
        doc.tiers = itemsLike(first(doc, 'tiers'), n);
        doc.start = { queued: Object.fromEntries((doc.tiers as Doc[]).map(({ name }) => [name, 1])) };
      }),
  },
  'clients.[].backoff.<steps>.delays': {
    most: MOST_ITEMS.delays,
    of: (n) =>
      changed((doc) => {
        first(doc, 'clients').backoff = { policy: 'steps', delays: range(n, () => '1s') };
      }),
  },
  'timeline.[].<reboot>.target': {
    most: MOST_ITEMS.hosts,
    of: (n) =>
      changed((doc) => {
        first(doc, 'tiers').hosts = n;
        doc.variants = [];
        action(doc).target = { tier: 'api', hosts: range(n, (i) => i + 1) };
      }),
  },
  'timeline.[].<scale>.pods': {
    most: MOST_ITEMS.pods,
    of: (n) =>
      changed((doc) => {
        doc.pods = n;
        doc.timeline = [{ name: 'x', at: '1m', action: 'restart-tier', tier: 'api', pods: range(n, (i) => i + 1) }];
      }),
  },
  'assumptions.[].range': {
    most: MOST_ITEMS.range,
    of: (n) =>
      changed((doc) => {
        // As they used to be: two values can be drawn, others are a text.
        first(doc, 'assumptions').range = range(n, (i) => i + 1);
      }),
  },
  'assumptions.[].choices': {
    most: MOST_ITEMS.range,
    of: (n) =>
      changed((doc) => {
        const row = first(doc, 'assumptions');
        delete row.range;
        row.choices = range(n, (i) => i + 1);
      }),
  },
  'assumptions.[].together': {
    most: MOST_ITEMS.range,
    of: (n) =>
      changed((doc) => {
        first(doc, 'assumptions').together = range(n, () => 'tiers.api.parallelism');
      }),
  },
  'variants.[].extend': {
    most: MOST_ITEMS.extend,
    of: (n) =>
      changed((doc) => {
        const others = itemsLike({ name: 'v', set: { 'tiers.api.hosts': 3 } }, n) as Doc[];
        doc.variants = [...others, { name: 'all', extend: others.map(({ name }) => name) }];
      }),
  },
  'variants.[].set': {
    most: MOST_ITEMS.set,
    of: (n) =>
      changed((doc) => {
        doc.sources = range(n, (i) => ({ path: 'pods', cite: `${i}` }));
        doc.variants = [
          {
            name: 'v',
            set: {
              ...Object.fromEntries(range(n - 1, (i) => [`observed.o${i}`, { at: '2m', says: 'x' }])),
              'tiers.api.hosts': 3,
            },
          },
        ];
      }),
  },
};

/** What is long without being a list. */
const chains: readonly Growing[] = [
  {
    place: 'after of timeline',
    most: MOST_ITEMS.timeline,
    of: (n) =>
      changed((doc) => {
        doc.timeline = range(n, (i) => ({
          name: `a${i}`,
          ...(i === 0 ? { at: '0s' } : { after: `a${i - 1}`, by: '200ms' }),
          action: 'restart-tier',
          tier: 'api',
        }));
      }),
  },
  {
    place: 'after of timeline, backwards',
    most: MOST_ITEMS.timeline,
    of: (n) =>
      changed((doc) => {
        doc.timeline = range(n, (i) => ({
          name: `a${i}`,
          ...(i === n - 1 ? { at: '0s' } : { after: `a${i + 1}` }),
          action: 'restart-tier',
          tier: 'api',
        }));
      }),
  },
  {
    place: 'extend of variants',
    most: EXTEND_DEPTH_MAX,
    of: (n) =>
      changed((doc) => {
        doc.variants = range(n, (i) => ({
          name: `v${i}`,
          ...(i === 0 ? {} : { extend: `v${i - 1}` }),
          set: { 'tiers.api.hosts': i + 2 },
        }));
      }),
  },
];

/** Texts, by what sets them. */
const texts: readonly Growing[] = (
  [
    [
      'title',
      MOST_CHARACTERS.title,
      (doc, text) => {
        doc.title = text;
      },
    ],
    [
      'story',
      MOST_CHARACTERS.prose,
      (doc, text) => {
        doc.story = text;
      },
    ],
    [
      'seed',
      MOST_CHARACTERS.title,
      (doc, text) => {
        doc.seed = text;
      },
    ],
    [
      'name',
      MOST_CHARACTERS.name,
      (doc, text) => {
        action(doc).name = text;
      },
    ],
    [
      'says',
      MOST_CHARACTERS.prose,
      (doc, text) => {
        first(doc, 'observed').says = text;
      },
    ],
    [
      'note',
      MOST_CHARACTERS.prose,
      (doc, text) => {
        first(doc, 'observed').note = text;
      },
    ],
    [
      'why',
      MOST_CHARACTERS.prose,
      (doc, text) => {
        first(doc, 'assumptions').why = text;
      },
    ],
    [
      'cite',
      MOST_CHARACTERS.prose,
      (doc, text) => {
        first(doc, 'sources').cite = text;
      },
    ],
  ] satisfies readonly [string, number, (doc: Doc, text: string) => void][]
).flatMap(([place, most, put]): Growing[] => [
  {
    place: `${place} in one word`,
    most,
    of: (n) =>
      changed((doc) => {
        put(doc, 'x'.repeat(n));
      }),
  },
  ...(place === 'name'
    ? []
    : [
        {
          place: `${place} in many words`,
          most,
          of: (n: number) =>
            changed((doc) => {
              put(
                doc,
                'x'
                  .repeat(3)
                  .concat(' ')
                  .repeat(n / 4)
                  .concat('y'.repeat(n % 4)),
              );
            }),
        },
      ]),
]);

/** Every place that can grow. Throws if the schema has one that nothing here grows. */
export function growingPlaces(): readonly Growing[] {
  const { lists, notations } = findPlaces();
  const unmet = [...notations.values()].filter((path) => !Object.hasOwn(recipes, path));
  if (unmet.length > 0) throw new Error(`no recipe for ${unmet.join(', ')}`);
  const ofLists = [...lists.values()].map(({ path, most }): Growing => ({
    place: path.join('.'),
    most,
    of: (n) => growList(path, n),
  }));
  const ofValues = Object.entries(recipes).map(([place, one]): Growing => ({ place, ...one }));
  return [...ofLists, ...ofValues, ...chains, ...texts];
}
