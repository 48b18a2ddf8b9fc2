/** How many of so many replications of a shipped scenario collapse. */
import { runShipped } from './shipped-scenario.ts';

export async function collapses(file: string, variant: string, replications: number): Promise<number> {
  let count = 0;
  for (let i = 0; i < replications; i++) count += Number((await runShipped(file, variant, i)).outcome.metrics.collapse);
  return count;
}
