// Rows of the time series, and their file.
import { describe, expect, it } from 'vitest';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import { timeSeriesCsv } from '../../src/metrics/time-series.ts';
import { HostState } from '../../src/model/state/vocabulary.ts';
import { blankScenario, FakeFleet } from './fake-fleet.ts';

function recorded(): { recorder: MetricsRecorder; csv: string } {
  const fleet = new FakeFleet(2, 60);
  const scenario = blankScenario(fleet);
  const recorder = new MetricsRecorder(scenario);
  recorder.begin(fleet);
  for (let second = 0; second <= 12; second++) {
    if (second === 7) {
      fleet.setWaiting(0, 20);
      for (let i = 0; i < 20; i++) recorder.dropped(6500, 0, 0, 1);
      recorder.serviceBegan(6500, 0, 120);
      recorder.serviceBegan(6500, 0, 180);
    }
    if (second === 11) fleet.hosts.push({ label: 'p1/front/2', tier: 0, pod: 0, state: HostState.warming });
    recorder.sample(second * 1000);
  }
  recorder.end(12_000);
  return { recorder, csv: timeSeriesCsv(recorder.rows.series(), scenario.clock) };
}

describe('the time series', () => {
  it('has a row at the start and every five seconds, with rates of the time between', () => {
    const { recorder } = recorded();
    const series = recorder.rows.series();
    expect([...series.atMs]).toEqual([0, 5000, 10_000]);
    expect([...series.columns.disconnectedFraction]).toEqual([0, 0, 20 / 120]);
    expect([...series.columns['disconnectedFraction.p1']]).toEqual([0, 0, 20 / 60]);
    expect([...series.columns.dropsPerSec]).toEqual([0, 0, 4]);
    expect([...series.columns.impactedPods]).toEqual([0, 0, 1]);
  });

  it('has no wait where nobody began service', () => {
    const { recorder } = recorded();
    expect([...recorder.rows.series().columns['queueWaitMs.front.mean']]).toEqual([NaN, NaN, 150]);
  });

  it('has the state of every host, absent before it came to be', () => {
    const fleet = new FakeFleet(1, 0);
    const recorder = new MetricsRecorder(blankScenario(fleet));
    recorder.begin(fleet);
    for (let second = 0; second <= 5; second++) {
      if (second === 3) fleet.hosts.push({ label: 'p1/front/2', tier: 0, pod: 0, state: HostState.warming });
      recorder.sample(second * 1000);
    }
    const { labels, codes } = recorder.rows.series().hostStates;
    expect(labels).toEqual(['p1/front/1', 'p1/front/2']);
    expect(codes.map((states) => [...states])).toEqual([
      [HostState.up, HostState.up],
      [HostState.absent, HostState.warming],
    ]);
  });

  it('is written as CSV with clock times, empty cells and rounded numbers, the same every time', () => {
    const { csv } = recorded();
    const lines = csv.split('\n');
    const header = lines[0].split(',');
    expect(header.slice(0, 4)).toEqual(['clock', 'atSec', 'sessions.connected', 'sessions.unaware']);
    expect(lines).toHaveLength(5);
    const row = lines[3].split(',');
    expect(row).toHaveLength(header.length);
    expect(row.slice(0, 3)).toEqual(['16:30:10', '10', '100']);
    expect(row[header.indexOf('disconnectedFraction')]).toBe('0.166667');
    expect(lines[1].split(',')[header.indexOf('queueWaitMs.front.p95')]).toBe('');
    expect(recorded().csv).toBe(csv);
  });
});
