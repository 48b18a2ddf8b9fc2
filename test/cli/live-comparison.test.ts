// What stderr shows while a comparison runs: a table that fills in and is cleared on a terminal of any size, plain
// lines in a log, nothing if asked to be quiet; and the time left, in words.
import picocolors from 'picocolors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveLines, showComparison, timeLeftText } from '../../src/cli/live-comparison.ts';
import { guardedSide, type Side } from '../../src/cli/terminal.ts';
import type { Replication } from '../../src/experiments/replication.ts';
import type { ExperimentProgress } from '../../src/experiments/replications.ts';

function run(variant: string, index: number, more: Partial<Replication> = {}): Replication {
  const metrics = { collapse: 0, sessionMinutesLost: 1234, timeToRecover: 90_000, ...more.metrics };
  return {
    variant,
    index,
    seed: `s/${index}`,
    fingerprint: '',
    ending: 'clock',
    endMs: 1,
    openMs: null,
    undecided: false,
    curve: [],
    ...more,
    metrics,
  };
}

const progress = (done: number, more: Partial<ExperimentProgress> = {}): ExperimentProgress => ({
  done,
  total: 10,
  kept: 0,
  spoilt: 0,
  leftMs: null,
  leastLeftMs: 0,
  unseen: 2,
  firstRound: null,
  ...more,
});

function side(isTerminal: boolean, width = 60): Side & { readonly written: string[] } {
  const written: string[] = [];
  return {
    ...guardedSide({ isTerminal, width, colors: picocolors.createColors(false) }, (text) => void written.push(text)),
    written,
  };
}

/** What a terminal shows that understands no more than moving up and clearing below. */
function screen(written: readonly string[]): string[] {
  const lines = [''];
  for (const part of written.join('').split(/(\u001b\[\d+A\r\u001b\[0J|\n)/)) {
    const up = /^\u001b\[(\d+)A/.exec(part);
    if (up !== null) lines.splice(lines.length - 1 - Number(up[1]), Infinity, '');
    else if (part === '\n') lines.push('');
    else lines[lines.length - 1] += part;
  }
  return lines;
}

describe('the time left, in words', () => {
  it('is an estimate, or the least that it is, or unknown', () => {
    expect(timeLeftText({ leftMs: 185_400, leastLeftMs: 1, unseen: 0 })).toBe('about 3m5s left');
    expect(timeLeftText({ leftMs: null, leastLeftMs: 65_000, unseen: 3 })).toBe(
      'at least 1m5s left, 3 variants not seen yet',
    );
    expect(timeLeftText({ leftMs: null, leastLeftMs: 10, unseen: 1 })).toBe(
      'time left unknown yet, 1 variant not seen yet',
    );
  });
});

describe('the table', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());
  const shown = { variants: ['baseline', 'full-jitter'], what: 'storm / compare', budgetMs: null, height: () => 24 };

  it('fills in as runs end, is as wide as the terminal at most, and leaves nothing behind', () => {
    const err = side(true);
    const live = showComparison(err, shown, false);
    vi.advanceTimersByTime(200);
    live.replication(run('baseline', 0, { metrics: { collapse: 1, timeToRecover: Infinity }, openMs: 4_800_000 }));
    vi.advanceTimersByTime(200);
    live.replication(run('baseline', 1, { undecided: true, metrics: { collapse: NaN, sessionMinutesLost: 1236 } }));
    vi.advanceTimersByTime(200);
    live.at(progress(2));
    const lines = screen(err.written);
    expect(lines[0]).toBe('2 of 10 runs, time left unknown yet, 2 variants not seen y…');
    expect(lines[1]).toMatch(/^variant +runs +collapsed +session-min lost +recovers in$/);
    expect(lines[2]).toMatch(/baseline +2 +1 \(\+1\?\) +1,235 +> 40m45s/);
    expect(lines[3]).toMatch(/^full-jitter +0 *$/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
    vi.advanceTimersByTime(200);
    live.at(progress(2, { leftMs: 3000, unseen: 0 }));
    expect(screen(err.written)[0]).toBe('storm / compare  2 of 10 runs, about 3s left');
    live.stop();
    live.replication(run('full-jitter', 0));
    expect(screen(err.written)).toEqual(['']);
  });

  it('says how many variants a low terminal does not show', () => {
    const cells = Array.from({ length: 20 }, (_, i) => [`variant-${i}`, '1', '0', '5', '4s']);
    const lines = liveLines(cells, 80, 8);
    expect([lines.length, lines.at(-1)]).toEqual([8, '… and 14 more variants']);
    expect(liveLines(cells, 40, 30).every((line) => line.length <= 40)).toBe(true);
  });

  it('begins anew with another plan, whose reasons stay above it', () => {
    const err = side(true);
    const live = showComparison(err, { ...shown, budgetMs: 60_000 }, false);
    live.replication(run('baseline', 0));
    live.plan({ until: 'decided', scaledBy: 1, reasons: ['Runs are cut.'] });
    live.stop();
    expect(screen(err.written)).toEqual(['Runs are cut.', '']);
  });
});

describe('a log', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('has a line for the first run of each variant and one each tenth, after two seconds', () => {
    const err = side(false);
    const live = showComparison(
      err,
      { variants: ['baseline', 'calm'], what: 'x', budgetMs: 60_000, height: () => 24 },
      false,
    );
    live.replication(run('calm', 0));
    vi.advanceTimersByTime(3000);
    live.replication(run('baseline', 0, { metrics: { collapse: 1, timeToRecover: Infinity }, openMs: 4_800_000 }));
    live.replication(run('baseline', 1));
    live.at(progress(3, { leftMs: 9000, unseen: 0 }));
    live.at(progress(3));
    live.at(progress(5));
    expect(err.written).toEqual([
      'x: baseline, first run: collapsed, 1,234 session-minutes lost, > 1h20m to recover\n',
      'x: 30 % (3 of 10 runs, about 9s left)\n',
      'x: 50 % (5 of 10 runs, 57s left of the budget)\n',
    ]);
  });

  it('has nothing if it is to be quiet', () => {
    const err = side(false);
    const live = showComparison(err, { variants: ['a'], what: 'x', budgetMs: null, height: () => 24 }, true);
    live.replication(run('a', 0));
    live.at(progress(9));
    live.stop();
    expect(err.written).toEqual([]);
  });
});
