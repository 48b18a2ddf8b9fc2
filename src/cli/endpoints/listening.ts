/**
 * Where a command listens for real clients: its flags, the words for why it
 * cannot, and how the address is told. It is this machine only unless told
 * otherwise.
 */
import type { AddressInfo } from 'node:net';
import { reasonOf, UsageError } from '../usage-error.ts';
import type { Strays } from './front.ts';

export interface Place {
  readonly port: number;
  readonly host: string;
}

/** Flags that say where. */
export const placeFlags = {
  port: ['--port <n>', 'listen there; 0: on any port that is free, which is printed', '8080'],
  host: ['--host <address>', 'listen on this address; 0.0.0.0: let in whoever can reach this machine', '127.0.0.1'],
} as const;

/** Throws a UsageError. */
export function readPlace(flags: { readonly port: string; readonly host: string }): Place {
  const port = /^\d{1,5}$/.test(flags.port) ? Number(flags.port) : NaN;
  if (!(port <= 65_535))
    throw new UsageError(`--port must be a whole number from 0 to 65535, not "${flags.port}"`, '0: any that is free');
  if (flags.host.trim() === '') throw new UsageError('--host must not be empty');
  return { port, host: flags.host };
}

/** Why nobody can listen there, in words. */
export function listenError(error: unknown, { port, host }: Place): UsageError {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new UsageError(
      `port ${port} of ${host} is in use`,
      'name another one with --port, or --port 0 for a free one',
    );
  if (code === 'EACCES')
    return new UsageError(`port ${port} may not be used: permission denied (EACCES)`, 'ports from 1024 on usually may');
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new UsageError(
      `--host ${host} is no address of this machine (${code})`,
      '127.0.0.1: this machine only; 0.0.0.0: whoever can reach it',
    );
  return new UsageError(`cannot listen on port ${port} of ${host}: ${reasonOf(error)}`);
}

/** What was turned away, in words; `limit` is the flag that says how many connections are let in. */
export function strayTexts(limit: string): Readonly<Record<keyof Strays, string>> {
  return {
    tls: 'a client speaks TLS, which this program does not: point it at ws:// or http://, not wss:// or https://',
    tooMany: `more connections than ${limit} lets in: the others are closed at once`,
    garbled: 'a connection began as HTTP and went on as something that is none: it was closed',
  };
}

/** The line that says where it listens: whoever starts a client by a script needs it even if all else is quiet. */
export function listeningText({ address, family, port }: AddressInfo): string {
  const known = address === '0.0.0.0' || address === '::' ? 'localhost' : address;
  const host = family === 'IPv6' && known !== 'localhost' ? `[${known}]` : known;
  return `listening on ws://${host}:${port} and http://${host}:${port}\n`;
}
