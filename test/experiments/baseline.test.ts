// Baselines: what counts as moved, which way is better, when fingerprints are compared, and that the file is stable.
import { describe, expect, it } from 'vitest';
import {
  baselineText,
  compareWithBaseline,
  emptyBaseline,
  parseBaseline,
  storedScenario,
  updatedBaseline,
  type Baseline,
  type StoredFigure,
  type StoredScenario,
} from '../../src/experiments/baseline.ts';
import type { ScenarioCheck } from '../../src/experiments/check.ts';
import type { Replication } from '../../src/experiments/replication.ts';

const node = 'v20.0.0';

function stored(figures: Readonly<Record<string, StoredFigure>>, fingerprint = 'f1'): StoredScenario {
  return { seed: 's', variants: { baseline: { fingerprint, figures } } };
}

function baselineOf(
  figures: Readonly<Record<string, StoredFigure>>,
  tolerances: Readonly<Record<string, number>>,
): Baseline {
  return updatedBaseline({ ...emptyBaseline(node, null), tolerances }, node, new Map([['storm', stored(figures)]]));
}

function moves(
  tolerances: Readonly<Record<string, number>>,
  from: Readonly<Record<string, StoredFigure>>,
  to: Readonly<Record<string, StoredFigure>>,
) {
  return compareWithBaseline(baselineOf(from, tolerances), 'storm', stored(to), node).moves;
}

describe('a figure', () => {
  it('has moved beyond its tolerance, a share of the stored value, and not within', () => {
    expect(moves({ drops: 0.1 }, { drops: 100 }, { drops: 110 })).toEqual([]);
    expect(moves({ drops: 0.1 }, { drops: 100 }, { drops: 111 })).toMatchObject([
      { metric: 'drops', from: 100, to: 111, direction: 'up', change: 0.11, better: false },
    ]);
    expect(moves({ drops: 0.1 }, { drops: 100 }, { drops: 80 })).toMatchObject([{ direction: 'down', better: true }]);
    expect(moves({ hostDeaths: 0.5 }, { hostDeaths: 0 }, { hostDeaths: 1 })).toMatchObject([
      { change: null, direction: 'up', better: false },
    ]);
  });

  it('is better where its metric says so', () => {
    expect(moves({ goodput: 0 }, { goodput: 5 }, { goodput: 9 })).toMatchObject([{ better: true }]);
  });

  it('that is a duration, or open, or without a value, is compared as such', () => {
    expect(moves({ timeToRecover: 0.05 }, { timeToRecover: '4m' }, { timeToRecover: '4m10s' })).toEqual([]);
    expect(moves({ timeToRecover: 0.05 }, { timeToRecover: '4m' }, { timeToRecover: '5m' })).toMatchObject([
      { change: 0.25, better: false },
    ]);
    expect(moves({ timeToRecover: 0.05 }, { timeToRecover: '4m' }, { timeToRecover: 'open' })).toMatchObject([
      { direction: 'up', better: false, change: null },
    ]);
    expect(moves({ timeToRecover: 0.05 }, { timeToRecover: 'open' }, { timeToRecover: 'open' })).toEqual([]);
    expect(moves({ retryAmplification: 0.05 }, { retryAmplification: 2 }, { retryAmplification: null })).toMatchObject([
      { direction: 'other', better: null },
    ]);
  });
});

describe('a comparison', () => {
  const baseline = baselineOf({ drops: 100 }, { drops: 0.1 });

  it('fails for a scenario or a variant that the file does not have', () => {
    expect(compareWithBaseline(baseline, 'other', stored({}), node).missing).toEqual([
      'the baseline has no scenario other',
    ]);
    const more = { seed: 's', variants: { ...stored({ drops: 100 }).variants, calm: { figures: { drops: 1 } } } };
    expect(compareWithBaseline(baseline, 'storm', more, node).missing).toEqual([
      'the baseline of storm has no variant calm',
    ]);
    expect(compareWithBaseline(baseline, 'toString', stored({}), node).missing).toHaveLength(1);
  });

  it('looks at fingerprints on the version of Node that the file names, and only notes them', () => {
    const now = stored({ drops: 100 }, 'f2');
    expect(compareWithBaseline(baseline, 'storm', now, node)).toMatchObject({
      moves: [],
      missing: [],
      notes: [expect.stringContaining('other events')],
    });
    expect(compareWithBaseline(baseline, 'storm', now, 'v22.0.0').notes).toEqual([]);
  });
});

describe('the file', () => {
  const run = (metrics: Readonly<Record<string, number>>, seed = 's'): Replication => ({
    variant: 'baseline', index: 0, seed, fingerprint: 'f', ending: 'clock', endMs: 1, openMs: null, undecided: false, metrics, curve: [],
  }); // prettier-ignore
  const check = (...runs: Replication[]): ScenarioCheck => ({
    scenario: { file: 'a.yaml', variants: [], expectations: [] }, seed: 's', verdicts: [], runs: new Map([['baseline', runs]]), spentMs: 9, failure: null,
  }); // prettier-ignore

  it('holds rounded figures, of replications their mean or median, and fingerprints of single runs only', () => {
    const tolerances = { drops: 0.1, timeToRecover: 0.1, abandonedWorkFraction: 0.1 };
    const single = storedScenario(
      check(run({ drops: 100 / 3, timeToRecover: 61_234, abandonedWorkFraction: NaN })),
      tolerances,
    );
    expect(single.variants.baseline).toEqual({
      fingerprint: 'f',
      figures: { drops: 33.3333, timeToRecover: '1m1.2s', abandonedWorkFraction: null },
    });
    const several = storedScenario(
      check(
        run({ drops: 1, timeToRecover: 1000 }, 's/0'),
        run({ drops: 2, timeToRecover: 3000 }, 's/1'),
        run({ drops: 6, timeToRecover: Infinity }, 's/2'),
      ),
      tolerances,
    );
    expect(several.variants.baseline).toEqual({
      figures: { drops: 3, timeToRecover: '3s', abandonedWorkFraction: null },
    });
  });

  it('has no collapse where a run was undecided, which is another figure than any', () => {
    const undecided = { ...run({ collapse: NaN }, 's/1'), undecided: true };
    expect(
      storedScenario(check(run({ collapse: 0 }, 's/0'), undecided), { collapse: 0 }).variants.baseline.figures,
    ).toEqual({ collapse: null });
    expect(
      storedScenario(check(run({ collapse: 0 }, 's/0'), run({ collapse: 0 }, 's/1')), { collapse: 0 }).variants.baseline
        .figures,
    ).toEqual({ collapse: 0 });
    expect(moves({ collapse: 0 }, { collapse: 0 }, { collapse: null })).toMatchObject([
      { from: 0, to: null, direction: 'other', better: null },
    ]);
    expect(moves({ collapse: 0 }, { collapse: null }, { collapse: 0 })).toHaveLength(1);
    expect(moves({ collapse: 0 }, { collapse: null }, { collapse: null })).toEqual([]);
  });

  it('is read back as it was written, whatever the order of its scenarios', () => {
    const one = updatedBaseline(
      emptyBaseline(node, null),
      node,
      new Map([
        ['b', stored({ drops: 1 })],
        ['a', stored({ drops: 2 })],
      ]),
    );
    const other = updatedBaseline(
      updatedBaseline(emptyBaseline(node, null), node, new Map([['a', stored({ drops: 2 })]])),
      node,
      new Map([['b', stored({ drops: 1 })]]),
    );
    expect(baselineText(one)).toBe(baselineText(other));
    expect(parseBaseline(baselineText(one))).toEqual(one);
  });

  it.each([
    ['[]', 'it is no baseline of format 1'],
    [
      '{"format":1,"node":"v20","replications":null,"tolerances":{"dorps":1},"scenarios":{}}',
      '"dorps", which is no metric',
    ],
    [
      '{"format":1,"node":"v20","replications":null,"tolerances":{"drops":-1},"scenarios":{}}',
      'the tolerance of drops',
    ],
    [
      '{"format":1,"node":"v20","replications":null,"tolerances":{},"scenarios":{"a":{"seed":"s","variants":{"x":{"figures":{"drops":"many"}}}}}}',
      'the figures of a',
    ],
  ])('%s is told as a mistake', (text, mistake) => {
    expect(parseBaseline(text)).toEqual({ mistake: expect.stringContaining(mistake) });
  });
});
