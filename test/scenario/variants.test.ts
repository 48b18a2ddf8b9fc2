import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/scenario/problem.ts';
import { changedText, loaded, onlyProblem, placeOf, problemsOf, small } from './scenario-text.ts';

/** The small scenario with other variants. */
function withVariants(...variants: readonly string[]): string {
  const [before] = small.split('variants:');
  return `${before}variants:\n${variants.map((variant) => `  - ${variant}\n`).join('')}`;
}

function set(...sets: readonly string[]): ReturnType<typeof loaded>['scenario'] {
  return loaded(small, { set: sets }).scenario;
}

describe('--set', () => {
  it('replaces the value at a path', () => {
    expect(set('tiers.api.hosts=16').tiers[0].hosts).toBe(16);
    expect(set('tiers.api.serviceTime={ uniform: [10ms, 20ms] }').tiers[0].serviceTime.name).toBe('uniform');
    expect(set('timeline.maintenance.at=16:45').timeline[0].when).toEqual({ atMs: 900_000 });
    expect(set('seed=other/3').seed).toBe('other/3');
  });

  it('replaces a policy as a whole, a bare name meaning its defaults', () => {
    expect(set('clients.current.backoff=full-jitter').clients[0].backoff).toEqual({
      policy: 'full-jitter',
      parameters: { base: 1000, cap: 30_000, factor: 2 },
    });
  });

  it('goes below a policy, written in full, as a bare name, or left out', () => {
    expect(set('clients.current.backoff.cap=1m').clients[0].backoff.parameters).toEqual({
      base: 2000,
      cap: 60_000,
      factor: 2,
    });
    expect(
      set('clients.current.backoff=exponential', 'clients.current.backoff.cap=1m').clients[0].backoff.parameters,
    ).toEqual({ base: 1000, cap: 60_000, factor: 2 });
    expect(
      set('timeline.maintenance.order.policy=rolling', 'timeline.maintenance.order.batch=3').timeline[0].parameters
        .order,
    ).toEqual({
      policy: 'rolling',
      parameters: { batch: 3, interval: 300_000, drain: 0, calmBelow: Infinity, abortAbove: Infinity },
    });
  });

  it('goes below what the file leaves out, with the defaults beside it', () => {
    expect(set('tiers.api.queue.limit=5').tiers[0].queue).toEqual({
      discipline: { policy: 'fifo', parameters: {} },
      limit: 5,
    });
    expect(set('tiers.api.warmUp.factor=2', 'tiers.api.warmUp.for=30s').tiers[0].warmUp).toEqual({
      factor: 2,
      forMs: 30_000,
      services: 0,
    });
    expect(set('measure.from=5m').measure).toEqual({ fromMs: 300_000, sampleEveryMs: 5000 });
    expect(set('tiers.api.liveness={ every: 10s, timeout: 8s, answered: aside }').tiers[0].liveness).toEqual({
      everyMs: 10_000,
      timeoutMs: 8000,
      failures: 3,
      initialDelayMs: 10_000,
      answered: 'aside',
    });
  });

  it('goes below a number of pods as if they were listed', () => {
    expect(set('pods.p1.share=2').pods.map(({ share }) => share)).toEqual([0.4, 0.2, 0.2, 0.2]);
    expect(set('pods.p5={}').pods).toHaveLength(5);
  });

  it('appends to a list under a new last name, and removes by null', () => {
    const { timeline } = set('timeline.third={ at: 17:00, action: pause, target: { tier: api }, for: 1m }');
    expect(timeline.map(({ name }) => name)).toEqual(['maintenance', 'second', 'third']);
    expect(set('timeline.second=null').timeline).toHaveLength(1);
    expect(set('clients.current.keepalive=null').clients[0].keepalive).toBeNull();
    expect(set('clients.current.keepalive=none').clients[0].keepalive).toBeNull();
  });

  it('keeps the order of the command line, the last one winning', () => {
    expect(set('tiers.api.hosts=16', 'tiers.api.hosts=12').tiers[0].hosts).toBe(12);
  });

  it.each([
    ['tiers.apj.hosts=16', 'tiers.apj.hosts', 'below tiers: one of api | store', 'did you mean "api"?'],
    ['tiers.api.hots=16', 'tiers.api.hots', 'below tiers.api: one of name | scope', 'did you mean "hosts"?'],
    [
      'clients.current.backoff.cop=1m',
      'clients.current.backoff.cop',
      'below clients.current.backoff: one of policy | base | cap | factor',
      'did you mean "cap"?',
    ],
    ['tiers.api.hosts.x=1', 'tiers.api.hosts.x', 'nothing below tiers.api.hosts', 'tiers.api.hosts is 8'],
    ['timeline.third=null', 'timeline.third', 'below timeline: one of maintenance | second', null],
    ['timeline.third.at=17:00', 'timeline.third.at', 'below timeline: one of maintenance | second', null],
    ['expect.first=x', 'expect.first', 'a path that ends at expect', 'its items have no names'],
    ['tiers[0].hosts=8', 'tiers[0].hosts', 'a path of words and names', 'paths use names: tiers.api.hosts'],
    ['tiers.1.hosts=8', 'tiers.1.hosts', 'a path of words and names', 'paths use names: tiers.store.hosts'],
    [
      'tiers["store"].hosts=8',
      'tiers["store"].hosts',
      'a path of words and names',
      'paths use names: tiers.store.hosts',
    ],
    ['[tiers][0].hosts=8', '[tiers][0].hosts', 'a path of words and names', 'paths use names: tiers.api.hosts'],
    ['tiers[7].hosts=8', 'tiers[7].hosts', 'below tiers: one of api | store', 'paths use names'],
    [
      'expect[0]=collapse == 1',
      'expect[0]',
      'a path that ends at expect',
      'its items have no names: set the whole list',
    ],
    ['$schema=x', '$schema', 'a path to something of the scenario', '$schema cannot be set'],
    ['variants.patient=null', 'variants.patient', 'a path to something of the scenario', 'variants cannot be set'],
    ['tiers..hosts=1', 'tiers..hosts', 'a path of words and names', null],
    ['tiers.api.hosts', '', 'PATH=VALUE', 'like --set'],
    ['tiers.api.hosts=', 'tiers.api.hosts', 'PATH=VALUE', null],
    ['tiers.api.hosts=[1', 'tiers.api.hosts', 'YAML', null],
    ['tiers.api.hosts=many', 'tiers.api.hosts', 'a whole number', null],
    ['tiers.api.hosts=-3', 'tiers.api.hosts', 'at least 1', null],
    ['tiers.api={ name: other }', 'tiers.api', 'the name api, as in the path', 'leave out the name'],
    ['__proto__.x=1', '__proto__.x', 'a path that begins with', null],
    ['constructor=1', 'constructor', 'a path that begins with', null],
  ])('%s is told at its own place', (text, path, expected, hint) => {
    const problems = problemsOf(small, { set: [text] });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      file: `--set ${text}`,
      line: 0,
      path,
      expected: expect.stringContaining(expected),
    });
    if (hint !== null) expect(problems[0].hint).toContain(hint);
    expect(formatProblem(problems[0], small).split('\n')[0]).toBe(
      path === '' ? `--set ${text}` : `--set ${text}  ${path}`,
    );
  });

  it('that breaks something else is told where that is', () => {
    const [problem] = problemsOf(small, { set: ['tiers.store=null'] });
    expect(problem).toMatchObject({ file: 'small.yaml', path: 'timeline.second.target.tier' });
  });
});

describe('variants', () => {
  it('change the file where they say so, and --set comes last', () => {
    const patient = loaded(small, { variant: 'patient' });
    expect(patient.variant).toBe('patient');
    expect(patient.scenario.clients[0].backoff).toEqual({
      policy: 'full-jitter',
      parameters: { base: 1000, cap: 300_000, factor: 2 },
    });
    expect(loaded(small).scenario.clients[0].backoff.policy).toBe('exponential');
    expect(patient.hash).not.toBe(loaded(small).hash);
    const set = ['clients.current.backoff.cap=1m'];
    expect(loaded(small, { variant: 'patient', set }).scenario.clients[0].backoff.parameters.cap).toBe(60_000);
  });

  it('extend others, whose changes come first', () => {
    const text = withVariants(
      '{ name: more, set: { tiers.api.hosts: 16, tiers.store.hosts: 12 } }',
      '{ name: slow, set: { tiers.api.serviceTime: 100ms } }',
      '{ name: both, extend: [more, slow], set: { tiers.api.hosts: 10 } }',
      '{ name: again, extend: both }',
    );
    const [api, store] = loaded(text, { variant: 'again' }).scenario.tiers;
    expect([api.hosts, store.hosts, api.serviceTime.parameters.mean]).toEqual([10, 12, 100]);
  });

  it('append and remove', () => {
    const text = withVariants(
      '{ name: other, set: { timeline.second: null, timeline.third: { at: "17:00", action: restart-tier, tier: store } } }',
    );
    expect(loaded(text, { variant: 'other' }).scenario.timeline.map(({ name }) => name)).toEqual([
      'maintenance',
      'third',
    ]);
  });

  it('may remove what the file gives a source for', () => {
    const text = changedText(
      ['{ clients.current.backoff: { policy: full-jitter, cap: 5m } }', '{ timeline.second: null }'],
      ['expect:', 'sources: [{ path: timeline.second.by, cite: post-mortem }]\nexpect:'],
    );
    expect(loaded(text, { variant: 'patient' }).scenario.timeline).toHaveLength(1);
  });

  it('are checked even when another one is loaded, at the place of the change', () => {
    const text = changedText(['{ policy: full-jitter, cap: 5m }', '{ policy: full-jitter, cap: 5 }']);
    expect(onlyProblem(text)).toContain(`small.yaml:${placeOf(text, '5 }', 0)}  clients.current.backoff.cap`);
  });

  it('tell a mistake of the file once, however many they are', () => {
    const text = withVariants(
      '{ name: a, set: { tiers.api.hosts: 4 } }',
      '{ name: b, set: { tiers.api.hosts: 5 } }',
    ).replace('150ms', '150');
    expect(problemsOf(text)).toHaveLength(1);
  });

  it('say that a mistake of the file is theirs when it is', () => {
    const text = withVariants('{ name: small-tier, set: { tiers.api.hosts: 2 } }').replace('pods: [1]', 'hosts: [4]');
    expect(problemsOf(text)).toMatchObject([
      { path: 'timeline.maintenance.target.hosts.1', hint: expect.stringContaining('matches no such host') },
    ]);
    const removing = withVariants('{ name: bare, set: { clients.current.backoff: null } }');
    expect(problemsOf(removing)).toMatchObject([{ path: 'clients.current.backoff', hint: 'in variant "bare"' }]);
  });

  it.each([
    [
      'a path that leads nowhere',
      '{ name: a, set: { tiers.apj.hosts: 3 } }',
      'tiers.apj',
      'variants.a.set.tiers.apj.hosts',
      'did you mean "api"?',
    ],
    ['a variant that is not there', '{ name: a, extend: b }', 'b }', 'variants.a.extend', null],
    ['itself', '{ name: a, extend: [a] }', 'a] }', 'variants.a.extend', null],
    ['the name baseline', '{ name: baseline }', 'baseline', 'variants.baseline.name', null],
    ['a list of changes', '{ name: a, set: [tiers.api.hosts] }', '[tiers', 'variants.a.set', null],
    ['an unknown key', '{ name: a, sets: {} }', 'sets', 'variants.a.sets', 'did you mean "set"?'],
  ])('that hold %s are refused', (_what, variant, at, path, hint) => {
    const text = withVariants(variant);
    const [problem] = problemsOf(text);
    expect(`${problem.line}:${problem.column} ${problem.path}`).toBe(`${placeOf(text, at)} ${path}`);
    if (hint !== null) expect(problem.hint).toBe(hint);
  });

  it('that extend each other are refused', () => {
    const text = withVariants('{ name: a, extend: b }', '{ name: b, extend: a }');
    expect(problemsOf(text)).toMatchObject(
      [
        { path: 'variants.b.extend', found: 'a → b → a' },
        { path: 'variants.a.extend', found: 'b → a → b' },
      ].reverse(),
    );
  });

  it('that nobody defined are refused by name', () => {
    expect(onlyProblem(small, { variant: 'patiant' })).toBe(
      'small.yaml  variants\n  expected one of baseline | patient, found "patiant"\n  did you mean "patient"?',
    );
  });
});

describe('a variant that claims to be the same day', () => {
  const text = withVariants(
    '{ name: replay, sameDay: true, set: { tiers.api.hosts: 9 } }',
    '{ name: other, extend: replay }',
  );

  it('says so itself, as the baseline is, and nothing that --set has changed', () => {
    expect(loaded(text).sameDay).toBe(true);
    expect(loaded(text, { variant: 'replay' }).sameDay).toBe(true);
    expect(loaded(text, { variant: 'other' }).sameDay).toBe(false);
    expect(loaded(text, { set: ['tiers.api.hosts=9'] }).sameDay).toBe(false);
    expect(loaded(text, { variant: 'replay', set: ['tiers.api.hosts=8'] }).sameDay).toBe(false);
  });

  it('says so with true or false', () => {
    expect(onlyProblem(withVariants('{ name: replay, sameDay: yes please }'))).toMatch(
      /variants\.replay\.sameDay\n {2}expected true or false, found "yes please"/,
    );
  });
});
