/**
 * From what a subject did to how it is: how long it waits for what, how often and when it
 * tries, what resets its counter, what is final to it.
 */
import { secondsOf } from './comparison.ts';
import type { Attempt } from './world.ts';

/** By name of the misbehaviour: what the subject did. */
export type Runs = ReadonlyMap<string, readonly Attempt[]>;

/** In ms; or another attempt is made while this one is left open. */
type Held = number | 'never' | 'left open';

export interface Derived {
  /** given up so long after its start; several where it changes from attempt to attempt */
  readonly connectMs: readonly Held[];
  readonly answerMs: readonly Held[];
  /** before retries 1, 2, … when every attempt is refused at once */
  readonly delaysMs: readonly number[];
  /** how many of those are made; Infinity: no end in sight */
  readonly tries: number;
  /** what makes the counter of attempts start again */
  readonly resets: 'open' | 'answer' | 'later' | 'unknown';
  /** what it was told after which it does not try again */
  readonly final: readonly string[];
  readonly honoursRetryAfter: boolean;
  /** how long after a host vanished it noticed, at the least and the most; null: never */
  readonly noticesMs: readonly [number, number] | null;
  readonly retriesTheFirst: boolean;
}

const gapsMs = (run: readonly Attempt[]): readonly number[] =>
  run.slice(1).map(({ startMs }, i) => startMs - (run[i].endMs ?? run[i].startMs));

/** How long the attempts were held that misbehaviour met: each length once. */
function heldMs(run: readonly Attempt[] | undefined, isOneRequest: boolean): readonly Held[] {
  const met = (run ?? []).slice(isOneRequest ? 0 : 1);
  const held = met.map(({ startMs, endMs }, i): Held => {
    if (endMs !== null) return Math.round((endMs - startMs) / 10) * 10;
    return i < met.length - 1 ? 'left open' : 'never';
  });
  // The last may not have ended yet.
  if (held.length > 1 && typeof held[0] === 'number' && held.at(-1) === 'never') held.pop();
  return [...new Set(held.length > 1 && held[0] === 'left open' ? held.slice(0, -1) : held)];
}

function resetsOf(runs: Runs): Derived['resets'] {
  const refused = gapsMs(runs.get('port closed')!);
  const first = refused[0];
  // A constant delay does not tell.
  if (refused.length < 5 || Math.abs(refused[4] - first) < 20) return 'unknown';
  const resetsIn = (name: string): boolean => {
    const gaps = gapsMs(runs.get(name)!);
    return gaps.length > 4 && Math.abs(gaps[4] - first) < Math.abs(gaps[4] - refused[4]);
  };
  if (resetsIn('three refusals, opens and closes with 1006, refusals')) return 'open';
  return resetsIn('three refusals, good for 100 ms, refusals') ? 'answer' : 'later';
}

export function derive(runs: Runs, vanished: readonly (number | null)[], isOneRequest = false): Derived {
  const refused = runs.get('port closed')!;
  const isFinal = (name: string, run: readonly Attempt[]): boolean => {
    if (name.endsWith('from the very first')) return false;
    if (/^\d|opens, closes with/.test(name)) return run.length < Math.min(3, refused.length);
    return name.startsWith('closes with') && run.length < 2;
  };
  const plain = gapsMs(runs.get('503') ?? [])[1];
  const hinted = gapsMs(runs.get('503, Retry-After') ?? runs.get('429, Retry-After') ?? [])[1];
  const noticed = vanished.filter((ms) => ms !== null);
  return {
    connectMs: heldMs(runs.get('accepts and is silent'), isOneRequest),
    answerMs: heldMs(runs.get('opens and is silent'), isOneRequest),
    delaysMs: gapsMs(refused).slice(0, 8),
    tries: refused.length < 12 ? refused.length - 1 : Infinity,
    resets: isOneRequest ? 'unknown' : resetsOf(runs),
    final: [...runs].filter(([name, run]) => isFinal(name, run)).map(([name]) => name),
    honoursRetryAfter: hinted !== undefined && hinted > plain + 1000,
    noticesMs: noticed.length === 0 ? null : [Math.min(...noticed), Math.max(...noticed)],
    retriesTheFirst: isOneRequest || runs.get('port closed from the very first')!.length > 1,
  };
}

const heldText = (held: readonly Held[]): string =>
  held.length === 0 ? '–' : held.map((ms) => (typeof ms === 'number' ? secondsOf(ms) : ms)).join(', ');

const resetTexts: Readonly<Record<Derived['resets'], string>> = {
  open: 'an open transport',
  answer: "the application's answer",
  later: 'a connection that has lasted',
  unknown: 'does not show',
};

/** The derived parameters as lines of a list. */
export function derivedLines(derived: Derived): readonly string[] {
  return [
    `a connect that hangs is given up after: ${heldText(derived.connectMs)}`,
    `an open connection that is silent is given up after: ${heldText(derived.answerMs)}`,
    `delays when refused: ${derived.delaysMs.map(secondsOf).join(', ') || 'none'}; tries: ${derived.tries === Infinity ? 'no end' : derived.tries}`,
    `the counter is reset by: ${resetTexts[derived.resets]}`,
    `final: ${derived.final.join('; ') || 'nothing'}`,
    `Retry-After: ${derived.honoursRetryAfter ? 'honoured' : 'ignored'}`,
    `a host that vanishes is noticed after: ${derived.noticesMs === null ? 'never' : derived.noticesMs.map(secondsOf).join(' to ')}`,
    `a first connection that fails: ${derived.retriesTheFirst ? 'tried again' : 'final'}`,
  ];
}
