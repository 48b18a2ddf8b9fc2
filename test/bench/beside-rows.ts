/**
 * Rows of what is measured side by side, in turn: a replay beside the reference
 * that was made for it, and the simplest queue beside SimPy.
 */
import { join } from 'node:path';
import { median, runNode, runPython, type Row } from './measurement.ts';
import type { Beside } from './replay-beside.ts';
import { meanWaitMs, type Queued } from './single-server.ts';

const ARRIVALS_PER_SEC = 800;
const SERVICES_PER_SEC = 1000;
const CUSTOMERS = 300_000;

/** The simulator and the reference, which must have counted the same. */
export function replayBesideRow(root: string, script: string, name: string, rounds: number): Row {
  const { stdout } = runNode([script, join(root, 'scenarios', name), String(rounds)]);
  const beside = JSON.parse(stdout) as Beside;
  const { attempts, differences, ratio, referenceNs, simulatorNs, withMetricsNs, withMetricsRatio } = beside;
  const isSame = Object.keys(differences).length === 0;
  const counts = isSame ? 'the same counts' : `OTHER COUNTS: ${JSON.stringify(differences)}`;
  return {
    what: `${name}, ${(attempts / 1e6).toFixed(1)} M attempts, beside a replay by hand, ${counts}`,
    measured:
      `${ratio.toFixed(2)} × its time, with metrics ${withMetricsRatio.toFixed(2)} × ` +
      `(${simulatorNs.toFixed(0)} and ${withMetricsNs.toFixed(0)} against ${referenceNs.toFixed(0)} ns an attempt)`,
    target: 'the same counts',
    met: isSame,
    figures: { ratio, withMetricsRatio, simulatorNs, withMetricsNs, referenceNs, attempts },
  };
}

/** M/M/1 by a scenario file and by SimPy: the same load, the same number of customers. */
export function singleServerRows(script: string, python: string, rounds: number): Row[] {
  const exactMs = meanWaitMs(ARRIVALS_PER_SEC, SERVICES_PER_SEC);
  const ofFile: Queued[] = [];
  const ofSimPy: (Queued & { readonly version: string; readonly python: string })[] = [];
  const common = [String(ARRIVALS_PER_SEC), String(SERVICES_PER_SEC), String(CUSTOMERS)];
  for (let round = 1; round <= rounds; round++) {
    ofFile.push(JSON.parse(runNode([script, ...common, `bench/${round}`]).stdout) as Queued);
    const stdout = runPython(python, 'simpy', [...common, String(round)]);
    if (stdout !== null) ofSimPy.push(JSON.parse(stdout) as (typeof ofSimPy)[number]);
  }
  const perSec = ({ customers, userMs }: Queued): number => (1000 * customers) / userMs;
  const row = (what: string, runs: readonly Queued[], more: string): Row => {
    const customersPerSec = median(runs.map(perSec));
    const waitMs = runs.reduce((sum, one) => sum + one.meanWaitMs, 0) / runs.length;
    const off = waitMs / exactMs - 1;
    return {
      what,
      measured: `${(customersPerSec / 1000).toFixed(0)} thousand customers/s${more}, mean wait ${waitMs.toFixed(3)} ms against ρ/(μ − λ) = ${exactMs.toFixed(3)} ms`,
      target: 'wait within 3 %',
      met: Math.abs(off) <= 0.03,
      figures: { customersPerSec, meanWaitMs: waitMs, exactMs },
    };
  };
  const load = `M/M/1, λ = ${ARRIVALS_PER_SEC}/s, μ = ${SERVICES_PER_SEC}/s, ${CUSTOMERS.toLocaleString('en')} customers`;
  if (ofSimPy.length === 0)
    return [
      row(`${load}, from a scenario file, with metrics`, ofFile, ''),
      {
        what: 'the same in SimPy',
        measured: 'not measured: no Python here imports simpy (Debian: `apt-get install python3-simpy3`)',
        target: '',
        met: null,
        figures: {},
      },
    ];
  const [{ version, python: pythonVersion }] = ofSimPy;
  const times = median(ofFile.map((one, round) => perSec(one) / perSec(ofSimPy[round])));
  const timesText = ` (${times.toFixed(1)} × SimPy)`;
  return [
    row(`${load}, from a scenario file, with metrics`, ofFile, timesText),
    row(`the same in SimPy ${version}, Python ${pythonVersion}`, ofSimPy, ''),
  ];
}
