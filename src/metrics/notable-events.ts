/**
 * The log of notable events: what people and machines did, which hosts died of
 * what and through whom, which stalls cost sessions, and the milestones of the
 * episodes; each with its clock time and in words. Milestones are known in
 * hindsight only, so the log is made after the run.
 */
import type { LossKind, NotableEvent } from '../model/state/recorder.ts';
import { deathCauses } from '../model/state/vocabulary.ts';
import { jsonText } from '../scenario/safe-text.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { formatDuration } from '../scenario/quantity.ts';
import { formatClock, type WallClock } from '../scenario/wall-clock.ts';
import type { Episode } from './episodes.ts';
import type { EndedRun } from './ended-run.ts';
import type { Happening } from './happenings.ts';
import { sharesInWords, type Loss } from './loss-ledger.ts';
import { rounded } from './rounding.ts';

type Detail = NotableEvent['detail'];
/** A run that goes on will do. */
type Recorded = Pick<EndedRun, 'recorder'>;

/** How a host died, in words. */
export const deathWords: Readonly<Record<(typeof deathCauses)[number], string>> = {
  liveness: 'was killed: it failed its liveness probes',
  crash: 'crashed',
  outOfMemory: 'died out of memory',
  killed: 'was killed',
};

/** Other things that happen to a host: the event's kind, and the words. */
const hostWords = {
  rebooted: ['hostRebooted', 'is rebooted'],
  up: ['hostUp', 'is up again'],
  ready: ['hostReady', 'passes its readiness probes: the balancer may send to it'],
  unready: ['hostUnready', 'fails its readiness probes: the balancer sends it nothing more'],
  readmitted: ['hostReadmitted', 'is no longer ejected'],
} as const;

/** In the order of their instants; at the same instant causes before milestones. */
export function notableEvents(ended: EndedRun): NotableEvent[] {
  const { recorder, episodes } = ended;
  const happened = recorder.happenings.map((happening) => happeningEvent(ended, happening));
  const stalls = recorder.ledger.losses
    .filter((loss) => loss.kind === 'stall' && recorder.ledger.dropsOf(loss.number) > 0)
    .map((loss) => stallEvent(ended, loss));
  const reached = episodes.flatMap((episode, index) => milestoneEvents(ended, episode, index + 1));
  return [...happened, ...stalls, ...reached].sort((a, b) => a.atMs - b.atMs);
}

/** One JSON document a line. */
export function eventsJsonLines(events: readonly NotableEvent[], clock: WallClock): string {
  return events
    .map(({ atMs, kind, subject, text, detail }) => {
      const line = { at: formatClock(clock, atMs), atMs: rounded(atMs), kind, subject, text, detail };
      return `${jsonText(line)}\n`;
    })
    .join('');
}

/** What was told, in words; `ended` may go on. */
export function happeningEvent(ended: Recorded, happening: Happening): NotableEvent {
  const { atMs } = happening;
  if (happening.kind === 'action') return actionEvent(ended, happening);
  if (happening.kind === 'aborted') {
    const { name, hostsLeft, disconnectedFraction } = happening;
    return {
      atMs,
      kind: 'actionAborted',
      subject: name,
      text: abortInWords(happening),
      detail: { hostsLeft, disconnectedFraction: rounded(disconnectedFraction) },
    };
  }
  if (happening.kind === 'responder')
    return {
      atMs,
      kind: 'responder',
      subject: happening.name,
      text: `${happening.name}: ${happening.step}`,
      detail: { step: happening.step },
    };
  if (happening.kind === 'scaled') {
    const { name, fromHosts, toHosts } = happening;
    return {
      atMs,
      kind: 'scaled',
      subject: name,
      text: `${name} is scaled from ${fromHosts} to ${toHosts} hosts`,
      detail: { fromHosts, toHosts },
    };
  }
  const { fleet } = ended.recorder;
  const subject = fleet.hostLabel(happening.host);
  if (happening.kind === 'died') return deathEvent(ended, happening.host, deathCauses[happening.cause], atMs);
  const detail = hostDetail(ended, happening.host);
  if (happening.kind === 'ejected') {
    const text = `${subject} is ejected for ${formatDuration(happening.forMs)}: attempts failed there`;
    return {
      atMs,
      kind: 'hostEjected',
      subject,
      text,
      detail: { ...detail, forMs: happening.forMs, times: happening.times },
    };
  }
  const [kind, does] = hostWords[happening.kind];
  return { atMs, kind, subject, text: `${subject} ${does}`, detail };
}

function actionEvent(ended: Recorded, happening: Happening & { kind: 'action' }): NotableEvent {
  const { atMs, name, title, byResponder, done } = happening;
  const text = done ? `${name} is over` : title === '' || title === name ? name : `${name}: ${title}`;
  return {
    atMs,
    kind: done ? 'actionDone' : 'actionStarted',
    subject: name,
    text,
    detail: { byResponder, ...(done ? {} : { drops: actionDrops(ended, name) }) },
  };
}

/** Like `maintenance is aborted: 12.3 % are disconnected; 3 hosts are left as they are`. */
export function abortInWords({ name, hostsLeft, disconnectedFraction }: Happening & { kind: 'aborted' }): string {
  const hosts = hostsLeft === 1 ? '1 host is left as it is' : `${hostsLeft} hosts are left as they are`;
  return `${name} is aborted: ${(100 * disconnectedFraction).toFixed(1)} % are disconnected; ${hosts}`;
}

/** Sessions that dropped because of an action, directly. */
export function actionDrops({ recorder: { ledger } }: Recorded, name: string): number {
  const own = ledger.losses.filter((loss) => loss.kind === 'action' && loss.subject === name);
  return own.reduce((sum, loss) => sum + ledger.dropsOf(loss.number), 0);
}

function hostDetail({ recorder: { fleet } }: Recorded, host: number): Detail {
  const pod = fleet.hostPod(host);
  return { tier: fleet.tierNames[fleet.hostTier(host)], ...(pod < 0 ? {} : { pod: fleet.podNames[pod] }) };
}

function lossDetail({ recorder: { ledger } }: Recorded, loss: Loss | undefined): Detail {
  if (loss === undefined) return {};
  return { drops: ledger.dropsOf(loss.number), because: sharesInWords(loss.roots) };
}

function deathEvent(ended: Recorded, host: number, cause: (typeof deathCauses)[number], atMs: number): NotableEvent {
  const { fleet, ledger } = ended.recorder;
  const subject = fleet.hostLabel(host);
  const loss = (['death', 'action'] as readonly LossKind[])
    .map((kind) => ledger.find(kind, subject, atMs))
    .find((found) => found !== undefined);
  const because = loss === undefined ? '' : sharesInWords(loss.roots);
  const text = `${subject} ${deathWords[cause]}${because === '' ? '' : `; its open attempts came of ${because}`}`;
  return {
    atMs,
    kind: 'hostDied',
    subject,
    text,
    detail: { ...hostDetail(ended, host), cause, ...lossDetail(ended, loss) },
  };
}

function stallEvent(ended: EndedRun, loss: Loss): NotableEvent {
  const drops = ended.recorder.ledger.dropsOf(loss.number);
  const text = `${loss.subject} stalled: ${drops} sessions dropped`;
  return { atMs: loss.atMs, kind: 'stall', subject: loss.subject, text, detail: lossDetail(ended, loss) };
}

function milestoneEvents(ended: EndedRun, episode: Episode, number: number): NotableEvent[] {
  const pods = ended.scenario.pods;
  const subject = `episode-${number}`;
  const events: NotableEvent[] = [];
  const reach = (milestone: string, atMs: number | null, text: string, detail: Detail = {}): void => {
    if (atMs !== null) events.push({ atMs, kind: 'milestone', subject, text, detail: { milestone, ...detail } });
  };
  reach('started', episode.startedMs, `${startInWords(ended.scenario, episode)}${untriggeredInWords(ended, episode)}`, {
    ...(episode.trigger === null ? {} : { trigger: episode.trigger }),
  });
  for (const step of podSteps(episode))
    if (step.pods < pods.length)
      reach('podsImpacted', step.atMs, `${step.pods} pods are impacted`, { pods: step.pods });
  if (pods.length > 1) reach('allPods', episode.allPodsMs, `all ${pods.length} pods are impacted`);
  const share = rounded(episode.peakDisconnectedFraction);
  reach('peak', episode.peakMs, `the peak: ${(100 * share).toFixed(1)} % are disconnected`, {
    disconnectedFraction: share,
  });
  reach('triggerEnded', triggerEndWithin(episode), 'the trigger is over');
  reach('recovering', episode.recoveringMs, 'the fleet is recovering');
  reach('resolved', episode.resolvedMs, 'the episode is resolved');
  return events;
}

/** Like `p2, p3 are impacted: an episode begins`. */
export function startInWords({ pods }: Scenario, { firstPods }: Episode): string {
  const names = firstPods.map((pod) => pods[pod].name).join(', ');
  return `${names} ${firstPods.length === 1 ? 'is' : 'are'} impacted: an episode begins`;
}

/** What an episode that nothing triggered began with; empty for all others. */
export function untriggeredInWords(
  { actions }: Pick<EndedRun, 'actions'>,
  { trigger, startedMs }: Pick<Episode, 'trigger' | 'startedMs'>,
): string {
  if (trigger !== null) return '';
  if (startedMs === 0) return ', amid which the run begins';
  return actions.some(({ byResponder }) => !byResponder)
    ? ', before anything was done to the fleet'
    : ', though nothing was done to the fleet';
}

/** How the impact spread: each second at which more pods were impacted at once than ever before, after the first pod. */
export function podSteps({ startedMs, podsImpactedMs }: Episode): { pods: number; atMs: number }[] {
  return podsImpactedMs
    .map((atMs, index) => ({ pods: index + 1, atMs }))
    .filter(({ pods, atMs }) => atMs > startedMs && podsImpactedMs[pods] !== atMs);
}

/** The trigger's end if it falls within the episode: before it there was nothing to outlive it. */
export function triggerEndWithin({ startedMs, resolvedMs, triggerEndedMs }: Episode): number | null {
  if (triggerEndedMs === null || triggerEndedMs < startedMs) return null;
  return resolvedMs === null || triggerEndedMs <= resolvedMs ? triggerEndedMs : null;
}
