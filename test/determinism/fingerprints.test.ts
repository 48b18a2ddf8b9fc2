// The same scenario and seed give the same run: fingerprints of a small storm for every registry entry, and of the
// quick shipped scenarios, are kept in a file; those of the slow ones are in fingerprints.full.test.ts. They detect change,
// not correctness: what changes them on purpose is accepted with
// `npx vitest run --project fast --project full test/determinism/fingerprints -u`, and told in the changelog.
import { expect, it } from 'vitest';
import { quickFiles } from '../scenarios/shipped-scenario.ts';
import { fingerprintsOf, pinnedFiles, pinnedStorms } from './pinned-fingerprints.ts';

it('every registry entry and every quick shipped scenario runs as it did', async () => {
  const told = await fingerprintsOf([...pinnedStorms(), ...pinnedFiles(quickFiles)]);
  expect(Object.keys(told).length).toBeGreaterThan(100);
  await expect(`${JSON.stringify(told, null, 1)}\n`).toMatchFileSnapshot('fingerprints.json');
});
