/** A pen that draws as others do and notes what it drew where, in which colour, so that a test can look for it. */
import { createCanvas } from '@napi-rs/canvas';
import { pictureHeightPx, pictureWidthPx, type Pen, type PlotArea } from '../../src/report/picture.ts';

export interface DrawnMark {
  readonly what: 'fill' | 'frame' | 'dot' | 'text' | 'line';
  readonly color: string;
  /** its middle; of a line none */
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly text: string;
  readonly points: readonly (readonly [number, number])[];
}

export interface RecordedPen {
  readonly pen: Pen;
  readonly marks: DrawnMark[];
  /** all numbers that the pen was given */
  readonly numbers: number[];
}

export const room: PlotArea = { leftPx: 40, rightPx: pictureWidthPx - 40, topPx: 110, bottomPx: pictureHeightPx - 14 };

export function recordedPen(): RecordedPen {
  const real = createCanvas(pictureWidthPx, pictureHeightPx).getContext('2d');
  const marks: DrawnMark[] = [];
  const numbers: number[] = [];
  const colors = { fillStyle: '', strokeStyle: '', lineWidth: 1, textAlign: 'left' };
  let [points, arcs]: [[number, number][], [number, number, number][]] = [[], []];
  const note = (what: DrawnMark['what'], color: string, more: Partial<DrawnMark>): void => {
    marks.push({ what, color, x: NaN, y: NaN, widthPx: 0, heightPx: 0, text: '', points: [], ...more });
  };
  const box = ([left, top, widthPx, heightPx]: readonly number[]): Partial<DrawnMark> => ({
    x: left + widthPx / 2,
    y: top + heightPx / 2,
    widthPx,
    heightPx,
  });
  const notes: Readonly<Record<string, (given: readonly unknown[]) => void>> = {
    beginPath: () => ([points, arcs] = [[], []]),
    moveTo: (given) => points.push(given as [number, number]),
    lineTo: (given) => points.push(given as [number, number]),
    arc: ([x, y, radius]) => arcs.push([x as number, y as number, radius as number]),
    stroke: () => note('line', colors.strokeStyle, { points, widthPx: colors.lineWidth }),
    fill: () => {
      for (const [x, y, radius] of arcs) note('dot', colors.fillStyle, { x, y, widthPx: 2 * radius, heightPx: 2 * radius }); // prettier-ignore
      if (points.length > 0) note('line', colors.fillStyle, { points });
    },
    fillRect: (given) => note('fill', colors.fillStyle, box(given as number[])),
    strokeRect: (given) => note('frame', colors.strokeStyle, box(given as number[])),
    fillText: ([text, x, y]) => {
      const widthPx = real.measureText(String(text)).width;
      const shift = colors.textAlign === 'center' ? 0 : colors.textAlign === 'right' ? -widthPx / 2 : widthPx / 2;
      note('text', colors.fillStyle, { text: String(text), x: Number(x) + shift, y: Number(y), widthPx, heightPx: 20 });
    },
  };
  const pen = new Proxy(real, {
    set: (target, key, value) => {
      if (key in colors) (colors as Record<string, unknown>)[key as string] = value;
      return Reflect.set(target, key, value, target);
    },
    get: (target, key) => {
      const value = Reflect.get(target, key, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        numbers.push(...given.flat().filter((one) => typeof one === 'number'));
        notes[key as string]?.(given);
        return (value as (...all: unknown[]) => unknown).apply(target, given);
      };
    },
  });
  return { pen, marks, numbers };
}
