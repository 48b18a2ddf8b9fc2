/**
 * A client version as the model uses it: policies and distributions built from
 * the scenario's data, once per run.
 */
import { createDistribution, type Distribution } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { backoffs, type Backoff } from '../policies/backoff.ts';
import { createPolicy } from '../policies/parameters.ts';
import type { Scenario } from '../scenario/scenario.ts';

type Client = Scenario['clients'][number];

export interface ClientRules {
  readonly client: Client;
  readonly backoff: Backoff;
  /** null: it waits for ever */
  readonly connectTimeout: Distribution | null;
  /** where timeouts of one constant length are kept; −1 if they are not constant */
  readonly timeoutLane: number;
  /** failed attempts before giving up; Infinity: never */
  readonly giveUpAfter: number;
  readonly reloadAfter: Distribution;
  readonly keepaliveEveryMs: number;
  readonly keepaliveTimeoutMs: number;
}

export function compileClient(client: Client, engine: Engine): ClientRules {
  const connectTimeout = client.connectTimeout === null ? null : createDistribution(client.connectTimeout);
  return {
    client,
    backoff: createPolicy(backoffs, client.backoff, undefined),
    connectTimeout,
    timeoutLane: connectTimeout?.constant === true ? engine.openLane() : -1,
    giveUpAfter: client.giveUp.afterAttempts,
    reloadAfter: createDistribution(client.giveUp.reloadAfter),
    keepaliveEveryMs: client.keepalive?.everyMs ?? Infinity,
    keepaliveTimeoutMs: client.keepalive?.timeoutMs ?? Infinity,
  };
}
