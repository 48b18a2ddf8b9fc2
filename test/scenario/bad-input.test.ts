import { backoffs } from '../../src/policies/backoff.ts';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/scenario/problem.ts';
import { changedText, onlyProblem, placeOf, problemsOf, small } from './scenario-text.ts';

/** What is replaced by what, where the problem is (a text in the new file), its path, what was expected and found, the hint. */
type Row = readonly [
  what: string,
  from: string,
  to: string,
  at: string,
  path: string,
  expected: string,
  found: string,
  hint: string | null,
];

const rows: readonly Row[] = [
  [
    'an unknown key',
    'parallelism: 8',
    'parallelism: 8\n    paralelism: 9',
    'paralelism',
    'tiers.api.paralelism',
    'one of name | scope',
    '"paralelism"',
    'did you mean "parallelism"?',
  ],
  [
    'a wrong unit',
    '60ms',
    '60sec',
    '60sec',
    'tiers.api.serviceTime.exponential',
    'a duration',
    '"60sec"',
    'unknown unit "sec"',
  ],
  ['a missing unit', '150ms', '150', '150', 'tiers.store.serviceTime', 'a duration', '150', 'missing unit'],
  [
    'a negative duration',
    'every: 25s',
    'every: -25s',
    '-25s',
    'clients.current.keepalive.every',
    'a duration',
    '"-25s"',
    'a duration cannot be negative',
  ],
  [
    'an unknown policy',
    'policy: exponential',
    'policy: exponentail',
    'exponentail',
    'clients.current.backoff.policy',
    'one of none | fixed | exponential',
    '"exponentail"',
    'did you mean "exponential"?',
  ],
  [
    'an unknown bare policy',
    'round-robin',
    'round-robbin',
    'round-robbin',
    'tiers.api.balancing.policy',
    'one of round-robin',
    '"round-robbin"',
    'did you mean "round-robin"?',
  ],
  [
    "a policy's unknown parameter",
    'base: 2s',
    'bass: 2s',
    'bass',
    'clients.current.backoff.bass',
    'one of policy | base | cap | factor',
    '"bass"',
    'did you mean "base"?',
  ],
  [
    "a policy's parameter out of bounds",
    'base: 2s',
    'factor: 0.5',
    '0.5',
    'clients.current.backoff.factor',
    'at least 1',
    '0.5',
    null,
  ],
  [
    'an unknown distribution',
    'exponential: 60ms',
    'exponental: 60ms',
    'exponental',
    'tiers.api.serviceTime.exponental',
    'one of constant',
    '"exponental"',
    'did you mean "exponential"?',
  ],
  [
    'an unknown tier',
    'tier: api, pods',
    'tier: apj, pods',
    'apj',
    'timeline.maintenance.target.tier',
    'a tier: one of api | store',
    '"apj"',
    'did you mean "api"?',
  ],
  [
    'an unknown pod',
    'pods: [1]',
    'pods: [5]',
    '5]',
    'timeline.maintenance.target.pods.1',
    'a pod from 1 to 4',
    '5',
    null,
  ],
  [
    'a target that matches no host',
    'pods: [1]',
    'hosts: [9]',
    '9]',
    'timeline.maintenance.target.hosts.1',
    'a host from 1 to 8',
    '9',
    'the target matches no such host',
  ],
  [
    'a target share that matches no host',
    'pods: [1]',
    'hosts: "1%"',
    '"1%"',
    'timeline.maintenance.target.hosts',
    'a share of at least one',
    '"1%"',
    'the target matches no host',
  ],
  [
    'pods of a shared tier',
    'target: { tier: store }',
    'target: { tier: store, pods: [1] }',
    '[1] } }',
    'timeline.second.target.pods',
    'no pods',
    'some',
    'tier store is shared by all pods',
  ],
  [
    'an action outside the clock',
    'at: "16:40"',
    'at: "18:40"',
    '"18:40"',
    'timeline.maintenance.at',
    'a time within the clock (16:30 to 18:00)',
    '"18:40"',
    null,
  ],
  [
    'an action that comes too late',
    'by: 5m',
    'by: 2h',
    '2h',
    'timeline.second.by',
    'a time within the clock',
    '"2h"',
    'after the clock ends',
  ],
  [
    'an unknown action',
    'action: crash',
    'action: crsh',
    'crsh',
    'timeline.second.action',
    'one of reboot | crash',
    '"crsh"',
    'did you mean "crash"?',
  ],
  [
    'an unknown `after`',
    'after: maintenance',
    'after: maintenence',
    'maintenence',
    'timeline.second.after',
    'an action or responder',
    '"maintenence"',
    'did you mean "maintenance"?',
  ],
  [
    'a cyclic `after`',
    'at: "16:40"',
    'after: second',
    'second',
    'timeline.maintenance.after',
    'no circle of `after`',
    'maintenance → second → maintenance',
    'give one of them an `at`',
  ],
  [
    'an action without a time',
    'after: maintenance, by: 5m, ',
    '',
    '{ name: second',
    'timeline.second',
    '`at` or `after`',
    'neither',
    null,
  ],
  [
    'an action with two times',
    'by: 5m',
    'at: 5m',
    '{ name: second',
    'timeline.second',
    'either `at` or `after`',
    'both',
    null,
  ],
  [
    'an unknown metric',
    'collapse == 0',
    'colapse == 0',
    'colapse',
    'expect.1',
    'a metric',
    '"colapse" in',
    'did you mean "collapse"?',
  ],
  ['no hosts', 'hosts: 8', 'hosts: 0', '0\n    parallelism', 'tiers.api.hosts', 'at least 1', '0', null],
  ['half a host', 'hosts: 8', 'hosts: 1.5', '1.5', 'tiers.api.hosts', 'a whole number', '1.5', null],
  ['a number in quotes', 'hosts: 8', 'hosts: "8"', '"8"', 'tiers.api.hosts', 'a whole number', '"8"', 'without quotes'],
  [
    'a duplicate key',
    'pods: 4',
    'pods: 4\npods: 5',
    'pods: 5',
    '',
    'each key once',
    'a key again',
    'remove one of the two',
  ],
  ['too many pods', 'pods: 4', 'pods: 1e9', '1e9', 'pods', 'how many pods, from 1 to 1000', '1000000000', null],
  [
    'too long a list of pods',
    'pods: 4',
    `pods: [${Array.from({ length: 1001 }, (_, i) => `{ name: q${i} }`).join(', ')}]`,
    '[{ name: q0 }',
    'pods',
    'at most 1000 items',
    '1001',
    null,
  ],
  [
    'a name that paths cannot use',
    'name: chat',
    'name: Chat App',
    'Chat App',
    'products.Chat App.name',
    'a name of lower-case letters',
    '"Chat App"',
    'like "chat-app"',
  ],
  [
    'a name of every object',
    'name: chat',
    'name: constructor',
    'constructor',
    'products.constructor.name',
    'a name of lower-case letters',
    '"constructor"',
    null,
  ],
  [
    'the same name twice',
    'name: store',
    'name: api',
    'api\n    scope',
    'tiers.api',
    'a name of its own',
    '"api" again',
    'paths use names',
  ],
  [
    'an action and a variant of one name',
    'name: second',
    'name: maintenance',
    'maintenance, after',
    'timeline.maintenance',
    'a name of its own',
    '"maintenance" again',
    null,
  ],
  [
    'a prototype key',
    'pods: 4',
    'pods: 4\n__proto__: { x: 1 }',
    '__proto__',
    '__proto__',
    'one of format',
    '"__proto__"',
    'unknown key',
  ],
  [
    'a prototype key in a map of tiers',
    'sessions: 20000',
    'work: { __proto__: 3 }',
    '__proto__',
    'products.chat.work.__proto__',
    'a tier: one of api | store',
    '"__proto__"',
    null,
  ],
  [
    "every object's key as a policy",
    'round-robin',
    'toString',
    'toString',
    'tiers.api.balancing.policy',
    'one of round-robin',
    '"toString"',
    null,
  ],
  [
    'a change of what cannot change',
    'action: crash, target: { tier: store }',
    'action: set, tier: api, change: { scope: pod }',
    'scope: pod',
    'timeline.second.change.scope',
    'one of parallelism',
    '"scope"',
    null,
  ],
  [
    'a wrong change',
    'action: crash, target: { tier: store }',
    'action: set, tier: api, change: { admission: { policy: token-bucket, rate: 4 } }',
    '4 } }',
    'timeline.second.change.admission.rate',
    'a rate',
    '4',
    'missing unit',
  ],
  [
    'a clock that ends where it starts',
    'to: "18:00"',
    'to: "16:30"',
    '"16:30" }',
    'clock.to',
    'an end after the start',
    '"16:30"',
    null,
  ],
  [
    'an unknown time zone',
    'to: "18:00"',
    'to: "18:00", timezone: Mars/Base',
    'Mars/Base',
    'clock.timezone',
    'a time zone',
    '"Mars/Base"',
    null,
  ],
  ['another format', 'format: 1', 'format: 2', '2', 'format', '1, the only format so far', '2', null],
  [
    'a source of nothing',
    'expect:',
    'sources: [{ path: tiers.apj.hosts, cite: x }]\nexpect:',
    'tiers.apj.hosts',
    'sources.1.path',
    'below tiers: one of api | store',
    '"apj"',
    'did you mean "api"?',
  ],
  ['a number that is none', 'sessions: 20000', 'sessions: .nan', '.nan', '', 'a finite number', '.nan', null],
  ['a number beyond all numbers', 'sessions: 20000', 'sessions: 1e309', '1e309', '', 'a finite number', '1e309', null],
  ['a merge key', 'pods: 4', 'pods: 4\n<<: { name: x }', '<<', '', 'no merge keys', '"<<"', null],
  [
    'a missing field',
    '    parallelism: 8\n',
    '',
    'name: api',
    'tiers.api.parallelism',
    'a whole number',
    'nothing',
    null,
  ],
  [
    'an autoscaler with min above max',
    '    parallelism: 8\n',
    '    parallelism: 8\n    scaling: { policy: autoscaler, min: 5, max: 3 }\n',
    '3 }',
    'tiers.api.scaling.max',
    'at least min, which is 5',
    '3',
    'or lower min',
  ],
  [
    'leases that move by work where hosts hold their sessions',
    '    serviceTime: 150ms\n',
    '    serviceTime: 150ms\n    holdsSessions: true\n    lease: { every: 30s, timeout: 10s, moves: attempt }\n',
    'attempt }',
    'tiers.store.lease.moves',
    'free, or a tier that does not hold sessions',
    '"attempt"',
    'drops them when it is lost',
  ],
  [
    'leases that move by work in the first tier',
    '    parallelism: 8\n',
    '    parallelism: 8\n    lease: { every: 30s, timeout: 10s, moves: attempt }\n',
    'attempt }',
    'tiers.api.lease.moves',
    'free, or another tier than the first',
    '"attempt"',
    'lost its connection',
  ],
  [
    'more standbys than hosts',
    '    parallelism: 8\n',
    '    parallelism: 8\n    scaling: { policy: warm-standby, hosts: 9 }\n',
    '{ policy: warm-standby',
    'tiers.api.scaling',
    'at most as many standbys as the tier has hosts, which is 8',
    '9',
    'stand in for hosts',
  ],
  [
    'a responder that reads no gauge',
    'expect:',
    'responders: [{ name: r, detect: { when: "collapse >= 1" }, act: [{ name: x, action: restart-tier, tier: api }] }]\nexpect:',
    'collapse >= 1',
    'responders.r.detect.when',
    'a metric that has a value at each instant',
    'collapse',
    null,
  ],
];

describe('a mistake in a value', () => {
  it.each(rows)('%s is told with its place', (_what, from, to, at, path, expected, found, hint) => {
    const text = changedText([from, to]);
    const problems = problemsOf(text).filter((problem) => problem.path === path);
    expect(problems.map((problem) => formatProblem(problem)).join('\n')).toContain(
      `small.yaml:${placeNear(text, at, to)}`,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0].expected).toContain(expected);
    expect(problems[0].found).toContain(found);
    if (hint !== null) expect(problems[0].hint).toContain(hint);
  });

  /** The place of `at` in the changed part of the text, or anywhere if it is not in it. */
  function placeNear(text: string, at: string, changed: string): string {
    const start = changed !== '' && `${changed}\n`.includes(at.slice(0, changed.length)) ? text.indexOf(changed) : 0;
    const from = text.indexOf(at, Math.max(0, start));
    return placeOf(text, text.slice(0, from >= 0 ? from : text.indexOf(at)) + at, from >= 0 ? from : text.indexOf(at));
  }

  it('is told together with all others, in the order of the file, each once', () => {
    const text = changedText(
      ['hosts: 8', 'hosts: 0'],
      ['150ms', '150'],
      ['at: "16:40"', 'at: "19:40"'],
      ['collapse == 0', 'colapse == 0'],
    );
    expect(problemsOf(text).map(({ path }) => path)).toEqual([
      'tiers.api.hosts',
      'tiers.store.serviceTime',
      'timeline.maintenance.at',
      'expect.1',
    ]);
  });

  it('is printed with place, path, expected, found, a hint and a frame of the source', () => {
    const text = changedText(['policy: exponential', 'policy: ful-jitter']);
    const printed = formatProblem(problemsOf(text)[0], text);
    expect(printed.split('\n').slice(0, 3)).toEqual([
      'small.yaml:20:24  clients.current.backoff.policy',
      `  expected one of ${Object.keys(backoffs).join(' | ')}, found "ful-jitter"`,
      '  did you mean "full-jitter"?',
    ]);
    expect(printed).toContain('> 20 |     backoff: { policy: ful-jitter, base: 2s }');
  });

  it('is framed in a window where its line is long', () => {
    const text = JSON.stringify({ format: 1, name: 'x'.repeat(500), story: 'y'.repeat(5000), hosts: 3 });
    const [problem] = problemsOf(text, {}, 'long.json').filter(({ path }) => path === 'hosts');
    const lines = formatProblem(problem, text).split('\n');
    expect(Math.max(...lines.slice(3).map((line) => line.length))).toBeLessThan(140);
    expect(lines.at(-2)?.at(lines.at(-1)!.indexOf('^'))).toBe('"');
  });
});

describe('a broken file', () => {
  const json = JSON.stringify({ format: 1, name: 'x', sessions: 1 }, null, 1);

  it.each([
    ['an empty file', '', 'a.yaml', 'a.yaml:1:1\n  expected a scenario, found an empty file'],
    ['nothing but comments', '# later\n', 'a.yaml', 'found nothing but comments'],
    ['broken JSON', '{ "format": 1,\n  "name": }', 'a.json', 'a.json:2:11\n  expected a value'],
    ['JSON that ends early', '{ "format": 1', 'a.json', 'a.json:1:14\n  expected a closing brace }'],
    ['a comment in JSON', '{ // one\n "format": 1 }', 'a.json', 'a.json:1:3\n  expected no comments'],
    ['a trailing comma in JSON', '{ "format": 1, }', 'a.json', 'a.json:1:16\n  expected a'],
    ['NaN in JSON', '{ "format": NaN }', 'a.json', 'a.json:1:13\n  expected a JSON value, found "NaN"'],
    [
      '1e309 in JSON',
      json.replace('"sessions": 1', '"sessions": 1e309'),
      'a.json',
      'a.json:4:14\n  expected a finite number, found 1e309',
    ],
    [
      'a duplicate key in JSON',
      '{ "format": 1,\n "format": 1 }',
      'a.json',
      'a.json:2:2\n  expected each key once, found "format" again',
    ],
    ['YAML in a .json file', 'format: 1', 'a.json', 'a.json:1:1\n  expected a JSON value'],
    ['a duplicate key in YAML', 'format: 1\nformat: 1\n', 'a.yaml', 'a.yaml:2:1\n  expected each key once'],
    ['broken YAML', 'format: [1\nname: x', 'a.yaml', 'expected YAML, found a mistake in its syntax'],
    ['two documents', 'format: 1\n---\nformat: 1\n', 'a.yaml', 'expected one document'],
    ['an unknown alias', 'format: *one\n', 'a.yaml', 'expected'],
    ['a list', '- format: 1\n', 'a.yaml', 'a.yaml:1:1\n  expected a map of fields, found a list of 1'],
    ['a text', 'hello', 'a.yaml', 'a.yaml:1:1\n  expected a map of fields, found "hello"'],
    ['another ending', 'format: 1', 'a.toml', 'expected a file named .json, .yaml or .yml, found ".toml"'],
    ['a huge file', 'x'.repeat(5_000_001), 'a.yaml', 'a.yaml\n  expected a scenario of at most 5 MB, found 5.0 MB'],
    ['brackets without end', '['.repeat(100_000), 'a.json', 'a.json:1:201\n  expected at most 200 brackets'],
    ['lists within lists without end', '- '.repeat(100_000), 'a.yaml', 'expected values nested less deeply'],
    [
      'bytes that are no text',
      Uint8Array.from([102, 10, 98, 255, 254]),
      'a.yaml',
      'a.yaml:2:2\n  expected text in UTF-8',
    ],
    ['a tag', 'format: !!binary aGk=\n', 'a.yaml', 'a.yaml:1:18\n  expected a text'],
    ['a map as a key', '? { a: 1 }\n: 2\n', 'a.yaml', 'a.yaml:1:3\n  expected a plain key'],
  ])('that is %s is refused in a sentence', (_what, text, file, message) => {
    expect(onlyProblem(text, {}, file)).toContain(message);
  });

  it('whose aliases would grow without end is refused at once', () => {
    const levels = Array.from(
      { length: 20 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(', ')}]`,
    );
    const bomb = ['a0: &a0 [lol]', ...levels].join('\n');
    const problems = problemsOf(bomb);
    expect(problems).toHaveLength(1);
    expect(problems[0].expected).toContain('values repeated by aliases');
  });

  it('whose alias contains itself is refused', () => {
    expect(onlyProblem('format: &x [1, *x]\n')).toContain('a value that does not contain itself');
  });

  it('may begin with a byte order mark, end lines with CRLF and repeat a value by an alias', () => {
    const crlf = `\uFEFF${small}`.replaceAll('\n', '\r\n');
    expect(problemsOf(crlf)).toEqual([]);
    expect(problemsOf(new TextEncoder().encode(crlf))).toEqual([]);
    expect(problemsOf(changedText(['60ms', '&work 60ms'], ['150ms', '*work']))).toEqual([]);
  });
});
