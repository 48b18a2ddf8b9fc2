/**
 * Responders: people's rules. A gauge beyond a bound for so long is detected;
 * then come paging, engaging and diagnosing, each with its delay, and then the
 * rule's actions begin. A rule acts once; one that stands down does nothing if
 * its condition no longer holds by then, and watches again. Gauges are looked at
 * every whole second, as metrics do.
 */
import { createDistribution } from '../../engine/distributions.ts';
import type { HandlerId } from '../../engine/engine.ts';
import { impossible } from '../../engine/simulation-error.ts';
import type { MetricCondition } from '../../scenario/expression.ts';
import { holds } from '../../scenario/condition.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Fleet } from '../state/fleet.ts';
import { gauges } from '../state/gauges.ts';
import type { Timeline } from './timeline.ts';

const LOOK_EVERY_MS = 1000;
const steps = ['paged', 'engaged', 'diagnosed'] as const;

interface Watcher {
  readonly rule: Scenario['responders'][number];
  /** since when the condition holds; Infinity if it does not */
  trueSinceMs: number;
  detected: boolean;
  /** how often it has detected something: keys the luck of its delays */
  detections: number;
}

export class Responders {
  private readonly fleet: Fleet;
  private readonly timeline: Timeline;
  private readonly watchers: Watcher[];
  private readonly look: HandlerId;
  private readonly step: HandlerId;
  /** whether a look is pending */
  private looking = false;

  constructor(fleet: Fleet, timeline: Timeline) {
    this.fleet = fleet;
    this.timeline = timeline;
    this.watchers = fleet.scenario.responders.map((rule) => ({
      rule,
      trueSinceMs: Infinity,
      detected: false,
      detections: 0,
    }));
    this.look = fleet.engine.register('responders look', () => this.onLook());
    this.step = fleet.engine.register('responder takes a step', (subject) =>
      this.onStep(Math.floor(subject / steps.length), subject % steps.length),
    );
  }

  begin(): void {
    if (this.watchers.length === 0) return;
    for (const { rule } of this.watchers)
      for (const action of rule.act) this.timeline.plan({ action, byResponder: true });
    this.lookAt(0);
  }

  private lookAt(atMs: number): void {
    const quietUntilMs = Math.min(...this.watchers.filter(({ detected }) => !detected).map(({ rule }) => rule.fromMs));
    this.looking = true;
    this.fleet.interventions.add(Math.max(atMs, quietUntilMs));
    this.fleet.engine.schedule(atMs, this.look, 0);
  }

  private onLook(): void {
    const nowMs = this.fleet.engine.nowMs;
    this.watchers.forEach((watcher, index) => {
      if (watcher.detected || nowMs < watcher.rule.fromMs) return;
      const { condition, forMs } = watcher.rule.detect;
      if (!this.holds(condition)) watcher.trueSinceMs = Infinity;
      else if (watcher.trueSinceMs === Infinity) watcher.trueSinceMs = nowMs;
      if (nowMs - watcher.trueSinceMs >= forMs) this.detect(index);
    });
    this.looking = false;
    this.goOnLooking();
  }

  /** Looks again at the next whole second, while there is somebody to look. */
  private goOnLooking(): void {
    const nextMs = (Math.floor(this.fleet.engine.nowMs / LOOK_EVERY_MS) + 1) * LOOK_EVERY_MS;
    if (!this.looking && this.watchers.some(({ detected }) => !detected)) this.lookAt(nextMs);
  }

  private holds(condition: MetricCondition): boolean {
    const { metric, parts } = condition.left;
    const gauge = gauges[metric];
    if (gauge === undefined) impossible(`a responder looks at ${metric}, which is no gauge`);
    const names = gauge.part === 'pod' ? this.fleet.podNames : this.fleet.tierNames;
    const part = parts.length === 0 ? -1 : names.indexOf(parts[0]);
    const { right } = condition;
    const bound = right.kind === 'all' ? this.fleet.podNames.length : right.kind === 'value' ? right.value : NaN;
    return holds(gauge.read(this.fleet, part), condition.operator, bound);
  }

  private detect(index: number): void {
    const { engine, interventions, recorder } = this.fleet;
    const watcher = this.watchers[index];
    watcher.detected = true;
    recorder?.responder(engine.nowMs, watcher.rule.name, 'detected');
    const luck = this.fleet.stream(`responder ${watcher.rule.name}`);
    const round = watcher.detections++;
    let atMs = engine.nowMs;
    [watcher.rule.page, watcher.rule.engage, watcher.rule.diagnose].forEach((delay, step) => {
      atMs += createDistribution(delay).sample(luck.at(round, step));
      interventions.add(atMs);
      engine.schedule(atMs, this.step, index * steps.length + step);
    });
  }

  private onStep(index: number, step: number): void {
    const { engine, recorder } = this.fleet;
    const watcher = this.watchers[index];
    const { rule } = watcher;
    recorder?.responder(engine.nowMs, rule.name, steps[step]);
    if (step < steps.length - 1) return;
    if (!rule.standsDown || this.holds(rule.detect.condition)) {
      this.timeline.done(rule.name);
      return;
    }
    recorder?.responder(engine.nowMs, rule.name, 'stood down');
    watcher.detected = false;
    watcher.trueSinceMs = Infinity;
    this.goOnLooking();
  }
}
