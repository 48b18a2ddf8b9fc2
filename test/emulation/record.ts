/**
 * Records: what real runs of an experiment showed, one file each in records/. They hold what
 * was run, what was measured before, and what happened; nothing of the simulator.
 */
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calibration } from './calibration.ts';
import type { ExperimentSpec } from './experiment.ts';
import type { Measured } from './measured.ts';

export interface RecordedRun extends Measured {
  /** of the process that was latest, at the 99th percentile */
  readonly loopDelayMs: number;
  /** the machine's load average over a minute, before and after */
  readonly load: readonly [number, number];
}

export interface EmulationRecord {
  readonly name: string;
  readonly recordedAt: string;
  readonly experiment: ExperimentSpec;
  readonly calibration: Calibration;
  readonly machine: { readonly system: string; readonly cores: number };
  /** of Node and of the packages */
  readonly versions: Readonly<Record<string, string>>;
  readonly runs: readonly RecordedRun[];
  /** runs that said nothing about the experiment, each with its reason */
  readonly thrownAway: readonly string[];
}

/** As JSON that is read as well as compared: lists of numbers stand in one line. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[\s+((?:[\d.-]+|null)(?:,\s+(?:[\d.-]+|null))*)\s+\]/g, (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`)}\n`;
}

/** Into a folder that is there. Returns its path. It is written whole or not at all. */
export function writeRecord(folder: string, record: EmulationRecord): string {
  const path = join(folder, `${record.name}.json`);
  writeFileSync(`${path}.tmp`, jsonText(record));
  renameSync(`${path}.tmp`, path);
  return path;
}

export function readRecord(folder: string, name: string): EmulationRecord {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as EmulationRecord;
}

export function recordNames(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}
