/** The charts' fonts: those of a package, so that pictures are the same on every machine, whatever fonts it has. */
import { createRequire } from 'node:module';
import type { GlobalFonts } from '@napi-rs/canvas';
import { fontFamily } from './frame.ts';

export function registerFonts(fonts: typeof GlobalFonts): void {
  const require = createRequire(import.meta.url);
  fonts.registerFromPath(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), fontFamily.normal);
  fonts.registerFromPath(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'), fontFamily.bold);
}
