// A server whose transport opens before its application answers: the upgrade, and pings, come at once; the greeting and the
// answer to a login only when the client is let in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Arrival } from '../../../src/cli/endpoints/arrival.ts';
import { Front } from '../../../src/cli/endpoints/front.ts';

const BEFORE_ANSWER_MS = 300;
const arrivals: Arrival[] = [];
let url = '';

const front = new Front({
  host: '127.0.0.1',
  port: 0,
  connectionsMax: 50,
  pace: { pingEveryMs: 25_000, pingTimeoutMs: 20_000, answerMs: 0 },
  arrive: (_client, arrival, asked) => {
    arrivals.push(arrival);
    arrival.wait();
    arrival.open();
    setTimeout(() => (asked.has('refused') ? arrival.refuse(503, 2) : arrival.accept()), BEFORE_ANSWER_MS);
  },
  onStray: () => undefined,
  mayBeMute: () => false,
});

beforeAll(async () => {
  const { port } = await front.listen();
  url = `127.0.0.1:${port}`;
});
afterAll(() => front.close());

/** What comes to a client that says something as soon as it is open, with whether that was before it was let in. */
async function heardBy(path: string, says: string, protocols: string[] = []): Promise<string[]> {
  const heard: string[] = [];
  const startMs = performance.now();
  const note = (what: string): void =>
    void heard.push(`${what} ${performance.now() - startMs < BEFORE_ANSWER_MS ? 'early' : 'late'}`);
  const socket = new WebSocket(`ws://${url}${path}`, protocols);
  socket.on('error', () => note('error'));
  await new Promise<void>((resolve) => {
    socket.on('open', () => {
      note('open');
      socket.ping();
      socket.send(says);
    });
    socket.on('pong', () => note('pong'));
    socket.on('message', (data: Buffer) => note(data.toString('utf8').slice(0, 30)));
    socket.on('close', (code) => {
      note(`close ${code}`);
      resolve();
    });
    setTimeout(resolve, BEFORE_ANSWER_MS + 300);
  });
  socket.terminate();
  return heard;
}

describe('a transport that opens before the application answers', () => {
  it('has pings answered at once, and the login when the client is let in', async () => {
    const heard = await heardBy('/', '{"type":"connection_init"}', ['graphql-transport-ws']);
    expect(heard).toEqual(['open early', 'pong early', '{"type":"connection_ack"} late']);
  });

  it('greets where the greeting asks who is there', async () => {
    const heard = await heardBy('/socket.io/?EIO=4&transport=websocket', '40');
    expect(heard).toEqual([
      'open early',
      expect.stringMatching(/^0\{"sid".* early$/),
      'pong early',
      expect.stringMatching(/^40\{"sid".* late$/),
    ]);
  });

  it('greets where the greeting says that all is well, once it is', async () => {
    const heard = await heardBy('/', 'hello', ['actioncable-v1-json']);
    expect(heard).toEqual(['open early', 'pong early', '{"type":"welcome"} late']);
  });

  it('is closed with a code, for it has no status left to be refused with', async () => {
    expect(await heardBy('/?refused', 'hello')).toEqual(['open early', 'pong early', 'close 1013 late']);
  });

  it('opens by long polling too, and is answered by it', async () => {
    const base = `http://${url}/socket.io/?EIO=4&transport=polling`;
    const startMs = performance.now();
    const opening = await (await fetch(base)).text();
    expect(performance.now() - startMs).toBeLessThan(BEFORE_ANSWER_MS);
    const { sid } = JSON.parse(opening.slice(1)) as { sid: string };
    await (await fetch(`${base}&sid=${sid}`, { method: 'POST', body: '40' })).text();
    expect(await (await fetch(`${base}&sid=${sid}`)).text()).toMatch(/^40\{"sid"/);
    expect(performance.now() - startMs).toBeGreaterThan(BEFORE_ANSWER_MS - 50);
  });
});
