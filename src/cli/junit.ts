/**
 * The results of `sim check` as a JUnit report, in the form that both Ant's
 * schema and Jenkins' accept: a suite per file, a test case per expectation,
 * and one for the baseline's comparison; what could not be judged is a case
 * with an error.
 */
import type { CheckedExpectation, CheckedFile } from './check-outcome.ts';
import { failureLines, failureSummary } from './check-outcome.ts';
import { figureText } from '../experiments/baseline.ts';
import { visible, xmlAttribute, xmlText } from '../scenario/safe-text.ts';
import { changeText, verdictText } from './check-text.ts';

interface Case {
  readonly name: string;
  readonly failure: {
    readonly element: 'failure' | 'error';
    readonly type: string;
    readonly message: string;
    readonly text: string;
  } | null;
}

function expectationCase(one: CheckedExpectation): Case {
  if (one.state === 'met') return { name: one.expression, failure: null };
  const text = failureLines(one)
    .map(([word, line]) => `${word}: ${visible(line)}`)
    .join('\n');
  return { name: one.expression, failure: { element: 'failure', type: one.state, message: failureSummary(one), text } };
}

function baselineCase({ baseline }: CheckedFile): Case[] {
  if (baseline === null) return [];
  const moves = baseline.moves.map(
    (move) =>
      `${move.metric} of ${move.variant} from ${figureText(move.metric, move.from)} to ${figureText(move.metric, move.to)} (${changeText(move)}, ${verdictText(move)})`,
  );
  const lines = [...moves, ...baseline.missing];
  const failure =
    lines.length === 0
      ? null
      : { element: 'failure' as const, type: 'moved', message: lines.join('; '), text: lines.join('\n') };
  return [{ name: 'as in the baseline', failure }];
}

function casesOf(checked: CheckedFile): Case[] {
  const { state, problem } = checked;
  if (problem !== '') {
    const element = state === 'slow' ? 'failure' : 'error';
    return [
      {
        name: 'runs to its end',
        failure: { element, type: state, message: problem.trim().split('\n').slice(0, 3).join(' '), text: problem },
      },
    ];
  }
  const cases = [...checked.expectations.map(expectationCase), ...baselineCase(checked)];
  return cases.length > 0 ? cases : [{ name: 'runs to its end', failure: null }];
}

function caseXml({ name, failure }: Case, classname: string, seconds: string): string {
  const head = `    <testcase name="${xmlAttribute(name)}" classname="${xmlAttribute(classname)}" time="${seconds}"`;
  if (failure === null) return `${head}/>`;
  const { element, type, message, text } = failure;
  return `${head}>\n      <${element} type="${xmlAttribute(type)}" message="${xmlAttribute(message)}">${xmlText(text)}</${element}>\n    </testcase>`;
}

function suiteXml(checked: CheckedFile, id: number, timestamp: string): string {
  const cases = casesOf(checked);
  const count = (element: 'failure' | 'error'): number =>
    cases.filter(({ failure }) => failure?.element === element).length;
  const seconds = (checked.spentMs / 1000).toFixed(3);
  // The runs are shared by the expectations, so each case gets its part of their time.
  const each = (checked.spentMs / 1000 / cases.length).toFixed(3);
  const name = checked.name === '' ? checked.file : checked.name;
  return [
    `  <testsuite id="${id}" package="sim.check" name="${xmlAttribute(name)}" timestamp="${timestamp}" hostname="localhost" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" time="${seconds}">`,
    '    <properties>',
    `      <property name="file" value="${xmlAttribute(checked.file)}"/>`,
    ...(checked.seed === '' ? [] : [`      <property name="seed" value="${xmlAttribute(checked.seed)}"/>`]),
    '    </properties>',
    ...cases.map((one) => caseXml(one, checked.file, each)),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ].join('\n');
}

/** `startedAt`: when the check began. */
export function junitXml(files: readonly CheckedFile[], startedAt: Date): string {
  const timestamp = startedAt.toISOString().slice(0, 19);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...files.map((checked, id) => suiteXml(checked, id, timestamp)),
    '</testsuites>',
    '',
  ].join('\n');
}
