import fc from 'fast-check';
import { appendFileSync } from 'node:fs';
import { it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { scenarioOf } from '../small-scenario.ts';
import { LawKeeper } from './law-keeper.ts';
import { lawContent } from './law-scenario.ts';
it('x', () => {
  let i = 0;
  for (const content of fc.sample(lawContent, { numRuns: 150, seed: 7 })) {
    appendFileSync('/tmp/o/hang', `${i++} ${JSON.stringify(content)}\n`);
    const s = scenarioOf(content);
    const sim = new Simulation(s, { seed: 'laws/0', recorder: new LawKeeper() });
    const t0 = performance.now();
    for (let t = 1000; t <= 180000; t += 1000) { sim.run(t); if (performance.now() - t0 > 20000) { appendFileSync('/tmp/o/hang', `   SLOW ${t} ${sim.eventCount} ${sim.attemptCount} ${sim.fleet.admitted}\n`); break; } }
    appendFileSync('/tmp/o/hang', `   ${(performance.now() - t0).toFixed(0)} ms ${sim.eventCount} ev ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB\n`);
  }
}, 600000);
