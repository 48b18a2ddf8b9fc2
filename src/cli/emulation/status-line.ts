/**
 * How `sim emulate` tells what is going on, on stderr: a line for each event,
 * and, where a person looks on, a last line that says how things are now and is
 * written over once a second.
 */
import { visible } from '../../scenario/safe-text.ts';
import { formatClock, type WallClock } from '../../scenario/wall-clock.ts';
import { screen } from '../supervised.ts';
import { shownWidth } from '../table.ts';
import type { Side } from '../terminal.ts';
import type { Moment } from './emulation.ts';

const START_OF_LINE = '\r\u001b[2K';

/** Like `16:40:05  up 7/8  conns 812  serving 32  waiting 95  tries 2011`; what does not fit is left out, from the end. */
export function momentText(clock: WallClock, moment: Moment, width: number): string {
  const { atMs, hostsUp, hosts, connections, inService, waiting, attempts } = moment;
  const parts = [
    formatClock(clock, atMs),
    `up ${hostsUp}/${hosts}`,
    `conns ${connections}`,
    `waiting ${waiting}`,
    `serving ${inService}`,
    `tries ${attempts}`,
  ];
  while (parts.length > 1 && shownWidth(parts.join('  ')) > width) parts.pop();
  return parts.join('  ');
}

export class StatusLine {
  private readonly err: Side;
  private readonly clock: WallClock;
  private readonly quiet: boolean;
  private shown = '';

  constructor(err: Side, clock: WallClock, quiet: boolean) {
    this.err = err;
    this.clock = clock;
    this.quiet = quiet;
  }

  /** Something happened. */
  event(atMs: number, text: string): void {
    this.line(`${formatClock(this.clock, atMs)}  ${text}`);
  }

  line(text: string): void {
    if (this.quiet) return;
    this.clear();
    this.err.write(`${visible(text)}\n`);
    this.draw();
  }

  moment(moment: Moment): void {
    if (this.quiet || !this.err.isTerminal) return;
    const { columns } = screen();
    this.shown = momentText(this.clock, moment, (columns || this.err.width) - 1);
    this.draw();
  }

  stop(): void {
    this.clear();
    this.shown = '';
  }

  private draw(): void {
    if (this.shown !== '') this.err.writeAsIs(`${START_OF_LINE}${this.shown}`);
  }

  private clear(): void {
    if (this.shown !== '') this.err.writeAsIs(START_OF_LINE);
  }
}
