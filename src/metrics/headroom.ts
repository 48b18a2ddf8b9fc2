/**
 * Headroom: which share of a tier's hosts may be lost for good at the end of the
 * calm start without an outage that does not end. A run does not know it: it takes
 * further runs of the same world, one for each loss that is tried
 * (experiments/headroom.ts), so an outcome has it only where it was asked for.
 * What these runs ended too soon to say leaves it undecided.
 */
import type { EndedRun } from './ended-run.ts';
import type { Metric, PartValues } from './metric.ts';
import type { HeadlineRow } from './shown.ts';
import type { Headroom } from './survived-losses.ts';
import { counted, numberText } from './value-text.ts';

function headroomOf({ scenario, headrooms }: EndedRun, [tier]: PartValues): Headroom | undefined {
  const only = scenario.tiers.length === 1 ? scenario.tiers[0].name : null;
  const name = tier ?? only;
  return name === null ? undefined : headrooms.get(name);
}

function isNamed({ scenario }: EndedRun, [tier]: PartValues): boolean {
  return typeof tier === 'string' || scenario.tiers.length === 1;
}

function note({ name, ended }: HeadlineRow): string {
  const tier = name.split('.')[1] ?? null;
  const headroom = headroomOf(ended, [tier]);
  if (headroom === undefined) return '';
  const { hosts, survives, fails } = headroom;
  const pods = ended.scenario.tiers.find((one) => one.name === (tier ?? one.name))?.scope === 'pod';
  const each = pods && ended.scenario.pods.length > 1 ? ' in each pod' : '';
  const until = fails > survives + 1 ? `, perhaps up to ${numberText(fails - 1)}` : '';
  return `${numberText(survives)}${until} of ${counted(hosts, 'host')}${tier === null ? '' : ` of ${tier}`}${each} may be lost for good`;
}

export const headroomMetric: Metric = {
  unit: 'fraction',
  help: "the largest share of a tier's hosts (in each pod) whose loss the fleet survives, as it stands when the timeline's first action would begin (without one, when the window of `measure` begins, after a minute at least): these hosts are killed and stay down, nothing else of the timeline happens and nobody responds; it is survived if no outage is metastable, and none lasts longer than `metastableAfter`. By bisection in the same world, so of losses in between it is taken that a larger one is worse; all hosts of a pod are never survived. Only where asked for: `sim run FILE --headroom`, expectations, targets",
  parts: ['tier'],
  better: 'higher',
  ofRun: true,
  scales: 'nothing',
  headline: { place: 25, everyPart: true, note },
  isListed: (ended, parts) => headroomOf(ended, parts) !== undefined,
  isFinal: () => true,
  read: (ended, parts) => {
    const headroom = headroomOf(ended, parts);
    if (headroom === undefined || headroom.fails > headroom.survives + 1) return NaN;
    return headroom.survives / headroom.hosts;
  },
  undecided: (ended, parts) => {
    if (!isNamed(ended, parts)) return null;
    const headroom = headroomOf(ended, parts);
    if (headroom === undefined)
      return { low: 0, high: 1, reason: 'it takes runs of its own, which were not made: sim run FILE --headroom' };
    const { hosts, survives, fails } = headroom;
    if (fails === survives + 1) return null;
    const reason = `the runs that it takes ended too soon to say whether a loss of ${counted(survives + 1, 'host')} is survived`;
    return { low: survives / hosts, high: (fails - 1) / hosts, reason };
  },
  none: 'several tiers to choose from: name one',
};
