/**
 * The words of the model as numbers: session states, host states, how attempts
 * end and why they are rejected, why sessions drop and hosts die. The numbers
 * index typed arrays, and each is its name's place in the list of names, which
 * are those of outcomes, tables and axes: a word is written once.
 */
import { hostTraits, type Rejection } from '../../policies/host-traits.ts';

/** By name, its place in the list. */
export type Codes<Names extends readonly string[]> = {
  readonly [At in Extract<keyof Names, `${number}`> as Names[At] & string]: At extends `${infer Place extends number}`
    ? Place
    : never;
};

function codesOf<const Names extends readonly string[]>(names: Names): Codes<Names> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Codes<Names>;
}

export const sessionStates = ['connected', 'unaware', 'waiting', 'connecting', 'gaveUp', 'gone'] as const;
export const Session = codesOf(sessionStates);

/**
 * `rebooting` is planned; `down` is killed or crashed, and booting again; `absent` is not part of the tier (any more);
 * `standby` has booted and waits to join it. In this order: those that are up, those that are alive, those of the tier.
 */
export const hostStates = ['up', 'warming', 'paused', 'draining', 'rebooting', 'down', 'absent', 'standby'] as const;
export const HostState = codesOf(hostStates);

/** Up or warming: it takes attempts and works. */
export function isUp(hostState: number): boolean {
  return hostState <= HostState.warming;
}

/** Up, warming, paused or draining: its sessions live, and what it has taken in is not lost. */
export function isAlive(hostState: number): boolean {
  return hostState <= HostState.draining;
}

/** Up, warming or draining: it gets to its work. */
export function isAtWork(hostState: number): boolean {
  return isAlive(hostState) && hostState !== HostState.paused;
}

/** Of the tier, up or not: neither gone nor standing by. */
export function isInTier(hostState: number): boolean {
  return hostState < HostState.absent;
}

export const attemptEnds = ['connected', 'timedOut', 'rejected', 'reset', 'cancelled', 'open'] as const;
export const AttemptEnd = codesOf(attemptEnds);

/**
 * What an attempt asks of a server: `fresh`: everything; `resumed`: to take up
 * a session that was lost a moment ago; `reloaded`: everything, and the page. `moved` is no attempt of a client: a host
 * is asked to place a session anew that has lost its own (lease-moves.ts).
 */
export const attemptKinds = ['fresh', 'resumed', 'reloaded', 'moved'] as const;
export const AttemptKind = codesOf(attemptKinds);

/** What a run's fingerprint is made of: of a session, or of a host (`hostTurns`: into a state). */
export const Happening = codesOf([
  'arrives',
  'attemptEnds',
  'heldBack',
  'gaveUp',
  'pageLoads',
  'drops',
  'leaves',
  'serviceEnds',
  'hostTurns',
]);

/** For whom a service was going on that ends: `none`: none was, or it stood still. */
export const ServiceFor = codesOf(['none', 'client', 'nobody']);

/** The model's own reasons. */
const ownRejects = {
  noHost: { help: 'the balancer had no host to send it to', hinted: false },
  hostDown: { help: 'the balancer did not know yet that the host it picked was gone', hinted: false },
  queueFull: { help: "the host's queue had no place left", hinted: true },
  admission: { help: "the tier's admission policy did not let it in", hinted: true },
  staleRegistration: { help: 'a registration that a lost host left behind was in the way', hinted: false },
  shed: { help: 'an action had the balancer, or the host, refuse connects', hinted: true },
  noNetwork: { help: "the client's own network was gone", hinted: false },
  droppedFromQueue: { help: "the queue's discipline gave it up while it waited", hinted: true },
} as const satisfies Record<string, Rejection>;

/** Those of the hosts' traits that refuse, each under its trait's name. */
const traitRejects = Object.entries(hostTraits).flatMap(([name, { rejection }]) =>
  rejection === undefined ? [] : [[name, rejection] as const],
);

export const rejects: Readonly<Record<string, Rejection>> = { ...ownRejects, ...Object.fromEntries(traitRejects) };
export const rejectReasons = Object.keys(rejects);
export const RejectReason = Object.fromEntries(rejectReasons.map((name, place) => [name, place])) as Readonly<
  Record<keyof typeof ownRejects, number> & Record<string, number>
>;
/** By reason, 1 if such a refusal says when to come again. */
export const isHinted = Uint8Array.from(rejectReasons, (name) => (rejects[name].hinted ? 1 : 0));

/** `killed`: its host failed its liveness probes, or an action killed it; `reload`: it took a new client version at once; `closed`: its host closed it and stays; `age`: it was as old as it may be. */
export const dropCauses = [
  'reboot',
  'crash',
  'killed',
  'keepalive',
  'lease',
  'drain',
  'scale',
  'ambient',
  'reload',
  'outOfMemory',
  'network',
  'closed',
  'age',
] as const;
export const DropCause = codesOf(dropCauses);

/** Why a page was loaded again: a roll-out asked for it, its client had given up, or its person lost patience. */
export const reloadCauses = ['deploy', 'gaveUp', 'impatience'] as const;
export const ReloadCause = codesOf(reloadCauses);

/** A host that an action reboots has not died; a crash and a kill are actions too, but deaths. */
export const deathCauses = ['liveness', 'crash', 'outOfMemory', 'killed'] as const;
export const DeathCause = codesOf(deathCauses);
