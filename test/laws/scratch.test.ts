import fc from 'fast-check';
import { appendFileSync } from 'node:fs';
import { it } from 'vitest';
import { Simulation } from '../../src/model/simulation.ts';
import { scenarioOf } from '../small-scenario.ts';
import { lawContent } from './law-scenario.ts';
it('x', () => {
  let i = 0;
  for (const content of fc.sample(lawContent, { numRuns: 150, seed: 7 })) {
    appendFileSync('/tmp/o/hang', `${i++} ${JSON.stringify(content)}\n`);
    const s = scenarioOf(content);
    const sim = new Simulation(s, { seed: 'laws/0', recorder: null });
    for (let t = 1000; t <= 180000; t += 1000) { sim.run(t); if (sim.eventCount > 3e6) { appendFileSync('/tmp/o/hang', `   MANY ${t} ${sim.eventCount} ${sim.attemptCount}\n`); break; } }
  }
}, 600000);
