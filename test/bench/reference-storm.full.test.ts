// The replay that the benchmark compares with is one of the same storm: it counts what the simulator counts.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { replayBeside } from './replay-beside.ts';

it('the reference replays apr26-small attempt by attempt', async () => {
  const file = fileURLToPath(new URL('../../scenarios/apr26-small.yaml', import.meta.url));
  const { attempts, differences } = await replayBeside(file, 1);
  expect(differences).toEqual({});
  expect(attempts).toBeGreaterThan(3_000_000);
});
