// The same scenario and seed give the same run: fingerprints of a small storm for every registry entry, and of the
// shipped scenarios, are kept in a file. They detect change, not correctness: what changes them on purpose is
// accepted with `npx vitest run --project fast test/determinism -u`, and told in the changelog.
import { expect, it } from 'vitest';
import { fingerprintsOf, pinnedScenarios } from './pinned-fingerprints.ts';

it('every registry entry and every shipped scenario but the longest runs as it did', async () => {
  const told = await fingerprintsOf(pinnedScenarios());
  expect(Object.keys(told).length).toBeGreaterThan(100);
  await expect(`${JSON.stringify(told, null, 1)}\n`).toMatchFileSnapshot('fingerprints.json');
});
