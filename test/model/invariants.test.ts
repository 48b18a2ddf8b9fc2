// What cannot happen is noticed where it happens: at the entries of the parts that hold state, in the layouts of their
// records, and, where a test asks for it, by a look at the whole fleet. The error says when, at which event, with which
// seed, and whose it is.
import { describe, expect, it } from 'vitest';
import { SimulationError } from '../../src/engine/simulation-error.ts';
import { Fleet } from '../../src/model/state/fleet.ts';
import { assertLayout } from '../../src/model/state/record-layout.ts';
import { HostState, Session } from '../../src/model/state/vocabulary.ts';
import { Simulation } from '../../src/model/simulation.ts';
import { scenarioOf } from '../small-scenario.ts';
import { tier } from './run-log.ts';

const scenario = scenarioOf({
  tiers: [tier({ hosts: 2, holdsSessions: true })],
  products: [{ name: 'chat', sessions: 4 }],
});

function begun(inspects = false): { simulation: Simulation; fleet: Fleet } {
  const simulation = new Simulation(scenario, { seed: 'invariants', recorder: null, inspects });
  const { fleet } = simulation;
  if (!(fleet instanceof Fleet)) throw new Error('the model shows another fleet than its own');
  return { simulation, fleet };
}

function errorOf(act: () => unknown): SimulationError {
  try {
    act();
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
  throw new Error('nothing was noticed');
}

describe('a part that holds state notices', () => {
  it('a session that comes to a second host of a tier', () => {
    const { simulation, fleet } = begun();
    const session = fleet.hosts[0].sessionHead;
    const error = errorOf(() => simulation.parts.serving.placement.attach(session, fleet.hosts[1]));
    expect(error.what).toBe(`session ${session} comes to ${fleet.hosts[1].label}, and is on ${fleet.hosts[0].label}`);
  });

  it('a session that leaves a host which has none', () => {
    const { simulation, fleet } = begun();
    const session = fleet.hosts[0].sessionHead;
    fleet.hosts[0].sessions = 0;
    const error = errorOf(() => simulation.parts.serving.placement.detach(session, 0));
    expect(error.what).toBe(`session ${session} leaves ${fleet.hosts[0].label}, which has none`);
  });

  it('a state that nobody is counted in', () => {
    const { fleet } = begun();
    fleet.roster.setState(0, Session.gaveUp);
    expect(errorOf(() => fleet.setState(0, Session.waiting)).what).toContain(
      'session 0 of p1 goes from gaveUp to waiting',
    );
  });

  it('a session that drops twice', () => {
    const { simulation } = begun();
    const { connections } = simulation.parts.clients;
    connections.drop(0, 0, 0);
    expect(errorOf(() => connections.drop(0, 0, 0)).what).toBe('session 0 drops while it is waiting');
  });

  it('an attempt that ends twice', () => {
    const { fleet } = begun();
    const attempt = fleet.attempts.allocate(0, 0, 0);
    fleet.attempts.release(attempt);
    expect(errorOf(() => fleet.attempts.release(attempt)).what).toBe(`attempt ${attempt} ends twice`);
  });
});

describe('a layout', () => {
  it('has no two fields at the same bytes', () => {
    expect(() => assertLayout('a test', 8, { one: [0, 4], other: [4, 4] })).not.toThrow();
    expect(() => assertLayout('a test', 8, { one: [0, 4], other: [2, 2] })).toThrow('other and one share a byte');
  });

  it('has no field beyond its record, or where its size does not allow it', () => {
    expect(() => assertLayout('a test', 8, { one: [8, 4] })).toThrow('one does not fit');
    expect(() => assertLayout('a test', 16, { one: [4, 8] })).toThrow('one does not fit');
  });
});

describe('a look at the whole fleet', () => {
  it('finds nothing wrong with a run', () => {
    const { simulation } = begun(true);
    expect(() => simulation.run(scenario.clock.durationMs)).not.toThrow();
  });

  it('says what is wrong, when, after which event, and with which seed', () => {
    const { simulation, fleet } = begun(true);
    simulation.run(2500);
    fleet.hosts[1].queueLength = 3;
    const error = errorOf(() => simulation.run(5000));
    expect(error.what).toBe(`0 wait at ${fleet.hosts[1].label}, which counts 3`);
    expect([error.atMs, error.eventNumber, error.seed]).toEqual([3000, simulation.eventCount, 'invariants']);
  });

  it('finds sessions on a host that is down', () => {
    const { simulation, fleet } = begun(true);
    simulation.run(1500);
    fleet.setState(fleet.hosts[0].sessionHead, Session.waiting);
    fleet.hosts[0].state = HostState.down;
    expect(errorOf(() => simulation.run(5000)).what).toContain('not connected');
  });
});
