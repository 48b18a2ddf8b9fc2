/**
 * Every storm that is played, from one list: each library of the matrix that keeps a connection, in each way
 * of using it, through each experiment. The work is done before the transport opens; in one experiment
 * also after that, where the application has an answer of its own.
 */
import { nameOf, type Subject } from '../clients/subject.ts';
import { subjects } from '../clients/subjects.ts';
import { experiments, ofSize, type Experiment, type ExperimentName } from './experiments.ts';
import { knownMisfits, type KnownMisfit } from './known-misfits.ts';
import { modelStorm, stormScenario } from './modelled-storm.ts';
import { playStorm, type StormRecord } from './played-storm.ts';
import type { Stage } from './storm-world.ts';

export interface StormCase {
  readonly name: string;
  readonly subject: Subject;
  readonly storm: ExperimentName;
  readonly experiment: Experiment;
  readonly stage: Stage;
}

/** Each instance of Slack's client costs all others something, for it hears of everybody's pings; its delays are all alike. */
const fleetSizes: Readonly<Record<string, number>> = { 'slack-socket-mode': 90 };

/** A connection that is open is one that is connected, to them. */
const openIsConnected: readonly string[] = ['reconnecting-websocket', 'partysocket', 'eventsource'];

/** See `isForAll`. */
const few: readonly string[] = ['phoenix', 'partysocket'];

const names = Object.keys(experiments) as ExperimentName[];

function casesOf(subject: Subject): readonly StormCase[] {
  const { preset } = subject;
  const one = (storm: ExperimentName, stage: Stage): StormCase => ({
    name: `${nameOf(subject)}: ${storm}${stage === 'application' ? ', once open' : ''}`,
    subject,
    storm,
    experiment: ofSize(experiments[storm], fleetSizes[preset] ?? experiments[storm].sessions),
    stage,
  });
  const played = names.filter((storm) => experiments[storm].isForAll || few.includes(preset));
  return [
    ...played.map((storm) => one(storm, 'transport')),
    ...(openIsConnected.includes(preset) ? [] : [one('metastable', 'application')]),
  ];
}

export const stormCases: readonly StormCase[] = subjects
  .filter(({ isOneRequest }) => isOneRequest !== true)
  .flatMap(casesOf);

export function stormCase(name: string): StormCase {
  const found = stormCases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no storm is called ${name}`);
  return found;
}

/** Why it is known not to fit; undefined: it fits. */
export function knownMisfitOf({ subject, storm, stage }: StormCase): KnownMisfit | undefined {
  return (knownMisfits[subject.preset] ?? []).find(
    ({ way = subject.way, storms, stage: only = 'transport' }) =>
      way === subject.way && only === stage && storms.includes(storm),
  );
}

/** Real libraries, on so many seeds from the first one on. */
export async function played(one: StormCase, seeds: number, firstSeed = 1): Promise<readonly StormRecord[]> {
  const records: StormRecord[] = [];
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++)
    records.push(await playStorm(one.subject, one.experiment, { seed, stage: one.stage }));
  return records;
}

const ofPreset = new Map<string, readonly StormRecord[]>();

/** What the model says of the storm; with fields of the client changed, as a file could change them. */
export async function modelled(one: StormCase, seeds: number, changes: object = {}): Promise<readonly StormRecord[]> {
  const { subject, experiment, stage } = one;
  // What is half an answer to others is what such a library calls open.
  const opensFirst = stage === 'application' && subject.knows?.includes('halves') !== true;
  // Of all ways of using a library it says the same.
  const key = JSON.stringify([subject.preset, experiment, opensFirst, seeds, changes]);
  const known = ofPreset.get(key);
  if (known !== undefined) return known;
  const scenario = stormScenario(subject.preset, experiment, { opensFirst, client: changes });
  const records: StormRecord[] = [];
  for (let seed = 0; seed < seeds; seed++)
    records.push(await modelStorm(scenario, `cosimulation/${seed}`, experiment.durationSec));
  ofPreset.set(key, records);
  return records;
}
