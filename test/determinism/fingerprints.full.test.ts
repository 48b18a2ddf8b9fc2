// The shipped scenarios whose runs take seconds run as they did, like the quick ones in fingerprints.test.ts.
import { expect, it } from 'vitest';
import { slowFiles } from '../scenarios/shipped-scenario.ts';
import { fingerprintsOf, pinnedFiles } from './pinned-fingerprints.ts';

it('every slow shipped scenario but the longest runs as it did', async () => {
  const told = await fingerprintsOf(pinnedFiles(slowFiles));
  await expect(`${JSON.stringify(told, null, 1)}\n`).toMatchFileSnapshot('fingerprints-slow.json');
});
