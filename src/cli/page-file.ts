/**
 * The report as one file: the built page and its data in it, and a policy that lets nothing run or load but them.
 * `report.json` beside it is the data alone, of which the report can be made again.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PAGE_FORMAT, pageParts, type PageData } from '../page/page-data.ts';
import { jsonText } from '../scenario/safe-text.ts';
import { packageFolder } from './invocation.ts';
import { reasonOf, UsageError } from './usage-error.ts';

export const REPORT_FILE = 'report.html';
export const REPORT_DATA_FILE = 'report.json';

export function packageVersion(): string {
  const text = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;

/** In a page's script a `<` may end the script or begin a comment; as data it is the same with its number. */
function embeddable(json: string): string {
  return json.trim().replaceAll('<', '\\u003c');
}

/** The whole file. Throws an Error if the program was built without its page. */
export function reportHtml(json: string): string {
  const built = (name: string): string => readFileSync(join(packageFolder, 'dist/page-assets', name), 'utf8').trim();
  const script = built('page.js');
  const style = built('page.css');
  if (/<\/(script|style)/i.test(script + style)) throw new Error('the built page would end itself');
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cascade-sim</title>
<style>${style}</style>
</head>
<body>
<div id="page"><p>If this stays here, scripts are off, or the file is not whole: <code>sim report</code> makes it again.</p></div>
<script type="application/json" id="data">${embeddable(json)}</script>
<script>${script}</script>
</body>
</html>
`;
}

const again = 'sim run writes it beside its other files; run the scenario again';

/** The data of a result's folder, as text. Throws a UsageError where there is none, or none that this version can show. */
export function readReportData(folder: string): string {
  const path = join(folder, REPORT_DATA_FILE);
  const text = textOf(folder, path);
  let data: Partial<PageData> | null;
  try {
    data = JSON.parse(text) as Partial<PageData> | null;
  } catch (error) {
    throw new UsageError(`${path} is not whole, or no JSON: ${reasonOf(error)}`, again);
  }
  if (data === null || typeof data !== 'object' || data.tool !== 'cascade-sim')
    throw new UsageError(`${path} is no data of a report`, again);
  if (data.format !== PAGE_FORMAT || data.version !== packageVersion())
    throw new UsageError(
      `${path} is of version ${String(data.version)} (format ${String(data.format)}); this is ${packageVersion()} (format ${PAGE_FORMAT})`,
      again,
    );
  const missing = Object.keys(pageParts).filter((part) => !(part in (data as object)));
  if (missing.length > 0) throw new UsageError(`${path} is not whole: it has no ${missing.join(', no ')}`, again);
  // As it is written, whatever somebody made of it meanwhile.
  return `${jsonText(data)}\n`;
}

function textOf(folder: string, path: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`${folder} is no folder`, 'expected the folder of a result, like out/apr26/baseline');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`no run in ${folder}: cannot read ${REPORT_DATA_FILE}: ${reasonOf(error)}`, again);
  }
}
