// Presets in scenario files: what they fill in, what wins over them, and what is said about mistakes.
import { describe, expect, it } from 'vitest';
import { clientPresets } from '../../src/policies/client-presets.ts';
import { explainScenario } from '../../src/scenario/explain.ts';
import { changedText, loaded, onlyProblem, problemsOf } from './scenario-text.ts';

const ownFields = `    backoff: { policy: exponential, base: 2s }
    keepalive: { every: 25s, timeout: 20s }`;
const bare = '    set: { clients.current.backoff: { policy: full-jitter, cap: 5m } }';

/** The small scenario whose client has these lines, and whose variant sets this. */
function withClient(lines: readonly string[], set = '{}'): string {
  return changedText([ownFields, lines.map((line) => `    ${line}`).join('\n')], [bare, `    set: ${set}`]);
}

const client = (text: string, variant = 'baseline') => loaded(text, { variant }).scenario.clients[0];

describe('a preset', () => {
  it.each(Object.entries(clientPresets))('%s says the same as its fields written out', (name, { fields }) => {
    const written = Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
    expect(client(withClient([`preset: ${name}`]))).toEqual(client(withClient(written)));
  });

  it('gives way to what the file says: a value, a part of a block, a parameter of its backoff', () => {
    const own = client(
      withClient(['preset: socket.io', 'connectTimeout: 3s', 'keepalive: { timeout: 5s }', 'backoff: { cap: 10s }']),
    );
    expect(own).toMatchObject({
      connectTimeout: { open: { name: 'constant', parameters: { mean: 3000 } }, answer: null, whole: true },
      keepalive: { everyMs: 25_000, timeoutMs: 5000 },
      backoff: { policy: 'socket.io', parameters: { base: 1000, cap: 10_000, factor: 2, jitter: 0.5 } },
    });
    expect(client(withClient(['preset: socket.io', 'keepalive: none'])).keepalive).toBeNull();
    expect(client(withClient(['preset: signalr', 'giveUp: { then: leave }'])).giveUp).toMatchObject({
      afterAttempts: 4,
      then: 'leave',
    });
  });

  it('has its backoff replaced by one with a policy', () => {
    expect(client(withClient(['preset: socket.io', 'backoff: fixed'])).backoff).toEqual({
      policy: 'fixed',
      parameters: { delay: 1000, jitter: 0 },
    });
  });

  it('is changed below by a path, and exchanged by a variant, which keeps what the file says', () => {
    const capped = client(
      withClient(['preset: socket.io'], '{ clients.current.backoff.cap: 10s, clients.current.keepalive.timeout: 1s }'),
      'patient',
    );
    expect(capped).toMatchObject({
      backoff: { policy: 'socket.io', parameters: { cap: 10_000 } },
      keepalive: { everyMs: 25_000, timeoutMs: 1000 },
    });
    const other = client(
      withClient(['preset: socket.io', 'connectTimeout: 3s'], '{ clients.current.preset: ably }'),
      'patient',
    );
    expect(other).toMatchObject({
      backoff: { policy: 'ably' },
      connectTimeout: { open: { parameters: { mean: 3000 } }, whole: true },
      keepalive: { everyMs: 15_000 },
    });
  });

  it('tells whose each value is', () => {
    const rows = explainScenario(loaded(withClient(['preset: socket.io', 'keepalive: { timeout: 5s }'])));
    const origin = Object.fromEntries(
      rows
        .filter(({ path }) => path.startsWith('clients'))
        .map(({ path, value, origin: from }) => [path.replace('clients.current.', ''), `${value} ${from}`]),
    );
    expect(origin).toMatchObject({
      preset: 'socket.io file', backoff: 'socket.io preset', 'backoff.cap': '5s default', connectTimeout: '{ open: 20s, answer: 45s } preset',
      'keepalive.every': '25s preset', 'keepalive.timeout': '5s file', 'giveUp.then': 'reload default',
    }); // prettier-ignore
  });
});

describe('a mistake about a preset', () => {
  it('that does not exist is the only problem, with a suggestion', () => {
    const text = withClient(['preset: soket.io', 'keepalive: { timeout: 5s }', 'backoff: { cap: 10s }']);
    expect(onlyProblem(text)).toMatch(
      /^small\.yaml:20:13 {2}clients\.current\.preset\n {2}expected one of socket\.io \| .*, found "soket\.io"\n {2}did you mean "socket\.io"\?/,
    );
    expect(problemsOf(withClient(['preset: 3']))).toMatchObject([{ path: 'clients.current.preset' }]);
  });

  it('in a parameter that its backoff does not know is told where it stands', () => {
    const inFile = withClient(['preset: socket.io', 'backoff: { caap: 10s }']);
    expect(problemsOf(inFile)).toMatchObject([
      { line: 21, path: 'clients.current.backoff.caap', found: '"caap"', hint: 'did you mean "cap"?' },
    ]);
    const inVariant = withClient(['preset: socket.io'], '{ clients.current.backoff.delay: 10s }');
    expect(problemsOf(inVariant)).toMatchObject([
      { path: 'variants.patient.set.clients.current.backoff.delay', found: '"delay"' },
    ]);
    const exchanged = withClient(['preset: socket.io', 'backoff: { cap: 10s }'], '{ clients.current.preset: phoenix }');
    expect(problemsOf(exchanged)).toMatchObject([{ path: 'clients.current.backoff.cap', line: 21 }]);
  });

  it('that is taken away leaves its backoff missing', () => {
    expect(problemsOf(withClient(['share: 1']))).toMatchObject([
      { path: 'clients.current.backoff', expected: 'a backoff policy, or a preset' },
    ]);
  });
});
