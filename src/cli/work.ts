/**
 * What runs in a command's worker thread: the program, printing by way of its
 * supervisor.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { exitCodes } from './exit-codes.ts';
import { main } from './main.ts';
import { beSupervised, tellSupervisor } from './supervised.ts';
import type { WorkData } from './supervision.ts';
import { supervisedTerminal } from './terminal.ts';

/** Does the work, and ends it. `onGood` is called before the end of what went well, when all is printed. */
export async function work(onGood: () => void): Promise<void> {
  const data = workerData as WorkData;
  beSupervised(data, parentPort!);
  const exitCode = await main(data.argv, supervisedTerminal(data));
  if (exitCode === exitCodes.good) onGood();
  tellSupervisor({ is: 'end', exitCode });
}
