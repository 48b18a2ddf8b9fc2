// What has a bound has it in the JSON Schema, too; what the engine cannot hold is told before a run; and texts that a terminal
// would obey are refused. Lists and texts at their bounds and beyond are in test/fuzz/scaling.test.ts.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MOST_SUBJECTS } from '../../src/engine/engine.ts';
import { runScenario } from '../../src/experiments/run.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Problem } from '../../src/scenario/problem.ts';
import { MOST_ITEMS } from '../../src/scenario/size-limits.ts';
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { cpuClock } from '../busy-machine.ts';
import { scenarioJson, type PlainScenario } from './plain-scenario.ts';

function problemsOf(change: (scenario: PlainScenario) => void): readonly Problem[] {
  const result = loadScenario({ file: 'a.json', text: scenarioJson(change) }, vocabulary);
  return result.ok ? [] : result.problems;
}

function told(change: (scenario: PlainScenario) => void): string {
  return problemsOf(change)
    .map(({ path, expected, found }) => `${path}: expected ${expected}, found ${found}`)
    .join('\n');
}

describe('the JSON Schema', () => {
  interface Node {
    readonly [key: string]: unknown;
  }

  /** Every schema within a schema, with its place. */
  function* nodesOf(value: unknown, place: string): Generator<{ node: Node; place: string }> {
    if (Array.isArray(value)) for (const [i, one] of value.entries()) yield* nodesOf(one, `${place}/${i}`);
    else if (typeof value === 'object' && value !== null) {
      yield { node: value as Node, place };
      for (const [key, one] of Object.entries(value)) yield* nodesOf(one, `${place}/${key}`);
    }
  }

  const nodes = [...nodesOf(scenarioJsonSchema(), '')];
  const ofType = (type: string): { node: Node; place: string }[] =>
    nodes.filter(
      ({ node }) => node.type === type || (Array.isArray(node.type) && (node.type as unknown[]).includes(type)),
    );
  const isFixed = (node: Node): boolean => 'enum' in node || 'const' in node;

  it('bounds every list', () => {
    expect(ofType('array').length).toBeGreaterThan(10);
    expect(
      ofType('array')
        .filter(({ node }) => typeof node.maxItems !== 'number')
        .map(({ place }) => place),
    ).toEqual([]);
  });

  it('bounds every text', () => {
    expect(ofType('string').length).toBeGreaterThan(10);
    expect(
      ofType('string')
        .filter(({ node }) => !isFixed(node) && typeof node.maxLength !== 'number')
        .map(({ place }) => place),
    ).toEqual([]);
  });

  it('bounds every number on both sides', () => {
    const numbers = [...ofType('number'), ...ofType('integer')].filter(({ node }) => !Array.isArray(node.type));
    const isBounded = (node: Node): boolean =>
      (typeof node.minimum === 'number' || typeof node.exclusiveMinimum === 'number') &&
      typeof node.maximum === 'number';
    expect(numbers.filter(({ node }) => !isBounded(node)).map(({ place }) => place)).toEqual([]);
  });

  it('bounds every map whose keys are free', () => {
    const maps = ofType('object').filter(
      ({ node }) =>
        (typeof node.additionalProperties === 'object' || 'patternProperties' in node) &&
        typeof node.maxProperties !== 'number',
    );
    expect(maps.map(({ place }) => place)).toEqual([]);
  });
});

describe('a text with a character that would be obeyed instead of shown', () => {
  const characters = [
    '\0',
    '\x07',
    '\b',
    '\t',
    '\r',
    '\x1b',
    '\x7f',
    '\x85',
    '\x9b',
    '\u2028',
    '\u2029',
    '\u202e',
    '\u2066',
    '\ud800',
  ];
  const texts: readonly (readonly [path: string, put: (scenario: PlainScenario, text: string) => void])[] = [
    [
      'title',
      (scenario, text) => {
        scenario.title = text;
      },
    ],
    [
      'story',
      (scenario, text) => {
        scenario.story = text;
      },
    ],
    [
      'seed',
      (scenario, text) => {
        scenario.seed = text;
      },
    ],
    [
      'timeline.loss.title',
      (scenario, text) => {
        scenario.timeline[0].title = text;
      },
    ],
    [
      'observed.seen.says',
      (scenario, text) => {
        scenario.observed = [{ name: 'seen', at: '1m', says: text }];
      },
    ],
    [
      'observed.seen.note',
      (scenario, text) => {
        scenario.observed = [{ name: 'seen', at: '1m', says: 'x', note: text }];
      },
    ],
    [
      'sources.1.cite',
      (scenario, text) => {
        scenario.sources = [{ path: 'pods', cite: text }];
      },
    ],
    [
      'assumptions.1.why',
      (scenario, text) => {
        scenario.assumptions = [{ path: 'pods', why: text }];
      },
    ],
    [
      'assumptions.1.range.1',
      (scenario, text) => {
        scenario.assumptions = [{ path: 'pods', why: 'x', range: [text] }];
      },
    ],
    [
      'expect.1',
      (scenario, text) => {
        scenario.expect = [text];
      },
    ],
    [
      'variants.v.title',
      (scenario, text) => {
        scenario.variants = [{ name: 'v', title: text }];
      },
    ],
  ];

  it.each(texts)('is refused at %s, each of them', (path, put) => {
    for (const c of characters) {
      const code = `U+${c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
      const problems = problemsOf((scenario) => put(scenario, `a${c}b`));
      expect(
        problems.map((one) => [one.path, one.found]),
        code,
      ).toEqual([[path, code]]);
      expect(problems[0].line, code).toBe(1);
    }
  });

  it('may have several lines where sentences are meant, and scripts from right to left anywhere', () => {
    expect(
      problemsOf((scenario) => {
        scenario.story = 'one\n\ntwo\n';
        scenario.title = 'שלום, 世界 🙂\n';
      }),
    ).toEqual([]);
    expect(
      told((scenario) => {
        scenario.title = 'one\ntwo';
      }),
    ).toBe('title: expected a text in one line, without control characters, found a line feed');
  });
});

describe('a number', () => {
  it.each<[string, (scenario: PlainScenario) => void]>([
    [
      'tiers.api.resumedWork: expected at least 0, found -5',
      (scenario) => {
        scenario.tiers[0].resumedWork = -5;
      },
    ],
    [
      'tiers.api.reloadedWork: expected at most 1000000000, found 1000000001',
      (scenario) => {
        scenario.tiers[0].reloadedWork = 1e9 + 1;
      },
    ],
    [
      'tiers.api.boot: expected a duration, or a map',
      (scenario) => {
        scenario.tiers[0].boot = '1000001d';
      },
    ],
    [
      'products.chat.arrivals.rate: expected a rate',
      (scenario) => {
        scenario.products[0].arrivals = '1.1e15/s';
      },
    ],
    [
      'products.chat.work.api: expected at most 1000000000',
      (scenario) => {
        scenario.products[0].work = { api: 2e9 };
      },
    ],
    [
      'scale.hosts: expected at most 1000000000',
      (scenario) => {
        scenario.scale = { hosts: 1e10 };
      },
    ],
  ])('beyond its bound is told: %s', (message, change) => {
    expect(told(change)).toContain(message);
  });

  it.each([
    ['of 400 digits', `drops < ${'9'.repeat(400)}`],
    ['of 400 digits, times a metric', `drops < ${'9'.repeat(400)} * arrivals`],
    ['beyond a double', 'drops < 1e309'],
    ['below a double', 'drops > 1e-400'],
    ['of 400 digits in a fraction', `disconnectedFraction < ${'9'.repeat(400)}`],
    ['of 400 digits in percent', `disconnectedFraction < ${'9'.repeat(400)} %`],
    ['of 400 digits in a rate', `goodput < ${'9'.repeat(400)}/s`],
    ['of 400 digits in a duration', `timeToRecover < ${'9'.repeat(400)}s`],
  ])('%s in an expression is a mistake', (_what, expression) => {
    const problems = problemsOf((scenario) => {
      scenario.expect = [expression];
    });
    expect(problems.map(({ path }) => path)).toEqual(['expect.1']);
  });
});

describe("what the engine's records can hold", () => {
  it('is told at the product that has most of the sessions', () => {
    expect(
      problemsOf((scenario) => {
        scenario.products[0].sessions = MOST_SUBJECTS;
      }),
    ).toEqual([]);
    expect(
      told((scenario) => {
        scenario.products[0].sessions = MOST_SUBJECTS + 1;
      }),
    ).toBe(`products.chat.sessions: expected at most ${MOST_SUBJECTS}, found ${MOST_SUBJECTS + 1}`);
    expect(
      told((scenario) => {
        scenario.products.push({ name: 'web', sessions: 1 });
        scenario.products[0].sessions = MOST_SUBJECTS;
      }),
    ).toContain(`products.chat.sessions: expected at most ${MOST_SUBJECTS} sessions`);
    expect(
      told((scenario) => {
        scenario.products[0].sessions = 1e6;
        scenario.scale = { sessions: 100 };
      }),
    ).toContain('found 100000000');
  });

  it('counts sessions that arrive and never leave, and not those that leave', () => {
    const arrivals = '1e6/s';
    expect(
      told((scenario) => {
        scenario.products[0].arrivals = arrivals;
      }),
    ).toContain('products.chat.arrivals: expected at most');
    expect(
      problemsOf((scenario) => {
        scenario.products[0].arrivals = arrivals;
        scenario.products[0].lifetime = '1s';
      }),
    ).toEqual([]);
  });

  it('counts the hosts of all pods, those that an autoscaler or actions add too', () => {
    const pods = 1000;
    expect(
      problemsOf((scenario) => {
        scenario.pods = pods;
        scenario.tiers[0].hosts = 60_000;
      }),
    ).toEqual([]);
    expect(
      told((scenario) => {
        scenario.pods = pods;
        scenario.tiers[0].hosts = 70_000;
      }),
    ).toContain(
      `tiers.api.hosts: expected at most ${MOST_SUBJECTS} hosts, with those that are added, in all, found 70000000`,
    );
    expect(
      told((scenario) => {
        scenario.pods = pods;
        scenario.tiers[0].scaling = { policy: 'autoscaler', max: 70_000 };
      }),
    ).toContain('tiers.api.scaling: expected at most');
    const scale = (name: string): Record<string, unknown> => ({
      name,
      at: '1m',
      action: 'scale',
      tier: 'api',
      hosts: 10_000,
    });
    expect(
      told((scenario) => {
        scenario.pods = pods;
        scenario.timeline = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(scale);
      }),
    ).toContain('timeline.a.hosts: expected at most');
    expect(
      problemsOf((scenario) => {
        scenario.pods = pods;
        scenario.timeline = [scale('a')];
      }),
    ).toEqual([]);
  });

  it('counts the attempts that wait at the start', () => {
    expect(
      told((scenario) => {
        scenario.tiers[0].hosts = 100;
        scenario.start = { queued: { api: 1e6 } };
      }),
    ).toContain('start.queued.api: expected at most');
  });

  it('is enough for as many tiers as there may be, with all that registers kinds of events', async () => {
    const text = scenarioJson((scenario) => {
      const [tier] = scenario.tiers;
      const probe = { every: '10s', timeout: '5s' };
      scenario.tiers = Array.from({ length: MOST_ITEMS.tiers }, (_, i) => ({
        ...tier,
        name: `t${i}`,
        lease: probe,
        liveness: { ...probe, answered: 'in-queue' },
        readiness: probe,
        memory: { limit: 1000 },
        crashLoop: {},
        checks: {},
        slowStart: { for: '10s' },
        ejection: {},
        registry: { expires: '1m' },
        scaling: { policy: 'autoscaler' },
        opensTransport: i === 0 ? 'aside' : 'none',
      }));
      scenario.clients[0].keepalive = probe;
      scenario.clients[0].impatience = { after: '1m' };
      scenario.timeline = [];
    });
    const loaded = loadScenario({ file: 'a.json', text }, vocabulary);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { complete } = await runScenario(loaded.scenario, {
      seed: 'x',
      variant: 'baseline',
      scenarioHash: '',
      withMetrics: true,
    });
    expect(complete).toBe(true);
  });
});

describe('a scenario made to attack', () => {
  const caseText = (name: string): string => readFileSync(new URL(`../cases/attack/${name}`, import.meta.url), 'utf8');

  it.each([
    ['negative-work.yaml', 'tiers.a.resumedWork', 'at least 0'],
    ['too-many-leases.yaml', 'tiers', 'at most 12 items'],
    ['nul-title.yaml', 'timeline.x.title', 'without control characters'],
  ])('%s is told at %s', (name, path, expected) => {
    const result = loadScenario({ file: name, text: caseText(name) }, vocabulary);
    const problems = result.ok ? [] : result.problems;
    expect(problems.map((one) => one.path)).toEqual([path]);
    expect(problems[0].expected).toContain(expected);
    expect(problems[0].line).toBeGreaterThan(0);
  });

  const head =
    'format: 1\nname: tiny\nclock: { to: 1h }\ntiers: [{ name: a, hosts: 3, parallelism: 2, serviceTime: 20ms }]\nproducts: [{ name: p, sessions: 100 }]\nclients: [{ name: c, backoff: none }]\n';
  const lines = (n: number, line: (i: number) => string): string =>
    Array.from({ length: n }, (_, i) => `${line(i)}\n`).join('');

  it.each<[string, string, string | null]>([
    [
      'a chain of 2,000 actions',
      `${head}timeline:\n  - { name: a0, at: 1m, action: crash, target: { tier: a } }\n${lines(1999, (i) => `  - { name: a${i + 1}, after: a${i}, by: 1s, action: crash, target: { tier: a } }`)}`,
      null,
    ],
    [
      'a chain of 6,000 variants',
      `${head}variants:\n${lines(6000, (i) => `  - { name: v${i}, extend: v${i + 1}, set: { pods: 1 } }`)}`,
      'a chain of at most 50 variants',
    ],
    [
      'a circle of 400 variants',
      `${head}variants:\n${lines(400, (i) => `  - { name: v${i}, extend: v${(i + 1) % 400}, set: { pods: 1 } }`)}`,
      'a chain of at most 50 variants',
    ],
    [
      'a circle of 2,000 actions',
      `${head}timeline:\n${lines(2000, (i) => `  - { name: a${i}, after: a${(i + 1) % 2000}, action: crash, target: { tier: a } }`)}`,
      'no circle of `after`',
    ],
    [
      '2,000 references to nothing',
      `${head}timeline:\n${lines(2000, (i) => `  - { name: a${i}, after: b${i}, action: crash, target: { tier: a } }`)}`,
      'no problems beyond these 200',
    ],
    [
      '5,000 expectations of unknown variants',
      `${head}variants:\n${lines(500, (i) => `  - { name: v${i} }`)}expect:\n${lines(5000, (i) => `  - drops@v${i}x == 0`)}`,
      'no problems beyond these 200',
    ],
    [
      '500 variants with as many mistakes as there may be',
      `${head}variants:\n${lines(500, (i) => `  - { name: v${i}, set: { ${Array.from({ length: 40 }, (_, k) => `tiers.a.x${k}: 1`).join(', ')} } }`)}`,
      'no problems beyond these 200',
    ],
    ['60,000 keys', lines(60_000, (i) => `a${i}: 1`), 'one of format | name'],
    ['60,000 keys, each twice', lines(120_000, (i) => `a${i % 60_000}: 1`), 'each key once'],
    [
      '300 tiers',
      head.replace(
        /tiers: .*/,
        `tiers: [${Array.from({ length: 300 }, (_, i) => `{ name: t${i}, hosts: 1, parallelism: 1, serviceTime: 1ms }`).join(', ')}]`,
      ),
      'at most 12 items',
    ],
  ])('with %s is answered within two seconds of computing', (_what, text, expected) => {
    const spentMs = cpuClock();
    const result = loadScenario({ file: 'a.yaml', text }, vocabulary);
    expect(spentMs()).toBeLessThan(2000);
    const problems = result.ok ? [] : result.problems;
    expect(problems.length).toBeLessThan(202);
    if (expected === null) expect(problems).toEqual([]);
    else expect(problems.map((one) => one.expected).join('\n')).toContain(expected);
  });
});
