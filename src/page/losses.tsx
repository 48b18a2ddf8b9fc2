/**
 * Who killed whom: the reproduction number over time with where it passed 1, and the tree of losses, each below
 * the loss that it is owed to most. A branch opens where somebody opens it.
 */
import { useMemo, useState } from 'preact/hooks';
import { Chart } from './charts.tsx';
import type { PageData, PageLoss } from './page-data.ts';
import { Prose } from './terms.tsx';
import { clockText, nowMs, numberText } from './view.tsx';

type Children = ReadonlyMap<number, readonly PageLoss[]>;

const SHOWN = 15;

function Branch({ loss, childrenOf }: { loss: PageLoss; childrenOf: Children }) {
  const [open, setOpen] = useState(loss.kind === 'action');
  const [shown, setShown] = useState(SHOWN);
  const below = childrenOf.get(loss.number) ?? [];
  const owed =
    loss.parent < 0 || loss.kind === 'action' ? '' : `, ${Math.round(100 * loss.share)} % of it owed to the above`;
  const further = loss.caused > 0 ? `, and led to ${numberText(loss.caused)} further drops` : '';
  const words = `${loss.subject} (${loss.kind}): ${numberText(loss.drops)} dropped${further}${owed}`;
  const when = (
    <button
      type="button"
      class="plain when"
      title="show this instant"
      onClick={() => {
        nowMs.value = loss.atMs;
      }}
    >
      {clockText(loss.atMs)}
    </button>
  );
  if (below.length === 0)
    return (
      <li>
        {when} <span dir="auto">{words}</span>
      </li>
    );
  return (
    <li>
      {when}{' '}
      <button type="button" class="plain branch" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? '▾' : '▸'} <span dir="auto">{words}</span>; {numberText(below.length)} below
      </button>
      {open && (
        <ul>
          {below.slice(0, shown).map((one) => (
            <Branch key={one.number} loss={one} childrenOf={childrenOf} />
          ))}
          {below.length > shown && (
            <li>
              <button type="button" onClick={() => setShown(shown + 100)}>
                {numberText(below.length - shown)} more
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

/** Those that dropped nobody and led to nothing are left out, unless something hangs on them. */
function treeOf(losses: readonly PageLoss[]): { roots: PageLoss[]; childrenOf: Children } {
  const known = new Set(losses.map(({ number }) => number));
  const children = new Map<number, PageLoss[]>();
  const roots: PageLoss[] = [];
  for (const loss of losses) {
    if (loss.parent < 0 || loss.parent === loss.number || !known.has(loss.parent)) roots.push(loss);
    else children.set(loss.parent, [...(children.get(loss.parent) ?? []), loss]);
  }
  const counts = (loss: PageLoss): boolean => loss.drops > 0 || loss.caused > 0 || children.has(loss.number);
  return {
    roots: roots.filter(counts),
    childrenOf: new Map([...children].map(([parent, below]) => [parent, below.filter(counts)])),
  };
}

export function Losses({ data, used }: { data: PageData; used: Set<string> }) {
  const { losses, lossCount } = data;
  const { roots, childrenOf } = useMemo(() => treeOf(losses), [losses]);
  const says = useMemo(() => <Prose text={data.reproductionSays.join(' ')} used={used} />, [data]);
  return (
    <section aria-labelledby="losses-title">
      <h2 id="losses-title">Who killed whom</h2>
      <p>{says}</p>
      <p class="note">{data.reproduction.help}</p>
      <Chart data={data} chart={data.reproduction} />
      <h3>Losses, each below the one that it is owed to most</h3>
      {lossCount > losses.length && (
        <p class="note">{`Of ${numberText(lossCount)} losses the ${numberText(losses.length)} largest are here.`}</p>
      )}
      <ul class="tree">
        {roots.map((loss) => (
          <Branch key={loss.number} loss={loss} childrenOf={childrenOf} />
        ))}
      </ul>
    </section>
  );
}
