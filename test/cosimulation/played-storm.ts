/**
 * A storm as real client libraries have it: unmodified instances, all in one process, in virtual time, in
 * front of the small server model. They begin at moments of their own over half a minute, and by the time
 * the storm's clock starts each has been connected for long enough that nothing but its clocks
 * remembers the beginning.
 */
import type { Subject } from '../clients/subject.ts';
import { undone } from '../clients/undone.ts';
import { inVirtualTime } from '../clients/virtual-time.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Experiment } from './experiments.ts';
import { Servers } from './server-model.ts';
import { StormWorld, type Stage, type Totals } from './storm-world.ts';

const STARTING_MS = 30_000;
const SETTLED_MS = 60_000;

/** What both sides of the comparison are told by. */
export interface StormRecord {
  /** the connected fraction at every whole second, from 0 */
  readonly connected: readonly number[];
  readonly totals: Readonly<Totals>;
}

export interface PlayedStorm {
  readonly seed: number;
  readonly stage: Stage;
}

export async function playStorm(
  subject: Subject,
  experiment: Experiment,
  { seed, stage }: PlayedStorm,
): Promise<StormRecord> {
  const { sessions, networkMs, durationSec, killed, killedAtMs, cure } = experiment;
  // The clients' luck, the servers' and that of the beginning.
  const [clients, servers, beginning] = [1, 2, 3].map((part) => seededRandom(seed * 7919 + part));
  return undone((undo) =>
    inVirtualTime({ luck: clients, turns: subject.turns ?? 2, networkMs }, async (time) => {
      const fleet = new Servers(experiment, time, servers);
      const world = new StormWorld({ time, servers: fleet, networkMs, stage });
      const starts = Array.from({ length: sessions }, () => beginning() * STARTING_MS).sort((a, b) => a - b);
      for (const startMs of starts) {
        await time.advance(startMs);
        await subject.start(world, undo);
      }
      await time.advance(SETTLED_MS);
      if (world.connected !== sessions) throw new Error(`${world.connected} of ${sessions} are connected`);
      world.countAnew();
      fleet.open();
      time.after(killedAtMs, () => killed.forEach((host) => fleet.kill(host)));
      if (cure !== null) time.after(cure.atMs, () => fleet.restart(cure.workers));
      const connected = [1];
      for (let second = 1; second <= durationSec; second++) {
        await time.advance(SETTLED_MS + second * 1000);
        connected.push(world.connected / sessions);
      }
      return { connected, totals: { ...world.totals } };
    }),
  );
}
