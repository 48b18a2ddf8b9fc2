/**
 * How often a client tries in the first 10 s and 60 s when every attempt fails
 * at once: the means that were measured by running the packages' own code,
 * rounded to the digits that are given here. Each preset's backoff, n = 4000
 * clients: the mean's standard error is added to the rounding, three of them.
 */
import { describe, expect, it } from 'vitest';
import { Stream } from '../../src/engine/luck.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { createPolicy } from '../../src/policies/parameters.ts';
import { scenarioOf } from '../small-scenario.ts';

const CLIENTS = 4000;

/** Preset, attempts in 10 s, attempts in 60 s; as texts, since their digits say how far they are rounded. */
const measured: readonly (readonly [preset: string, in10s: string, in60s: string])[] = [
  ['socket.io', '3.05', '13.05'],
  ['supabase', '3', '8'],
  ['phoenix', '10', '20'],
  ['signalr', '2', '4'],
  ['grpc-js', '4.7', '8.2'],
  ['reconnecting-websocket', '2.4', '8.2'],
  ['partysocket', '2', '8'],
  ['graphql-ws', '1', '1'],
  ['pusher-js', '1', '3'],
  ['ably', '1', '3'],
  ['centrifuge', '4.5', '9.6'],
  ['mqtt.js', '10', '60'],
  ['nats', '5', '10'],
  ['slack-socket-mode', '2', '12'],
  ['actioncable', '0.7', '5.7'],
  ['stream-chat', '2.5', '7'],
  ['twilio', '3', '5'],
  ['eventsource', '3', '20'],
];

/** Attempts of each client within so long of its loss. */
function attemptsWithin(preset: string, ms: number): number[] {
  const { backoff: spec, giveUp } = scenarioOf({ clients: [{ name: 'current', preset }] }).clients[0];
  const backoff = createPolicy(backoffs, spec);
  const luck = new Stream('first attempts', preset);
  return Array.from({ length: CLIENTS }, (_, client) => {
    // A connection that held for long: a delay from the attempt's start has passed by then.
    let atMs = 0;
    let previousMs = 0;
    for (let attempt = 1; attempt <= giveUp.afterAttempts; attempt++) {
      previousMs = backoff.delayMs(
        attempt,
        previousMs,
        luck.at(client, backoff.drawsOncePerPage === true ? 0 : attempt),
      );
      if (attempt > 1 || backoff.countsFromAttempt !== true) atMs += previousMs;
      if (atMs > ms) return attempt - 1;
    }
    return giveUp.afterAttempts;
  });
}

function near(counts: readonly number[], figure: string): void {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
  const digits = figure.split('.')[1]?.length ?? 0;
  const tolerance = 0.5 * 10 ** -digits + 3 * Math.sqrt(variance / counts.length);
  expect(
    Math.abs(mean - Number(figure)),
    `mean ${mean}, measured ${figure}, tolerance ${tolerance}`,
  ).toBeLessThanOrEqual(tolerance + 1e-9);
}

describe('clients whose attempts all fail at once try as often as with the library', () => {
  it.each(measured)('%s: %s times in 10 s, %s in 60 s', (preset, in10s, in60s) => {
    near(attemptsWithin(preset, 10_000), in10s);
    near(attemptsWithin(preset, 60_000), in60s);
  });
});
