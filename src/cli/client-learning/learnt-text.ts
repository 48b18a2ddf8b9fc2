/** What was learnt, as a `clients:` block that a scenario takes as it is, each value below how it was seen; and as JSON. */
import type { Finding, Written } from '../../experiments/client-learning/findings.ts';
import { plural } from '../../experiments/client-learning/findings.ts';
import type { LearntClient } from '../../experiments/client-learning/learnt-client.ts';
import { visible } from '../../scenario/safe-text.ts';
import { wrapLines } from '../table.ts';

const WIDTH = 100;

function comment(text: string, indent: string): string {
  return wrapLines(visible(text), WIDTH - indent.length - 2)
    .map((line) => `${indent}# ${line}\n`)
    .join('');
}

/** In YAML's short form, which is also how this program's own pages write it. */
export function writtenText(value: Written): string {
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${(value as readonly Written[]).map(writtenText).join(', ')}]`;
  const parts = Object.entries(value as Readonly<Record<string, Written>>);
  return `{ ${parts.map(([key, one]) => `${key}: ${writtenText(one)}`).join(', ')} }`;
}

function fieldText({ field, value, seen }: Finding): string {
  const indent = '    ';
  if (value === null) return comment(`${field}: ${seen.join('; ')}`, indent);
  return `${seen.map((one) => comment(one, indent)).join('')}${indent}${field}: ${writtenText(value)}\n`;
}

/** Fields that no server can see. */
const UNSEEN =
  'Cannot be seen from a server: when people reload the page (giveUp.then, impatience), a brake of its own (retryGate), whether it comes back to the host it lost (affinity), resumes a session (resumesFor) or takes one over (takesOverStale). They are at their defaults.';

function sentAwayText({ sentAway }: LearntClient): string {
  const told = (again: boolean): string =>
    sentAway
      .filter(({ cameAgain }) => cameAgain === again)
      .map((one) => one.told)
      .join(', ');
  const [back, away] = [told(true), told(false)];
  const parts = [
    back === '' ? '' : `It came again after: ${back}.`,
    away === '' ? '' : `It did NOT come again after: ${away}. A scenario has no word for that.`,
    'What is not named here was not tried.',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function nearestText({ nearest: { preset, differs } }: LearntClient): string {
  if (differs.length === 0) return `The nearest preset is ${preset}: as far as was seen, it does the same.`;
  const told = differs.map(({ field, preset: value }) => `${field}: ${writtenText(value)}`).join('; ');
  return `The nearest preset is ${preset}, which says otherwise: ${told}`;
}

function headText({ attempts, clients, pages, transports, dialect }: LearntClient, lastedText: string): string {
  const who = clients === 1 ? 'one client' : `${clients} clients`;
  const started = pages > clients ? `, started ${pages} times in all` : '';
  const speaks = dialect === null ? 'no protocol that was recognised' : dialect;
  return `Learnt by sim learn-client in ${lastedText} from ${plural(attempts, 'attempt')} of ${who}${started} (${transports.join(', ')}; ${speaks}).`;
}

export function learntYaml(learnt: LearntClient, lastedText: string): string {
  const cautions = learnt.cautions.map((one) => comment(`CAUTION: ${one}`, '')).join('');
  return [
    comment(headText(learnt, lastedText), ''),
    cautions,
    'clients:\n  - name: current\n',
    ...learnt.findings.map(fieldText),
    comment(nearestText(learnt), '    '),
    comment(sentAwayText(learnt), '    '),
    comment(UNSEEN, '    '),
  ].join('');
}

/** The entry of `clients:` alone. */
export function learntFields({ findings }: LearntClient): Readonly<Record<string, Written>> {
  const known = findings.flatMap(({ field, value }) => (value === null ? [] : [[field, value] as const]));
  return { name: 'current', ...Object.fromEntries(known) };
}
