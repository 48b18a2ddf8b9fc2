/**
 * Colours. The set of Okabe and Ito ("Color Universal Design", 2008) can be told apart with every common
 * form of colour blindness; its yellow is too pale for a line on white and gives way to a grey. Black and
 * blue are kept for totals, limits and flags. Beyond six, lines repeat the colours with another dash.
 */
export const okabeIto = {
  black: '#000000',
  orange: '#E69F00',
  skyBlue: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
  grey: '#8C8C8C',
} as const;

export const ink = { text: '#1A1A1A', faint: '#5A5A5A', grid: '#E3E3E3', axis: '#8A8A8A' } as const;

/** Something drawn as a line or filled; `dash` as in a canvas: lengths of stroke and gap, px. */
export interface Stroke {
  readonly color: string;
  readonly dash: readonly number[];
}

const lineColors = [
  okabeIto.vermillion,
  okabeIto.green,
  okabeIto.purple,
  okabeIto.orange,
  okabeIto.skyBlue,
  okabeIto.grey,
];
const dashes: readonly (readonly number[])[] = [[], [12, 6], [3, 4]];

/** The nth line's look: six colours, then the same dashed, then dotted. */
export function strokeOf(index: number): Stroke {
  return {
    color: lineColors[index % lineColors.length],
    dash: dashes[Math.floor(index / lineColors.length) % dashes.length],
  };
}

const stateColors: Readonly<Record<string, string>> = {
  up: '#DCE9E4',
  warming: okabeIto.yellow,
  paused: okabeIto.purple,
  draining: okabeIto.skyBlue,
  rebooting: okabeIto.blue,
  down: okabeIto.vermillion,
  absent: '#FFFFFF',
  standby: '#EDEDED',
};

/** A host state's colour; states this file does not know get one of the lines' colours. */
export function stateColor(state: string, code: number): string {
  return stateColors[state] ?? strokeOf(code).color;
}

/** The colour, see-through: for areas below a line (0.3), and for a lesser line beside the main one (0.5). */
export function tintOf(color: string, opacity = 0.3): string {
  return `${color}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
