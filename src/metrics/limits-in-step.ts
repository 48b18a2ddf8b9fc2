/**
 * Limits that let in far less than their rate while they refuse: clients that
 * were lost at one moment and try again after the same delay come in step, and
 * what a limit would have let in between two of their waves nobody asks for. Only
 * token buckets are looked at, in outages whose timeline and responders change
 * no policy of theirs.
 */
import type { Scenario } from '../scenario/scenario.ts';
import type { Episode } from './episodes.ts';
import type { EndedRun } from './ended-run.ts';
import type { Line } from './story-lines.ts';
import { numberText } from './value-text.ts';

/** Of its rate; from there on it is worth no line. */
const LITTLE = 0.5;
/** Of the seconds, those in which less than the rate is asked for. */
const MOST = 0.5;
const LEAST_SECONDS = 60;

export function limitLines(ended: EndedRun): Line[] {
  const { scenario, episodes } = ended;
  return scenario.tiers.flatMap((_, tier) => {
    const perSecond = rateOf(ended, tier);
    return perSecond === null ? [] : episodes.flatMap((episode) => limitLine(ended, tier, perSecond, episode));
  });
}

/** Connects per second that all buckets of the tier let in together; null without any, or where somebody changes it. */
function rateOf({ scenario, recorder }: EndedRun, tier: number): number | null {
  const { admission, scope, hosts, name } = scenario.tiers[tier];
  if (admission?.policy !== 'token-bucket' || changes(scenario, name)) return null;
  const { rate, per } = admission.parameters as { readonly rate: number; readonly per: string };
  const pods = scope === 'pod' ? recorder.fleet.podNames.length : 1;
  return rate * pods * (per === 'host' ? hosts : 1);
}

/** Whether an action sets something of the tier, or changes how many hosts it has. */
function changes({ timeline, responders }: Scenario, tier: string): boolean {
  const all = [...timeline, ...responders.flatMap(({ act }) => act)];
  return all.some(({ action, parameters }) => (action === 'set' || action === 'scale') && parameters.tier === tier);
}

function limitLine({ recorder }: EndedRun, tier: number, perSecond: number, episode: Episode): Line[] {
  const { history, traffic, endMs } = recorder;
  const first = history.indexAt(episode.startedMs);
  const last = history.indexAt(Math.min(episode.resolvedMs ?? endMs, history.instantOf(history.length - 1)));
  const grown = (column: { at(index: number): number }, second: number): number =>
    column.at(second) - column.at(second - 1);
  const refusing = Array.from({ length: last - first }, (_, i) => first + 1 + i).filter(
    (second) => grown(traffic.refusedAdmission, second) > 0,
  );
  const [from, to] = [refusing[0] ?? 0, refusing.at(-1) ?? 0];
  const seconds = to - from;
  if (seconds < LEAST_SECONDS) return [];
  const { entered } = traffic.tiers[tier];
  const letIn = (entered.at(to) - entered.at(from)) / seconds;
  if (letIn >= LITTLE * perSecond) return [];
  let idle = 0;
  for (let second = from + 1; second <= to; second++) if (grown(history.startedAttempts, second) < perSecond) idle++;
  if (idle < MOST * seconds) return [];
  const { scenario } = recorder;
  return [
    {
      atMs: history.instantOf(from),
      untilMs: history.instantOf(to),
      rank: 1,
      text: `${scenario.tiers[tier].name}'s limit lets in ${numberText(letIn)} of its ${numberText(perSecond)} connects per second: the clients come in step, and between their waves nobody asks`,
    },
  ];
}
