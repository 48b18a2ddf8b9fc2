/**
 * `--over FILE`: draws of the assumptions as a file has them, a line each, for
 * commands that run their worlds over them: posterior.csv of `sim calibrate`, or
 * draws.csv of `sim sensitivity --method global`, or one that somebody made. Columns
 * that are named like a value of the scenario are read, and `weight`, if there is
 * one. A posterior of another scenario than the file is now is told, and not used.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { AssumedWorlds, DrawError, type AssumedDraw } from '../experiments/assumed-worlds.ts';
import { madeFrom } from '../experiments/calibration/made-from.ts';
import { vocabulary } from '../metrics/catalogue.ts';
import { counted, percentText } from '../metrics/value-text.ts';
import { settingsOf } from '../scenario/assumption-values.ts';
import { drawnAssumptions } from '../scenario/assumptions.ts';
import { contentHash } from '../scenario/content-hash.ts';
import { openScenario, type LoadedScenario } from '../scenario/load.ts';
import { readCsv, type CsvRow } from '../scenario/read-csv.ts';
import { requirePath, PathError } from '../scenario/tree-path.ts';
import type { ScenarioSource } from '../scenario/source-text.ts';
import { printProblems } from './scenario-file.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

const DRAWS_MAX = 100_000;
const BYTES_MAX = 100_000_000;

/** The column in which a posterior says what it was made from. */
export const madeFromColumn = 'made from';
/** How near its draws come to the rows, and how likely each row is taken to be wrong for that. */
export const withinColumn = 'within';
export const doubtColumn = 'doubt';

export interface Over {
  readonly worlds: AssumedWorlds;
  /** of how many draws of which file, for people */
  readonly text: string;
  /** tells this file's draws from those of any other, as a change of the scenario */
  readonly mark: string;
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`--over: cannot read ${file}: ${(error as Error).message}`, 'like --over out/storm/calibrate/posterior.csv'); // prettier-ignore
  }
  if (bytes.length > BYTES_MAX) throw new UsageError(`--over: ${file} is too long for a list of draws`);
  return bytes.toString('utf8');
}

/** What a value in a column sets; null: the column is no value of the scenario. */
function setterOf({ tree }: LoadedScenario, name: string): ((text: string) => readonly string[]) | null {
  const assumption = drawnAssumptions(tree).find(({ path }) => path === name);
  if (assumption !== undefined) return (text) => settingsOf(assumption, text);
  if (!/^[a-z][\w-]*(\.[\w-]+)+$/i.test(name)) return null;
  try {
    requirePath(tree.root, tree.tree, name);
    return (text) => [`${name}=${text}`];
  } catch (error) {
    if (error instanceof PathError) return null;
    throw error;
  }
}

/** A spreadsheet's formula is written behind a quote. */
const unquoted = (cell: string): string => cell.replace(/^'(?=[=+\-@])/, '').trim();

function requireFresh(file: string, head: readonly string[], rows: readonly CsvRow[], known: readonly string[]): void {
  const column = head.indexOf(madeFromColumn);
  if (column < 0) return;
  const stale = rows.find(({ cells }) => !known.includes(cells[column]));
  if (stale === undefined) return;
  throw new UsageError(
    `--over: ${file} was made from another scenario than this is now: of it, ${stale.cells[column]}; now ${known[0]}`,
    'sim calibrate makes it anew; what it has run is kept',
  );
}

function drawsOf(
  file: string,
  loaded: LoadedScenario,
  head: readonly string[],
  rows: readonly CsvRow[],
): AssumedDraw[] {
  const setters = head.map((name) => setterOf(loaded, name));
  if (setters.every((one) => one === null))
    throw new UsageError(
      `--over: no column of ${file} is a value of this scenario`,
      'its first line names them, like tiers.api.hosts,weight',
    );
  const [weights, numbers] = [head.indexOf('weight'), head.findIndex((name) => name === 'particle' || name === 'draw')];
  return rows.flatMap(({ cells, line }, i): AssumedDraw[] => {
    if (cells.length !== head.length)
      throw new UsageError(
        `--over: ${file}:${line} has ${counted(cells.length, 'cell')}, its first line ${head.length}`,
      );
    const weight = weights < 0 ? 1 : cells[weights].trim() === '' ? NaN : Number(cells[weights]);
    if (!Number.isFinite(weight) || weight < 0)
      throw new UsageError(`--over: ${file}:${line}: the weight must be a number from 0, not "${cells[weights]}"`);
    const assuming = cells.flatMap((cell, k) => (cell.trim() === '' ? [] : (setters[k]?.(unquoted(cell)) ?? [])));
    const number = numbers < 0 ? i + 1 : Number(cells[numbers]);
    return weight === 0 ? [] : [{ number: Number.isFinite(number) ? number : i + 1, weight, assuming }];
  });
}

/** A calibration that was not done is no ground for much. */
function doubtText(head: readonly string[], { cells }: CsvRow): string {
  const [within, doubt] = [withinColumn, doubtColumn].map((name) => cells[head.indexOf(name)] as string | undefined);
  if (within === undefined || !(Number(doubt) > 0)) return '';
  return `; the calibration came no nearer to what was seen than ${within}, with each row taken to be wrong with a probability of ${percentText(Number(doubt))}`;
}

/** `loaded`: the file as it stands, with --set and without. Throws a UsageError. */
function overOf(file: string, loaded: LoadedScenario, plain: LoadedScenario | null, seed: string): Over {
  const text = textOf(file);
  const read = readCsv(text);
  if ('mistake' in read) throw new UsageError(`--over: ${file}:${read.mistake.line}: ${read.mistake.found}`);
  const [first, ...rows] = read.rows;
  if (rows.length === 0) throw new UsageError(`--over: ${file} has no draw`, 'a line with names, then one per draw');
  if (rows.length > DRAWS_MAX) throw new UsageError(`--over: ${file} has ${rows.length} draws; at most ${DRAWS_MAX}`);
  const head = first.cells.map((name) => name.trim());
  const known = [loaded, ...(plain === null ? [] : [plain])].map(({ scenario }) => madeFrom(scenario));
  requireFresh(file, head, rows, known);
  const draws = drawsOf(file, loaded, head, rows);
  if (draws.length === 0) throw new UsageError(`--over: no draw of ${file} has any weight`);
  return {
    worlds: new AssumedWorlds(draws, seed),
    text: `over ${counted(draws.length, 'draw')} of the assumptions, from ${basename(file)}: each world has one, by weight, and its own luck${doubtText(head, rows[0])}`,
    mark: `over=${basename(file).replace(/\.csv$/, '')}-${contentHash(text).slice(0, 6)}`,
  };
}

interface Asked {
  readonly set?: readonly string[] | undefined;
  readonly seed?: string | undefined;
}

/** What `--over` says of a scenario; null after the scenario's problems have been printed. Throws a UsageError. */
export function overOfSource(source: ScenarioSource, file: string, { set = [], seed }: Asked, err: Side): Over | null {
  const opened = openScenario(source, vocabulary);
  const loaded = opened.load({ set });
  if (!loaded.ok) {
    printProblems(loaded.problems, source, err);
    return null;
  }
  const plain = set.length === 0 ? null : opened.load();
  return overOf(file, loaded, plain?.ok === true ? plain : null, seed ?? loaded.scenario.seed);
}

/** A draw in which something that is compared is no scenario, as a mistake of whoever asked; any other error as it is. */
export function toldDrawError(error: unknown): unknown {
  if (!(error instanceof DrawError)) return error;
  const { draw, variant, problem } = error;
  const { path, expected, found } = problem;
  return new UsageError(
    `--over: in draw ${draw.number}, ${variant} is no scenario: ${path}: expected ${expected}, found ${found}`,
    `assumed there: ${draw.assuming.join(' ')}`,
  );
}
