/** Pods: isolated copies of the service, each with its share of the customers. */
import { numberedPods } from './context.ts';
import { block, completing, field, list, mapped, orShort } from './kind.ts';
import { unscaled } from './scale.ts';
import { factor, name } from './quantity-kinds.ts';
import { MOST_ITEMS } from './size-limits.ts';
import type { Plain } from './tree.ts';

const above0 = { min: 0, exclusiveMin: true } as const;

const PODS_MAX = MOST_ITEMS.pods;

/** p1 … pn by default, with equal shares; shares that are given are weights. */
export function pods() {
  const pod = block({
    name: field(name, "the pod's name"),
    share: field(factor(unscaled, above0), 'its weight among the pods, when sessions are split over them', {
      default: 1,
    }),
  });
  const weighted = mapped(list(pod, { least: 1, most: PODS_MAX }), (items) => {
    const sum = items.reduce((total, { share }) => total + share, 0);
    return items.map((item) => ({ name: item.name, share: item.share / sum }));
  });
  const spellOut = (short: Plain): Plain =>
    typeof short === 'number' ? numberedPods(short).map((each) => ({ name: each })) : short;
  const spelledOut = orShort(weighted, spellOut, { type: 'integer', minimum: 1, maximum: PODS_MAX });
  return completing(spelledOut, (value, report) => {
    const good =
      Array.isArray(value) || (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= PODS_MAX);
    return good ? value : report(`how many pods, from 1 to ${PODS_MAX}, or a list of them`);
  });
}
