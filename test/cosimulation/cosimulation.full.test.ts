/**
 * Every library of the matrix in the storm that tells most, beside the model, with the work before its transport opens
 * and behind it; other seeds, and other fleets. All storms are in cosimulation.long.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { agreementOf, misfitsOf } from './agreement.ts';
import { ofSize } from './experiments.ts';
import { knownMisfitOf, modelled, played, stormCase, stormCases } from './storm-cases.ts';

const MODELLED = 100;
const told = stormCases.filter(({ storm }) => storm === 'metastable');

describe('a metastable storm of real clients is that of the model', () => {
  it('of all libraries', () => {
    expect(new Set(told.map(({ subject }) => subject))).toEqual(new Set(stormCases.map(({ subject }) => subject)));
  });

  it.each(told)('$name', async (one) => {
    const misfits = misfitsOf(agreementOf(await played(one, one.experiment.seeds), await modelled(one, MODELLED)));
    // What is known not to fit must not.
    if (knownMisfitOf(one) === undefined) expect(misfits).toEqual([]);
    else expect(misfits).not.toEqual([]);
  });
});

describe('it holds for other fleets, and other seeds', () => {
  it.each([
    ['reconnecting-websocket: metastable', 60, 24],
    ['reconnecting-websocket: metastable', 600, 3],
    ['reconnecting-websocket: metastable', 2000, 2],
    ['partysocket: cured', 60, 24],
    ['partysocket: cured', 600, 3],
    ['partysocket: cured', 2000, 2],
    ['centrifuge: queue that refuses', 60, 96],
    ['centrifuge: queue that refuses', 600, 3],
    ['centrifuge: queue that refuses', 2000, 2],
  ])('%s, %d sessions', async (name, sessions, seeds) => {
    const one = { ...stormCase(name), experiment: ofSize(stormCase(name).experiment, sessions) };
    const real = await played(one, seeds, 1001);
    expect(misfitsOf(agreementOf(real, await modelled(one, MODELLED)))).toEqual([]);
  });
});
