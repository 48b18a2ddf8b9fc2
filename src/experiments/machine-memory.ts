/** How much memory a run may use if nobody has said it, and how much it does. Apart, since who asks must not need much itself. */
import { totalmem } from 'node:os';

/** Of the machine's memory; the rest is for others. */
const MEMORY_SHARE = 0.75;

export function usualMemoryBytes(): number {
  // Zero, or more than there is, where nothing constrains the process.
  const constrained = process.constrainedMemory();
  return MEMORY_SHARE * (constrained > 0 ? Math.min(constrained, totalmem()) : totalmem());
}

let lastBytes = 0;

/** Memory of the whole process; what it was last, where the system has no file left to tell by. */
export function residentBytes(): number {
  try {
    lastBytes = process.memoryUsage.rss();
  } catch {
    // Nothing is the matter with the run: the next look may tell.
  }
  return lastBytes;
}
