/**
 * What `sim validate` finds in a scenario file: its mistakes, and what is no
 * mistake but likely not what was meant. As data, so that the terminal and the
 * JSON document say the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { arithmeticJson, arithmeticOf } from '../experiments/arithmetic.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { uncoveredNumbers } from '../scenario/explain.ts';
import { kubernetesPods } from '../scenario/kubernetes-pods.ts';
import { loadScenario, type LoadedScenario } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import { jsonText } from '../scenario/safe-text.ts';
import { placeOfPath } from '../scenario/tree-path.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { unsaidBoots } from './boot-warnings.ts';
import { unnoticedLosses } from './unnoticed-warnings.ts';
import { unsaidKeepalives, unsaidMoves, unsaidProbes, unsaidTransports } from './answer-warnings.ts';
import { arithmeticWarnings } from './arithmetic-text.ts';
import { clockWarnings } from './clock-warnings.ts';
import { collapseWarnings } from './collapse-warnings.ts';
import { unreadableSeries } from './measured-files.ts';
import { oldFormRanges, unsaidMeanings } from './old-form-warnings.ts';
import { isProblem, namedFile, readScenarioFile } from './scenario-file.ts';

export interface Validation {
  /** as it was named */
  readonly file: string;
  /** null if it could not be read */
  readonly source: ScenarioSource | null;
  /** null if it has mistakes */
  readonly loaded: LoadedScenario | null;
  readonly problems: readonly Problem[];
  /** numbers without a source or an assumption, where that was asked; they count as mistakes */
  readonly uncovered: readonly Problem[];
  /** what to look at; the scenario is good all the same */
  readonly warnings: readonly Problem[];
}

/** Finds warnings in a good scenario. */
type Warner = (file: string, loaded: LoadedScenario) => readonly Problem[];

/** Variants that come out as the baseline does, whatever they set. */
function idleVariants(file: string, { variantScenarios, tree, scenario: baseline }: LoadedScenario): Problem[] {
  return [...variantScenarios].flatMap(([name, scenario]) => {
    if (!isDeepStrictEqual(scenario, baseline)) return [];
    const path = `variants.${name}`;
    const { line, column } = placeOfPath(tree.base, path);
    return [
      {
        file,
        line,
        column,
        path,
        expected: 'a variant that changes something',
        found: 'the baseline under another name',
        hint: null,
      },
    ];
  });
}

function mistakenPods(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  const told = kubernetesPods(scenario);
  if (told === null) return [];
  const { line, column } = placeOfPath(tree.base, 'pods');
  return [{ file, line, column, path: 'pods', ...told }];
}

/** To warn of something else, add its function. */
const warners: readonly Warner[] = [
  arithmeticWarnings,
  clockWarnings,
  collapseWarnings,
  unsaidKeepalives,
  unsaidProbes,
  unsaidMoves,
  unsaidTransports,
  unnoticedLosses,
  unsaidBoots,
  unsaidMeanings,
  oldFormRanges,
  unreadableSeries,
  idleVariants,
  mistakenPods,
];

function uncoveredProblems(file: string, loaded: LoadedScenario): Problem[] {
  return uncoveredNumbers(loaded).map(({ path, value, line, column }) => ({
    file,
    line,
    column,
    path,
    expected: 'a source or an assumption',
    found: value,
    hint: null,
  }));
}

/** `withSources` also asks for a source or an assumption for each number. */
export function validateFile(argument: string, withSources: boolean): Validation {
  const file = namedFile(argument);
  const source = readScenarioFile(file);
  const bad = { file, loaded: null, uncovered: [], warnings: [] };
  if (isProblem(source)) return { ...bad, source: null, problems: [source] };
  const loaded = loadScenario(source, vocabulary);
  if (!loaded.ok) return { ...bad, source, problems: loaded.problems };
  return {
    file,
    source,
    loaded,
    problems: [],
    uncovered: withSources ? uncoveredProblems(file, loaded) : [],
    warnings: warners.flatMap((warn) => warn(file, loaded)),
  };
}

export function isGood({ loaded, uncovered }: Validation): boolean {
  return loaded !== null && uncovered.length === 0;
}

/** null where there is no place, or nothing was found. */
function problemJson({ line, column, path, expected, found, hint }: Problem): Readonly<Record<string, unknown>> {
  const place = line > 0 ? { line, column } : { line: null, column: null };
  return { ...place, path, expected, found: found === '' ? null : found, hint };
}

function fileJson(validation: Validation): Readonly<Record<string, unknown>> {
  const { file, loaded, problems, uncovered, warnings } = validation;
  return {
    file,
    ok: isGood(validation),
    scenario: loaded?.scenario.name ?? null,
    variants: loaded?.variants.map(({ name, title }) => ({ name, title })) ?? [],
    problems: [...problems, ...uncovered].map(problemJson),
    warnings: warnings.map(problemJson),
    arithmetic: loaded === null ? null : arithmeticJson(arithmeticOf(loaded.scenario)),
  };
}

/** The text of --json. */
export function validationJson(files: readonly Validation[]): string {
  return `${jsonText({ tool: 'cascade-sim', format: 1, ok: files.every(isGood), files: files.map(fileJson) }, 2)}\n`;
}
