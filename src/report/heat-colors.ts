/**
 * Colours of a heat map: one hue from nearly white to nearly black, ever darker, so
 * that more is told by lightness alone. Who tells no colours apart reads it as others
 * do, and so does a grey printer.
 */

type Rgb = readonly [number, number, number];

/** From none to all. */
const stops: readonly Rgb[] = [
  [240, 246, 252],
  [176, 206, 232],
  [96, 158, 208],
  [36, 98, 164],
  [8, 36, 88],
];

function mixed(share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(at));
  const part = at - below;
  const [red, green, blue] = stops[below].map((one, i) => Math.round(one + part * (stops[below + 1][i] - one)));
  return [red, green, blue];
}

/** Of a share of the scale, from 0 to 1. */
export function heatColor(share: number): string {
  return `#${mixed(share)
    .map((one) => one.toString(16).padStart(2, '0'))
    .join('')}`;
}

/** As the eye weighs them (Rec. 709, without its curve): 0 is black, 1 white. */
export function lightness(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Of a text that is read on it. */
export function inkOn(color: string): string {
  return lightness(color) > 0.55 ? '#101010' : '#FFFFFF';
}
