/**
 * The page: reads its data out of the file that holds it, and shows the report's parts. All texts are text nodes,
 * so that whatever a scenario says is shown and never obeyed.
 */
import { Fragment, render } from 'preact';
import { useMemo } from 'preact/hooks';
import 'uplot/dist/uPlot.min.css';
import { Charts } from './charts.tsx';
import { Fleet } from './fleet.tsx';
import { Losses } from './losses.tsx';
import { Observed } from './observed.tsx';
import type { PageData } from './page-data.ts';
import './page.css';
import { Assumptions, Expectations, Fields } from './scenario-tables.tsx';
import { Explanation, Prose, Term } from './terms.tsx';
import { TimeBar } from './time-bar.tsx';
import { beginView } from './view.tsx';

const moodSigns = { bad: '▲', unsure: '?', calm: '✓' };

function Head({ data }: { data: PageData }) {
  return (
    <>
      <h1 dir="auto">{data.title}</h1>
      {data.variantTitle !== '' && (
        <p>
          Variant <b>{data.variant}</b>: <span dir="auto">{data.variantTitle}</span>
        </p>
      )}
      {data.set.map((change) => (
        <p key={change}>
          Changed: <code dir="auto">{change}</code>
        </p>
      ))}
    </>
  );
}

/** A name like `peakDisconnectedFraction`, which may break where its words begin. */
function Name({ name }: { name: string }) {
  return (
    <>
      {name.split(/(?=[A-Z.])/).map((word, at) => (
        <Fragment key={at}>
          <wbr />
          {word}
        </Fragment>
      ))}
    </>
  );
}

function Figures({ data }: { data: PageData }) {
  return (
    <dl class="figures">
      {data.figures.map(({ name, text, note, help }) => (
        <div key={name}>
          <dt>
            {help === '' ? (
              <Name name={name} />
            ) : (
              <Term help={`${help}.`}>
                <Name name={name} />
              </Term>
            )}
          </dt>
          <dd>
            <b>{text}</b> {note !== '' && <span class="note">{note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Answer({ data, used }: { data: PageData; used: Set<string> }) {
  const texts = useMemo(
    () => ({
      verdict: <Prose text={data.verdict} used={used} />,
      summary: data.summary.map((text, at) => (
        <p key={at} class="summary">
          <Prose text={text} used={used} />
        </p>
      )),
      story: data.story.map(([when, text], at) => (
        <li key={at}>
          <span class="when">{when}</span> <Prose text={text} used={used} />
        </li>
      )),
    }),
    [data],
  );
  return (
    <header>
      <Head data={data} />
      <p class={`verdict mood-${data.mood}`}>
        <span aria-hidden="true">{moodSigns[data.mood]}</span> <strong>{texts.verdict}</strong>
      </p>
      {texts.summary}
      <Figures data={data} />
      <h2>What happened when</h2>
      <ol class="story">{texts.story}</ol>
      <p>
        The same again: <code>{data.command}</code>
      </p>
    </header>
  );
}

function Page({ data }: { data: PageData }) {
  const used = useMemo(() => new Set<string>(), [data]);
  return (
    <>
      <main>
        <Answer data={data} used={used} />
        <Fleet data={data} />
        <Charts data={data} />
        <Losses data={data} used={used} />
        <Observed rows={data.observed} />
        <Expectations rows={data.expectations} />
        <Assumptions rows={data.assumptions} />
        <Fields data={data} />
        <footer>
          <p>
            {data.tool} {data.version}, variant {data.variant}, seed <span dir="auto">{data.seed}</span>, scenario{' '}
            {data.scenarioHash}, fingerprint {data.fingerprint}
          </p>
          <p>
            The page holds Preact, Preact Signals and uPlot, all under the MIT licence; their notices are in its source.
          </p>
        </footer>
      </main>
      <TimeBar data={data} />
      <Explanation />
    </>
  );
}

const data = JSON.parse(document.getElementById('data')?.textContent ?? 'null') as PageData;
const place = document.getElementById('page')!;
// What stands there says what to do where no script runs, or the file is not whole.
place.textContent = '';
beginView(data);
document.title = data.title;
render(<Page data={data} />, place);
