// Measured series: times in every notation come to the same instants; gaps are gaps; what lies outside the clock is left out;
// of many points the means are kept; and what is wrong is told with its line.
import { describe, expect, it } from 'vitest';
import { wallClock } from '../../src/scenario/context.ts';
import { readSeries, SERIES_POINTS_MAX, type Measured } from '../../src/scenario/read-series.ts';
import { dateTimeText } from '../../src/scenario/wall-clock.ts';

// Summer time: two hours ahead of UTC.
const clock = wallClock('2023-04-26', '16:30', '18:30', 'Europe/Berlin')!;
const minute = 60_000;
const epoch = Date.UTC(2023, 3, 26, 14, 40);

const measured = (more: Partial<Measured> = {}): Measured => ({
  name: 'lost',
  file: 'lost.csv',
  time: 0,
  column: 1,
  timezone: null,
  is: { text: 'disconnectedFraction', reference: { metric: 'disconnectedFraction', parts: [], variant: null, atMs: null }, unit: 'fraction' }, // prettier-ignore
  factor: 1,
  sd: 0.02,
  shiftMs: 0,
  ...more,
});
const read = (text: string, more: Partial<Measured> = {}) => readSeries(text, measured(more), clock);

describe('times', () => {
  it.each([
    ['clock time', '16:40', {}],
    ['clock time with seconds', '16:40:00', {}],
    ['clock time of another zone', '14:40', { timezone: 'UTC' }],
    ['local', '2023-04-26 16:40:00', {}],
    ['local, of a zone of its own', '2023-04-26T10:40:00', { timezone: 'America/New_York' }],
    ['UTC', '2023-04-26T14:40:00Z', {}],
    ['with nanoseconds', '2023-04-26T14:40:00.000000000Z', {}],
    ['with an offset', '2023-04-26T20:10:00+05:30', {}],
    ['with an offset before', '2023-04-26 08:40 -0600', {}],
    ['seconds', String(epoch / 1000), {}],
    ['seconds with a point', `${epoch / 1000}.000`, {}],
    ['milliseconds', String(epoch), {}],
  ] as const)('%s', (_, time, more) => {
    expect(read(`time,value\n${time},0.5\n`, more)).toEqual({ points: [{ atMs: 10 * minute, value: 0.5 }], gaps: 0, outside: 0 }); // prettier-ignore
  });

  it('are told as calendars and clocks show them', () => {
    for (let i = 0; i < 400; i++) {
      const at = Date.UTC(1890 + i, (i * 7) % 12, 1 + ((i * 13) % 31), i % 24, (i * 11) % 60);
      expect(dateTimeText(at, 'UTC')).toBe(new Date(at).toISOString().slice(0, 16).replace('T', ' '));
    }
    expect(dateTimeText(epoch, 'Europe/Berlin')).toBe('2023-04-26 16:40');
  });
});

describe('values', () => {
  it('that are none are gaps, and percent are fractions', () => {
    const text = 'time,value\n16:40,\n16:41,NaN\n16:42,null\n16:43,25 %\n16:44,.5\n16:45,1e-1\n';
    expect(read(text)).toEqual({
      points: [
        { atMs: 13 * minute, value: 0.25 },
        { atMs: 14 * minute, value: 0.5 },
        { atMs: 15 * minute, value: 0.1 },
      ],
      gaps: 3,
      outside: 0,
    });
  });

  it('are multiplied, sorted, found by name, with or without a line of names', () => {
    const points = [
      { atMs: 10 * minute, value: 0.25 },
      { atMs: 11 * minute, value: 0.5 },
    ];
    expect(read('lost,note,time\n50,"a,b",16:41\n25,,16:40\n', { time: 'time', column: 'lost', factor: 0.01 })).toEqual({ points, gaps: 0, outside: 0 }); // prettier-ignore
    expect(read('16:40,0.25\n16:41,0.5')).toEqual({ points, gaps: 0, outside: 0 });
  });

  it('outside the clock are left out, and of very many points means are kept', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => `${(epoch + i * 2000) / 1000},${i % 2}`).join('\n');
    const found = read(`${epoch / 1000 - 3600},1\n${lines}`);
    if ('mistake' in found) throw new Error(found.mistake.expected);
    expect(found.outside).toBe(1);
    expect(found.points.length).toBe(200);
    expect(found.points.length).toBeLessThanOrEqual(SERIES_POINTS_MAX);
    expect(found.points[0]).toEqual({ atMs: 10 * minute + 4000, value: 0.4 });
  });
});

describe('Prometheus', () => {
  const answer = (result: readonly unknown[]): string => JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }); // prettier-ignore
  const one = { metric: { pod: 'p1' }, values: [[epoch / 1000, '0.25'], [epoch / 1000 + 60, 'NaN']] }; // prettier-ignore
  const other = { metric: { pod: 'p2' }, values: [[epoch / 1000, '0.5']] };

  it('answers with one series, or with several, of which one is named', () => {
    expect(read(answer([one]))).toEqual({ points: [{ atMs: 10 * minute, value: 0.25 }], gaps: 1, outside: 0 });
    for (const column of [1, 'pod="p2"'])
      expect(read(answer([one, other]), { column })).toEqual({ points: [{ atMs: 10 * minute, value: 0.5 }], gaps: 0, outside: 0 }); // prettier-ignore
  });

  it.each([
    [answer([]), 'an empty result'],
    [JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }), 'resultType "vector"'],
    [JSON.stringify({ status: 'error', error: 'no such metric' }), 'an error: no such metric'],
    ['{', 'JSON'],
    ['[1]', 'something else'],
  ])('%s is told', (text, found) => {
    const said = read(text);
    expect('mistake' in said ? `${said.mistake.found} ${said.mistake.expected}` : '').toContain(found);
  });

  it('with several series and a name of none says which there are', () => {
    expect(read(answer([one, other]), { column: 'pod="p3"' })).toMatchObject({ mistake: { expected: 'one of 2 series: {pod="p1"} {pod="p2"}', found: '"pod=\\"p3\\""' } }); // prettier-ignore
  });
});

describe('mistakes', () => {
  it.each([
    ['', {}, { line: 0, found: 'an empty file' }],
    ['time,value\n', {}, { found: 'no line with a time and a value' }],
    ['time,value\n16:40,\n', {}, { found: 'nothing but gaps in 1 lines' }],
    ['time,value\nsoon,1\n', {}, { line: 2, found: '"soon"' }],
    ['time,value\n16:40,1\n16:41,much\n', {}, { line: 3, found: '"much"' }],
    ['time;value\n16:40;1\n', {}, { hint: 'columns are separated by commas, not by ;' }],
    ['time,value\n16:40,1\n', { column: 'lost' }, { expected: 'a column of values: "time" | "value"' }],
    ['time,value\n16:40,1\n', { column: 5 }, { expected: 'a column of values: one of 2, the first being 0' }],
    ['time,value\n16:40,87\n', {}, { hint: 'factor: 0.01 makes a fraction of percent' }],
    ['time,value\n16:40,"1\n', {}, { line: 2, found: 'a quote that nothing closes' }],
    ['time,value\n2023-04-25 16:40,1\n', {}, { expected: 'a point within the clock, 2023-04-26 16:30 to 2023-04-26 18:30 in Europe/Berlin', found: 'all from 2023-04-25 16:40 to 2023-04-25 16:40' }],
    ['time,value\n2023-02-30 16:40,1\n', {}, { line: 2, found: '"2023-02-30 16:40"' }],
  ] as const)('%j is told', (text, more, mistake) => {
    expect(read(text, more)).toMatchObject({ mistake });
  }); // prettier-ignore
});
