/**
 * Warnings for zones that die and boot again. What crashes or is killed boots at
 * once if nothing else is said, as a supervisor does with a process; the hosts
 * of a zone, a rack or a region that is lost most often stay dead until it is
 * back. So where that is what dies, by its target or by its name, it is asked for.
 */
import type { TargetSpec } from '../policies/targets.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { problemAt, type Problem } from '../scenario/problem.ts';
import { placeOfPath } from '../scenario/tree-path.ts';
import { actionsOf } from './unnoticed-warnings.ts';
import { says } from './answer-warnings.ts';

/** What people call many hosts that go together. */
const places = /(^|[^a-z])(zones?|regions?|racks?|az|data-?cent(er|re)s?)([^a-z]|$)/i;

export function unsaidBoots(file: string, { scenario, tree }: LoadedScenario): Problem[] {
  return actionsOf(scenario).flatMap(([path, { name, title, parameters }]) => {
    if (parameters.bootsAfter !== 0 || says(tree.tree, `${path}.bootsAfter`, path)) return [];
    const { zones } = parameters.target as TargetSpec;
    if (zones === undefined && !places.test(name) && !places.test(title)) return [];
    return [
      problemAt(file, placeOfPath(tree.tree, path), {
        path: `${path}.bootsAfter`,
        expected: 'when its hosts boot again',
        found: 'nothing, which means at once: they are back as soon as they have booted',
        hint: 'none: they stay dead until an action start-hosts; 20m: after so long; 0s, if a supervisor does boot them at once',
      }),
    ];
  });
}
