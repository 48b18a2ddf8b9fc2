/**
 * What `sim validate` finds in a scenario file: its mistakes, and what is no
 * mistake but likely not what was meant. As data, so that the terminal and the
 * JSON document say the same.
 */
import { isDeepStrictEqual } from 'node:util';
import { vocabulary } from '../metrics/catalogue.ts';
import { uncoveredNumbers } from '../scenario/explain.ts';
import { loadScenario, type LoadedScenario } from '../scenario/load.ts';
import type { Problem } from '../scenario/problem.ts';
import { placeOfPath } from '../scenario/tree-path.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { isProblem, namedFile, readScenarioFile } from './scenario-file.ts';

/** Something to look at; the scenario is good all the same. */
export interface Warning {
  /** what it is about; empty for the file as a whole */
  readonly path: string;
  /** 0 where it is not written in the file */
  readonly line: number;
  readonly column: number;
  readonly says: string;
}

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
  readonly warnings: readonly Warning[];
}

/** Finds warnings in a good scenario. */
type Warner = (loaded: LoadedScenario) => readonly Warning[];

/** Variants that come out as the baseline does, whatever they set. */
function idleVariants({ variantScenarios, tree, scenario: baseline }: LoadedScenario): Warning[] {
  return [...variantScenarios].flatMap(([name, scenario]) => {
    if (!isDeepStrictEqual(scenario, baseline)) return [];
    const path = `variants.${name}`;
    const { line, column } = placeOfPath(tree.base, path);
    return [{ path, line, column, says: 'changes nothing: it is the baseline under another name' }];
  });
}

/** To warn of something else, add its function. */
const warners: readonly Warner[] = [idleVariants];

function uncoveredProblems(file: string, loaded: LoadedScenario): Problem[] {
  return uncoveredNumbers(loaded).map(({ path, value, line, column }) => ({ file, line, column, path, expected: 'a source or an assumption', found: value, hint: null }));
}

/** `withSources` also asks for a source or an assumption for each number. */
export function validateFile(argument: string, withSources: boolean): Validation {
  const file = namedFile(argument);
  const source = readScenarioFile(file);
  const bad = { file, loaded: null, uncovered: [], warnings: [] };
  if (isProblem(source)) return { ...bad, source: null, problems: [source] };
  const loaded = loadScenario(source, vocabulary);
  if (!loaded.ok) return { ...bad, source, problems: loaded.problems };
  return { file, source, loaded, problems: [], uncovered: withSources ? uncoveredProblems(file, loaded) : [], warnings: warners.flatMap((warn) => warn(loaded)) };
}

export function isGood({ loaded, uncovered }: Validation): boolean {
  return loaded !== null && uncovered.length === 0;
}

/** A place as JSON says it: null where there is none. */
function placeJson({ line, column }: { readonly line: number; readonly column: number }): { readonly line: number | null; readonly column: number | null } {
  return line > 0 ? { line, column } : { line: null, column: null };
}

function fileJson(validation: Validation): Readonly<Record<string, unknown>> {
  const { file, loaded, problems, uncovered, warnings } = validation;
  return {
    file,
    ok: isGood(validation),
    scenario: loaded?.scenario.name ?? null,
    variants: loaded?.variants.map(({ name, title }) => ({ name, title })) ?? [],
    problems: [...problems, ...uncovered].map((problem) => ({
      ...placeJson(problem), path: problem.path, expected: problem.expected, found: problem.found === '' ? null : problem.found, hint: problem.hint,
    })), // prettier-ignore
    warnings: warnings.map((warning) => ({ ...placeJson(warning), path: warning.path, says: warning.says })),
  };
}

/** The text of --json. */
export function validationJson(files: readonly Validation[]): string {
  return `${JSON.stringify({ tool: 'cascade-sim', format: 1, ok: files.every(isGood), files: files.map(fileJson) }, null, 2)}\n`;
}
