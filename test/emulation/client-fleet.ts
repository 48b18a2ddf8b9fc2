/** Some of an experiment's clients in one process: they connect one after the other, and then are on their own. */
import { AttemptLog, type Entry } from './attempt-log.ts';
import type { LibraryName } from './experiment.ts';
import { libraries } from './libraries.ts';
import { ownSettings } from './processes.ts';
import { watchLoop } from './wall-clock.ts';

export interface FleetSettings {
  readonly library: LibraryName;
  readonly options: Readonly<Record<string, number>>;
  readonly url: string;
  /** the number of its first client */
  readonly from: number;
  readonly count: number;
  /** over how long they come */
  readonly rampMs: number;
}

export type ToFleet = { readonly tell: 'begin' | 'count' | 'report' };

export type FromFleet =
  | { readonly said: 'count'; readonly connected: number }
  | { readonly said: 'trouble'; readonly what: string }
  | { readonly said: 'report'; readonly loopDelayMs: number; readonly entries: readonly Entry[] };

const { library, options, url, from, count, rampMs } = ownSettings<FleetSettings>();
const loopDelay = watchLoop();
const log = new AttemptLog();
const say = (said: FromFleet): void => void process.send!(said);

process.on('uncaughtException', (error) => say({ said: 'trouble', what: error.stack ?? error.message }));
// What libraries tell people about each failed attempt is not told here: there are thousands.
for (const channel of ['log', 'info', 'warn', 'error', 'debug'] as const) console[channel] = () => undefined;

for (let i = 0; i < count; i++)
  setTimeout(() => libraries[library]({ url, options, log: log.of(from + i) }), (i / count) * rampMs);

process.on('message', ({ tell }: ToFleet) => {
  switch (tell) {
    case 'begin':
      loopDelay.forget();
      return;
    case 'count':
      return say({ said: 'count', connected: log.connectedCount });
    case 'report':
      return say({ said: 'report', loopDelayMs: loopDelay.p99Ms(), entries: log.entries });
  }
});
