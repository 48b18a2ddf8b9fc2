/**
 * Posterior against prior: a small histogram per assumption over its range, which
 * the prior fills evenly. Identified ones come first and are filled in a stronger
 * colour; a line is where the file stands.
 */
import { lastPopulation, type AssumptionFinding } from '../../experiments/calibration/findings.ts';
import { placeText, type ToldCalibration } from '../../experiments/calibration/told-calibration.ts';
import { normalised } from '../../experiments/calibration/weighted.ts';
import { counted } from '../../metrics/value-text.ts';
import { fileText } from '../../scenario/assumption-values.ts';
import { drawnText } from '../../scenario/safe-text.ts';
import { line, text, widthOf } from '../brush.ts';
import { cutStart, cutText } from '../flags.ts';
import { ink, okabeIto } from '../palette.ts';
import type { Pen, PlotArea } from '../picture.ts';

const BINS = 20;
const shownMax = 48;
const gapPx = 22;
const labelHeightPx = 22;
const endsHeightPx = 20;
const prior = '#E8E8E8';

export function posteriorsHeadline({ findings }: ToldCalibration): string {
  const { assumptions, combinations } = findings;
  const count = assumptions.filter(({ identified }) => identified).length;
  const narrowed = assumptions.filter((one) => one.narrowed).length;
  const what = `${count === 0 ? 'none' : count} of ${assumptions.length} assumptions`;
  const less = narrowed === 0 ? '' : `, and narrow ${narrowed}`;
  const together = combinations.length === 0 ? '' : `; ${counted(combinations.length, 'pair')} only together`;
  return `The observations identify ${what}${less}${together}`;
}

/** Where the file's own value is in the range; NaN outside, or of choices that are none of them. */
function filePlace({ assumption }: AssumptionFinding): number {
  if (assumption.kind === 'choices') {
    const count = assumption.choices.length;
    const found = assumption.choices.findIndex(
      (_, i) => placeText(assumption, (i + 0.5) / count) === fileText(assumption),
    );
    return found < 0 ? NaN : (found + 0.5) / count;
  }
  const { low, high, scale, leaf } = assumption;
  const place = scale === 'log' ? Math.log(leaf.base / low) / Math.log(high / low) : (leaf.base - low) / (high - low);
  return place >= 0 && place <= 1 ? place : NaN;
}

interface Cell extends PlotArea {
  readonly shares: readonly number[];
}

function paintOne(pen: Pen, finding: AssumptionFinding, cell: Cell): void {
  const { assumption, identified } = finding;
  const { leftPx, rightPx, topPx, bottomPx, shares } = cell;
  const widthPx = rightPx - leftPx;
  const [barsTopPx, barsBottomPx] = [topPx + labelHeightPx, bottomPx - endsHeightPx];
  const name = cutStart(drawnText(assumption.path), widthPx, (one) => widthOf(pen, one, 15));
  text(pen, name, { x: leftPx, y: topPx + labelHeightPx / 2 }, { sizePx: 15, bold: identified });
  const most = Math.max(...shares, 2 / shares.length);
  const heightOf = (share: number): number => (share / most) * (barsBottomPx - barsTopPx);
  const priorPx = heightOf(1 / shares.length);
  pen.fillStyle = prior;
  pen.fillRect(leftPx, barsBottomPx - priorPx, widthPx, priorPx);
  pen.fillStyle = identified ? okabeIto.blue : okabeIto.skyBlue;
  shares.forEach((share, i) => {
    const step = widthPx / shares.length;
    pen.fillRect(leftPx + i * step + 0.5, barsBottomPx - heightOf(share), step - 1, heightOf(share));
  });
  const x = leftPx + filePlace(finding) * widthPx;
  line(pen, [{ x, y: barsTopPx }, { x, y: barsBottomPx }], { color: okabeIto.vermillion, dash: [] }, 2); // prettier-ignore
  const y = bottomPx - endsHeightPx / 2;
  const end = (place: number): string => cutText(drawnText(placeText(assumption, place)), widthPx / 2, (one) => widthOf(pen, one, 13)); // prettier-ignore
  text(pen, end(0), { x: leftPx, y }, { sizePx: 13, color: ink.faint });
  text(pen, end(1), { x: rightPx, y }, { sizePx: 13, color: ink.faint, align: 'right' });
}

export function paintPosteriors(pen: Pen, { calibration, findings }: ToldCalibration, room: PlotArea): void {
  const { particles } = lastPopulation(calibration);
  const weights = normalised(particles.map(({ weight }) => weight));
  const order = findings.assumptions
    .map((finding, i) => ({ finding, i }))
    .sort(
      (a, b) =>
        Number(b.finding.identified) - Number(a.finding.identified) || b.finding.contraction - a.finding.contraction,
    ) // prettier-ignore
    .slice(0, shownMax);
  const columns = Math.max(1, Math.min(8, Math.ceil(Math.sqrt(order.length * 1.4))));
  const lines = Math.ceil(order.length / columns);
  const widthPx = (room.rightPx - room.leftPx + gapPx) / columns;
  const heightPx = Math.min(220, (room.bottomPx - room.topPx + gapPx) / lines);
  order.forEach(({ finding, i }, k) => {
    const count = finding.assumption.kind === 'choices' ? finding.assumption.choices.length : BINS;
    const shares = new Array<number>(count).fill(0);
    particles.forEach(({ proposal }, p) => {
      shares[Math.min(count - 1, Math.floor(proposal.point[i] * count))] += weights[p];
    });
    const leftPx = room.leftPx + (k % columns) * widthPx;
    const topPx = room.topPx + Math.floor(k / columns) * heightPx;
    paintOne(pen, finding, {
      leftPx,
      rightPx: leftPx + widthPx - gapPx,
      topPx,
      bottomPx: topPx + heightPx - gapPx / 2,
      shares,
    });
  });
}
