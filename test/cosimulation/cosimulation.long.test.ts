/**
 * Every library of the matrix in every storm, beside the model; and presets that are wrong on purpose. What was
 * measured is written down in agreement.md. A quarter of an hour, and some GB: libraries that are loaded anew for each
 * client are not all forgotten.
 */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nameOf, type Subject } from '../clients/subject.ts';
import { subjects } from '../clients/subjects.ts';
import { clientOf } from '../clients/preset-says.ts';
import { agreementOf, misfitsOf } from './agreement.ts';
import { agreementPage, type Measured } from './agreement-page.ts';
import type { StormRecord } from './played-storm.ts';
import { knownMisfitOf, modelled, played, stormCases, type StormCase } from './storm-cases.ts';

const MODELLED = 100;
const measured: Measured[] = [];
const records = new Map<string, readonly StormRecord[]>();

describe('a storm of real clients is that of the model', () => {
  it.each(stormCases)('$name', async (one) => {
    const real = await played(one, one.experiment.seeds);
    const agreement = agreementOf(real, await modelled(one, MODELLED));
    records.set(one.name, real);
    measured.push({ one, agreement });
    const misfits = misfitsOf(agreement);
    // What is known not to fit must not.
    if (knownMisfitOf(one) === undefined) expect(misfits).toEqual([]);
    else expect(misfits).not.toEqual([]);
  });

  it('which is written down', async () => {
    expect(measured.length).toBe(stormCases.length);
    const page = fileURLToPath(new URL('agreement.md', import.meta.url));
    await expect(agreementPage(measured)).toMatchFileSnapshot(page);
  });
});

/** Fields of a preset, otherwise. */
function otherFields(preset: string): readonly (readonly [field: string, changes: object])[] {
  const { connectTimeout, giveUp, backoff } = clientOf(preset);
  const timeoutMs = Math.min(15_000, 0.75 * Number(connectTimeout.open?.parameters.mean ?? Infinity));
  const after = Number.isFinite(giveUp.afterAttempts) ? giveUp.afterAttempts + 1 : 3;
  // Who gives up at the first refusal waits for nothing in a storm.
  const waits = giveUp.afterAttempts > 1;
  return [
    ['backoff', { backoff: { policy: 'fixed', delay: backoff.policy === 'fixed' ? '7s' : '1700ms' } }],
    ...(waits ? [['connectTimeout', { connectTimeout: `${timeoutMs}ms` }] as const] : []),
    ['giveUp', { giveUp: { after, then: 'stay' } }],
  ];
}

describe('a preset that says something else misfits somewhere', () => {
  const casesOf = (subject: Subject): readonly StormCase[] =>
    stormCases.filter((one) => one.subject === subject && one.stage === 'transport');
  const fitting = subjects.filter(
    (subject) => casesOf(subject).length > 0 && casesOf(subject).every((one) => knownMisfitOf(one) === undefined),
  );
  it.each(fitting.map((subject) => [nameOf(subject), subject] as const))('%s', async (_name, subject) => {
    const unnoticed: string[] = [];
    for (const [field, changes] of otherFields(subject.preset)) {
      let isNoticed = false;
      for (const one of casesOf(subject)) {
        const real = records.get(one.name) ?? (await played(one, one.experiment.seeds));
        records.set(one.name, real);
        isNoticed ||= misfitsOf(agreementOf(real, await modelled(one, 20, changes))).length > 0;
        if (isNoticed) break;
      }
      if (!isNoticed) unnoticed.push(field);
    }
    expect(unnoticed).toEqual([]);
  });

  it('which is asked of most', () => {
    expect(fitting.length).toBeGreaterThan(10);
  });
});
