/**
 * What was observed on the day against what was simulated: row by row, and as signs on the chart of the disconnected,
 * each with the letter of its row.
 */
import type uPlot from 'uplot';
import type { PageObserved } from './page-data.ts';

const signs = { yes: '✓', no: '✗', none: '·' };
const tones = {
  light: { yes: '#00663f', no: '#b3261e', none: '#565656' },
  dark: { yes: '#5fd3a2', no: '#ff9a8f', none: '#b4b4b4' },
};

const verdictOf = ({ holds }: PageObserved): keyof typeof signs => (holds === null ? 'none' : holds ? 'yes' : 'no');

/** A, B, … Z, AA, … */
export function letter(at: number): string {
  return at < 26 ? String.fromCharCode(65 + at) : `${letter(Math.floor(at / 26) - 1)}${letter(at % 26)}`;
}

/** Draws the rows' signs along the lower edge; those at one instant above each other. */
export function observedMarks(
  plot: uPlot,
  rows: readonly PageObserved[],
  { dark, fontPx }: { readonly dark: boolean; readonly fontPx: number },
): void {
  const { left, top, width, height } = plot.bbox;
  const { ctx } = plot;
  const line = 1.1 * fontPx * devicePixelRatio;
  ctx.save();
  ctx.font = `700 ${0.95 * fontPx * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  // A halo, for letters that stand on a curve.
  ctx.strokeStyle = dark ? '#161616' : '#fff';
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.lineJoin = 'round';
  const ends: number[] = [];
  rows.forEach((row, at) => {
    const x = plot.valToPos(row.atMs, 'x', true);
    if (x < left || x > left + width) return;
    const text = `${letter(at)}${signs[verdictOf(row)]}`;
    const half = ctx.measureText(text).width / 2 + 2 * devicePixelRatio;
    let level = ends.findIndex((end) => end < x - half);
    if (level < 0) level = ends.length;
    ends[level] = x + half;
    ctx.fillStyle = tones[dark ? 'dark' : 'light'][verdictOf(row)];
    const place = Math.max(left + half, Math.min(x, left + width - half));
    const base = top + height - 4 * devicePixelRatio - level * line;
    ctx.strokeText(text, place, base);
    ctx.fillText(text, place, base);
  });
  ctx.restore();
}

function words(row: PageObserved): string {
  const verdict = verdictOf(row);
  return `${signs[verdict]} ${{ yes: 'holds', no: 'does not hold', none: 'not judged' }[verdict]}`;
}

export function Observed({ rows }: { rows: readonly PageObserved[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="observed-title">
      <h2 id="observed-title">Observed against simulated</h2>
      <p class="note">The letters stand on the chart of the disconnected as well.</p>
      <div class="scrolls" role="region" tabIndex={0} aria-labelledby="observed-title">
        <table class="rows">
          <thead>
            <tr>
              {['', 'at', 'observed', 'condition', 'simulated', 'since', '', 'kind'].map((head, at) => (
                <th scope="col" key={at}>
                  {head === '' ? <span class="unseen">{at === 0 ? 'letter' : 'verdict'}</span> : head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                <td>
                  <b>{letter(at)}</b>
                </td>
                <td>{row.at}</td>
                <td dir="auto">{row.says}</td>
                <td>{row.expect === '' ? 'none' : row.expect}</td>
                <td class="figure">{row.simulated}</td>
                <td>{row.since === '' ? '–' : row.since}</td>
                <td class={`verdict-${verdictOf(row)}`}>{words(row)}</td>
                <td>{row.kind}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
