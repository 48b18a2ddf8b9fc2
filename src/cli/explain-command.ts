/**
 * `sim explain FILE`: every field of a scenario with its value, where that came
 * from, its unit and meaning, and what the file cites or assumes for it. No
 * default stays hidden.
 */
import type { ExplainRow, Ground } from '../scenario/explain.ts';
import { jsonText, visibleProse, withTexts } from '../scenario/safe-text.ts';
import { collected, exitCodes, type AddCommand, type CommandContext } from './command.ts';
import type { Colors } from './colors.ts';
import type { Side } from './terminal.ts';

interface ExplainFlags {
  readonly variant?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** Longer values, empirical distributions for one, are cut in the table; the JSON has all of them. */
const valueWidthMax = 28;

function shortened(value: string): string {
  const characters = Array.from(value);
  return characters.length <= valueWidthMax ? value : `${characters.slice(0, valueWidthMax - 1).join('')}…`;
}

function originText({ origin, variant, scaled }: ExplainRow): string {
  return `${origin === 'variant' ? (variant ?? origin) : origin === 'set' ? '--set' : origin}${scaled ? ', scaled' : ''}`;
}

/** Numbers what the file cites and assumes, in the order of its first use: s1, s2, …, a1, a2, … */
function numberGrounds(
  rows: readonly ExplainRow[],
): ReadonlyMap<string, { readonly mark: string; readonly ground: Ground }> {
  const marks = new Map<string, { mark: string; ground: Ground }>();
  const counts = { source: 0, assumption: 0 };
  for (const { ground } of rows) {
    if (ground === null || marks.has(keyOf(ground))) continue;
    marks.set(keyOf(ground), { mark: `${ground.kind === 'source' ? 's' : 'a'}${++counts[ground.kind]}`, ground });
  }
  return marks;
}

function keyOf({ kind, path }: Ground): string {
  return `${kind} ${path}`;
}

function groundText(ground: Ground): string {
  if (ground.kind === 'source') return ground.cite;
  return ground.plausible === '' ? ground.why : `${ground.why} (plausible: ${ground.plausible})`;
}

/** Where what is wrapped begins in the list of grounds. */
const GROUND_INDENT = 6;

/** A path that is too long for a line, from as far on as fits: its end says what it is of. */
function cutPath(path: string, most: number): string {
  if (path.length <= most) return path;
  const dot = path.indexOf('.', path.length - most);
  return dot < 0 ? path : `\u2026${path.slice(dot)}`;
}

/** Lists whose things each get a table of their own. */
const lists = new Set(['tiers', 'products', 'clients', 'timeline', 'responders', 'observed', 'variants']);

/** A path's part below which rows are told together: the named thing of a list, or the top of the file. */
function groupOf({ path }: ExplainRow): string {
  const [first, second] = path.split('.');
  return lists.has(first) && second !== undefined ? `${first}.${second}` : '';
}

function rowCells(row: ExplainRow, group: string, mark: string, colors: Colors): string[] {
  const name = group === '' ? row.path : row.path.slice(group.length + 1);
  const paint = row.origin === 'default' ? colors.dim : colors.bold;
  return [name, paint(shortened(row.value)), colors.dim(row.unit), colors.dim(originText(row)), mark, row.help];
}

async function printRows(rows: readonly ExplainRow[], { colors, width, write }: Side): Promise<void> {
  const { tableText } = await import('./table.ts');
  const grounds = numberGrounds(rows);
  const groups = new Map<string, ExplainRow[]>();
  for (const row of rows) {
    const group = groupOf(row);
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  const head = ['field', 'value', 'unit', 'from', 'why', 'meaning'];
  for (const [group, members] of groups) {
    if (group !== '') write(`\n${colors.bold(group)}\n`);
    const markOf = ({ ground }: ExplainRow): string =>
      ground === null ? '' : (grounds.get(keyOf(ground))?.mark ?? '');
    const cells = members.map((row) => rowCells(row, group, markOf(row), colors));
    write(tableText(cells, { head, wraps: 5, lead: 2, width, indent: group === '' ? 0 : 2, colors }));
  }
  for (const [kind, title] of [
    ['source', 'Sources'],
    ['assumption', 'Assumptions'],
  ] as const) {
    const told = [...grounds.values()].filter(({ ground }) => ground.kind === kind);
    if (told.length === 0) continue;
    write(`\n${colors.bold(title)}\n`);
    const cells = told.map(({ mark, ground }) => [
      mark,
      cutPath(ground.path, width - GROUND_INDENT),
      groundText(ground),
    ]);
    write(tableText(cells, { wraps: 2, lead: 2, width, indent: 2, colors }));
  }
}

async function explain(file: string, flags: ExplainFlags, { terminal }: CommandContext): Promise<number> {
  const [{ loadScenarioFile }, { explainScenario }] = await Promise.all([
    import('./scenario-file.ts'),
    import('../scenario/explain.ts'),
  ]);
  const loaded = loadScenarioFile(file, flags, terminal.err);
  if (loaded === null) return exitCodes.usage;
  const rows = explainScenario(loaded);
  if (flags.json === true) {
    const { scenario, variant, hash } = loaded;
    terminal.out.write(`${jsonText({ scenario: scenario.name, variant, scenarioHash: hash, fields: rows }, 2)}\n`);
  } else await printRows(withTexts(rows, visibleProse), terminal.out);
  return exitCodes.good;
}

export const addExplain: AddCommand = (program, context) => {
  program
    .command('explain')
    .description('print every field of a scenario: value, default or not, unit, meaning, source')
    .argument('<file>', 'the scenario; - for standard input')
    .option('--variant <name>', 'explain this variant instead of the baseline')
    .option('--set <path=value>', 'replace a value first (repeatable)', collected)
    .option('--json', 'print one JSON document')
    .action(context.act((file: string, flags: ExplainFlags) => explain(file, flags, context)));
};
