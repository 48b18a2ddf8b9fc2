// The charts of plans and sweeps: that each mark stands at the value, the figure and the verdict that it is of, held
// against the labels of the axes, and that their titles say the answer; of one value, two and sixty, of nothing known, of
// no numbers, of hostile texts.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/experiments/plan.ts';
import type { Sweep } from '../../src/experiments/sweep.ts';
import { percentText } from '../../src/metrics/value-text.ts';
import { frontierColors } from '../../src/report/charts/plan-frontier.ts';
import { boundaryColor } from '../../src/report/charts/sweep-map.ts';
import { thresholdColor } from '../../src/report/charts/sweep-curve.ts';
import { drawFieldChart } from '../../src/report/draw-field.ts';
import { planCharts, sweepCharts, type FieldChartEntry } from '../../src/report/field-charts.ts';
import { heatColor, inkOn, lightness } from '../../src/report/heat-colors.ts';
import { openCanvas } from '../../src/report/open-canvas.ts';
import { okabeIto } from '../../src/report/palette.ts';
import { madeUpPlan, madeUpSweep, MARGIN, type MadeUpPlan } from './made-up-fields.ts';
import { recordedPen, room, type DrawnMark, type RecordedPen } from './recorded-pen.ts';

beforeAll(async () => {
  await openCanvas();
});

const [planCurve, planFrontier] = planCharts;
const [sweepCurve, sweepMap] = sweepCharts;

function painted<Result>(entry: FieldChartEntry<Result>, result: Result): RecordedPen {
  expect(entry.fits(result)).toBe(true);
  const recorded = recordedPen();
  entry.paint(recorded.pen, result, room);
  return recorded;
}

/** Where the axis has this label: the last text of these words below the plot, or beside it. */
function labelAt(marks: readonly DrawnMark[], words: string, side: 'below' | 'beside'): number {
  const texts = marks.filter(({ what, text }) => what === 'text' && text === words);
  const found = side === 'below' ? texts.filter(({ y }) => y > 780).at(-1) : texts.filter(({ x }) => x < 300).at(-1);
  if (found === undefined) throw new Error(`no label ${words} ${side}`);
  return side === 'below' ? found.x : found.y;
}

/** Of the last drawn first, what covers the place. */
function fillAt(marks: readonly DrawnMark[], x: number, y: number): string | undefined {
  return marks.findLast(
    (one) => one.what === 'fill' && Math.abs(one.x - x) < one.widthPx / 2 && Math.abs(one.y - y) < one.heightPx / 2,
  )?.color;
}

const dotsOf = (marks: readonly DrawnMark[], color: string): DrawnMark[] =>
  marks.filter(({ what, color: own, y }) => what === 'dot' && own === color && y > 150);

const shares = [100, 80, 40, 2, 0, 0];
const plan = madeUpPlan({ vary: ['tiers.front.hosts=4..9'], counts: [shares] });
const sweep = madeUpSweep({ vary: ['tiers.front.hosts=4..9'], counts: ([place]) => shares[place], own: [1] });
const surface = ([a, b]: readonly number[]): number => Math.max(0, Math.min(100, 100 - a * 17 - b * 9));
const mapOf = (more: Partial<Parameters<typeof madeUpSweep>[0]> = {}): Sweep =>
  madeUpSweep({ vary: ['tiers.front.hosts=4..9', 'clients.current.backoff.cap=1s,2s,4s,8s'], counts: surface, own: [2, 3], ...more }); // prettier-ignore
const frontierOf = (more: Partial<MadeUpPlan> = {}): Plan =>
  madeUpPlan({
    vary: ['tiers.front.hosts=4..9', 'clients.current.backoff.cap=1s,2s,4s,8s'],
    counts: [[100, 100, 80, 40, 2, 0], [100, 90, 15, 15, 0, 0], [100, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]],
    costs: (column, place) => 40 - 10 * column + place,
    ...more,
  }); // prettier-ignore

describe('every curve', () => {
  it.each([
    ['a plan', () => painted(planCurve, plan)],
    ['a sweep', () => painted(sweepCurve, sweep)],
  ])('of %s has a dot at each value, as high as its share on the axis', (_what, paint) => {
    const { marks } = paint();
    const [none, all] = [`0\u00a0%`, `100\u00a0%`].map((words) => labelAt(marks, words, 'beside'));
    const dots = dotsOf(marks, okabeIto.blue);
    shares.forEach((failed, place) => {
      const x = labelAt(marks, String(4 + place), 'below');
      const y = none + (failed / 100) * (all - none);
      expect(dots.some((dot) => Math.abs(dot.x - x) < 1 && Math.abs(dot.y - y) < 1)).toBe(true);
    });
    expect(dots.length).toBe(shares.length);
  });

  it('of a plan marks the answer, its neighbour and the target, and nothing of these where it is undecided', () => {
    const { marks } = painted(planCurve, plan);
    const [none, all] = [`0\u00a0%`, `100\u00a0%`].map((words) => labelAt(marks, words, 'beside'));
    const at = (color: string): number[] => dotsOf(marks, color).map(({ x }) => x);
    expect(at(okabeIto.green)[0]).toBeCloseTo(labelAt(marks, '7', 'below'), 5);
    expect(at(okabeIto.vermillion)[0]).toBeCloseTo(labelAt(marks, '6', 'below'), 5);
    const target = marks.filter(({ what, color, widthPx }) => what === 'line' && color === okabeIto.purple && widthPx === 4); // prettier-ignore
    expect(target.at(-1)?.points[0][1]).toBeCloseTo(none + 0.1 * (all - none), 5);
    const open = madeUpPlan({ vary: ['tiers.front.hosts=4..6'], counts: [[15, 15, 15]] });
    const { marks: without } = painted(planCurve, open);
    expect([okabeIto.green, okabeIto.vermillion].flatMap((color) => dotsOf(without, color))).toEqual([]);
    expect(dotsOf(without, okabeIto.blue).length).toBe(3);
  });

  it('of a sweep marks the scenario’s own value, and where the collapse passes one half for certain', () => {
    const { marks } = painted(sweepCurve, sweep);
    expect(dotsOf(marks, okabeIto.black)[0].x).toBeCloseTo(labelAt(marks, '5', 'below'), 5);
    const region = marks.find(({ what, color, heightPx }) => what === 'fill' && color === thresholdColor && heightPx > 100); // prettier-ignore
    // From the last that collapses, 80 % ± 8, to the first that recovers, 40 % ± 8.
    expect(region!.x - region!.widthPx / 2).toBeCloseTo(labelAt(marks, '5', 'below'), 5);
    expect(region!.x + region!.widthPx / 2).toBeCloseTo(labelAt(marks, '6', 'below'), 5);
  });

  it('of a sweep shades nothing where the collapse passes one half beyond the range', () => {
    const all = madeUpSweep({ vary: ['tiers.front.hosts=4..9'], counts: () => 100, own: [1] });
    const { marks } = painted(sweepCurve, all);
    expect(marks.filter(({ color }) => color === thresholdColor)).toEqual([]);
    expect(marks.some(({ text }) => text === 'most collapse')).toBe(false);
    // Nothing is drawn over the dots at the upper edge.
    const dots = dotsOf(marks, okabeIto.blue);
    expect(dots.length).toBe(6);
    for (const { x, y } of dots) expect(fillAt(marks, x, y - 8)).toBeUndefined();
  });

  it('has a band and no dot where worlds are undecided, and a gap where nothing is known', () => {
    const some = madeUpSweep({
      vary: ['tiers.front.hosts=4..7'],
      counts: ([place]) => [90, { failed: 20, undecided: 50 }, null, 0][place],
    });
    const { marks } = painted(sweepCurve, some);
    expect(dotsOf(marks, okabeIto.blue).map(({ x }) => Math.round(x))).toEqual(
      ['4', '7'].map((words) => Math.round(labelAt(marks, words, 'below'))),
    );
    const [none, all] = [`0\u00a0%`, `100\u00a0%`].map((words) => labelAt(marks, words, 'beside'));
    const x = labelAt(marks, '5', 'below');
    const bar = marks.find(({ what, color, points }) => what === 'line' && color.startsWith(okabeIto.blue) && points.length === 2 && points.every(([at]) => Math.abs(at - x) < 1)); // prettier-ignore
    expect(bar!.points.map(([, y]) => (y - none) / (all - none)).sort()).toEqual([
      expect.closeTo(0.2 - MARGIN, 5),
      expect.closeTo(0.7 + MARGIN, 5),
    ]);
  });

  it('of values without an order stands below one another, and nothing joins them', () => {
    const presets = madeUpSweep({
      vary: ['clients.current.backoff=full-jitter,phoenix,socket.io'],
      counts: () => 0,
      along: null,
      metric: { name: 'sessionMinutesLost', figure: ([place]) => [4000, 1000, 2000][place] },
    });
    const { marks } = painted(sweepCurve, presets);
    const [zero, most] = ['0', '5,000'].map((words) => labelAt(marks, words, 'below'));
    ['full-jitter', 'phoenix', 'socket.io'].forEach((name, place) => {
      const y = labelAt(marks, name, 'beside');
      const x = zero + ([4000, 1000, 2000][place] / 5000) * (most - zero);
      const dots = dotsOf(marks, okabeIto.blue);
      expect(dots.some((dot) => Math.abs(dot.x - x) < 1 && Math.abs(dot.y - y) < 1)).toBe(true);
    });
    expect(marks.filter(({ what, color }) => what === 'line' && color === okabeIto.blue)).toEqual([]);
  });
});

describe('a heat map', () => {
  it('has each figure in its colour and in words where both axes have its values', () => {
    const { marks } = painted(sweepMap, mapOf());
    ['1s', '2s', '4s', '8s'].forEach((cap, b) =>
      [4, 5, 6, 7, 8, 9].forEach((hosts, a) => {
        const [x, y] = [labelAt(marks, String(hosts), 'below'), labelAt(marks, cap, 'beside')];
        const share = surface([a, b]) / 100;
        expect(fillAt(marks, x, y)).toBe(heatColor(share));
        const words = marks.findLast(({ what, x: at, y: up }) => what === 'text' && Math.abs(at - x) < 2 && Math.abs(up - y) < 2); // prettier-ignore
        expect([words?.text, words?.color]).toEqual([percentText(share), inkOn(heatColor(share))]);
      }),
    );
  });

  it.each([0, 1])('has its boundary and band between the values where it passes one half, along field %d', (along) => {
    const result = mapOf({ along });
    const { marks } = painted(sweepMap, result);
    const lines = marks.filter(({ what, color, widthPx, points }) => what === 'line' && color === boundaryColor && widthPx >= 3 && points.length > 4); // prettier-ignore
    const [from, to, at] = lines.map(({ points }) => points);
    expect(at.length).toBeGreaterThan(4);
    const names = [['4', '5', '6', '7', '8', '9'], ['1s', '2s', '4s', '8s']]; // prettier-ignore
    const placeOf = (axis: number, place: number): number => labelAt(marks, names[axis][place], axis === 0 ? 'below' : 'beside'); // prettier-ignore
    const other = 1 - along;
    names[other].forEach((_, column) => {
      const of = (place: number): number => surface(along === 0 ? [place, column] : [column, place]) / 100;
      const steps = names[along].map((_name, place) => place);
      const edgeAt = (first: number): number => (placeOf(along, first - 1) + placeOf(along, first)) / 2;
      const crossing = (first: number): number | null =>
        first <= 0 || first >= steps.length ? null : edgeAt(first);
      const wanted = {
        at: crossing(steps.findIndex((place) => of(place) <= 0.5)),
        to: crossing(steps.findIndex((place) => of(place) + MARGIN < 0.5)),
        from: crossing(steps.findLastIndex((place) => of(place) - MARGIN > 0.5) + 1),
      };
      const middle = placeOf(other, column);
      // Where the line crosses the middle of this column.
      const crosses = (points: DrawnMark['points'], edge: number): boolean =>
        points.some(([x, y], i) => {
          const next = points[i + 1] as readonly [number, number] | undefined;
          if (next === undefined) return false;
          const [own, across, end] = along === 0 ? [x, y, next[1]] : [y, x, next[0]];
          return Math.abs(own - edge) < 1 && (across - middle) * (end - middle) < 0;
        });
      for (const [points, edge] of [[at, wanted.at], [from, wanted.from], [to, wanted.to]] as const)
        if (edge !== null) expect(crosses(points, edge)).toBe(true);
    }); // prettier-ignore
  });

  it('frames the scenario as it stands', () => {
    const { marks } = painted(sweepMap, mapOf());
    const frame = marks.findLast(({ what, color, widthPx }) => what === 'frame' && color === okabeIto.black && widthPx > 40); // prettier-ignore
    expect([frame!.x, frame!.y].map(Math.round)).toEqual(
      [labelAt(marks, '6', 'below'), labelAt(marks, '8s', 'beside')].map(Math.round),
    );
    const without = painted(sweepMap, { ...mapOf(), own: null });
    expect(without.marks.filter(({ what, color }) => what === 'frame' && color === okabeIto.black)).toEqual([]);
  });

  it('invents nothing: what is undecided is hatched, what nobody looked at is white, neither has words', () => {
    const open = { failed: 20, undecided: 50 };
    const { marks } = painted(sweepMap, mapOf({ counts: (places) => (places[0] === 0 ? null : places[0] === 1 ? open : 0) })); // prettier-ignore
    const y = labelAt(marks, '2s', 'beside');
    for (const hosts of ['4', '5']) {
      const x = labelAt(marks, hosts, 'below');
      expect(fillAt(marks, x, y)).toBe('#FFFFFF');
      expect(marks.filter(({ what, x: at, y: up }) => what === 'text' && Math.abs(at - x) < 30 && Math.abs(up - y) < 10)).toEqual([]); // prettier-ignore
    }
    expect(marks.filter(({ text }) => text === 'undecided' || text === 'not looked at').length).toBe(2);
    expect(painted(sweepMap, mapOf()).marks.some(({ text }) => text === 'not looked at')).toBe(false);
  });

  it('tells another metric from its least to its greatest, in its unit', () => {
    const metric = { name: 'timeToRecover', figure: ([a, b]: readonly number[]) => (a === 0 ? Infinity : 60_000 * (a + b)) }; // prettier-ignore
    const { marks } = painted(sweepMap, mapOf({ metric, along: null }));
    const place = (hosts: string, cap: string): [number, number] => [labelAt(marks, hosts, 'below'), labelAt(marks, cap, 'beside')]; // prettier-ignore
    expect([fillAt(marks, ...place('5', '1s')), fillAt(marks, ...place('9', '8s'))]).toEqual([heatColor(0), heatColor(1)]); // prettier-ignore
    const texts = marks.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['no end', '8m', '1m', 'mean of timeToRecover:  1m']));
  });

  it('is darker the more it is, in even steps, and its words stand out', () => {
    const steps = Array.from({ length: 21 }, (_, i) => lightness(heatColor(i / 20)));
    for (let i = 1; i < steps.length; i++) expect(steps[i - 1] - steps[i]).toBeGreaterThan(0.025);
    for (let i = 0; i <= 20; i++) {
      const below = heatColor(i / 20);
      expect(Math.abs(lightness(inkOn(below)) - lightness(below))).toBeGreaterThan(0.43);
    }
  });
});

describe('a frontier', () => {
  it('has the answers where both axes have their values, and cells by their verdicts', () => {
    const { marks } = painted(planFrontier, frontierOf());
    const dots = dotsOf(marks, frontierColors.answer);
    const wanted = [['1s', '8'], ['4s', '5'], ['8s', '4']]; // prettier-ignore
    expect(dots.map(({ x, y }) => [x, y].map(Math.round))).toEqual(
      wanted.map(([cap, hosts]) => [labelAt(marks, cap, 'below'), labelAt(marks, hosts, 'beside')].map(Math.round)),
    );
    const fill = (cap: string, hosts: string) => fillAt(marks, labelAt(marks, cap, 'below') + 60, labelAt(marks, hosts, 'beside')); // prettier-ignore
    expect([fill('1s', '7'), fill('1s', '8'), fill('2s', '5'), fill('2s', '6'), fill('2s', '8')]).toEqual([
      frontierColors.misses,
      frontierColors.meets,
      frontierColors.misses,
      '#FFFFFF',
      frontierColors.meets,
    ]);
    // Its verdicts can be told apart in grey.
    expect(lightness(frontierColors.meets) - lightness(frontierColors.misses)).toBeGreaterThan(0.15);
  });

  it('draws what is undecided as undecided: hatched, with a question mark, without an answer', () => {
    const { marks } = painted(planFrontier, frontierOf());
    const mark = marks.find(({ text }) => text === '?')!;
    const rows = ['6', '7'].map((hosts) => labelAt(marks, hosts, 'beside'));
    expect(Math.round(mark.x)).toBe(Math.round(labelAt(marks, '2s', 'below')));
    expect(mark.y).toBeCloseTo((rows[0] + rows[1]) / 2, 5);
    const all = painted(planFrontier, frontierOf({ counts: Array.from({ length: 4 }, () => [15, 15, 15, 15, 15, 15]) })); // prettier-ignore
    expect(dotsOf(all.marks, frontierColors.answer)).toEqual([]);
    expect(all.marks.filter(({ text }) => text === '?').length).toBe(4);
  });

  it('has what the answers cost below them, the cheapest pointed out, and no costs where none were asked for', () => {
    const { marks } = painted(planFrontier, frontierOf());
    // 44 at 1s (the fifth value), 38 − 1 at 2s (undecided: the first certain one), 21 at 4s, 10 at 8s.
    expect(marks.find(({ text }) => text === '10')).toMatchObject({ color: frontierColors.cheapest });
    const dots = dotsOf(marks, frontierColors.cheapest);
    expect(dots.map(({ x }) => Math.round(x))).toEqual([Math.round(labelAt(marks, '8s', 'below'))]);
    const [zero, most] = ['0', '60'].map((words) => labelAt(marks, words, 'beside'));
    expect(dots[0].y).toBeCloseTo(zero + (10 / 60) * (most - zero), 5);
    const { costs: _costs, ...plain } = { vary: ['tiers.front.hosts=4..9', 'clients.current.backoff.cap=1s,2s'], counts: [shares, shares], costs: null }; // prettier-ignore
    const { marks: without } = painted(planFrontier, madeUpPlan(plain));
    expect(without.some(({ color }) => color === frontierColors.cheapest)).toBe(false);
  });

  const second = (at: string): Plan =>
    madeUpPlan({
      vary: ['timeline.second.target.hosts=1..3', `timeline.second.at=${at}`],
      seeks: 'greatest',
      counts: [[0, 100, 100], [0, 0, 100], [0, 0, 0]],
    }); // prettier-ignore

  it('lies along the clock where the other field is an instant, with what the timeline does then', () => {
    const { marks } = painted(planFrontier, second('10:02,10:03,10:12'));
    const at = (words: string): number => labelAt(marks, words, 'below');
    const minutePx = (at('10:12') - at('10:02')) / 10;
    const dots = dotsOf(marks, frontierColors.answer);
    expect(dots.map(({ x }) => Math.round((x - at('10:02')) / minutePx))).toEqual([0, 1, 10]);
    const flag = marks.find(({ text }) => text === '10:01 maintenance');
    expect(flag).toBeDefined();
    const line = marks.find(({ what, points }) => what === 'line' && points.length === 2 && Math.abs(points[0][0] - (at('10:02') - minutePx)) < 1); // prettier-ignore
    expect(line).toBeDefined();
    // What is moved has no instant of its own.
    expect(marks.some(({ text }) => text.includes('a second loss'))).toBe(false);
    expect(marks.some(({ text }) => text.includes('clock time, 26 April 2023 (UTC)'))).toBe(true);
  });

  it('says its answers in its title, neighbours with the same together', () => {
    expect(planFrontier.headline(second('10:02,10:03,10:12'))).toBe(
      'At 10:02 the fleet holds the crash of 1 host; at 10:03, of 2; at 10:12, of 3 or more (95\u00a0% sure each)',
    );
    const late = madeUpPlan({
      vary: ['timeline.second.target.hosts=1..3', 'timeline.second.at=10:02..10:10/5'],
      seeks: 'greatest',
      counts: [[100, 100, 100], [100, 100, 100], [0, 0, 100], [0, 0, 100], [0, 0, 100]],
    }); // prettier-ignore
    expect(planFrontier.headline(late)).toBe(
      'Until 10:04 the fleet holds not even the crash of 1 host; from 10:06 on, of 2 (95\u00a0% sure each)',
    );
    expect(planFrontier.headline(frontierOf())).toBe(
      'At cap = 1s, 8 hosts hold; at 8s, 4 or fewer; 1 of 4 undecided (95\u00a0% sure each)',
    );
    expect(planFrontier.headline(frontierOf({ counts: Array.from({ length: 4 }, () => [15, 15, 15, 15, 15, 15]) }))).toMatch(/^Undecided everywhere: /); // prettier-ignore
  });
});

describe('titles', () => {
  it('of a plan’s curve say the answer, and what is undecided as such', () => {
    const of = (counts: readonly number[], more: Partial<MadeUpPlan> = {}): string =>
      planCurve.headline(madeUpPlan({ vary: ['tiers.front.hosts=4..9'], counts: [counts], ...more }));
    expect(of(shares)).toBe('7 hosts hold in 9 of 10 worlds; 6 do not (95\u00a0% sure)');
    expect(of([50, 15, 15, 15, 15, 15])).toBe('Undecided: nobody knows yet which tiers.front.hosts meets collapse <= 10%');
    expect(of([50, 15, 15, 15, 0, 0])).toBe('Undecided between 4 and 8 hosts where collapse <= 10% begins to hold');
    expect(of([99, 99, 99, 99, 99, 98])).toBe('collapse <= 10% is met nowhere at 4 to 9 hosts (95\u00a0% sure); 9 comes closest');
    expect(of([99, 99, 99, 99, 99, 99])).toBe('collapse <= 10% is met nowhere at 4 to 9 hosts (95\u00a0% sure)');
    expect(of([0, 0, 0, 0, 0, 0])).toBe('collapse <= 10% holds at all of 4 to 9 hosts (95\u00a0% sure)');
    expect(of([100, 0, 0, 0, 0, 0], { vary: ['clients.current.backoff.cap=1s,2s,4s,8s,16s,32s'] })).toBe('With cap = 2s the fleet holds in 9 of 10 worlds; with 1s it does not (95\u00a0% sure)');
    expect(of([0, 0, 0, 0, 100, 100], { vary: ['timeline.second.target.hosts=1..6'], seeks: 'greatest' })).toBe('The fleet holds the crash of 4 hosts in 9 of 10 worlds, but not of 5 (95\u00a0% sure)');
    expect(of(shares, { target: 'collapse <= 5%' })).toBe('7 hosts hold in 95\u00a0% of worlds; 6 do not (95\u00a0% sure)');
  }); // prettier-ignore

  it('of sweeps say where it recovers, or where a metric is least', () => {
    expect(sweepCurve.headline(sweep)).toBe(
      'From 6 hosts on, at least half of the worlds recover; certainly from 6, certainly not at 5 (95\u00a0% sure)',
    );
    expect(sweepMap.headline(mapOf())).toBe('With cap = 1s most worlds recover from 7 hosts on; with 8s, from 6 on');
    expect(sweepMap.headline(mapOf({ counts: () => 100 }))).toMatch(/^Most worlds collapse everywhere/);
    expect(sweepMap.headline(mapOf({ counts: () => 0 }))).toBe('Most worlds recover at all of 4 to 9 hosts, at all of cap = 1s to 8s'); // prettier-ignore
    const metric = { name: 'sessionMinutesLost', figure: ([a, b]: readonly number[]) => 20_000 - 1000 * a - b };
    expect(sweepMap.headline(mapOf({ metric }))).toBe(
      'The mean of sessionMinutesLost is least, 14,997, at 9 hosts, cap = 8s; greatest, 20,000, at 4 hosts, cap = 1s',
    );
  });
});

const hosts = (count: number): string => `tiers.front.hosts=4..${count + 3}`;
const caps = (count: number): string => `clients.current.backoff.cap=1s..${count}s/${count}`;
const half = (count: number) => (place: number) => (place < count / 2 ? 100 : 0);
const column = (count: number): number[] => Array.from({ length: count }, (_, i) => half(count)(i));

/** Of a result with so many values of each field, in all that may come to pass. */
const results: Readonly<Record<string, readonly [string, () => RecordedPen][]>> = {
  'two values': sized(2),
  'sixty values': sized(60),
  'one value': [
    ['plan-curve', () => painted(planCurve, { ...plan, axes: [{ ...plan.axes[0], values: plan.axes[0].values.slice(0, 1) }], answers: [{ ...plan.answers[0], points: plan.answers[0].points.slice(0, 1), value: null, neighbour: null, state: 'undecided' }] })],
    ['sweep-curve', () => painted(sweepCurve, { ...sweep, axes: [{ ...sweep.axes[0], values: sweep.axes[0].values.slice(0, 1) }], points: sweep.points.slice(0, 1), boundaries: [], own: null })],
  ],
  'all undecided': [
    ['plan-curve', () => painted(planCurve, madeUpPlan({ vary: [hosts(5)], counts: [[1, 2, 3, 4, 5].map(() => ({ failed: 3, undecided: 60 }))] }))],
    ['plan-frontier', () => painted(planFrontier, frontierOf({ counts: Array.from({ length: 4 }, () => Array.from({ length: 6 }, () => ({ failed: 0, undecided: 100 }))), costs: () => NaN }))],
    ['sweep-curve', () => painted(sweepCurve, madeUpSweep({ vary: [hosts(5)], counts: () => ({ failed: 3, undecided: 60 }) }))],
    ['sweep-map', () => painted(sweepMap, mapOf({ counts: () => ({ failed: 3, undecided: 60 }) }))],
  ],
  'no numbers': [
    ['sweep-curve', () => painted(sweepCurve, madeUpSweep({ vary: [hosts(3)], counts: () => 0, metric: { name: 'timeToRecover', figure: ([place]) => [NaN, Infinity, -Infinity][place] } }))],
    ['sweep-curve without an order', () => painted(sweepCurve, madeUpSweep({ vary: ['clients.current.backoff=phoenix,socket.io'], counts: () => 0, along: null, metric: { name: 'attempts', figure: () => NaN } }))],
    ['sweep-map', () => painted(sweepMap, mapOf({ metric: { name: 'timeToRecover', figure: ([a, b]) => [NaN, Infinity, -Infinity][(a + b) % 3] } }))],
  ],
}; // prettier-ignore

function sized(count: number): readonly [string, () => RecordedPen][] {
  const along = half(count);
  return [
    ['plan-curve', () => painted(planCurve, madeUpPlan({ vary: [hosts(count)], counts: [column(count)] }))],
    ['plan-frontier', () => painted(planFrontier, madeUpPlan({ vary: [hosts(count), caps(count)], counts: Array.from({ length: count }, () => column(count)), costs: (_, place) => 1000 * place }))],
    ['sweep-curve', () => painted(sweepCurve, madeUpSweep({ vary: [hosts(count)], counts: ([place]) => along(place), own: [0] }))],
    ['sweep-map', () => painted(sweepMap, madeUpSweep({ vary: [hosts(count), caps(count)], counts: ([place]) => along(place), own: [0, 1] }))],
  ];
} // prettier-ignore

/** Texts, as boxes, that overlap one another. */
function overlaps(marks: readonly DrawnMark[]): string[] {
  // Those that read upwards stand at a place of their own.
  const texts = marks.filter(({ what, x, y }) => what === 'text' && (x !== 0 || y !== 0));
  return texts.flatMap((one, i) =>
    texts
      .slice(i + 1)
      .filter((two) => Math.abs(one.x - two.x) < (one.widthPx + two.widthPx) / 2 && Math.abs(one.y - two.y) < 16)
      .map((two) => `"${one.text}" over "${two.text}"`),
  );
}

describe.each(Object.entries(results))('of %s', (_what, paints) => {
  it.each(paints)('%s has its labels beside one another, inside the picture, and no place that is no number', (_name, paint) => {
    const { marks, numbers } = paint();
    expect(overlaps(marks)).toEqual([]);
    const texts = marks.filter(({ what, x, y }) => what === 'text' && (x !== 0 || y !== 0));
    expect(texts.length).toBeGreaterThan(3);
    for (const { x, widthPx, y } of texts) {
      expect(x - widthPx / 2).toBeGreaterThanOrEqual(8);
      expect(x + widthPx / 2).toBeLessThanOrEqual(1600 - 8);
      expect(y).toBeLessThan(892);
    }
    expect(numbers.every(Number.isFinite)).toBe(true);
  }); // prettier-ignore
});

describe('a picture', () => {
  const pictures: readonly (readonly [string, (other: boolean) => Promise<Buffer>])[] = [
    ['plan-curve', (other) => drawFieldChart(planCurve, other ? madeUpPlan({ vary: [hosts(6)], counts: [[100, 80, 30, 2, 0, 0]] }) : plan, [])],
    ['plan-frontier', (other) => drawFieldChart(planFrontier, frontierOf(other ? { seeks: 'greatest' } : {}), [])],
    ['sweep-curve', (other) => drawFieldChart(sweepCurve, other ? { ...sweep, own: null } : sweep, [])],
    ['sweep-map', (other) => drawFieldChart(sweepMap, mapOf(other ? { own: [0, 0] } : {}), [])],
  ]; // prettier-ignore

  it.each(pictures)('(%s) is a PNG of 1600 × 900, the same bytes each time, other ones for other data', async (_name, draw) => {
    const png = await draw(false);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1600, 900]);
    expect(png.equals(await draw(false))).toBe(true);
    expect(png.equals(await draw(true))).toBe(false);
  }); // prettier-ignore

  it('has the visible form of hostile texts, cut where they do not end', async () => {
    const evil = `\u001b[31m\u202e\u0000${'x'.repeat(3000)}`;
    const hostile = madeUpSweep({ vary: [`clients.current.backoff=phoenix,${evil}`], counts: () => 50, along: null });
    const { marks } = painted(sweepCurve, hostile);
    const texts = marks.filter(({ what }) => what === 'text');
    expect(texts.some(({ text }) => text.endsWith('…'))).toBe(true);
    for (const { x, widthPx } of texts) expect(x + widthPx / 2).toBeLessThanOrEqual(1592);
    expect((await drawFieldChart(sweepCurve, hostile, [evil])).length).toBeGreaterThan(10_000);
    const map = madeUpSweep({
      vary: [`clients.current.backoff=phoenix,${evil}`, hosts(3)],
      counts: () => 50,
      along: 1,
    });
    expect((await drawFieldChart(sweepMap, map, [])).length).toBeGreaterThan(10_000);
  });

  it('says what was set at all points', async () => {
    const [one, other] = [
      await drawFieldChart(sweepMap, mapOf(), []),
      await drawFieldChart(sweepMap, mapOf(), ['a=1']),
    ];
    expect(one.equals(other)).toBe(false);
  });

  it('is drawn only where it fits and something is known', () => {
    expect([planCurve.fits(plan), planFrontier.fits(plan), planFrontier.fits(frontierOf()), planCurve.fits(frontierOf())]).toEqual([true, false, true, false]); // prettier-ignore
    expect([sweepCurve.fits(sweep), sweepMap.fits(sweep), sweepMap.fits(mapOf()), sweepCurve.fits(mapOf())]).toEqual([true, false, true, false]); // prettier-ignore
    for (const { fits } of planCharts) expect(fits({ ...plan, answers: [] })).toBe(false);
    for (const { fits } of sweepCharts) expect(fits({ ...sweep, points: [] })).toBe(false);
  });
});
