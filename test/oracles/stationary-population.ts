/**
 * M/G/∞ in its stationary state: as many arrive as leave at every instant,
 * whatever the lifetimes' law, if those of the start have what is left of a
 * lifetime at a random instant (the population is then Poisson about λ·E[X],
 * and stays so).
 */
import { readFileSync } from 'node:fs';
import { numberOf, type ReplicatedCase } from './replicated-case.ts';

const whole = readFileSync(new URL('../cases/truth/fault-residual.yaml', import.meta.url), 'utf8');

/** The case's file with so large a part of its sessions and arrivals, up to an hour of its clock. */
export function stationaryPopulation({ part, hours, n }: { part: number; hours: number; n: number }): ReplicatedCase {
  const lines = whole.replace('to: 10h', `to: ${hours}h`).split('\n');
  const isWithin = (line: string): boolean =>
    !line.includes('connected at') || Number(/at (\d\d):/.exec(line)?.[1]) < hours;
  const scenario = `${lines.filter(isWithin).join('\n')}\nscale: { sessions: ${part} }\n`;
  const instants = [...scenario.matchAll(/connected at (\d\d:\d\d)/g)].map(([, clock]) => clock);
  return {
    name: `${20_000 * part} sessions of heavy-tailed lifetimes stay as many for ${hours} hours`,
    n,
    level: 0.99,
    scenario,
    readings: instants.map((clock, i) => ({
      metric: { name: `online at ${clock}`, of: (_, outcome) => numberOf(clock, outcome.expectations[i].value) },
      exact: 20_000 * part,
    })),
  };
}
