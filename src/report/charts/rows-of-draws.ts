/**
 * Rows × draws: which observed rows and expectations hold in which run. A line
 * per row with its share, a column per run; runs in which most holds are on the
 * left, so that rows which hold together are seen to.
 */
import type { DrawRecord } from '../../experiments/sensitivity/draw-runs.ts';
import type { Sensitivity } from '../../experiments/sensitivity/sensitivity.ts';
import { isYesOrNo } from '../../experiments/sensitivity/targets.ts';
import { drawnText } from '../../scenario/safe-text.ts';
import { line, text, widthOf } from '../brush.ts';
import { cutText } from '../flags.ts';
import { ink, okabeIto } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';
import { percentText } from '../quantities.ts';

const labelWidthPx = 470;
const shareWidthPx = 90;
const linesMax = 34;
const pale = '#E8E8E8';

function recordsOf(sensitivity: Sensitivity): readonly DrawRecord[] {
  if (sensitivity.method === 'global') return sensitivity.draws.runs.map(({ record }) => record);
  if (sensitivity.method === 'screen') return sensitivity.result.runs.map(({ record }) => record);
  const { base, knobs } = sensitivity.result;
  const sides = knobs.flatMap((knob) => knob.sides.flatMap(({ record }) => (record === null ? [] : [record])));
  return base === null ? sides : [base, ...sides];
}

/** Places of what can hold: rows first, as in the file. */
function linesOf({ targets }: Sensitivity): number[] {
  const asked = targets.flatMap((target, i) => (isYesOrNo(target) ? [i] : []));
  return asked.slice(0, linesMax);
}

export function canDrawRows(sensitivity: Sensitivity): boolean {
  return sensitivity.targets.some(({ kind }) => kind !== 'figure') && recordsOf(sensitivity).length > 0;
}

function shareOf(records: readonly DrawRecord[], t: number): number {
  const said = records.filter(({ values }) => !Number.isNaN(values[t]));
  return said.length === 0 ? NaN : said.filter(({ values }) => values[t] === 1).length / said.length;
}

export function rowsHeadline(sensitivity: Sensitivity): string {
  const records = recordsOf(sensitivity);
  const { targets } = sensitivity;
  const rows = targets.flatMap(({ kind }, i) => (kind === 'row' ? [i] : []));
  const asked = rows.length > 0 ? rows : targets.flatMap(({ kind }, i) => (kind === 'expectation' ? [i] : []));
  const what = rows.length > 0 ? 'observed rows' : 'expectations';
  const all = records.filter(({ values }) => asked.every((t) => values[t] === 1)).length;
  const rarest = asked.reduce((a, b) => (shareOf(records, b) < shareOf(records, a) ? b : a));
  const how = sensitivity.method === 'oat' ? 'with one assumption changed' : 'within the ranges of the assumptions';
  const rare = `${targets[rarest].name} holds in ${percentText(shareOf(records, rarest))}`;
  return `All ${asked.length} ${what} hold in ${all} of ${records.length} runs ${how}; ${rare}`;
}

export function paintRows(pen: Pen, sensitivity: Sensitivity, room: PlotArea): void {
  const { targets } = sensitivity;
  const lines = linesOf(sensitivity);
  const rows = lines.filter((t) => targets[t].kind === 'row');
  const held = (record: DrawRecord, of: readonly number[]): number => of.filter((t) => record.values[t] === 1).length;
  const records = recordsOf(sensitivity)
    .map((record, i) => ({ record, i }))
    .sort(
      (a, b) =>
        held(b.record, rows) - held(a.record, rows) || held(b.record, lines) - held(a.record, lines) || a.i - b.i,
    ) // prettier-ignore
    .map(({ record }) => record);
  const [leftPx, rightPx] = [room.leftPx + labelWidthPx, room.rightPx - shareWidthPx];
  const stepPx = Math.min(34, (room.bottomPx - room.topPx - 40) / lines.length);
  const widthPx = (rightPx - leftPx) / records.length;
  const gapPx = widthPx > 6 ? 1 : 0;
  const sizePx = Math.min(18, stepPx * 0.75);
  lines.forEach((t, l) => {
    const y = room.topPx + (l + 0.5) * stepPx;
    const name = cutText(drawnText(targets[t].name), labelWidthPx - 20, (one) => widthOf(pen, one, sizePx));
    text(pen, name, { x: leftPx - 12, y }, { align: 'right', sizePx, bold: targets[t].kind === 'row' });
    const color = targets[t].kind === 'row' ? okabeIto.blue : okabeIto.green;
    records.forEach(({ values }, i) => {
      const value = values[t];
      pen.fillStyle = value === 1 ? color : value === 0 ? pale : ink.axis;
      // Whole pixels, so that neighbours leave no seam.
      const x = Math.round(leftPx + i * widthPx);
      const endPx = Math.max(x + 1, Math.round(leftPx + (i + 1) * widthPx) - gapPx);
      const isUnsaid = Number.isNaN(value);
      pen.fillRect(x, y - (isUnsaid ? 2 : stepPx * 0.38), endPx - x, isUnsaid ? 4 : stepPx * 0.76);
    });
    const share = shareOf(records, t);
    text(pen, Number.isNaN(share) ? '–' : percentText(share), { x: rightPx + 12, y }, { sizePx });
  });
  const bottomPx = room.topPx + lines.length * stepPx;
  line(pen, [{ x: leftPx, y: bottomPx }, { x: rightPx, y: bottomPx }], { color: ink.axis, dash: [] }, 1); // prettier-ignore
  const left = targets.filter(isYesOrNo).length - lines.length;
  const rest = left > 0 ? `; ${left} more expectations are left out` : '';
  text(pen, `${records.length} runs, those in which most rows hold on the left${rest}`, { x: (leftPx + rightPx) / 2, y: bottomPx + 20 }, { align: 'center', color: ink.faint }); // prettier-ignore
}
