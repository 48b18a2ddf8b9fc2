/**
 * Who killed whom: the reproduction number over time with where it passed 1, and the tree of losses, each below
 * the loss that it is owed to most. A branch opens where somebody opens it.
 */
import { useMemo, useState } from 'preact/hooks';
import { Chart } from './charts.tsx';
import type { PageData, PageLoss } from './page-data.ts';
import { clockText } from './view.tsx';

type Children = ReadonlyMap<number, readonly PageLoss[]>;

const SHOWN = 20;

function Branch({ loss, childrenOf }: { loss: PageLoss; childrenOf: Children }) {
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(SHOWN);
  const below = childrenOf.get(loss.number) ?? [];
  const share = loss.parents[0]?.[1];
  const owed = share === undefined ? '' : `, ${Math.round(100 * share)} % of it owed to the above`;
  const words = `${clockText(loss.atMs)} ${loss.subject} (${loss.kind}): ${loss.drops} dropped, ${Math.round(loss.caused)} further${owed}`;
  if (below.length === 0) return <li>{words}</li>;
  return (
    <li>
      <button type="button" class="branch" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? '▾' : '▸'} {words}; {below.length} below
      </button>
      {open && (
        <ul>
          {below.slice(0, shown).map((one) => (
            <Branch key={one.number} loss={one} childrenOf={childrenOf} />
          ))}
          {below.length > shown && (
            <li>
              <button type="button" onClick={() => setShown(shown + 100)}>
                {below.length - shown} more
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

export function Losses({ data }: { data: PageData }) {
  const { reproduction, losses } = data;
  const chart = useMemo(
    () => ({
      title: 'Reproduction number: further drops per drop, over five minutes',
      atMs: reproduction.atMs,
      curves: [
        { name: 'reproduction', unit: 'factor', values: reproduction.values },
        { name: 'one', unit: 'factor', values: reproduction.atMs.map(() => 1) },
      ],
    }),
    [data],
  );
  const { roots, childrenOf } = useMemo(() => {
    const known = new Set(losses.map(({ number }) => number));
    const children = new Map<number, PageLoss[]>();
    const top: PageLoss[] = [];
    for (const loss of losses) {
      const parent = loss.parents[0]?.[0];
      if (parent === undefined || !known.has(parent)) top.push(loss);
      else children.set(parent, [...(children.get(parent) ?? []), loss]);
    }
    return { roots: top, childrenOf: children };
  }, [data]);
  const first = reproduction.crossings.find(({ upwards }) => upwards);
  const last = reproduction.crossings.at(-1);
  return (
    <section aria-labelledby="losses-title">
      <h2 id="losses-title">Who killed whom</h2>
      <p>
        {first === undefined
          ? 'It never reached 1.'
          : `It reached 1 at ${clockText(first.atMs)}${last?.upwards === false ? `, and fell below it for the last time at ${clockText(last.atMs)}` : ', and is above it at the end'}.`}{' '}
        After {clockText(reproduction.settledMs)} it is too low, since the run ends before all that a drop causes.
      </p>
      <Chart chart={chart} />
      <ul class="tree">
        {roots.map((loss) => (
          <Branch key={loss.number} loss={loss} childrenOf={childrenOf} />
        ))}
      </ul>
    </section>
  );
}
