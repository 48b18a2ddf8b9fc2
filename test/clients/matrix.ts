/** The whole matrix: every subject against every misbehaviour, beside what its preset says. */
import { differences, secondsOf, type Difference } from './comparison.ts';
import { derive, derivedLines, type Derived } from './derive.ts';
import { rowsOf, vanishings, type Misbehaviour } from './misbehaviours.ts';
import { LUCK, play } from './play.ts';
import { detectionMs, presetSays } from './preset-says.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { nameOf, type Subject } from './subject.ts';
import type { Attempt } from './world.ts';

export interface Row {
  readonly misbehaviour: string;
  readonly attempts: readonly Attempt[];
  readonly differences: readonly Difference[];
}

export interface Sheet {
  readonly subject: Subject;
  readonly rows: readonly Row[];
  readonly derived: Derived;
}

type Client = Scenario['clients'][number];

const VANISHES = 'vanishes';

/** How the delay is drawn at other luck. */
const LUCKS = [0.05, 0.93];

/** What a subject did, before it is compared with anything. */
export interface Played {
  readonly subject: Subject;
  readonly runs: readonly {
    readonly misbehaviour: Misbehaviour;
    readonly luck: number;
    readonly attempts: readonly Attempt[];
  }[];
  readonly vanishings: readonly Vanishing[];
}

interface Vanishing {
  readonly attempts: readonly Attempt[];
  /** how long after it was noticed; null: never */
  readonly noticedMs: number | null;
}

export async function playAll(subject: Subject): Promise<Played> {
  const runs: Played['runs'][number][] = [];
  const rows = rowsOf(subject);
  for (const misbehaviour of rows) runs.push({ misbehaviour, luck: LUCK, attempts: await play(subject, misbehaviour) });
  for (const luck of LUCKS)
    runs.push({ misbehaviour: rows[0], luck, attempts: await play(subject, rows[0], { luck }) });
  const vanished: Vanishing[] = [];
  for (const vanishing of subject.isOneRequest === true ? [] : vanishings) {
    const attempts = await play(subject, vanishing, { attemptsMost: 2 });
    const [{ upMs, endMs }] = attempts;
    vanished.push({ attempts, noticedMs: endMs === null ? null : endMs - upMs! - vanishing.plan(0).upForMs! });
  }
  return { subject, runs, vanishings: vanished };
}

/** Beside what a client with these fields would do. */
export function sheetOf({ subject, runs, vanishings: vanished }: Played, client: Client): Sheet {
  const rows = runs.map(({ misbehaviour, luck, attempts }): Row => {
    const says = presetSays(client, misbehaviour, { ...subject, luck });
    const name = luck === LUCK ? misbehaviour.name : `${misbehaviour.name}, Math.random gives ${luck}`;
    return { misbehaviour: name, attempts, differences: differences(attempts, says) };
  });
  if (vanished.length > 0) rows.push(vanishingRow(subject, vanished, client));
  const byName = new Map(rows.map(({ misbehaviour, attempts }) => [misbehaviour, attempts]));
  const noticed = vanished.map(({ noticedMs }) => noticedMs);
  return { subject, rows, derived: derive(byName, noticed, subject.isOneRequest) };
}

/** All vanishings in one row: the one that was noticed last is told, and their range is compared with the keepalive's. */
function vanishingRow(subject: Subject, vanished: readonly Vanishing[], client: Client): Row {
  const found: Difference[] = [];
  const lengths = vanished.flatMap(({ noticedMs }) => (noticedMs === null ? [] : [noticedMs]));
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  const says = detectionMs(client);
  const range = lengths.length === 0 ? 'never' : `${secondsOf(least)} to ${secondsOf(most)}`;
  const said = says === null ? 'never' : `${secondsOf(says[0])} to ${secondsOf(says[1])}`;
  const fits =
    says === null
      ? lengths.length === 0
      : lengths.length === vanished.length &&
        least >= says[0] - 20 &&
        most <= says[1] + 20 &&
        // Not a range so wide that anything would lie in it.
        says[1] - says[0] <= 2.5 * (most - least) + 2000;
  if (!fits) found.push({ attempt: 0, text: `noticed after ${range}, not ${said}` });
  const { attempts } = vanished.find(({ noticedMs }) => noticedMs === (lengths.length === 0 ? null : most))!;
  const [lost, next] = attempts;
  if (next !== undefined) {
    // As after a connection of a minute that was cut.
    const [ownLost, ownNext] = presetSays(client, rowsOf(subject)[0]);
    const [gapMs, ownMs] = [next.startMs - lost.endMs!, ownNext.startMs - ownLost.endMs!];
    if (Math.abs(gapMs - ownMs) > 8)
      found.push({ attempt: 1, text: `made after ${secondsOf(gapMs)}, not ${secondsOf(ownMs)}` });
  }
  return { misbehaviour: VANISHES, attempts, differences: found };
}

/** One attempt: after how long it is made, what becomes of it. */
function attemptText({ startMs, openMs, upMs, endMs, endedBy }: Attempt, beforeMs: number): string {
  const text = [`+${secondsOf(startMs - beforeMs)}`];
  if (upMs !== null) text.push('connected');
  else if (openMs !== null) text.push('open');
  if (endMs === null) text.push('…');
  else {
    const what = endedBy === 'client' ? 'given up' : upMs !== null ? 'lost' : openMs !== null ? 'closed' : 'refused';
    text.push(endMs - startMs < 5 ? what : `${what} after ${secondsOf(endMs - startMs)}`);
  }
  return text.join(' ');
}

const TOLD = 8;

/** What is the same from attempt to attempt is said once; so is, by the page's head, a first connection of a minute. */
function runText(attempts: readonly Attempt[]): string {
  const texts = attempts.map((attempt, i) => {
    const before = attempts[i - 1];
    return attemptText(attempt, before === undefined ? 0 : (before.endMs ?? before.startMs));
  });
  if (texts[0] === '+0 s connected lost after 60 s') texts.shift();
  const told: string[] = [];
  for (let i = 0; i < texts.length && told.length < TOLD;) {
    let same = 1;
    while (texts[i + same] === texts[i]) same++;
    told.push(same === 1 ? texts[i] : `${same} × ${texts[i]}`);
    i += same;
  }
  if (told.length === 0) return 'no other attempt';
  return `${told.join('; ')}${told.length === TOLD ? '; and so on' : ''}`;
}

function differsText({ differences: found }: Row): string {
  const first = found.at(0);
  return first === undefined ? '' : `attempt ${first.attempt}: ${first.text}`;
}

/** The rows of a subject; those that tell the same are one. */
function tableOf(rows: readonly Row[]): readonly string[] {
  const names = new Map<string, string[]>();
  for (const row of rows) {
    const told = `${runText(row.attempts)} | ${differsText(row)}`;
    names.set(told, [...(names.get(told) ?? []), row.misbehaviour]);
  }
  return [...names].map(([told, same]) => `| ${joined(same)} | ${told} |`);
}

/** Names that differ in a code of closing are one: `opens, closes with 1000, 1001`. */
function joined(names: readonly string[]): string {
  const byRest = new Map<string, string[]>();
  for (const name of names) {
    const [, before, code, after] = /^(.*closes with )(\d+)(.*)$/.exec(name) ?? [name, name, '', ''];
    const rest = `${before}\0${after}`;
    byRest.set(rest, [...(byRest.get(rest) ?? []), code]);
  }
  return [...byRest].map(([rest, codes]) => rest.replace('\0', codes.join(', '))).join('; ');
}

/** The matrix as a page: what each did, pinned. */
export function matrixPage(sheets: readonly Sheet[]): string {
  const lines = [
    '# What client libraries do when servers misbehave',
    '',
    'Written by test/clients/matrix.test.ts (`-u` accepts a change): unmodified packages in virtual time, Math.random = 0.5.',
    '`+` is the time since the attempt before ended, or began, if it never ended. Unless a row says otherwise, a first',
    'connection is good for a minute and is then cut, which is left out here; later attempts meet the misbehaviour. The',
    'last column is where the preset says something else, at the first attempt at which it does; why is in',
    'known-differences.ts.',
  ];
  for (const { subject, rows, derived } of sheets) {
    lines.push('', `## ${nameOf(subject)}`, '');
    for (const line of derivedLines(derived)) lines.push(`- ${line}`);
    lines.push(
      '',
      '| misbehaviour | what it does | differs from the preset |',
      '| --- | --- | --- |',
      ...tableOf(rows),
    );
  }
  return `${lines.join('\n')}\n`;
}
