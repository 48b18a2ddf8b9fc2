/** A recorder that listens to nothing; tests override what they want to hear. */
import type { Recorder } from '../../src/model/state/recorder.ts';

const nothing = (): void => undefined;

export function silentRecorder(heard: Partial<Recorder>): Recorder {
  return {
    begin: nothing,
    sample: nothing,
    measureFrom: nothing,
    end: nothing,
    arrived: nothing,
    left: nothing,
    gaveUp: nothing,
    stillAway: nothing,
    suppressed: nothing,
    pageReloaded: nothing,
    dropped: nothing,
    attemptEnded: nothing,
    refusedAhead: nothing,
    connected: nothing,
    startsInTier: nothing,
    enteredTier: nothing,
    abandonedInQueue: nothing,
    serviceBegan: nothing,
    abandonedServed: nothing,
    abandonedDiscarded: nothing,
    abandonedInService: nothing,
    servicePaused: nothing,
    serviceResumed: nothing,
    leftTier: nothing,
    hostChanged: nothing,
    hostRulesChanged: nothing,
    hostDied: nothing,
    hostRebooted: nothing,
    hostReady: nothing,
    scaled: nothing,
    hostEjected: nothing,
    hostReadmitted: nothing,
    action: nothing,
    aborted: nothing,
    responder: nothing,
    loss: nothing,
    ...heard,
  };
}
