// Every metric of the catalogue against an independent count of the recorder's raw calls, on as many random scenarios
// as fit into every test run; audit.full.test.ts takes more.
import { describe, expect, it } from 'vitest';
import { metricCatalogue } from '../../src/metrics/catalogue.ts';
import type { Recorder } from '../../src/model/state/recorder.ts';
import { scenarioOf } from '../small-scenario.ts';
import { auditedMetrics } from './audit/audited-metrics.ts';
import { audit, checkAudit, differences, ofOneRun, overSoon } from './audit/check-audit.ts';

checkAudit(100);

describe('the audit', () => {
  it('counts every metric that one run knows, and none that there is not', () => {
    expect(Object.keys(auditedMetrics).sort()).toEqual([...ofOneRun].sort());
    // What takes further runs has a test of its own: test/experiments/headroom.test.ts.
    expect(Object.keys(metricCatalogue).filter((name) => !ofOneRun.includes(name))).toEqual(['headroom']);
  });

  const storm = scenarioOf(overSoon);

  it('finds nothing to object to where all is told', () => expect(differences(audit(storm))).toEqual([]));

  /** A recorder that does not hear the n-th call of a kind. */
  const deafTo =
    (name: keyof Recorder, n: number) =>
    (recorder: Recorder): Recorder => {
      let heard = 0;
      return new Proxy(recorder, {
        get: (inner, key: keyof Recorder) =>
          key === name && heard++ === n ? () => undefined : (inner[key] as () => void).bind(inner),
      });
    };

  it.each([
    ['dropped', 'drops'],
    ['abandonedInQueue', 'abandonedInQueueFraction'],
    ['serviceBegan', 'utilisation'],
    ['enteredTier', 'openAttempts'],
    ['attemptEnded', 'attempts'],
    ['loss', 'reproduction'],
  ] as const)('finds out a recorder that misses one call of %s', (name, metric) => {
    const found = differences(audit(storm, deafTo(name, 0))).map((difference) => difference.split(/[. ]/)[0]);
    expect(found).toContain(metric);
  });
});
