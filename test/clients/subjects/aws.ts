/**
 * The retries of the AWS SDK for JavaScript: one request, which goes through the SDK's retry
 * middleware with its standard strategy. What it sends by is ours.
 */
import { fetchOf } from '../fake-fetch.ts';
import { packageFile, type Subject } from '../subject.ts';

type Next = (args: object) => Promise<object>;

interface RetryModule {
  StandardRetryStrategy: new () => object;
  retryMiddleware: (options: object) => (next: Next, context: object) => Next;
}

export const awsSubjects: readonly Subject[] = [
  {
    preset: 'aws-sdk-v3',
    knows: ['statuses'],
    isOneRequest: true,
    start: (world) => {
      const { StandardRetryStrategy, retryMiddleware } = packageFile<RetryModule>(
        '@smithy/core/dist-cjs/submodules/retry/index.js',
      );
      const fetch = fetchOf(world, (_request, visit) => {
        visit.opened();
        visit.attempt.upMs = world.time.nowMs();
        visit.ended('server');
        return new Response('ok');
      });
      const next: Next = async () => {
        const response = await fetch('http://localhost/').catch((cause: unknown) => {
          throw Object.assign(new Error('connect ECONNREFUSED', { cause }), {
            name: 'TimeoutError',
            code: 'ECONNREFUSED',
          });
        });
        const headers = Object.fromEntries(response.headers);
        if (response.ok) return { response, output: { $metadata: {} } };
        throw Object.assign(new Error('refused'), {
          name: response.status === 429 ? 'TooManyRequestsException' : 'Refused',
          $fault: response.status < 500 ? 'client' : 'server',
          $response: { statusCode: response.status, headers },
          $metadata: { httpStatusCode: response.status },
        });
      };
      const strategy = new StandardRetryStrategy();
      const options = { retryStrategy: () => Promise.resolve(strategy), maxAttempts: () => Promise.resolve(3) };
      retryMiddleware(options)(next, {})({ request: {} }).catch(() => undefined);
    },
  },
];
