/**
 * A client version as the model uses it: policies and distributions built from
 * the scenario's data, once per run.
 */
import { createDistribution, type Distribution } from '../engine/distributions.ts';
import { backoffs, type Backoff } from '../policies/backoff.ts';
import { createPolicy } from '../policies/parameters.ts';
import type { Scenario } from '../scenario/scenario.ts';

type Client = Scenario['clients'][number];

export interface ClientRules {
  readonly client: Client;
  readonly backoff: Backoff;
  /** null: it waits for ever */
  readonly connectTimeout: Distribution | null;
  /** failed attempts before giving up; Infinity: never */
  readonly giveUpAfter: number;
  readonly reloadAfter: Distribution;
  readonly keepaliveEveryMs: number;
  readonly keepaliveTimeoutMs: number;
}

export function compileClient(client: Client): ClientRules {
  return {
    client,
    backoff: createPolicy(backoffs, client.backoff, undefined),
    connectTimeout: client.connectTimeout === null ? null : createDistribution(client.connectTimeout),
    giveUpAfter: client.giveUp.afterAttempts,
    reloadAfter: createDistribution(client.giveUp.reloadAfter),
    keepaliveEveryMs: client.keepalive?.everyMs ?? Infinity,
    keepaliveTimeoutMs: client.keepalive?.timeoutMs ?? Infinity,
  };
}
