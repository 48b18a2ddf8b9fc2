/**
 * A fetch whose other end is a World: a port that is closed rejects with a TypeError, as
 * the standard has it; a request that is left hanging hangs until it is aborted, which
 * is the client's giving up; a status is an answer.
 */
import type { Visit, World } from './world.ts';

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** What the server answers once the request has got through to it. */
export type Answer = (
  request: { readonly url: URL; readonly init: RequestInit },
  visit: Visit,
) => Response | Promise<Response>;

export interface FetchOptions {
  /** the token of the attempt that the request is a later part of, and passes; null: it begins one */
  readonly continues?: (url: URL) => string | null;
}

export function fetchOf(world: World, answer: Answer, { continues = () => null }: FetchOptions = {}): Fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const token = continues(url);
      const visit = token === null ? world.begin() : world.continued(token);
      init.signal?.addEventListener('abort', () => {
        visit.ended('client');
        reject(new DOMException('This operation was aborted', 'AbortError'));
      });
      const opens = (): void => {
        Promise.resolve(answer({ url, init }, visit)).then(resolve, reject);
      };
      const fails = (status?: number, retryAfterSec?: number): void => {
        if (status === undefined) reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }));
        else
          resolve(
            new Response('', { status, ...(retryAfterSec && { headers: { 'retry-after': String(retryAfterSec) } }) }),
          );
      };
      if (token === null) visit.transport(opens, fails);
      else visit.continues(opens, fails);
    });
}
