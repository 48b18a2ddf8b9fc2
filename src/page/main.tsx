/**
 * The page: reads its data out of the file that holds it, and shows the report's parts. All texts are text nodes,
 * so that whatever a scenario says is shown and never obeyed.
 */
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { Charts } from './charts.tsx';
import { Fleet } from './fleet.tsx';
import { Losses } from './losses.tsx';
import type { PageData } from './page-data.ts';
import './page.css';
import { nowMs, setClock, stretch } from './view.tsx';

function Answer({ data }: { data: PageData }) {
  return (
    <header>
      <h1 dir="auto">{data.title}</h1>
      {data.variantTitle !== '' && <p dir="auto">with: {data.variantTitle}</p>}
      {data.set.map((change) => (
        <p key={change}>set: {change}</p>
      ))}
      <p class="verdict">
        <strong>{data.verdict}</strong>
      </p>
      <ol class="story">
        {data.story.map(([when, text], at) => (
          <li key={at}>
            <span class="when">{when}</span> <span dir="auto">{text}</span>
          </li>
        ))}
      </ol>
      <dl class="figures">
        {data.figures.map(({ name, text, note, help }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <b>{text}</b> <span class="note">{note}</span>
              <details>
                <summary aria-label={`meaning of ${name}`}>meaning</summary>
                {help}
              </details>
            </dd>
          </div>
        ))}
      </dl>
      <p>
        The same again: <code>{data.command}</code>
      </p>
    </header>
  );
}

function Table({ title, id, head, rows }: { title: string; id: string; head: string[]; rows: string[][] }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div class="scrolls" role="region" tabIndex={0} aria-labelledby={id}>
        <table>
          <thead>
            <tr>
              {head.map((one) => (
                <th scope="col" key={one}>
                  {one}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {row.map((cell, column) => (
                  <td key={column} dir="auto">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Page({ data }: { data: PageData }) {
  return (
    <main>
      <Answer data={data} />
      <Fleet data={data} />
      <Charts data={data} />
      <Losses data={data} />
      {data.observed.length > 0 && (
        <Table
          title="Observed against simulated"
          id="observed-title"
          head={['at', 'observed', 'condition', 'simulated', 'holds', 'kind']}
          rows={data.observed.map(({ at, says, expect, simulated, holds, kind }) => [
            at,
            says,
            expect ?? 'none',
            simulated === null ? '–' : String(simulated),
            holds === null ? 'not judged' : holds ? '✓ yes' : '✗ no',
            kind,
          ])}
        />
      )}
      <Table
        title="The scenario, with defaults and reasons"
        id="fields-title"
        head={['field', 'value', 'unit', 'from', 'why']}
        rows={data.fields.map(({ path, value, unit, origin, why }) => [path, value, unit, origin, why])}
      />
      <footer>
        {data.tool} {data.version}, seed {data.seed}, scenario {data.scenarioHash}, fingerprint {data.fingerprint}
      </footer>
    </main>
  );
}

const data = JSON.parse(document.getElementById('data')?.textContent ?? 'null') as PageData;
setClock(data);
stretch.value = [0, data.endMs];
nowMs.value = 0;
document.title = data.title.slice(0, 200);
render(<Page data={data} />, document.getElementById('page')!);
