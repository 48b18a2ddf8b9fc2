/**
 * The scenario that the product runs for an experiment: made from what the experiment says and
 * from what was measured on the idle system, by one function for all. Nothing in it is set for
 * one of them. Clients are the presets, with the library's options where it was given any.
 */
import type { Calibration } from './calibration.ts';
import type { ExperimentSpec, LibraryName, LivenessSpec } from './experiment.ts';

type Fields = Readonly<Record<string, unknown>>;

const duration = (ms: number): string => `${Math.round(ms * 100) / 100}ms`;

/** An option of a library: where a client version says the same. */
type Says = (value: number) => { readonly backoff?: Fields; readonly client?: Fields };

const delay =
  (parameter: string): Says =>
  (ms) => ({ backoff: { [parameter]: duration(ms) } });
const factor: Says = (value) => ({ backoff: { factor: value } });
const resetAfter: Says = (ms) => ({ client: { resetAfter: duration(ms) } });
/** An option that is about the transport; what comes then is as the preset has it. */
const opensWithin =
  (answer: string): Says =>
  (ms) => ({ client: { connectTimeout: { open: duration(ms), answer } } });

interface Derived {
  readonly preset: string;
  /** of the preset, to be said again where an option changes it */
  readonly backoff: Fields;
  readonly options: Readonly<Record<string, Says>>;
}

const libraries: Readonly<Record<LibraryName, Derived>> = {
  'reconnecting-websocket': {
    preset: 'reconnecting-websocket',
    backoff: { policy: 'reconnecting-websocket' },
    options: {
      // Who sets it has no luck in it: it is the library's default that is drawn.
      minReconnectionDelay: (ms) => ({ backoff: { least: duration(ms), spread: '0s' } }),
      maxReconnectionDelay: delay('cap'),
      reconnectionDelayGrowFactor: factor,
      connectionTimeout: opensWithin('none'),
      minUptime: resetAfter,
    },
  },
  partysocket: {
    preset: 'partysocket',
    backoff: { policy: 'exponential', base: '3s', factor: 1.3, cap: '10s' },
    options: {
      minReconnectionDelay: delay('base'),
      maxReconnectionDelay: delay('cap'),
      reconnectionDelayGrowFactor: factor,
      connectionTimeout: opensWithin('none'),
      minUptime: resetAfter,
    },
  },
  phoenix: { preset: 'phoenix', backoff: {}, options: {} },
  centrifuge: {
    preset: 'centrifuge',
    backoff: { policy: 'centrifuge' },
    options: { minReconnectDelay: delay('least'), maxReconnectDelay: delay('cap') },
  },
  'socket.io-client': {
    preset: 'socket.io',
    backoff: { policy: 'socket.io' },
    options: { reconnectionDelay: delay('base'), reconnectionDelayMax: delay('cap'), timeout: opensWithin('45s') },
  },
};

function clientFields({ library, options = {} }: ExperimentSpec): Fields {
  const { preset, backoff, options: known } = libraries[library];
  const said = Object.entries(options).map(([name, value]) => {
    if (!(name in known)) throw new Error(`nothing is known of the option ${name} of ${library}`);
    return known[name](value);
  });
  const changes = said.filter((one) => one.backoff !== undefined).map((one) => one.backoff);
  return {
    name: 'current',
    preset,
    ...(changes.length === 0 ? {} : { backoff: Object.assign({}, backoff, ...changes) as Fields }),
    ...(Object.assign({}, ...said.map((one) => one.client)) as Fields),
  };
}

const livenessFields = ({ everyMs, timeoutMs, failures, answered }: LivenessSpec): Fields => ({
  every: duration(everyMs),
  timeout: duration(timeoutMs),
  failures,
  answered,
});

/**
 * What a server does with who comes, and with who has left. Where the work is for what a client
 * says once the transport is open, the upgrade is answered beside the queue; unless the event
 * loop is blocked: then it is the upgrade that waits in line, and who has left by the time that
 * the loop comes to it never says anything, and costs nothing.
 */
function comingAndLeaving({ library, server }: ExperimentSpec): Fields {
  const opensFirst = library === 'centrifuge' || server.worksInMiddleware === true;
  const isBlocked = server.work === 'blocks';
  return {
    ...(opensFirst && !isBlocked ? { opensTransport: 'aside' } : {}),
    abandonedWorkCost: server.discardsAbandoned || (opensFirst && isBlocked) ? 0 : 1,
  };
}

/** A host that blocks does everything else of a connect in the same thread, before or after its work. */
function serviceTime({ server }: ExperimentSpec, { overheadMs, cpuMs }: Calibration): Fields {
  const meanMs = server.serviceMs + overheadMs + (server.work === 'blocks' ? cpuMs : 0);
  return { [server.service]: duration(meanMs) };
}

export function derivedScenario(name: string, experiment: ExperimentSpec, calibration: Calibration): Fields {
  const { clients, hosts, server, liveness, bootMs, kills, durationMs } = experiment;
  return {
    format: 1,
    name,
    clock: { from: '00:00', to: duration(durationMs) },
    networkDelay: duration(calibration.networkMs),
    tiers: [
      {
        name: 'front',
        scope: 'pod',
        hosts,
        parallelism: server.workers,
        serviceTime: serviceTime(experiment, calibration),
        queue: { discipline: 'fifo', limit: server.queueLimit ?? 'none' },
        ...comingAndLeaving(experiment),
        balancing: 'round-robin',
        boot: { constant: duration(bootMs) },
        holdsSessions: true,
        ...(liveness === undefined ? {} : { liveness: livenessFields(liveness) }),
      },
    ],
    products: [{ name: 'chat', sessions: clients }],
    clients: [clientFields(experiment)],
    timeline: kills.map((kill, i) => ({
      name: `kill-${i + 1}`,
      at: duration(kill.atMs),
      action: 'kill',
      target: { tier: 'front', hosts: kill.hosts },
    })),
    measure: { every: '1s' },
  };
}
