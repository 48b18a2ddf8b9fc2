/**
 * The tornado: how far each assumption alone moves what is lost. A bar from what
 * the low end of its range gives to what the high end does, around the file's own
 * value; the longest on top. An end that is impossible has no bar, and says so.
 */
import { lostOf, type Knob, type Side } from '../../experiments/sensitivity/one-at-a-time.ts';
import type { Sensitivity } from '../../experiments/sensitivity/sensitivity.ts';
import { settingsAt } from '../../scenario/assumption-values.ts';
import { drawnText } from '../../scenario/safe-text.ts';
import { line, text, widthOf } from '../brush.ts';
import { cutStart } from '../flags.ts';
import { ink, okabeIto } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { countText, percentText, roundTicks } from '../quantities.ts';

const rowsMax = 18;
const labelWidthPx = 540;
const nameSizePx = 17;
/** An end whose bar is not longer moves nothing that could be seen. */
const visiblePx = 2;
const legendHeightPx = 40;

type OneAtATime = Extract<Sensitivity, { method: 'oat' }>;

function isOneAtATime(sensitivity: Sensitivity): sensitivity is OneAtATime {
  return sensitivity.method === 'oat';
}

/** The longest first; those that move nothing are left out. */
function bars({ result }: OneAtATime): Knob[] {
  return result.knobs.filter(({ change }) => change > 0).sort((a, b) => b.change - a.change);
}

export function canDrawTornado(sensitivity: Sensitivity): boolean {
  return isOneAtATime(sensitivity) && sensitivity.result.base !== null && bars(sensitivity).length > 0;
}

export function tornadoHeadline(sensitivity: Sensitivity): string {
  if (!isOneAtATime(sensitivity)) return '';
  const { result, targets } = sensitivity;
  const [first] = bars(sensitivity);
  const far = result.knobs.filter(({ change }) => change >= 0.1).length;
  const own = lostOf(targets, result.base);
  const ends = first.sides.flatMap(({ record }) => (record === null ? [] : [lostOf(targets, record)]));
  const [least, most] = [Math.min(own, ...ends), Math.max(own, ...ends)];
  return `${first.assumption.path} alone moves the session-minutes lost from ${countText(least)} to ${countText(most)}; ${far} of ${result.knobs.length} assumptions move them by a tenth or more`;
}

/** Where an end is in the legend: low ends and high ends have a colour each, choices that of high ends. */
function colorOf({ assumption }: Knob, side: Side): string {
  const isLow = assumption.kind === 'range' && side.settings[0] === settingsAt(assumption, 0)[0];
  return isLow ? okabeIto.blue : okabeIto.vermillion;
}

interface Scale {
  readonly xOf: (lost: number) => number;
  readonly ticks: readonly number[];
}

function scaleOf(values: readonly number[], leftPx: number, rightPx: number): Scale {
  const ticks = roundTicks(Math.max(...values, 1) * 1.02, 7);
  const most = ticks[ticks.length - 1];
  return { ticks, xOf: (lost) => leftPx + (Math.min(lost, most) / most) * (rightPx - leftPx) };
}

function paintKnob(
  pen: Pen,
  knob: Knob,
  y: number,
  heightPx: number,
  { xOf, own, lost, room }: { xOf: Scale['xOf']; own: number; lost: (side: Side) => number; room: PlotArea },
): void {
  const name = cutStart(drawnText(knob.assumption.path), labelWidthPx - 20, (one) => widthOf(pen, one, nameSizePx));
  text(pen, name, { x: room.leftPx + labelWidthPx - 12, y }, { align: 'right', sizePx: nameSizePx });
  const ends = knob.sides.map((side) => ({ side, x: side.record === null ? NaN : xOf(lost(side)) }));
  // The shorter one on top, where both go to the same side.
  const byLength = [...ends].sort((a, b) => Math.abs(b.x - xOf(own)) - Math.abs(a.x - xOf(own)));
  for (const { side, x } of byLength) {
    if (Number.isNaN(x)) continue;
    pen.fillStyle = colorOf(knob, side);
    pen.fillRect(Math.min(x, xOf(own)), y - heightPx / 2, Math.max(1.5, Math.abs(x - xOf(own))), heightPx);
  }
  const there = ends.filter(({ x }) => !Number.isNaN(x));
  const left = there.reduce((a, { x }) => Math.min(a, x), xOf(own));
  const right = there.reduce((a, { x }) => Math.max(a, x), xOf(own));
  const valueOf = (end: (typeof ends)[number]): string => drawnText(end.side.value);
  const isMoved = ({ x }: (typeof ends)[number]): boolean => Math.abs(x - xOf(own)) > visiblePx;
  const onLeft = there.filter((end) => isMoved(end) && end.x < xOf(own));
  const onRight = there.filter((end) => isMoved(end) && end.x > xOf(own));
  const still = there.filter((end) => !isMoved(end));
  // An end that moves nothing stands where there is no bar; of two bars on one side the longer one comes first.
  const below = [...onLeft.sort((p, q) => p.x - q.x), ...(onLeft.length === 0 && onRight.length > 0 ? still : [])].map(valueOf); // prettier-ignore
  const above = [...onRight.sort((p, q) => q.x - p.x), ...(onLeft.length === 0 && onRight.length > 0 ? [] : still)].map(valueOf); // prettier-ignore
  const impossible = ends.filter(({ side }) => side.state !== 'run').map(({ side }) => `${drawnText(side.value)}: ${side.state === 'impossible' ? 'impossible' : 'not run'}`); // prettier-ignore
  if (below.length > 0) text(pen, below.join(', '), { x: left - 6, y }, { align: 'right', sizePx: 15, color: ink.faint }); // prettier-ignore
  text(pen, [...above, ...impossible].join(', '), { x: right + 6, y }, { sizePx: 15, color: ink.faint });
}

export function paintTornado(pen: Pen, sensitivity: Sensitivity, room: PlotArea): void {
  if (!isOneAtATime(sensitivity)) return;
  const { result, targets } = sensitivity;
  const all = bars(sensitivity);
  const shown = all.slice(0, rowsMax);
  const lost = ({ record }: Side): number => lostOf(targets, record);
  const own = lostOf(targets, result.base);
  const values = shown.flatMap(({ sides }) => sides.map(lost)).filter((value) => !Number.isNaN(value));
  const [leftPx, rightPx] = [room.leftPx + labelWidthPx, room.rightPx - 190];
  const { ticks, xOf } = scaleOf([own, ...values], leftPx + 60, rightPx);
  const [topPx, bottomPx] = [room.topPx + legendHeightPx, room.bottomPx - 58];
  for (const tick of ticks) {
    line(pen, [{ x: xOf(tick), y: topPx }, { x: xOf(tick), y: bottomPx }], { color: ink.grid, dash: [] }, 1); // prettier-ignore
    text(pen, countText(tick), { x: xOf(tick), y: bottomPx + 18 }, { align: 'center', color: ink.faint });
  }
  const left = all.length - shown.length;
  const rest = left === 0 ? '' : `; ${left} that move them by ${percentText(all[rowsMax].change)} or less are left out`;
  text(pen, `session-minutes lost${rest}`, { x: (leftPx + rightPx) / 2, y: bottomPx + 44 }, { align: 'center', color: ink.faint }); // prettier-ignore
  const stepPx = (bottomPx - topPx) / Math.max(shown.length, 6);
  shown.forEach((knob, i) =>
    paintKnob(pen, knob, topPx + (i + 0.5) * stepPx, Math.min(26, stepPx * 0.7), { xOf, own, lost, room }),
  );
  line(pen, [{ x: xOf(own), y: topPx }, { x: xOf(own), y: bottomPx }], { color: ink.text, dash: [] }, 2); // prettier-ignore
  const legend = [
    { color: okabeIto.blue, words: 'the low end' },
    { color: okabeIto.vermillion, words: 'the high end, or another choice' },
  ];
  let x = leftPx + 60;
  for (const { color, words } of legend) {
    pen.fillStyle = color;
    pen.fillRect(x, room.topPx + 4, 26, 18);
    text(pen, words, { x: x + 34, y: room.topPx + 13 }, { sizePx: 18 });
    x += 34 + widthOf(pen, words, 18) + 40;
  }
  line(pen, [{ x, y: room.topPx + 2 }, { x, y: room.topPx + 24 }], { color: ink.text, dash: [] }, 2); // prettier-ignore
  text(pen, `the file: ${countText(own)}`, { x: x + 12, y: room.topPx + 13 }, { sizePx: 18 });
}
