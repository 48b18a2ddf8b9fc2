/**
 * What runs in a command's worker thread: the program, printing by way of its
 * supervisor.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { main } from './main.ts';
import { beSupervised, tellSupervisor } from './supervised.ts';
import type { WorkData } from './supervision.ts';
import { supervisedTerminal } from './terminal.ts';

const data = workerData as WorkData;
beSupervised(data, parentPort!);
tellSupervisor({ is: 'end', exitCode: await main(data.argv, supervisedTerminal(data)) });
