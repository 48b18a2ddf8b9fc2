// The line that says how things are fits, however narrow the terminal: the clock always shows.
import { describe, expect, it } from 'vitest';
import { momentText } from '../../../src/cli/emulation/status-line.ts';
import { scenarioOf } from '../../small-scenario.ts';

const moment = { atMs: 65_000, hostsUp: 7, hosts: 8, connections: 812, inService: 32, waiting: 95, attempts: 20_411 };

describe('the status line', () => {
  const { clock } = scenarioOf({});

  it('says all there is to say where there is room', () => {
    const text = '00:01:05  up 7/8  conns 812  waiting 95  serving 32  tries 20411';
    expect(momentText(clock, moment, 80)).toBe(text);
  });

  it.each([59, 40, 20, 8])('fits into %i columns', (width) => {
    const text = momentText(clock, moment, width);
    expect(text.length).toBeLessThanOrEqual(width);
    expect(text).toMatch(/^00:01:05/);
  });
});
