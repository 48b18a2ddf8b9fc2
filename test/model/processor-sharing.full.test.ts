// A stretch taken once, against exact processor sharing, on the storm of a reboot at peak and on one that lasts.
import { describe, it } from 'vitest';
import { expectLittleDifference } from './exact-sharing.ts';

describe('a stretch taken when a service begins', () => {
  it.each(['reboot-at-peak', 'storm-metastable'])('makes little difference to the size of %s', (name) =>
    expectLittleDifference(name),
  );
});
