// The JUnit report, read by a real XML validator against the rules of its readers, whatever the texts in it hold.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckedExpectation, CheckedFile } from '../../src/cli/check-outcome.ts';
import { junitXml } from '../../src/cli/junit.ts';

interface Validation {
  readonly valid: boolean;
  readonly errors: readonly { readonly message: string }[];
}

const { validateXML } = createRequire(import.meta.url)('xmllint-wasm') as {
  readonly validateXML: (request: {
    xml: readonly { fileName: string; contents: string }[];
    schema: readonly string[];
  }) => Promise<Validation>;
};
const schema = readFileSync(new URL('./junit.xsd', import.meta.url), 'utf8');

async function mistakes(...reports: readonly string[]): Promise<string[]> {
  const xml = reports.map((contents, i) => ({ fileName: `report-${i}.xml`, contents }));
  const { valid, errors } = await validateXML({ xml, schema: [schema] });
  return valid ? [] : errors.map(({ message }) => message);
}

const at = new Date('2026-03-02T09:10:11.500Z');

function expectation(fields: Partial<CheckedExpectation>): CheckedExpectation {
  return {
    expression: 'collapse == 0', file: 'a.yaml', line: 3, column: 5, state: 'met', metric: 'collapse', variants: ['baseline'],
    unit: 'count', statistic: 'value', value: 0, censoredAtMs: null, atLeast: null, atMost: null, bound: 0, undecidedRuns: 0, interval: null,
    valueText: '0', expectedText: 'expected == 0', intervalText: null, note: '', seed: 's', repeat: ['npx sim run a.yaml'], ...fields,
  }; // prettier-ignore
}

function checked(fields: Partial<CheckedFile>): CheckedFile {
  return {
    file: 'a.yaml',
    name: 'a',
    seed: 's',
    state: 'passed',
    runCount: 2,
    spentMs: 1234,
    expectations: [],
    baseline: null,
    problem: '',
    ...fields,
  };
}

const move = {
  variant: 'baseline',
  metric: 'drops',
  from: 10,
  to: 20,
  change: 1,
  direction: 'up',
  better: false,
  tolerance: 0.05,
} as const;

const files = [
  checked({
    expectations: [
      expectation({}),
      expectation({ state: 'missed', value: 1, valueText: '1' }),
      expectation({ state: 'undecided', note: 'more would tell' }),
    ],
  }),
  checked({ state: 'failed', baseline: { moves: [move], missing: [], notes: [] }, expectations: [expectation({})] }),
  checked({
    name: '',
    seed: '',
    state: 'wrong',
    runCount: 0,
    spentMs: 0,
    problem: 'b.yaml:1:2  tiers\n  expected a list, found "x"\n',
  }),
  checked({ state: 'slow', problem: 'a.yaml\n  expected a run of at most 1 s, found one that takes longer\n' }),
  checked({}),
];

describe('the JUnit report', () => {
  it('is valid, with a test case per expectation, one for the baseline, and an error for what could not be judged', async () => {
    const xml = junitXml(files, at);
    expect(await mistakes(xml)).toEqual([]);
    expect(xml.match(/<testcase /g)).toHaveLength(3 + 2 + 1 + 1 + 1);
    expect(xml).toContain('tests="3" failures="2" errors="0" time="1.234"');
    expect(xml).toContain('timestamp="2026-03-02T09:10:11"');
    expect(xml).toContain(
      '<failure type="missed" message="collapse == 0 is missed: collapse of baseline is 1; expected == 0 (seed s)">at: a.yaml:3:5',
    );
    expect(xml).toContain('<failure type="undecided"');
    expect(xml).toContain('drops of baseline from 10 to 20 (↑ 100 %, worse)'.replace(' %', '\u00a0%'));
    expect(xml).toContain('<error type="wrong"');
  });

  it('is valid whatever the texts are, control characters and lone surrogates included', async () => {
    const odd = fc.string({
      unit: fc.oneof(
        fc.constantFrom('<', '>', '&', '"', "'", '\n', '\0', '\u001b', '\ud800', '\ufffe', ']]>', '😀'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
      ),
      maxLength: 12,
    });
    const reports = fc
      .sample(fc.tuple(odd, odd, odd), { seed: 426, numRuns: 60 })
      .map(([a, b, c]) =>
        junitXml(
          [
            checked({
              file: `f${a}`,
              name: `n${b}`,
              expectations: [expectation({ expression: c, state: 'missed', note: b, repeat: [a] })],
            }),
            checked({ state: 'broken', problem: `x${a}\n${c}` }),
          ],
          at,
        ),
      );
    expect(await mistakes(...reports)).toEqual([]);
  });

  it('would not pass if an attribute were missing, or an element out of place', async () => {
    const xml = junitXml(files, at);
    for (const wrong of [
      xml.replace(' hostname="localhost"', ''),
      xml.replace('<system-out/>', ''),
      xml.replace('T09:10:11', 'T09:10:11Z'),
      xml.replace('time="1.234"', 'time="1e3"'),
      xml.replace('&quot;', '<'),
    ])
      expect(await mistakes(wrong)).not.toEqual([]);
  });
});
