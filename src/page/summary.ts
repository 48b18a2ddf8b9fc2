/**
 * What happened, in a few sentences for somebody who looks for the first time: what began it, how it spread, how large
 * it was, what kept it up, and what was different when it turned. Of many episodes the largest are told.
 */
import type { EndedRun } from '../metrics/ended-run.ts';
import type { Episode } from '../metrics/episodes.ts';
import { reproductionWithin, type ReproductionCurve } from '../metrics/reproduction.ts';
import { roughDuration } from '../metrics/rounding.ts';
import { counted, numberText, percentText } from '../metrics/value-text.ts';
import type { Column } from '../metrics/column.ts';
import { formatClock } from '../scenario/wall-clock.ts';
import type { PageTurn } from './page-data.ts';

const EPISODES_MAX = 2;
/** What was done so long before it turned may have turned it. */
const SHORTLY_MS = 600_000;

/** A share within a sentence. */
const share = (fraction: number): string =>
  percentText(fraction).replace(/^>\s/, 'more than ').replace(/^<\s/, 'less than ');

/** A sentence begins with a capital, whatever a scenario calls its things. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export function summaryOf(ended: EndedRun, curve: ReproductionCurve): string[] {
  const { episodes } = ended;
  if (episodes.length === 0) return ['No pod was ever impacted: whoever dropped got back, and nothing spread.'];
  const largest = [...episodes].sort((a, b) => b.sessionMinutesLost - a.sessionMinutesLost).slice(0, EPISODES_MAX);
  const told = episodes.filter((episode) => largest.includes(episode));
  const rest = episodes.length - told.length;
  return [
    ...told.map((episode) => episodeText(ended, curve, episode)),
    ...(rest === 0 ? [] : [sentence(`${counted(rest, 'smaller outage')} ${rest === 1 ? 'is' : 'are'} not told here`)]),
  ];
}

function episodeText(ended: EndedRun, curve: ReproductionCurve, episode: Episode): string {
  return [beginning(ended, episode), spread(ended, episode), upkeep(ended, episode), ending(ended, curve, episode)]
    .filter((text) => text !== '')
    .map(sentence)
    .join(' ');
}

function beginning(ended: EndedRun, { trigger, startedMs, firstPods }: Episode): string {
  const { scenario, actions } = ended;
  const at = formatClock(scenario.clock, startedMs, 'minutes');
  const pods = firstPods.map((pod) => scenario.pods[pod].name).join(', ');
  if (trigger === null)
    return startedMs === 0
      ? `the run begins amid an outage of ${pods}`
      : `at ${at} ${pods} went down, though nothing had been done to the fleet`;
  const action = actions.find(({ name }) => name === trigger);
  const title = action === undefined || action.title === '' || action.title === trigger ? '' : ` (${action.title})`;
  return `at ${at}, after ${trigger}${title}, ${pods} ${firstPods.length === 1 ? 'was' : 'were'} impacted`;
}

function spread(ended: EndedRun, episode: Episode): string {
  const { scenario } = ended;
  const clock = (atMs: number): string => formatClock(scenario.clock, atMs, 'minutes');
  const { allPodsMs, podsImpactedMs, firstPods, peakMs, peakDisconnectedFraction, hostDeaths } = episode;
  const reached =
    scenario.pods.length === 1 || podsImpactedMs.length === firstPods.length
      ? ''
      : allPodsMs === null
        ? `it spread to ${podsImpactedMs.length} of ${scenario.pods.length} pods, and `
        : `it reached all ${scenario.pods.length} pods at ${clock(allPodsMs)}, and `;
  const deaths = hostDeaths === 0 ? '' : `, and ${counted(hostDeaths, 'host')} died`;
  const lost = numberText(episode.sessionMinutesLost);
  return `${reached}at its peak, at ${clock(peakMs)}, ${share(peakDisconnectedFraction)} of all sessions were disconnected; ${lost} session-minutes were lost${deaths}`;
}

/** What went on between the trigger's end, or the start, and where it turned. */
function upkeep(ended: EndedRun, { startedMs, triggerEndedMs, recoveringMs, resolvedMs, metastable }: Episode): string {
  const { recorder, curve, scenario } = ended;
  const fromMs = Math.max(startedMs, triggerEndedMs ?? startedMs);
  const untilMs = recoveringMs ?? resolvedMs ?? curve.firstMs + (curve.fleet.length - 1) * 1000;
  const second = (atMs: number): number => Math.floor((atMs - curve.firstMs) / 1000);
  const grown = (column: Column): number => column.at(second(untilMs)) - column.at(second(fromMs));
  const { pods, tiers } = recorder.traffic;
  const failed = pods.reduce((sum, pod) => sum + grown(pod.failed), 0);
  const attempts = failed + pods.reduce((sum, pod) => sum + grown(pod.connected), 0);
  if (untilMs <= fromMs || attempts === 0 || failed / attempts < 0.5) return '';
  const wasted = tiers
    .map((tier, at) => {
      const forNobody = grown(tier.abandonedMs);
      return { name: scenario.tiers[at].name, wasted: forNobody / (forNobody + grown(tier.awaitedMs)) };
    })
    .filter((tier) => tier.wasted >= 0.5)
    .map((tier) => `${share(tier.wasted)} of the work of ${tier.name}`);
  const work = wasted.length === 0 ? '' : `, and ${wasted.join(' and ')} was abandoned work, for clients who had left`;
  const lasted =
    metastable === true
      ? `it kept itself up: for ${roughDuration(untilMs - fromMs)}`
      : `for ${roughDuration(untilMs - fromMs)}`;
  return `${lasted}, ${share(failed / attempts)} of all attempts failed${work}`;
}

function ending(ended: EndedRun, reproduction: ReproductionCurve, episode: Episode): string {
  const clock = (atMs: number): string => formatClock(ended.scenario.clock, atMs, 'minutes');
  const { recoveringMs, resolvedMs } = episode;
  const turn = turnOf(ended, reproduction, episode);
  const turned = turn === null ? '' : `it turned at ${clock(turn.atMs)}${turn.text}, `;
  if (resolvedMs !== null) return `${turned}${turned === '' ? 'it was over' : 'and was over'} at ${clock(resolvedMs)}`;
  return recoveringMs === null
    ? 'it was not over when the run ended'
    : `${turned}${turned === '' ? 'it' : 'and'} was not yet over when the run ended`;
}

/** Where the reproduction number fell below 1 for good in an episode, and what was done shortly before; null if it did not. */
export function turnOf({ actions }: EndedRun, curve: ReproductionCurve, episode: Episode): PageTurn | null {
  const { turnedMs } = reproductionWithin(curve, episode);
  if (turnedMs === null) return null;
  const done = actions.filter((action) =>
    [action.startedMs, action.doneMs].some((atMs) => atMs > turnedMs - SHORTLY_MS && atMs <= turnedMs),
  );
  const words = done.map(({ name, title }) => (title === '' || title === name ? name : `${name} (${title})`));
  return { atMs: turnedMs, text: words.length === 0 ? '' : `, shortly after ${words.join(' and ')}` };
}
