/** Colours on a terminal, or the same calls without any. */
import type picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;
