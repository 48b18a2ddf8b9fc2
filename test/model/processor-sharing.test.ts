// A stretch taken once, against exact processor sharing, on a small storm; those that last are in the slow tests.
import { describe, it } from 'vitest';
import { expectLittleDifference } from './exact-sharing.ts';

describe('a stretch taken when a service begins', () => {
  it('makes little difference to the size of storm-recovers', () => expectLittleDifference('storm-recovers'));
});
