/**
 * What the run rests on: what was assumed, with its why, and the scenario in full with its defaults.
 */
import type { ComponentChildren } from 'preact';
import type { PageAssumption, PageData, PageExpectation } from './page-data.ts';

function Table({
  id,
  head,
  rows,
}: {
  id: string;
  head: readonly string[];
  rows: readonly (readonly ComponentChildren[])[];
}) {
  return (
    <div class="scrolls" role="region" tabIndex={0} aria-labelledby={id}>
      <table class="rows">
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
  );
}

export function Expectations({ rows }: { rows: readonly PageExpectation[] }) {
  if (rows.length === 0) return null;
  const hasReasons = rows.some(({ reason }) => reason !== '');
  return (
    <section aria-labelledby="expectations-title">
      <h2 id="expectations-title">Expectations</h2>
      <Table
        id="expectations-title"
        head={['expected', 'value', 'verdict', ...(hasReasons ? ['because'] : [])]}
        rows={rows.map(({ expression, value, holds, reason }) => [
          expression,
          value,
          holds === null ? '? undecided' : holds ? '✓ holds' : '✗ does not hold',
          ...(hasReasons ? [reason] : []),
        ])}
      />
    </section>
  );
}

export function Assumptions({ rows }: { rows: readonly PageAssumption[] }) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="assumptions-title">
      <h2 id="assumptions-title">What was assumed, and why</h2>
      <Table
        id="assumptions-title"
        head={['field', 'value', 'plausible', 'why']}
        rows={rows.map(({ path, value, plausible, why }) => [<code key="path">{path}</code>, value, plausible, why])}
      />
    </section>
  );
}

export function Fields({ data }: { data: PageData }) {
  return (
    <section aria-labelledby="fields-title">
      <h2 id="fields-title">The scenario, with its defaults</h2>
      <details>
        <summary>All {data.fields.length} fields</summary>
        <Table
          id="fields-title"
          head={['field', 'value', 'from', 'means', 'source or reason']}
          rows={data.fields.map(({ path, value, origin, help, why }) => [
            <code key="path">{path}</code>,
            value,
            origin,
            help,
            why,
          ])}
        />
      </details>
    </section>
  );
}
