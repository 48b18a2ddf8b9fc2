/**
 * What was measured, as pages: agreement.md with every total of every storm, misfits first; and from its rows
 * the table of docs/is-it-right.md, a library a row.
 */
import { nameOf } from '../clients/subject.ts';
import { misfitsOf, totalText, type Agreement } from './agreement.ts';
import { knownMisfitOf, stormCases, type StormCase } from './storm-cases.ts';

export interface Measured {
  readonly one: StormCase;
  readonly agreement: Agreement;
}

const HEAD = [
  '# Client libraries’ own code and the model, in the same storms',
  '',
  'Written by test/cosimulation/cosimulation.long.test.ts (`-u` accepts a change): unmodified packages, hundreds of',
  'instances in one virtual time, in front of a small server model of its own; and the same storm as the product',
  'has it, from the preset and the experiment alone. The curve is where the mean connected fractions, looked at every',
  'second, differ most, in percentage points (library less model). Totals are those of the library, mean over its',
  'seeds → the median of 100 seeds of the model [their 99 % band]; one number where all are the same.',
  '',
];
const COLUMNS = [
  'library',
  'storm',
  'curve',
  'attempts',
  'connected',
  'timed out',
  'rejected',
  'reset',
  'why',
] as const;
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const tableHead = (columns: readonly string[]): readonly string[] => [row(columns), row(columns.map(() => '---'))];

export const stormName = ({ storm, stage }: StormCase): string =>
  stage === 'application' ? `${storm}, once open` : storm;

export function agreementPage(measured: readonly Measured[]): string {
  const rowOf = ({ one, agreement }: Measured): string => {
    const totals = agreement.totals.map(totalText);
    const why = knownMisfitOf(one)?.because ?? '';
    return row([nameOf(one.subject), stormName(one), agreement.curvePp.toFixed(1), ...totals, why]);
  };
  const misfits = measured.filter(({ agreement }) => misfitsOf(agreement).length > 0);
  const others = measured.filter((one) => !misfits.includes(one));
  const lines = [
    ...HEAD,
    ...['## Misfits', ''],
    ...[...tableHead(COLUMNS), ...misfits.map(rowOf)],
    ...['', '## What fits', ''],
    ...[...tableHead(COLUMNS.slice(0, -1)), ...others.map((one) => rowOf(one).replace(/ \| {2}\|$/, ' |'))],
  ];
  return `${lines.join('\n')}\n`;
}

interface Cell {
  readonly library: string;
  readonly storm: string;
  readonly text: string;
  readonly why: string;
}

function cellsOf(page: string): readonly Cell[] {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (library|---)/.test(line));
  return rows.map((line) => {
    const [library, storm, curvePp, attempts, , , , , why = ''] = line.slice(2, -2).split(' | ');
    const text = `${curvePp.replace('-', '')}; ${attempts.replace(/ \[.*/, '')}`;
    return { library, storm, text: why === '' ? text : `**${text}**`, why };
  });
}

/** The table of the documentation, from the page's rows: the curve's difference, and attempts. */
export function summaryOf(page: string): string {
  const cells = cellsOf(page);
  const told = new Set(cells.map(({ storm }) => storm));
  const storms = [...new Set(stormCases.map(stormName))].filter((storm) => told.has(storm));
  const libraries = [...new Set(cells.map(({ library }) => library))];
  const rows = libraries.map((library) => {
    const own = cells.filter((cell) => cell.library === library);
    const why = [...new Set(own.map((cell) => cell.why))].filter((text) => text !== '').join('; ');
    return row([library, ...storms.map((storm) => own.find((cell) => cell.storm === storm)?.text ?? '–'), why]);
  });
  return [...tableHead(['library', ...storms, 'why not']), ...rows].join('\n');
}
