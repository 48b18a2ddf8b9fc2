/**
 * What a run ended too soon to say, in sentences: which episode is open, and
 * until when the run would have had to go on. Clock times are told to the
 * second, and to the minute where they are whole ones.
 */
import { formatClock } from '../scenario/wall-clock.ts';
import type { Episode } from './episodes.ts';
import type { EndedRun } from './ended-run.ts';
import { roughDuration } from './rounding.ts';

/** 10:05, or 10:05:03 */
export function clockText({ scenario }: Pick<EndedRun, 'scenario'>, atMs: number): string {
  return formatClock(scenario.clock, atMs).replace(/^(\d\d:\d\d):00$/, '$1');
}

export function interruptedReason(ended: EndedRun): string {
  return `the run was interrupted at ${clockText(ended, ended.recorder.endMs)}, and what would have come after could change it`;
}

/** How long an open episode lasted for certain: until the run's end, or until the calm in which it may prove to be over. */
export function openForMs({ recorder }: Pick<EndedRun, 'recorder'>, { startedMs, calmFromMs }: Episode): number {
  return (calmFromMs ?? recorder.endMs) - startedMs;
}

/** `nobody is disconnected any more from 10:06:12 on`, as far as that is so */
export function calmInWords(ended: EndedRun, calmFromMs: number): string {
  const { fleet, firstMs } = ended.curve;
  const first = Math.round((calmFromMs - firstMs) / 1000);
  const who = fleet.subarray(first).every((share) => share === 0)
    ? 'nobody is disconnected any more'
    : 'no pod is impacted any more';
  return `${who} from ${clockText(ended, calmFromMs)} on`;
}

/** Why an open episode has no end. */
export function openInWords(ended: EndedRun, episode: Episode): string {
  const name = `the episode of ${clockText(ended, episode.startedMs)}`;
  const end = `the run ends at ${clockText(ended, ended.recorder.endMs)}`;
  if (episode.calmFromMs === null) return `${name} is open when ${end}`;
  return `${calmInWords(ended, episode.calmFromMs)}, but ${end}, too soon for the five calm minutes that would resolve ${name}`;
}

/** Why it is undecided whether an episode is metastable, or outlives its trigger. */
export function undecidedInWords(ended: EndedRun, episode: Episode): string {
  const open = openInWords(ended, episode);
  const { decidedFromMs, calmFromMs, trigger, isEasing } = episode;
  if (isEasing) return `${open}, and it eases: whether it ends by itself would show on a longer clock`;
  const underWay = ended.actions.filter(
    (action) => !action.byResponder && action.startedMs <= ended.recorder.endMs && action.doneMs === Infinity,
  );
  if (decidedFromMs === null)
    return `${open}, and ${underWay.map(({ name }) => name).join(' and ')} is not over then: whether it outlives that cannot be told`;
  const longer = `the clock must run at least ${roughDuration(Math.ceil((decidedFromMs - ended.recorder.endMs) / 1000) * 1000)} longer`;
  if (calmFromMs !== null) return `${open}; ${longer}`;
  const meaning = trigger === null ? 'whether it sustains itself shows' : 'whether it outlives its trigger shows';
  return `${open}; ${meaning} at ${clockText(ended, decidedFromMs)}: ${longer}`;
}
