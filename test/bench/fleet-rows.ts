/**
 * Rows of what a fleet's size does: memory a session, and what an attempt costs
 * in fleets of three sizes.
 */
import type { FleetMemory } from './fleet-memory.ts';
import { median, runNode, type Row } from './measurement.ts';
import { SESSIONS_PER_HOST } from './storm-scenario.ts';

const MILLION = 1_000_000;
/** What a million sessions may take over a fleet of ten, and ten million in all. */
const MILLION_MIB = 150;
const TEN_MILLION_MIB = 2048;
const TEN_MILLION_MS = 120_000;

/** Each in a process of its own; a fleet's takes what it takes over one of ten sessions that uses the same. */
export function memoryRows(script: string, runs: number): Row[] {
  const measure = (sessions: number, features: readonly string[]): FleetMemory =>
    JSON.parse(runNode([script, String(sessions), ...features]).stdout) as FleetMemory;
  const row = (sessions: number, features: readonly string[], what: string): Row => {
    const pairs = Array.from({ length: runs }, () => ({
      few: measure(10, features),
      many: measure(sessions, features),
    }));
    const overMiB = median(pairs.map(({ few, many }) => many.peakMiB - few.rssMiB));
    const peakMiB = Math.max(...pairs.map(({ many }) => many.peakMiB));
    const wallMs = median(pairs.map(({ many }) => many.wallMs));
    const isMillion = sessions === MILLION;
    const isBack = pairs.every(({ many }) => many.drops > sessions / 200 && many.disconnectedAtEnd < 1e-4);
    const isWithin = isMillion ? overMiB <= MILLION_MIB : peakMiB <= TEN_MILLION_MIB && wallMs <= TEN_MILLION_MS;
    return {
      what: `${sessions.toLocaleString('en')} sessions, an hour of calm, 1 % of the hosts rebooted, all back${what}`,
      measured: `${overMiB.toFixed(0)} MiB over a fleet of ten (${((overMiB * 2 ** 20) / sessions).toFixed(0)} bytes a session), ${peakMiB.toFixed(0)} MiB in all, ${(wallMs / 1000).toFixed(1)} s`,
      target: isMillion ? `≤ ${MILLION_MIB} MiB over it` : `≤ ${TEN_MILLION_MIB} MiB, ≤ ${TEN_MILLION_MS / 1000} s`,
      met: isBack && isWithin,
      figures: { overMiB, peakMiB, wallMs },
    };
  };
  const usual = ['flaps', 'keepalive', 'two-tiers'];
  return [
    row(MILLION, [], ''),
    row(MILLION, usual, '; flaps, keepalives, two tiers'),
    row(10 * MILLION, [], ''),
    row(10 * MILLION, usual, '; flaps, keepalives, two tiers'),
  ];
}

/** The storm of all sessions at once: as many attempts at each size, once the program is warm. */
export function costRows(script: string, runs: number): Row[] {
  const sizes = [10_000, 100_000, MILLION];
  const rounds = Array.from({ length: runs }, () =>
    sizes.map((sessions) => {
      const { stdout } = runNode([script, String(sessions), String(MILLION)]);
      return (JSON.parse(stdout) as { perAttemptNs: number }).perAttemptNs;
    }),
  );
  return sizes.map((sessions, n) => {
    const perAttemptNs = median(rounds.map((round) => round[n]));
    const times = median(rounds.map((round) => round[n] / round[0]));
    const isLast = n === sizes.length - 1;
    return {
      what: `an attempt in the storm of ${sessions.toLocaleString('en')} sessions over ${sessions / SESSIONS_PER_HOST} hosts, warm`,
      measured: `${perAttemptNs.toFixed(0)} ns (${times.toFixed(2)} × that of 10,000)`,
      target: isLast ? '≤ 1.5 ×' : '',
      met: isLast ? times <= 1.5 : null,
      figures: { perAttemptNs, times },
    };
  });
}
