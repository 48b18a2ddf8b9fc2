/**
 * The story of a run in clock times, for a person at a terminal: ten to some
 * twenty-five lines. Hosts that die by the hundred become one line; of many
 * episodes only the largest are told; and if there is still too much to tell,
 * the least important lines go first.
 */
import { disconnectedSessions } from '../model/state/gauges.ts';
import { deathCauses, Session } from '../model/state/vocabulary.ts';
import { actions } from '../policies/actions.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import { isWithin, type Episode } from './episodes.ts';
import type { EndedRun } from './ended-run.ts';
import type { Happening } from './happenings.ts';
import {
  abortInWords,
  actionDrops,
  podSteps,
  startInWords,
  triggerEndWithin,
  untriggeredInWords,
} from './notable-events.ts';
import { roughDuration } from './rounding.ts';
import { stallLines } from './stall-lines.ts';
import { stepLines, type Line } from './story-lines.ts';
import { limitLines } from './limits-in-step.ts';
import { calmInWords, clockText } from './unfinished.ts';
import { percentText } from './value-text.ts';

const LINES_MAX = 25;
const EPISODES_MAX = 4;
/** Deaths closer together than this are one line. */
const SAME_BURST_MS = 600_000;

/** Lines like `17:19  all 8 pods are impacted`. */
export function story(ended: EndedRun): string[] {
  const lines = [
    startLine(ended),
    // People before what they do, where both share an instant.
    ...responderLines(ended),
    ...actionLines(ended),
    ...deathLines(ended),
    ...stallLines(ended),
    ...stepLines(ended),
    ...limitLines(ended),
    ...allEpisodeLines(ended),
    endLine(ended),
  ];
  const told = fitted(lines).sort((a, b) => a.atMs - b.atMs);
  const { clock } = ended.scenario;
  return told.map(({ atMs, untilMs, text }) => {
    const from = formatClock(clock, atMs, 'minutes');
    const until = untilMs === undefined ? from : formatClock(clock, untilMs, 'minutes');
    return `${(until === from ? from : `${from}–${until}`).padEnd(11)}  ${text}`;
  });
}

/** Those that there is room for, in their old order. */
function fitted(lines: readonly Line[]): Line[] {
  const byRank = [...lines].sort((a, b) => a.rank - b.rank || a.atMs - b.atMs);
  const certain = byRank.filter(({ rank }) => rank === 0).length;
  const told = new Set(byRank.slice(0, Math.max(LINES_MAX, certain)));
  return lines.filter((line) => told.has(line));
}

function count(value: number, one: string, many = `${one}s`): string {
  return `${grouped(value)} ${value === 1 ? one : many}`;
}

const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

function grouped(value: number): string {
  return wholeNumber.format(value);
}

/** In whole per cent from 10 % on, as long as that does not make all of nearly all. */
function percent(fraction: number): string {
  const text = (100 * fraction).toFixed(fraction < 0.1 ? 1 : 0);
  return text === '100' && fraction < 1 ? percentText(fraction) : `${text} %`;
}

/** How the last episode stands when the run ends, if it is open. */
function openText(ended: EndedRun): string {
  const last = ended.episodes.at(-1);
  if (last === undefined || last.resolvedMs !== null) return '';
  if (last.calmFromMs === null) return '; the outage is not over';
  return `; ${calmInWords(ended, last.calmFromMs)}, and the run ends too soon for the five calm minutes that end an outage`;
}

/** Who is still out where an outage is open: those who dropped, and those who came, or began so, and never got in. */
function awayText({ recorder, episodes, scenario }: EndedRun): string {
  if (episodes.at(-1)?.resolvedMs !== null) return '';
  const away = recorder.returns.all.awayMs.length;
  const out = scenario.pods.reduce((sum, _, pod) => sum + disconnectedSessions(recorder.fleet, pod), 0);
  const notes = [away > 0 ? `${grouped(away)} of those who dropped still away` : ''];
  if (out > away) notes.push(`${grouped(out - away)} ${away > 0 ? 'others ' : ''}not let in`);
  const told = notes.filter((note) => note !== '').join(' and ');
  return told === '' ? '' : `, ${told}`;
}

function startLine({ recorder, scenario }: EndedRun): Line {
  const connected = recorder.history.column('stateSessions.connected')!;
  const pods = count(scenario.pods.length, 'pod');
  const share = recorder.history.column('disconnectedFraction')!.at(0);
  const amid = share > 0 ? `; ${percent(share)} of all are disconnected from the start` : '';
  return {
    atMs: 0,
    rank: 0,
    text: `${count(connected.at(0), 'session is', 'sessions are')} connected, in ${pods}${amid}`,
  };
}

function endLine(ended: EndedRun): Line {
  const { recorder, scenario } = ended;
  const { fleet, endMs } = recorder;
  let atEnd = 0;
  for (let pod = 0; pod < scenario.pods.length; pod++) atEnd += fleet.sessions(pod, Session.connected);
  const text = `the run ends with ${count(atEnd, 'session')} connected${awayText(ended)}${openText(ended)}`;
  return { atMs: endMs, rank: 0, text };
}

function actionLines(ended: EndedRun): Line[] {
  const aborts = ended.recorder.happenings.flatMap((happening): Line[] =>
    happening.kind === 'aborted' ? [{ atMs: happening.atMs, rank: 0, text: abortInWords(happening) }] : [],
  );
  const begun = ended.actions.map((action): Line => {
    const drops = actionDrops(ended, action.name);
    const what = action.title === '' ? action.name : action.title;
    const notes = [drops > 0 ? count(drops, 'session drops', 'sessions drop') : '', hostsAfterwards(ended, action)];
    const told = notes.filter((note) => note !== '').join('; ');
    const text = `${what}${told === '' ? '' : ` (${told})`}`;
    return { atMs: action.startedMs, rank: action.byResponder ? 1 : 0, text };
  });
  return [...begun, ...aborts];
}

/** What becomes of hosts that an action lets die, which people take for otherwise than it is; empty for all other actions. */
function hostsAfterwards({ scenario }: EndedRun, { name, doneMs }: EndedRun['actions'][number]): string {
  const known = [...scenario.timeline, ...scenario.responders.flatMap(({ act }) => act)];
  const action = known.find((one) => one.name === name);
  const staysDown = action === undefined ? undefined : actions[action.action].takes?.(action.parameters).staysDown;
  if (staysDown === undefined) return '';
  if (staysDown) return 'its hosts stay down';
  return doneMs === Infinity
    ? 'its hosts boot again'
    : `its hosts boot again, and are up by ${formatClock(scenario.clock, doneMs, 'minutes')}`;
}

/** A line for each responder and minute: steps that follow at once are told together. */
function responderLines({ recorder, scenario }: EndedRun): Line[] {
  const steps = new Map<string, { atMs: number; name: string; taken: string[] }>();
  for (const happening of recorder.happenings) {
    if (happening.kind !== 'responder') continue;
    const { atMs, name, step } = happening;
    const minute = `${name} ${formatClock(scenario.clock, atMs, 'minutes')}`;
    const line = steps.get(minute) ?? { atMs, name, taken: [] };
    line.taken.push(step);
    steps.set(minute, line);
  }
  return [...steps.values()].map(({ atMs, name, taken }) => ({ atMs, rank: 2, text: `${name}: ${taken.join(', ')}` }));
}

type Death = Happening & { kind: 'died' };

/** What becomes of one host, and of several. */
const fates: Readonly<Record<(typeof deathCauses)[number], readonly [one: string, many: string]>> = {
  liveness: ['is killed by liveness', 'are killed by liveness'],
  crash: ['crashes', 'crash'],
  outOfMemory: ['runs out of memory', 'run out of memory'],
  killed: ['is killed', 'are killed'],
};

/** `3 hosts crash in p1`, or `2 hosts crash again and again in p1, 545 times`: the same ones are counted once. */
function deathsInWords(deaths: readonly Death[], [one, many]: readonly [string, string], where = ''): string {
  const hosts = new Set(deaths.map(({ host }) => host)).size;
  const what = `${count(hosts, 'host')} ${hosts === 1 ? one : many}`;
  if (deaths.length === hosts) return `${what}${where}`;
  const often = deaths.length > 2 * hosts ? ' again and again' : '';
  return `${what}${often}${where}, ${grouped(deaths.length)} times${often === '' ? ' in all' : ''}`;
}

function deathLines({ recorder }: EndedRun): Line[] {
  const lines: Line[] = [];
  deathCauses.forEach((name, cause) => {
    const deaths = recorder.happenings.filter(
      (happening): happening is Death => happening.kind === 'died' && happening.cause === cause,
    );
    for (const burst of bursts(deaths)) {
      const places = burst.map(({ host }) => {
        const pod = recorder.fleet.hostPod(host);
        return pod < 0 ? recorder.fleet.tierNames[recorder.fleet.hostTier(host)] : recorder.fleet.podNames[pod];
      });
      const where = placesInWords([...new Set(places)], recorder.fleet.podNames);
      lines.push({
        atMs: burst[0].atMs,
        untilMs: burst[burst.length - 1].atMs,
        rank: 1,
        text: deathsInWords(burst, fates[name], ` in ${where}`),
      });
    }
  });
  return lines;
}

/** What of hosts an episode cost. */
function diedInWords({ recorder }: EndedRun, episode: Episode): string {
  const deaths = recorder.happenings.filter((one): one is Death => one.kind === 'died' && isWithin(episode, one.atMs));
  return deaths.length === 0 ? 'no host died meanwhile' : deathsInWords(deaths, ['died', 'died']);
}

function bursts(deaths: readonly Death[]): Death[][] {
  const found: Death[][] = [];
  for (const death of deaths) {
    const current = found.at(-1);
    if (current === undefined || death.atMs - current[current.length - 1].atMs > SAME_BURST_MS) found.push([death]);
    else current.push(death);
  }
  return found;
}

function placesInWords(places: readonly string[], podNames: readonly string[]): string {
  const pods = podNames.filter((pod) => places.includes(pod));
  const tiers = places.filter((place) => !podNames.includes(place));
  const inPods = pods.length === podNames.length && pods.length > 2 ? ['all pods'] : pods;
  return [...inPods, ...tiers].join(', ');
}

function allEpisodeLines(ended: EndedRun): Line[] {
  const { episodes } = ended;
  const largest = [...episodes].sort((a, b) => b.sessionMinutesLost - a.sessionMinutesLost).slice(0, EPISODES_MAX);
  const lines = largest.flatMap((episode) => episodeLines(ended, episode));
  const others = episodes.filter((episode) => !largest.includes(episode));
  if (others.length > 0)
    lines.push({
      atMs: others[0].startedMs,
      untilMs: others[others.length - 1].startedMs,
      rank: 0,
      text: `${count(others.length, 'smaller episode')} begin${others.length === 1 ? 's' : ''}`,
    });
  return lines;
}

/** How it stands with the trigger at the trigger's end. */
function triggerText(ended: EndedRun, { outlivesTrigger, metastable, isEasing, decidedFromMs }: Episode): string {
  if (outlivesTrigger === false) return 'the trigger is over';
  if (outlivesTrigger === true) {
    const over = 'the trigger is over, and the outage outlives it';
    if (metastable === true) return `${over} and sustains itself: metastable`;
    return metastable === false ? over : `${over}${isEasing ? '; it eases as the run ends' : ''}`;
  }
  const until =
    decidedFromMs === null || ended.interrupted ? '' : `, which shows at ${clockText(ended, decidedFromMs)}`;
  return `the trigger is over; the run ends too soon to see whether the outage outlives it${until}`;
}

/** Where no end of a trigger within the episode is told, which would say it. */
function sustainedText(episode: Episode): string {
  return episode.metastable === true && triggerEndWithin(episode) === null ? '; it sustains itself: metastable' : '';
}

function episodeLines(ended: EndedRun, episode: Episode): Line[] {
  const { scenario, recorder } = ended;
  const { pods } = scenario;
  const lines: Line[] = [
    {
      atMs: episode.startedMs,
      rank: 0,
      text: `${startInWords(scenario, episode)}${untriggeredInWords(ended, episode)}${sustainedText(episode)}`,
    },
  ];
  const tell = (atMs: number | null, rank: number, text: string): void => {
    if (atMs !== null) lines.push({ atMs, rank, text });
  };
  const all = pods.length;
  for (const step of podSteps(episode)) if (step.pods < all) tell(step.atMs, 3, `${step.pods} pods are impacted`);
  if (all > 1) tell(episode.allPodsMs, 0, `all ${all} pods are impacted`);
  tell(episode.peakMs, 1, `the peak: ${percent(episode.peakDisconnectedFraction)} of the sessions are disconnected`);
  tell(triggerEndWithin(episode), 1, triggerText(ended, episode));
  const by = episode.endedBy === 'itself' || episode.endedBy === 'open' ? '' : `, after ${episode.endedBy}`;
  tell(episode.recoveringMs, 0, `the fleet is recovering${by === '' ? ' by itself' : by}`);
  const lost = count(Math.round(episode.sessionMinutesLost), 'session-minute');
  tell(
    episode.resolvedMs,
    0,
    `resolved after ${roughDuration((episode.resolvedMs ?? recorder.endMs) - episode.startedMs)}: ${lost} lost, ${diedInWords(ended, episode)}`,
  );
  return lines;
}
