// What `--vary PATH=VALUES` may say, and what each of it comes to; and targets and costs.
import { describe, expect, it } from 'vitest';
import { isCost, readCost } from '../../../src/experiments/cost.ts';
import { isTarget, readTarget } from '../../../src/experiments/target.ts';
import { readAxis } from '../../../src/experiments/vary/axis.ts';
import { isMistake, readValues } from '../../../src/experiments/vary/values.ts';
import { comparedText, comparedVariants } from '../compared-scenario.ts';

describe('values', () => {
  it.each([
    ['4,6,8', '4 6 8'],
    ['4..9', '4 5 6 7 8 9'],
    ['4..24:5', '4 9 14 19 24'],
    ['4..10:4', '4 8 10'],
    ['4..24/6', '4 8 12 16 20 24'],
    ['1s..10m/log:4', '1s 8.43s 1m11.1s 10m'],
    ['1s..2s:300ms', '1s 1.3s 1.6s 1.9s 2s'],
    ['5%..50%/4', '5% 20% 35% 50%'],
    ['70/s..700/s/4', '70/s 280/s 490/s 700/s'],
    ['0.5..0.9/5', '0.5 0.6 0.7 0.8 0.9'],
    ['1..100/log:4', '1 5 22 100'],
    ['20:00..20:40:10m', '20:00 20:10 20:20 20:30 20:40'],
    ['20:00..20:25:10m', '20:00 20:10 20:20 20:25'],
    ['20:00..20:10:30/3', '20:00 20:05:15 20:10:30'],
    ['08:00,12:30,20:00:15', '08:00 12:30 20:00:15'],
    ['5%..15%:5', '5% 10% 15%'],
    ['1/s..3/s:1/s', '1/s 2/s 3/s'],
  ])('%s are %s, in order', (written, texts) => {
    const read = readValues(written);
    if (isMistake(read)) throw new Error(read.expected);
    expect(read.texts.join(' ')).toBe(texts);
    expect(read.numbers).toHaveLength(read.texts.length);
  });

  it.each(['full-jitter,phoenix,socket.io', '{ policy: fixed, delay: 1s },{ policy: fixed, delay: 2s }'])(
    '%s have no order',
    (written) => {
      const read = readValues(written);
      expect(!isMistake(read) && read.numbers).toBeNull();
      expect(!isMistake(read) && read.texts.length).toBe(written.startsWith('{') ? 2 : 3);
    },
  );

  it.each([
    '4',
    '4..4',
    '9..4',
    '8,4',
    '4,4',
    '1..1000000000',
    '1s..10',
    '1..9/1',
    '1..9:0',
    '0..9/log:4',
    '4,,6',
    'a..b',
    '4..24:5m',
    '1s..2s:5',
    '1/s..9/s:60/min',
    '5%..50%:5/s',
    '23:00..01:00',
    '08:00..9:00',
    '20:00..21:00/log:4',
    '20:00,19:00',
  ])('%s are a mistake', (written) => {
    expect(isMistake(readValues(written))).toBe(true);
  });
});

describe('a field', () => {
  const setsOf = (given: string): (readonly string[])[] => {
    const axis = readAxis(given);
    if (!('given' in axis)) throw new Error(axis.map(({ expected }) => expected).join());
    return axis.values.map(({ set }) => set);
  };

  it('ties several paths, the further ones by a factor', () => {
    expect(setsOf('a.hosts,b.hosts=4,8')[1]).toEqual(['a.hosts=8', 'b.hosts=8']);
    expect(setsOf('a.hosts,b.hosts=2:4..5')).toEqual([
      ['a.hosts=4', 'b.hosts=8'],
      ['a.hosts=5', 'b.hosts=10'],
    ]);
    expect(setsOf('a.x,b.x,c.x=2,0.5:1s,4s')[1]).toEqual(['a.x=4s', 'b.x=8s', 'c.x=2s']);
  });

  it('ties clock times as they are: they have no multiple', () => {
    expect(setsOf('a.at,b.at=20:00..20:30/2')).toEqual([
      ['a.at=20:00', 'b.at=20:00'],
      ['a.at=20:30', 'b.at=20:30'],
    ]);
    expect(readAxis('a.at,b.at=2:20:00,20:30')).toMatchObject([{ expected: 'numbers behind a factor' }]);
    expect(setsOf('a.hosts,b.hosts=20:40..41')[1]).toEqual(['a.hosts=41', 'b.hosts=820']);
  });

  it('takes the first so many pods of an action, and the number of pods of the fleet', () => {
    expect(setsOf('timeline.reboot.target.pods=2..3')).toEqual([
      ['timeline.reboot.target.pods=[1, 2]'],
      ['timeline.reboot.target.pods=[1, 2, 3]'],
    ]);
    expect(setsOf('pods=2..3')[1]).toEqual(['pods=3']);
  });
});

describe('targets and costs', () => {
  const [{ scenario }] = comparedVariants(comparedText, []);

  it.each([
    ['collapse <= 10%', 'share', 0.1],
    ['collapse < 0.1', 'share', 0.1],
    ['reconnectTime.p95 <= 60s in 90%', 'share', 0.1],
    ['reconnectTime.p95 <= 60s', 'share', 0.5],
    ['sessionMinutesLost <= 50000', 'mean', null],
  ])('%s is a %s', (text, kind, share) => {
    const target = readTarget(text, scenario);
    if (!isTarget(target)) throw new Error(target.expected);
    expect(target.kind).toBe(kind);
    if (target.kind === 'share') expect(target.share).toBeCloseTo(share!, 12);
  });

  it.each([
    'collapse <= 0',
    'collapse == 10%',
    'colapse <= 1',
    'sessionMinutesLost == 3',
    'attempts <= 10%',
    'resolved',
    'attempts <= 3 in 120%',
  ])('%s is none', (text) => {
    expect(isTarget(readTarget(text, scenario))).toBe(false);
  });

  it('adds up what metrics cost', () => {
    const cost = readCost('hostHours * 0.5 + 2*attempts - 3');
    if (!isCost(cost)) throw new Error('no cost');
    expect(cost.of({ metrics: { hostHours: 4, attempts: 10 } } as never)).toBe(19);
    for (const wrong of ['', 'hstHours', 'hostHours * attempts', '3 * 4 * 5', 'hostHours +'])
      expect(isCost(readCost(wrong))).toBe(false);
  });
});
