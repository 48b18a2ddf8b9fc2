/**
 * The misbehaviour matrix: what unmodified client libraries do when servers misbehave to them,
 * in virtual time; written down in matrix.md, and held against what their presets say.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { clientPresets } from '../../src/policies/client-presets.ts';
import type { ConnectTimeout } from '../../src/scenario/connect-timeout.ts';
import { knownDifferences, type KnownDifference } from './known-differences.ts';
import { misbehaviours } from './misbehaviours.ts';
import { matrixPage, playAll, sheetOf, type Played, type Row, type Sheet } from './matrix.ts';
import { clientOf } from './preset-says.ts';
import { packageFile, nameOf, type Subject } from './subject.ts';
import { subjects } from './subjects.ts';

const played = [...new Set(subjects.map(({ preset }) => preset))];
const plays: Played[] = [];
const sheets: Sheet[] = [];

beforeAll(async () => {
  for (const subject of subjects) plays.push(await playAll(subject));
  for (const one of plays) sheets.push(sheetOf(one, clientOf(one.subject.preset)));
}, 180_000);

/** The reasons that cover a difference. */
function reasonsFor(subject: Subject, { misbehaviour }: Row, attempt: number, text: string): KnownDifference[] {
  return (knownDifferences[subject.preset] ?? []).filter(
    ({ way = subject.way, rows, text: texts, attempts }) =>
      way === subject.way &&
      rows.test(misbehaviour) &&
      (texts === undefined || texts.test(text)) &&
      (attempts === undefined || attempts(attempt)),
  );
}

describe('what a preset says is what its library does', () => {
  it.each(subjects.map((subject) => [nameOf(subject), subject] as const))('%s', (_name, subject) => {
    const { rows } = sheets.find((sheet) => sheet.subject === subject)!;
    const unexplained = rows.flatMap((row) =>
      row.differences
        .filter(({ attempt, text }) => reasonsFor(subject, row, attempt, text).length === 0)
        .map(({ attempt, text }) => `${row.misbehaviour}: attempt ${attempt}: ${text}`),
    );
    expect(unexplained).toEqual([]);
    // It was played at all: it has connected, and come back.
    if (subject.isOneRequest !== true) expect(rows[0].attempts[0].upMs).not.toBeNull();
    expect(rows.length).toBeGreaterThan(8);
  });

  it('but for known differences, each of which shows somewhere', () => {
    const used = new Set<KnownDifference>();
    for (const { subject, rows } of sheets)
      for (const row of rows)
        for (const { attempt, text } of row.differences)
          for (const reason of reasonsFor(subject, row, attempt, text)) used.add(reason);
    const gone = Object.entries(knownDifferences).flatMap(([preset, reasons]) =>
      reasons.filter((reason) => !used.has(reason)).map(({ because }) => `${preset}: ${because}`),
    );
    expect(gone).toEqual([]);
  });

  it('which the preset tells, word for word', () => {
    for (const preset of played)
      expect({ preset, differs: clientPresets[preset].differs ?? [] }).toEqual({
        preset,
        differs: knownDifferences[preset].map(({ because }) => because),
      });
    expect(Object.keys(knownDifferences).sort()).toEqual([...played].sort());
  });

  it('for every preset that says so, at the version that is installed', () => {
    const compared = Object.entries(clientPresets).filter(([, { compared: answer }]) => answer === 'yes');
    expect(compared.map(([name]) => name).sort()).toEqual([...played].sort());
    for (const [, { package: name, version }] of compared)
      expect(packageFile<{ version: string }>(`${name}/package.json`).version).toBe(version);
    for (const [name, { differs }] of Object.entries(clientPresets))
      if (!played.includes(name)) expect(differs, name).toBeUndefined();
  });
});

/** Each of its timeouts half a second longer, or after a minute if it has none. */
function otherTimeouts({ open, answer, whole }: ConnectTimeout): [string, object][] {
  const own = (timeout: typeof open): string => (timeout === null ? 'none' : `${Number(timeout.parameters.mean)}ms`);
  const other = (timeout: typeof open): string => `${Number(timeout?.parameters.mean ?? 60_000) + 500}ms`;
  if (whole) return [['connectTimeout', { connectTimeout: other(open) }]];
  return [
    ['connectTimeout.open', { connectTimeout: { open: other(open), answer: own(answer) } }],
    ['connectTimeout.answer', { connectTimeout: { open: own(open), answer: other(answer) } }],
  ];
}

/** Every field of a preset, a little otherwise. */
function otherFields({
  preset,
  isOneRequest = false,
}: Subject): readonly (readonly [field: string, changes: object])[] {
  const { backoff, connectTimeout, giveUp, keepalive, resetAfterMs, resetOn } = clientOf(preset);
  const attempts = Number.isFinite(giveUp.afterAttempts) ? giveUp.afterAttempts + 1 : 9;
  const others: [string, object][] = [
    ['backoff', { backoff: { policy: 'fixed', delay: '1234ms' } }],
    ...otherTimeouts(connectTimeout),
    ['giveUp', { giveUp: { after: attempts } }],
  ];
  if (isOneRequest) return others;
  const later = keepalive === null ? '30s' : `${keepalive.timeoutMs * 1.5}ms`;
  others.push(['keepalive', { keepalive: { every: `${keepalive?.everyMs ?? 30_000}ms`, timeout: later } }]);
  // A delay that is always the same does not tell what resets its counter.
  const { derived } = sheets.find(({ subject }) => subject.preset === preset)!;
  if (derived.resets !== 'unknown' && backoff.policy !== 'fixed')
    others.push(
      ['resetAfter', { resetAfter: resetAfterMs === 0 ? '5s' : '0s' }],
      ['resetOn', { resetOn: resetOn === 'open' ? 'connected' : 'open' }],
    );
  return others;
}

describe('a preset that says something else', () => {
  const told = (sheet: Sheet): string =>
    JSON.stringify(sheet.rows.map(({ misbehaviour, differences }) => [misbehaviour, differences]));
  it.each(subjects.map((subject) => [nameOf(subject), subject] as const))('is found out: %s', (_name, subject) => {
    const one = plays.find((other) => other.subject === subject)!;
    const own = sheets.find((sheet) => sheet.subject === subject)!;
    const unnoticed = otherFields(subject).filter(([, changes]) => {
      const sheet = sheetOf(one, clientOf(subject.preset, changes));
      return told(sheet) === told(own);
    });
    expect(unnoticed.map(([field]) => field)).toEqual([]);
  });
});

describe('the matrix', () => {
  it('has as many rows as the documentation says', () => {
    // The vanishings are one.
    expect(misbehaviours.length + 1).toBe(52);
    expect(new Set(misbehaviours.map(({ name }) => name)).size).toBe(misbehaviours.length);
  });

  it('is as it is written down', async () => {
    await expect(matrixPage(sheets)).toMatchFileSnapshot('matrix.md');
  });
});
