/** A command that listens is told of a port that somebody else has. */
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { sim } from './captured-terminal.ts';

export async function expectPortInUse(...command: readonly string[]): Promise<void> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { exitCode, stdout, stderr } = await sim(...command, '--port', String(port));
  server.close();
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    `error: port ${port} of 127.0.0.1 is in use\n  name another one with --port, or --port 0 for a free one\n`,
  );
}
