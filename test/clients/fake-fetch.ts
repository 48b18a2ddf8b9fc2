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
  /** whether the request belongs to the attempt that is under way, and passes */
  readonly continues?: (url: URL, init: RequestInit) => boolean;
}

export function fetchOf(world: World, answer: Answer, { continues = () => false }: FetchOptions = {}): Fetch {
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const isContinued = continues(url, init);
      const visit = isContinued ? world.continued() : world.begin();
      init.signal?.addEventListener('abort', () => {
        visit.ended('client');
        reject(new DOMException('This operation was aborted', 'AbortError'));
      });
      const opens = (): void => {
        Promise.resolve(answer({ url, init }, visit)).then(resolve, reject);
      };
      if (isContinued) world.time.soon(opens);
      else
        visit.transport(opens, (status, retryAfterSec) => {
          if (status === undefined) reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }));
          else
            resolve(
              new Response('', { status, ...(retryAfterSec && { headers: { 'retry-after': String(retryAfterSec) } }) }),
            );
        });
    });
}
