// A stretch taken once, against exact processor sharing, on the two small storms; the great one is in the slow tests.
import { describe, it } from 'vitest';
import { expectLittleDifference } from './exact-sharing.ts';

describe('a stretch taken when a service begins', () => {
  it.each(['storm-recovers', 'storm-metastable'])('makes little difference to the size of %s', (name) =>
    expectLittleDifference(name),
  );
});
