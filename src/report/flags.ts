/**
 * Places the labels of events above the plot so that none overlaps another or leaves the picture. Each
 * label hangs like a flag on its event's vertical line, in rows, to the right of it or, failing that, to
 * its left. A label rises above the lines it would cross, so later events hang lower. Too many long labels
 * are cut shorter, down to their first word (the clock time); one that finds no room even so is left out
 * and counted.
 */

export interface FlagWish {
  /** Where its vertical line is. */
  readonly xPx: number;
  readonly text: string;
}

export interface Flag {
  /** Which wish it grants. */
  readonly index: number;
  readonly xPx: number;
  readonly text: string;
  readonly leftPx: number;
  readonly widthPx: number;
  /** 0 is the row nearest to the plot. */
  readonly row: number;
}

export interface PlacedFlags {
  /** Ascending by their line. */
  readonly flags: readonly Flag[];
  readonly rowCount: number;
  readonly leftOutCount: number;
}

export interface FlagRoom {
  readonly leftPx: number;
  readonly rightPx: number;
  readonly rowCountMax: number;
  /** Kept free between a label and its line, and after it. */
  readonly gapPx: number;
}

const widthsMaxPx = [460, 340, 260, 190];

/** Between the halves of one character. */
function isWithinPair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text[at - 1]) && /[\udc00-\udfff]/.test(text[at] ?? '');
}

/** The text, cut at its end with an ellipsis if it is wider than that. */
export function cutText(text: string, widthMaxPx: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= widthMaxPx) return text;
  // A longer text is wider: halving finds the end near which it fits, and what is left is a step or two.
  let [fits, end] = [0, text.length - 1];
  while (end - fits > 4) {
    const middle = (fits + end) >> 1;
    if (widthOf(`${text.slice(0, middle).trimEnd()}…`) > widthMaxPx) end = middle;
    else fits = middle;
  }
  while (end > 0 && (isWithinPair(text, end) || widthOf(`${text.slice(0, end).trimEnd()}…`) > widthMaxPx)) end--;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** The text, cut at its start: of a path the end says more. */
export function cutStart(text: string, widthMaxPx: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= widthMaxPx) return text;
  let start = 1;
  while (start < text.length - 1 && (isWithinPair(text, start) || widthOf(`…${text.slice(start)}`) > widthMaxPx)) start++; // prettier-ignore
  return `…${text.slice(start)}`;
}

/** The first free row above every flag whose line the label would cross; failing that, any free row; or −1. */
function freeRow(placed: readonly Flag[], leftPx: number, endPx: number, room: FlagRoom): number {
  const isFree = (row: number): boolean =>
    placed.every((flag) => flag.row !== row || flag.leftPx >= endPx || flag.leftPx + flag.widthPx <= leftPx);
  const crossedRow = Math.max(-1, ...placed.filter(({ xPx }) => xPx > leftPx && xPx < endPx).map(({ row }) => row));
  for (let row = crossedRow + 1; row < room.rowCountMax; row++) if (isFree(row)) return row;
  for (let row = 0; row < Math.min(crossedRow + 1, room.rowCountMax); row++) if (isFree(row)) return row;
  return -1;
}

function tryPlacing(
  wishes: readonly FlagWish[],
  texts: readonly string[],
  room: FlagRoom,
  widthOf: (text: string) => number,
): PlacedFlags {
  const order = wishes.map((_, index) => index).sort((a, b) => wishes[b].xPx - wishes[a].xPx || b - a);
  const flags: Flag[] = [];
  let leftOutCount = 0;
  for (const index of order) {
    const { xPx } = wishes[index];
    const widthPx = widthOf(texts[index]) + 2 * room.gapPx;
    const inRoom = (leftPx: number): number => Math.max(room.leftPx, Math.min(leftPx, room.rightPx - widthPx));
    const place = [inRoom(xPx), inRoom(xPx - widthPx)]
      .map((leftPx) => ({ leftPx, row: freeRow(flags, leftPx, leftPx + widthPx, room) }))
      .find(({ row }) => row >= 0);
    if (place === undefined) leftOutCount++;
    else flags.push({ index, xPx, text: texts[index], widthPx, ...place });
  }
  flags.reverse();
  return { flags, rowCount: Math.max(0, ...flags.map(({ row }) => row + 1)), leftOutCount };
}

/** Places all labels as long as they can be without one being left out. */
export function placeFlags(
  wishes: readonly FlagWish[],
  room: FlagRoom,
  widthOf: (text: string) => number,
): PlacedFlags {
  for (const widthMaxPx of widthsMaxPx) {
    const texts = wishes.map(({ text }) => cutText(text, widthMaxPx, widthOf));
    const placed = tryPlacing(wishes, texts, room, widthOf);
    if (placed.leftOutCount === 0) return placed;
  }
  const firstWords = wishes.map(({ text }) => text.split(' ')[0]);
  return tryPlacing(wishes, firstWords, room, widthOf);
}
