/** How much memory a run may use if nobody has said it. Apart, since who asks must not need much itself. */
import { totalmem } from 'node:os';

/** Of the machine's memory; the rest is for others. */
const MEMORY_SHARE = 0.75;

export function usualMemoryBytes(): number {
  // Zero, or more than there is, where nothing constrains the process.
  const constrained = process.constrainedMemory();
  return MEMORY_SHARE * (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem());
}
