/**
 * `sim list [KIND] [NAME]`: what can be put into a scenario and read from an
 * outcome. Without arguments the kinds, with one the entries, with two one
 * entry with its parameters, formula and source.
 */
import { jsonText } from '../scenario/safe-text.ts';
import { exitCodes, type AddCommand } from './command.ts';
import type { Kind, ListedEntry } from './registry-kinds.ts';
import type * as Table from './table.ts';
import type { Side } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Names of a kind that fit into its row. */
const namesShown = 8;

type Layouts = typeof Table;

function printKinds(kinds: readonly Kind[], out: Side, { tableText, wrapped }: Layouts): void {
  const { colors, width } = out;
  const shown = (names: readonly string[]): string =>
    names.length <= namesShown
      ? names.join(', ')
      : `${names.slice(0, namesShown - 2).join(', ')} and ${names.length - namesShown + 2} more`;
  const rows = kinds.map((kind) => [colors.bold(kind.name), kind.help, shown(kind.entries().map(({ name }) => name))]);
  out.write(tableText(rows, { head: ['kind', 'what it is', 'entries'], wraps: 2, width, colors }));
  out.write(
    `\n${wrapped(colors.dim('`sim list KIND` lists one kind, `sim list KIND NAME` tells all of one entry'), width)}`,
  );
}

function printEntries(kind: Kind, out: Side, { tableText }: Layouts): void {
  const { colors, width } = out;
  const entries = kind.entries();
  const labels = [...new Set(entries.flatMap(({ facts }) => Object.keys(facts)))].filter(
    (label) => label === 'unit' || label === 'file',
  );
  const rows = entries.map(({ name, help, facts }) => [
    colors.bold(name),
    ...labels.map((label) => facts[label] ?? ''),
    help,
  ]);
  const head = [kind.name, ...labels, 'what it is'];
  out.write(tableText(rows, { head, wraps: head.length - 1, width, colors }));
}

function printEntry(kind: Kind, entry: ListedEntry, out: Side, { tableText }: Layouts): void {
  const { colors, width } = out;
  out.write(`${colors.bold(entry.name)}  ${colors.dim(kind.name)}\n`);
  const facts = Object.entries({ 'what it is': entry.help, ...entry.facts });
  out.write(
    tableText(
      facts.map(([label, text]) => [colors.dim(label), text]),
      { wraps: 1, width, indent: 2, colors },
    ),
  );
  if (entry.parameters.length === 0) return;
  const rows = entry.parameters.map((parameter) => [
    colors.bold(parameter.name),
    parameter.unit,
    parameter.default,
    parameter.range,
    parameter.help,
  ]);
  out.write('\n');
  out.write(
    tableText(rows, {
      head: ['parameter', 'unit', 'default', 'range', 'what it is'],
      wraps: 4,
      width,
      indent: 2,
      colors,
    }),
  );
}

/** The element of that name, or a UsageError that lists what there is. */
async function named<T extends { readonly name: string }>(what: string, name: string, all: readonly T[]): Promise<T> {
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const { didYouMean, oneOf } = await import('../scenario/suggestion.ts');
  const names = all.map((one) => one.name);
  const suggestion = didYouMean(name, names);
  const expected = `expected ${names.length > 20 ? names.join(' | ') : oneOf(names)}, found "${name}"`;
  throw new UsageError(`unknown ${what} "${name}"`, expected, ...(suggestion === null ? [] : [suggestion]));
}

async function list(
  out: Side,
  kindName: string | undefined,
  entryName: string | undefined,
  asJson: boolean,
): Promise<void> {
  const [{ kinds, kindSynonyms }, layouts] = await Promise.all([import('./registry-kinds.ts'), import('./table.ts')]);
  const json = (value: unknown): void => out.write(`${jsonText(value, 2)}\n`);
  if (kindName === undefined) {
    if (asJson) json(kinds.map((kind) => ({ kind: kind.name, help: kind.help, entries: kind.entries() })));
    else printKinds(kinds, out, layouts);
    return;
  }
  const kind = await named('kind', Object.hasOwn(kindSynonyms, kindName) ? kindSynonyms[kindName] : kindName, kinds);
  if (entryName === undefined) {
    if (asJson) json({ kind: kind.name, help: kind.help, entries: kind.entries() });
    else printEntries(kind, out, layouts);
    return;
  }
  const entry = await named(kind.name, entryName, kind.entries());
  if (asJson) json({ kind: kind.name, ...entry });
  else printEntry(kind, entry, out, layouts);
}

export const addList: AddCommand = (program, { terminal, act }) => {
  program
    .command('list')
    .description('list policies, distributions, actions, metrics and charts')
    .argument('[kind]', 'what to list, like backoff or metric')
    .argument('[name]', 'one of them, with all its parameters')
    .option('--json', 'print one JSON document')
    .addHelpText('after', '\nExamples:\n  sim list\n  sim list backoff\n  sim list backoff full-jitter\n')
    .action(
      act(async (kind: string | undefined, name: string | undefined, { json }: { json?: boolean }) => {
        await list(terminal.out, kind, name, json === true);
        return exitCodes.good;
      }),
    );
};
