/**
 * What a run ended too soon to say, in sentences: which episode is open, and
 * until when the run would have had to go on. Clock times are told to the
 * second, and to the minute where they are whole ones.
 */
import { formatClock } from '../scenario/wall-clock.ts';
import type { Episode } from './episodes.ts';
import type { Figures } from './figures.ts';
import { roughDuration } from './rounding.ts';

/** 10:05, or 10:05:03 */
export function clockText({ scenario }: Pick<Figures, 'scenario'>, atMs: number): string {
  return formatClock(scenario.clock, atMs).replace(/^(\d\d:\d\d):00$/, '$1');
}

export function interruptedReason(figures: Figures): string {
  return `the run was interrupted at ${clockText(figures, figures.recorder.endMs)}, and what would have come after could change it`;
}

/** How long an open episode lasted for certain: until the run's end, or until the calm in which it may prove to be over. */
export function openForMs({ recorder }: Pick<Figures, 'recorder'>, { startedMs, calmFromMs }: Episode): number {
  return (calmFromMs ?? recorder.endMs) - startedMs;
}

/** `everybody is connected again from 10:06:12 on`, as far as that is so */
export function calmInWords(figures: Figures, calmFromMs: number): string {
  const { fleet, firstMs } = figures.curve;
  const first = Math.round((calmFromMs - firstMs) / 1000);
  const who = fleet.subarray(first).every((share) => share === 0)
    ? 'everybody is connected again'
    : 'no pod is impacted any more';
  return `${who} from ${clockText(figures, calmFromMs)} on`;
}

/** Why an open episode has no end. */
export function openInWords(figures: Figures, episode: Episode): string {
  const name = `the episode of ${clockText(figures, episode.startedMs)}`;
  const end = `the run ends at ${clockText(figures, figures.recorder.endMs)}`;
  if (episode.calmFromMs === null) return `${name} is open when ${end}`;
  return `${calmInWords(figures, episode.calmFromMs)}, but ${end}, too soon for the five calm minutes that would resolve ${name}`;
}

/** Why an episode's being metastable is undecided. */
export function undecidedInWords(figures: Figures, episode: Episode): string {
  const open = openInWords(figures, episode);
  const { decidedFromMs, calmFromMs, trigger } = episode;
  const underWay = figures.actions.filter(
    (action) => !action.byResponder && action.startedMs <= figures.recorder.endMs && action.doneMs === Infinity,
  );
  if (decidedFromMs === null)
    return `${open}, and ${underWay.map(({ name }) => name).join(' and ')} is not over then: whether it outlives that cannot be told`;
  const longer = `the clock must run at least ${roughDuration(Math.ceil((decidedFromMs - figures.recorder.endMs) / 1000) * 1000)} longer`;
  if (calmFromMs !== null) return `${open}; ${longer}`;
  const meaning = trigger === null ? 'it is metastable' : 'it outlives its trigger';
  return `${open}; ${meaning} if it still is at ${clockText(figures, decidedFromMs)}: ${longer}`;
}
