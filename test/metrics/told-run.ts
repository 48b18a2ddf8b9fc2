// Runs that are told by hand: four pods of 100 sessions whose disconnected are set at whole seconds.
import { vocabulary } from '../../src/metrics/catalogue.ts';
import { endedRun, type EndedRun } from '../../src/metrics/ended-run.ts';
import { MetricsRecorder } from '../../src/metrics/metrics-recorder.ts';
import type { Expression } from '../../src/scenario/expression.ts';
import { AttemptEnd, RejectReason, Session } from '../../src/model/state/vocabulary.ts';
import { parseExpression } from '../../src/scenario/expression-parser.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { blankScenario, FakeFleet } from './fake-fleet.ts';

/** What happens at which second: waiting sessions of pods, or a call of the recorder. */
export type Script = Readonly<Record<number, (fleet: FakeFleet, recorder: MetricsRecorder, atMs: number) => void>>;

export interface Told {
  readonly changes?: Partial<Scenario>;
  readonly interrupted?: boolean;
  readonly sessionsPerPod?: number;
  /** whether those who wait try and fail once a second: an overload that sustains itself */
  readonly fails?: boolean;
}

export function toldRun(
  script: Script,
  seconds: number,
  { changes = {}, interrupted = false, sessionsPerPod = 100, fails = false }: Told = {},
): EndedRun {
  const fleet = new FakeFleet(4, sessionsPerPod);
  const recorder = new MetricsRecorder(blankScenario(fleet, changes));
  recorder.begin(fleet);
  for (let second = 0; second <= seconds; second++) {
    recorder.sample(second * 1000);
    script[second]?.(fleet, recorder, second * 1000);
    if (fails) failOnce(fleet, recorder, second * 1000);
  }
  recorder.end(seconds * 1000);
  return endedRun(recorder, interrupted);
}

function failOnce(fleet: FakeFleet, recorder: MetricsRecorder, atMs: number): void {
  fleet.podNames.forEach((_, pod) => {
    for (let i = 0; i < fleet.sessions(pod, Session.waiting); i++)
      recorder.attemptEnded(atMs, pod, AttemptEnd.rejected, RejectReason.noHost);
  });
}

export function waiting(...counts: number[]): Script[number] {
  return (fleet) => counts.forEach((count, pod) => fleet.setWaiting(pod, count));
}

/** An action that is over at once. */
export function started(name: string, byResponder = false): Script[number] {
  return (_fleet, recorder, atMs) => {
    recorder.action(atMs, name, '', byResponder, false);
    recorder.action(atMs, name, '', byResponder, true);
  };
}

export function begun(name: string): Script[number] {
  return (_fleet, recorder, atMs) => recorder.action(atMs, name, '', false, false);
}

export function both(...parts: Script[number][]): Script[number] {
  return (...given) => parts.forEach((part) => part(...given));
}

/** An expression about such a run, whose file has one variant: `fixed`. */
export function parsed(text: string, place: 'observed' | 'expect' = 'expect'): Expression {
  const fleet = new FakeFleet(4, 100);
  const result = parseExpression(text, {
    vocabulary,
    clock: blankScenario(fleet).clock,
    podNames: fleet.podNames,
    tierNames: fleet.tierNames,
    whoNames: [],
    variantNames: ['fixed'],
    place,
  });
  if ('mistake' in result) throw new Error(`${text}: ${JSON.stringify(result)}`);
  return result;
}
