/** Pictures as pixels: read from a PNG, and compared within an area of it. */
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { pictureHeightPx, pictureWidthPx, type PlotArea } from '../../src/report/picture.ts';

/** Four bytes a pixel, row by row: red, green, blue, opacity. */
export type Pixels = Uint8ClampedArray;

/** The whole of a picture, in which a place is two numbers of pixels from its corner. */
export const wholePicture: PlotArea = { leftPx: 0, rightPx: pictureWidthPx, topPx: 0, bottomPx: pictureHeightPx };

export async function pixelsOf(png: Buffer): Promise<Pixels> {
  const image = await loadImage(png);
  const pen = createCanvas(image.width, image.height).getContext('2d');
  pen.drawImage(image, 0, 0);
  return pen.getImageData(0, 0, image.width, image.height).data;
}

/** How many pixels of the area hold for: by where their four bytes begin. */
export function countPixels(area: PlotArea, holds: (at: number) => boolean): number {
  let count = 0;
  for (let y = Math.ceil(area.topPx); y < Math.floor(area.bottomPx); y++)
    for (let x = Math.ceil(area.leftPx); x < Math.floor(area.rightPx); x++)
      if (holds((y * pictureWidthPx + x) * 4)) count++;
  return count;
}

/** How many pixels of the area are not the same in both pictures. */
export function differingPixels(one: Pixels, other: Pixels, area: PlotArea): number {
  const [words, otherWords] = [one, other].map(({ buffer }) => new Uint32Array(buffer));
  return countPixels(area, (at) => words[at / 4] !== otherWords[at / 4]);
}
