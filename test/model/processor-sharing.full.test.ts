// A stretch taken once, against exact processor sharing, on the storm of a reboot at peak.
import { describe, it } from 'vitest';
import { expectLittleDifference } from './exact-sharing.ts';

describe('a stretch taken when a service begins', () => {
  it('makes little difference to the size of reboot-at-peak', () => expectLittleDifference('reboot-at-peak'));
});
