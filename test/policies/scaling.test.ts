// Scaling decisions worked out by hand: the autoscaler's by the rules of the Kubernetes HPA (replica_calculator.go).
import { describe, expect, it } from 'vitest';
import { scalings, type MeasuredHost, type Scaling } from '../../src/policies/scaling.ts';

const rest = {
  min: 1,
  max: 100,
  every: 15_000,
  tolerance: 0.1,
  downAfter: 300_000,
  grow: 1,
  growHosts: 4,
  initialisation: 300_000,
  drain: 0,
};
const autoscaler = (fields: Readonly<Record<string, unknown>> = {}): Scaling =>
  scalings.autoscaler.create({ target: 0.5, ...rest, ...fields });

const old: MeasuredHost = { load: 0, upForMs: 3_600_000, readyForMs: 3_600_000, isNew: false };
const loaded = (count: number, load: number): MeasuredHost[] => Array.from({ length: count }, () => ({ ...old, load }));
const booting: MeasuredHost = { load: 0, upForMs: -1, readyForMs: -1, isNew: true };
const lost: MeasuredHost = { load: 0, upForMs: -1, readyForMs: -1, isNew: false };
const decide = (hosts: readonly MeasuredHost[], fields?: Readonly<Record<string, unknown>>): number =>
  autoscaler(fields).decide({ nowMs: 15_000, hosts, standbys: 0 });

describe('the autoscaler', () => {
  it('wants ceil(hosts · load / target)', () => {
    expect(decide(loaded(10, 0.7))).toBe(14);
    expect(decide(loaded(10, 0.71))).toBe(15);
  });

  it('does nothing within the tolerance', () => {
    expect([
      decide(loaded(10, 0.545)),
      decide(loaded(10, 0.56)),
      decide(loaded(10, 0.455), { downAfter: 0 }),
      decide(loaded(10, 0.44), { downAfter: 0 }),
    ]).toEqual([10, 12, 10, 9]);
  });

  it('grows by 100 % or 4 hosts at a time, whichever is more', () => {
    expect([decide(loaded(3, 5)), decide(loaded(20, 5))]).toEqual([7, 40]);
  });

  it('keeps to its bounds', () => {
    expect([decide(loaded(10, 5), { max: 12 }), decide(loaded(10, 0), { downAfter: 0, min: 3 })]).toEqual([12, 3]);
  });

  it('rounds its growth up, so that a small share is no standstill', () => {
    const grown = (count: number, grow: number): number => decide(loaded(count, 5), { grow, growHosts: 1 });
    expect([grown(3, 0.1), grown(25, 0.1), grown(10, 0.3), grown(10, 0.31)]).toEqual([4, 28, 13, 14]);
  });

  it('goes to its nearer bound where the hosts are beyond it, whatever their load', () => {
    expect([decide(loaded(2, 9), { min: 5 }), decide(loaded(2, 0), { min: 5 })]).toEqual([5, 5]);
    expect([decide(loaded(20, 9), { max: 12 }), decide(loaded(20, 0), { max: 12 })]).toEqual([12, 12]);
  });

  it('takes starting hosts for idle on the way up', () => {
    // Four at 0.8 would be 6.4 → 7 hosts; with four that start the mean is 0.4, which would turn it round.
    expect(decide([...loaded(4, 0.8), booting, booting, booting, booting])).toBe(8);
    // With one that starts it is 0.64: 5 · 0.64 / 0.5 = 6.4.
    expect(decide([...loaded(4, 0.8), booting])).toBe(7);
    expect(decide([...loaded(4, 0.8), booting, booting, booting, booting], { downAfter: 0 })).toBe(8);
    // 6/11 is within the tolerance, 6/10 is not.
    expect([decide([...loaded(10, 0.6), booting]), decide(loaded(10, 0.6))]).toEqual([11, 12]);
  });

  it('leaves starting hosts out on the way down, and where the others have just the load they should', () => {
    // 0.46 is within the tolerance; 4.6/12 were not.
    expect(decide([...loaded(10, 0.46), booting, booting], { downAfter: 0 })).toBe(12);
    expect(decide([...loaded(4, 0.5), booting, booting, booting, booting], { downAfter: 0 })).toBe(8);
  });

  it('takes the tolerance as its bound', () => {
    expect([decide(loaded(10, 0.75), { tolerance: 0.5 }), decide(loaded(10, 0.76), { tolerance: 0.5 })]).toEqual([
      10, 16,
    ]);
    // 6/8 is one and a half of the target.
    expect(decide([...loaded(6, 1), booting, booting], { tolerance: 0.5 })).toBe(8);
  });

  it('counts a host as starting from its first instant until its initialisation is over', () => {
    const unready = (upForMs: number): MeasuredHost => ({ load: 9, upForMs, readyForMs: -1, isNew: false });
    expect([0, 299_999, 300_000].map((upForMs) => decide([...loaded(4, 0.5), unready(upForMs)]))).toEqual([5, 5, 10]);
    expect(decide([...loaded(4, 0.5), unready(0)], { initialisation: 0 })).toBe(10);
  });

  it('leaves a host out that has not been ready for a whole interval yet', () => {
    const fresh = { load: 9, upForMs: 20_000, readyForMs: 5000, isNew: false };
    expect(decide([...loaded(4, 0.5), fresh])).toBe(5);
    expect(decide([...loaded(4, 0.5), { ...fresh, readyForMs: 15_000 }])).toBe(10);
  });

  it('takes lost hosts for fully loaded on the way down, for idle on the way up', () => {
    // Down: (8 · 0.1 + 2 · 1) / 10 = 0.28: 10 · 0.28 / 0.5 = 5.6. Up: (8 · 0.9) / 10 = 0.72: 14.4.
    expect(decide([...loaded(8, 0.1), lost, lost], { downAfter: 0 })).toBe(6);
    expect(decide([...loaded(8, 0.9), lost, lost])).toBe(15);
    // 6/11 is within the tolerance.
    expect(decide([...loaded(10, 0.6), lost])).toBe(11);
    // A load of 2 is full where that is the target: (8 · 0.5 + 2 · 2) / 10 = 0.8: 10 · 0.8 / 2.
    expect(decide([...loaded(8, 0.5), lost, lost], { downAfter: 0, target: 2 })).toBe(4);
  });

  it('is not turned round by what it assumes of lost hosts, nor moved by it where the others have just the load they should', () => {
    // (4 · 0.4 + 4 · 1) / 8 = 0.7 would be more hosts, though the measured ask for fewer.
    expect(decide([...loaded(4, 0.4), lost, lost, lost, lost], { downAfter: 0 })).toBe(8);
    expect(decide([...loaded(4, 0.5), lost, lost, lost, lost], { downAfter: 0 })).toBe(8);
  });

  it('has a most that is not less than its least', () => {
    const check = (min: number, max: number): unknown =>
      scalings.autoscaler.check?.({ target: 0.5, ...rest, min, max });
    expect([check(3, 4), check(3, 3)]).toEqual([null, null]);
    expect(check(4, 3)).toMatchObject({ parameter: 'max', expected: 'at least min, which is 4' });
  });

  it('leaves all as it is while nothing can be measured, and has wished for nothing then', () => {
    expect(decide([lost, lost, lost])).toBe(3);
    const scaling = autoscaler({ downAfter: 60_000 });
    const decided = [15, 30, 60, 75].map((second) =>
      scaling.decide({ nowMs: second * 1000, hosts: second < 75 ? [lost, lost, lost] : loaded(3, 0.1), standbys: 0 }),
    );
    // The start's own three are a minute old at 75 s, and nobody has wished for three since.
    expect(decided).toEqual([3, 3, 3, 1]);
  });

  it('lets hosts go when fewer were enough for the whole window', () => {
    const scaling = autoscaler({ downAfter: 60_000 });
    const decided = [15, 30, 45, 60, 75, 90].map((second) =>
      scaling.decide({ nowMs: second * 1000, hosts: loaded(10, second === 30 ? 0.4 : 0.1), standbys: 0 }),
    );
    // Ten until the start's own ten are a minute old, then the eight of 30 s, then the two of all others.
    expect(decided).toEqual([10, 10, 10, 10, 8, 2]);
  });
});

describe('hosts that stand by', () => {
  const standby = (): Scaling => scalings['warm-standby'].create({ hosts: 3, after: 60_000, every: 10_000 });
  /** What it decides at these instants, of ten hosts and the joined, of which so many are not up. */
  const decided = (
    scaling: Scaling,
    ...views: readonly (readonly [second: number, missing: number, standbys: number])[]
  ): number[] =>
    views.map(([second, missing, standbys]) =>
      scaling.decide({
        nowMs: second * 1000,
        hosts: [...loaded(10 - missing, 0.5), ...Array<MeasuredHost>(missing).fill(lost)],
        standbys,
      }),
    );

  it('are as many as it says, looked at as often as it says, and never drain', () => {
    const { everyMs, standbys, drainMs } = standby();
    expect([everyMs, standbys, drainMs]).toEqual([10_000, 3, 0]);
  });
  it('join for each host that has been missing for long enough, and for none twice', () => {
    expect(decided(standby(), [10, 0, 3], [20, 2, 3], [70, 2, 3], [80, 2, 3], [90, 2, 1], [100, 3, 1])).toEqual([
      10, 10, 10, 12, 10, 10,
    ]);
  });
  it('are asked for anew once no host has been missing', () => {
    expect(decided(standby(), [10, 1, 3], [60, 0, 3], [70, 1, 3], [129, 1, 3], [130, 1, 3])).toEqual([
      10, 10, 10, 10, 11,
    ]);
  });
  it('are not needed for a host that has just come up', () => {
    const young = { ...old, upForMs: 0 };
    const scaling = standby();
    expect(
      [0, 60_000].map((nowMs) => scaling.decide({ nowMs, hosts: [...loaded(9, 0.5), young], standbys: 3 })),
    ).toEqual([10, 10]);
  });
  it('join as far as they go', () => expect(decided(standby(), [0, 9, 2], [60, 9, 2])).toEqual([10, 12]));
  it('are none where scaling is static', () => {
    const scaling = scalings.static.create({});
    expect([scaling.everyMs, scaling.standbys, scaling.drainMs]).toEqual([Infinity, 0, 0]);
    expect(scaling.decide({ nowMs: 0, hosts: [...loaded(2, 9), lost], standbys: 0 })).toBe(3);
  });
});
