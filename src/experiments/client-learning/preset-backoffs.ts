/** The backoffs of the client presets, resolved from the notation of files. */
import { backoffs } from '../../policies/backoff.ts';
import { clientPresets } from '../../policies/client-presets.ts';
import type { Parameter, PolicySpec } from '../../policies/parameters.ts';
import { parseDuration } from '../../scenario/quantity.ts';

function milliseconds(written: unknown): number {
  const ms = written === 'none' ? Infinity : parseDuration(written);
  if (typeof ms !== 'number') throw new Error(`a preset says ${String(written)} where a duration belongs`);
  return ms;
}

function resolved({ unit, default: usual }: Parameter, written: unknown): unknown {
  if (written === undefined) return usual;
  if (unit === 'duration' || unit === 'durationOrNone') return milliseconds(written);
  return unit === 'durations' ? (written as readonly unknown[]).map(milliseconds) : written;
}

function specOf({ policy, ...written }: Readonly<Record<string, unknown>> & { readonly policy: string }): PolicySpec {
  const { parameters } = backoffs[policy];
  const values = Object.entries(parameters).map(([name, parameter]) => [name, resolved(parameter, written[name])]);
  return { policy, parameters: Object.fromEntries(values) as Record<string, unknown> };
}

export const presetBackoffs: ReadonlyMap<string, PolicySpec> = new Map(
  Object.entries(clientPresets).map(([name, { fields }]) => [name, specOf(fields.backoff)]),
);
