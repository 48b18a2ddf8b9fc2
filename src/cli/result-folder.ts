/**
 * Which folder a result goes into: one for each question that was asked, so that
 * no answer takes another's place. `out/apr26/baseline/` is the scenario as it
 * stands, with its own seed; what was changed with --set is in the name
 * (`baseline+cap=1m~3f2a1c`), and so is another seed (`baseline@apr26.3`). The
 * same command always writes to the same folder.
 */
import { join } from 'node:path';
import { contentHash } from '../scenario/content-hash.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { UsageError } from './usage-error.ts';

export interface Asked {
  /** the changes of --set, as given */
  readonly set: readonly string[];
  /** what it is run with */
  readonly seed: string;
}

/** For a glance; what tells two of them apart is the hash behind it. */
const readableMax = 40;

const marked = (readable: string, exact: unknown): string => `${readable}~${contentHash(exact).slice(0, 6)}`;

/** Every file system takes these; those that do not tell upper case from lower tell two names apart by the hash. */
function readable(text: string): string {
  const plain = text
    .replaceAll(/[^a-zA-Z0-9=,.-]+/g, '-')
    .replaceAll('=-', '=')
    .slice(0, readableMax);
  const inner = Array.from(plain, (character) => !'-.,'.includes(character));
  return plain.slice(Math.max(0, inner.indexOf(true)), inner.lastIndexOf(true) + 1);
}

/** `clients.current.backoff.cap=1m` as `cap=1m`. */
function shortChange(change: string): string {
  const [path, ...value] = change.split('=');
  return [path.trim().split('.').at(-1) ?? '', value.join('=').trim()].join('=');
}

function seedPart(seed: string): string {
  // The seed of a replication, like apr26/3: a folder cannot have the slash, and nothing else here has a dot.
  if (seed.length <= readableMax && /^[a-z0-9-]+(\/[a-z0-9-]+)*$/.test(seed)) return seed.replaceAll('/', '.');
  return marked(readable(seed), seed);
}

/** `name`: the variant, or the command that runs several. */
export function resultFolder(
  out: string,
  { name: scenario, seed: ownSeed }: Pick<Scenario, 'name' | 'seed'>,
  name: string,
  { set, seed }: Asked,
): string {
  if (out === '') throw new UsageError('--out must not be empty', 'the folder one stands in is --out .');
  const changes = set.length === 0 ? '' : `+${marked(readable(set.map(shortChange).join(',')), set)}`;
  const luck = seed === ownSeed ? '' : `@${seedPart(seed)}`;
  return join(out, scenario, `${name}${changes}${luck}`);
}

/** A question that a command was asked of a scenario: its answer has a folder of its own below the command's, `hosts=4..24~3f2a1c`. */
export function questionFolder(folder: string, changes: readonly string[], exact: unknown): string {
  return join(folder, marked(readable(changes.map(shortChange).join(',')), exact));
}
