/**
 * The words of the model as numbers: session states, host states, how attempts
 * end and why they are rejected, why sessions drop and hosts die. The numbers
 * index typed arrays; the names are those of outcomes, tables and axes.
 */

export const sessionStates = ['connected', 'unaware', 'waiting', 'connecting', 'gaveUp', 'gone'] as const;
export const Session = { connected: 0, unaware: 1, waiting: 2, connecting: 3, gaveUp: 4, gone: 5 } as const;

/** `rebooting` is planned; `down` is killed or crashed, and booting again; `absent` is not part of the tier (any more); `standby` has booted and waits to join it. */
export const hostStates = ['up', 'warming', 'paused', 'draining', 'rebooting', 'down', 'absent', 'standby'] as const;
export const HostState = {
  up: 0,
  warming: 1,
  paused: 2,
  draining: 3,
  rebooting: 4,
  down: 5,
  absent: 6,
  standby: 7,
} as const;

export const attemptEnds = ['connected', 'timedOut', 'rejected', 'reset', 'cancelled', 'open'] as const;
export const AttemptEnd = { connected: 0, timedOut: 1, rejected: 2, reset: 3, cancelled: 4, open: 5 } as const;

/**
 * What an attempt asks of a server: `fresh`: everything; `resumed`: to take up
 * a session that was lost a moment ago; `reloaded`: everything, and the page.
 */
export const attemptKinds = ['fresh', 'resumed', 'reloaded'] as const;
export const AttemptKind = { fresh: 0, resumed: 1, reloaded: 2 } as const;

/** For whom a service was going on that ends: `none`: none was, or it stood still. */
export const ServiceFor = { none: 0, client: 1, nobody: 2 } as const;

/**
 * `hostDown`: the balancer did not know yet that the host it picked was gone; `noNetwork`: the client's own network is
 * gone; `droppedFromQueue`: the queue's discipline gave it up while it waited.
 */
export const rejectReasons = [
  'noHost',
  'hostDown',
  'queueFull',
  'admission',
  'staleRegistration',
  'shed',
  'noNetwork',
  'droppedFromQueue',
] as const;
export const RejectReason = {
  noHost: 0,
  hostDown: 1,
  queueFull: 2,
  admission: 3,
  staleRegistration: 4,
  shed: 5,
  noNetwork: 6,
  droppedFromQueue: 7,
} as const;

/** `killed`: its host failed its liveness probes; `reload`: it took a new client version at once. */
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
] as const;
export const DropCause = {
  reboot: 0,
  crash: 1,
  killed: 2,
  keepalive: 3,
  lease: 4,
  drain: 5,
  scale: 6,
  ambient: 7,
  reload: 8,
  outOfMemory: 9,
  network: 10,
} as const;

/** Why a page was loaded again: a roll-out asked for it, its client had given up, or its person lost patience. */
export const reloadCauses = ['deploy', 'gaveUp', 'impatience'] as const;
export const ReloadCause = { deploy: 0, gaveUp: 1, impatience: 2 } as const;

/** A host that an action reboots has not died; a crash is an action too, but a death. */
export const deathCauses = ['liveness', 'crash', 'outOfMemory'] as const;
export const DeathCause = { liveness: 0, crash: 1, outOfMemory: 2 } as const;
