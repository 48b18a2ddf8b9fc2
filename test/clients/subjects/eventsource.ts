/** EventSource, which is connected once the response has begun. */
import { fetchOf } from '../fake-fetch.ts';
import { packageFile, type Subject } from '../subject.ts';
import type { Protocol } from '../world.ts';

const streams: Protocol = (line, up) => {
  line.send(':\n\n');
  up();
  return () => undefined;
};

export const eventsourceSubjects: readonly Subject[] = [
  {
    preset: 'eventsource',
    knows: ['statuses'],
    turns: 4,
    start: (world) => {
      const { EventSource } = packageFile<{ EventSource: new (url: string, options: object) => object }>(
        'eventsource/dist/index.cjs',
      );
      const fetch = fetchOf(world, ({ init }, visit) => {
        let isOver = false;
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => {
            const ends = (act: () => void) => (): void => {
              if (isOver || visit.attempt.endMs !== null) return;
              isOver = true;
              visit.ended('server');
              act();
            };
            const cut = ends(() => controller.error(new TypeError('terminated')));
            init.signal?.addEventListener('abort', () => (isOver = true));
            visit.serve(
              {
                send: (data) => controller.enqueue(new TextEncoder().encode(data as string)),
                cut,
                // HTTP has no codes of closing; the response is over.
                close: (code) => (code === 1006 ? cut() : ends(() => controller.close())()),
                vanish: () => (isOver = true),
              },
              streams,
            );
          },
        });
        return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
      });
      new EventSource('http://localhost/', { fetch });
    },
  },
];
