/**
 * Storms in which a library is known to do something else than its preset says, by preset: the reason in the
 * words of the preset's `differs`, and where it shows. Each of them must misfit: a reason that
 * has gone fails the test.
 */
import type { ExperimentName } from './experiments.ts';
import type { Stage } from './storm-world.ts';

export interface KnownMisfit {
  /** one of the preset's `differs`, word for word */
  readonly because: string;
  /** in which way of using the library; absent: all */
  readonly way?: string;
  /** where the work is done; absent: before the transport opens */
  readonly stage?: Stage;
  readonly storms: readonly ExperimentName[];
}

/** When the connect waits for the application's answer: the timeout of the other stage. */
const onceOpen = (because: string, way?: string): KnownMisfit => ({
  because,
  ...(way !== undefined && { way }),
  stage: 'application',
  storms: ['metastable'],
});

export const knownMisfits: Readonly<Record<string, readonly KnownMisfit[]>> = {
  'socket.io': [
    {
      because: 'polling first, as it comes, it leaves the request open of an attempt that it has given up',
      way: 'polling first',
      storms: ['metastable', 'cured', 'abandoned work discarded'],
    },
    onceOpen(
      'polling first, as it comes, it leaves the request open of an attempt that it has given up',
      'polling first',
    ),
  ],
  'pusher-js': [
    {
      because: 'the second after a loss counts from the loss, and not from the attempt before',
      storms: ['one of three killed', 'two of three killed', 'queue that refuses'],
    },
    {
      because: 'the first attempt has 15 s, the second 30 s, and only the third and later ones the minute',
      storms: ['metastable', 'cured', 'abandoned work discarded'],
    },
    onceOpen('the first attempt has 15 s, the second 30 s, and only the third and later ones the minute'),
  ],
  ably: [
    {
      because: 'with its own hosts, a connect that fails goes on at once to three others',
      way: 'with its fallback hosts',
      storms: ['two of three killed', 'metastable', 'cured', 'queue that refuses', 'abandoned work discarded'],
    },
    {
      because: 'after two minutes without a connection it is suspended, and tries every 30 s with its counter set back',
      way: 'one host',
      storms: ['metastable', 'queue that refuses', 'abandoned work discarded'],
    },
    onceOpen('with its own hosts, a connect that fails goes on at once to three others', 'with its fallback hosts'),
    onceOpen(
      'after two minutes without a connection it is suspended, and tries every 30 s with its counter set back',
      'one host',
    ),
  ],
  actioncable: [
    {
      because: 'it looks by a clock that runs on through losses: the first retry comes 6 to 18 s after a loss',
      storms: ['one of three killed', 'metastable', 'cured', 'queue that refuses', 'abandoned work discarded'],
    },
    onceOpen('a connection that opens and is not welcomed is given up at the next look'),
  ],
  eventsource: [{ because: 'an answer with another status than 200 is final', storms: ['queue that refuses'] }],
  'slack-socket-mode': [
    {
      because:
        'while the API that gives it its address does not answer well, it tries after 1 s, 1.3 s, 1.69 s and so on, a hundred times, and honours a Retry-After of 429',
      way: 'its API misbehaves',
      storms: ['metastable', 'cured', 'queue that refuses', 'abandoned work discarded'],
    },
    onceOpen(
      'while the API that gives it its address does not answer well, it tries after 1 s, 1.3 s, 1.69 s and so on, a hundred times, and honours a Retry-After of 429',
      'its API misbehaves',
    ),
  ],
};
