// Labels above the plot: they never overlap each other, never leave the picture, and give way politely.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutText, placeFlags, type Flag, type FlagRoom } from '../../src/report/flags.ts';

const room: FlagRoom = { leftPx: 40, rightPx: 1580, rowCountMax: 7, gapPx: 7 };
const widthOf = (text: string): number => text.length * 12;

function overlaps(a: Flag, b: Flag): boolean {
  return a.row === b.row && a.leftPx < b.leftPx + b.widthPx && b.leftPx < a.leftPx + a.widthPx;
}

function overlapCount(flags: readonly Flag[]): number {
  return flags.filter((a, index) => flags.slice(index + 1).some((b) => overlaps(a, b))).length;
}

describe('flags', () => {
  it('of 10 actions within a quarter of an hour neither overlap nor leave the picture', () => {
    for (const startPx of [160, 700, 1480]) {
      const wishes = Array.from({ length: 10 }, (_, index) => ({
        xPx: startPx + 7 * index,
        text: `17:${10 + index} action number ${index + 1} with a long label`,
      }));
      const { flags, leftOutCount } = placeFlags(wishes, room, widthOf);
      expect(overlapCount(flags)).toBe(0);
      expect(leftOutCount).toBe(0);
      expect(flags).toHaveLength(10);
      for (const { leftPx, widthPx } of flags) {
        expect(leftPx).toBeGreaterThanOrEqual(room.leftPx);
        expect(leftPx + widthPx).toBeLessThanOrEqual(room.rightPx);
      }
    }
  });

  it('never overlap, wherever the actions are', () => {
    const wish = fc.record({
      xPx: fc.integer({ min: 150, max: 1555 }),
      text: fc.string({ minLength: 5, maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 25 }), (wishes) => {
        const { flags, leftOutCount, rowCount } = placeFlags(wishes, room, widthOf);
        expect(overlapCount(flags)).toBe(0);
        expect(flags.length + leftOutCount).toBe(wishes.length);
        expect(rowCount).toBeLessThanOrEqual(room.rowCountMax);
      }),
      { seed: 2304 },
    );
  });

  it('hang lower the later their action, so that no line crosses a label', () => {
    const wishes = [300, 330, 360].map((xPx) => ({ xPx, text: '17:00 some action' }));
    const { flags } = placeFlags(wishes, room, widthOf);
    expect(flags.map(({ row }) => row)).toEqual([2, 1, 0]);
  });

  it('share a row where there is room', () => {
    const wishes = [200, 700, 1200].map((xPx) => ({ xPx, text: '17:00 some action' }));
    expect(placeFlags(wishes, room, widthOf).rowCount).toBe(1);
  });

  it('are cut at their end, with an ellipsis', () => {
    expect(cutText('17:17 pods 2 and 3 rebooted', 150, widthOf)).toBe('17:17 pods…');
    expect(cutText('17:17 pods', 150, widthOf)).toBe('17:17 pods');
  });
});
