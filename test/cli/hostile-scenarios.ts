// Twenty scenarios whose authors mean harm: texts that a terminal, a CI log, a renderer of Markdown or a spreadsheet
// would obey, wherever a scenario has texts, and mistakes whose messages repeat them. Some can be run, and are small.

/** What no text should do: escape sequences, commands of CI services, HTML, formulas, directions of writing. */
const controls = 'T\\e]0;PWNED\\a\\e[31mRED\\e[2J\\r\\n::error::injected\\u202e\\u0000\\x9b31m##[error]x';
const printable =
  "=cmd|' /C calc'!A0 ::error::x ##[error]y ##vso[task.complete]z <script>alert(1)</script> <img src=x onerror=y> [a](https://evil.example) `code` | a | *b* &#27; $x$ ```";

interface Texts {
  readonly title?: string;
  readonly story?: string;
  readonly seed?: string;
  readonly action?: string;
  readonly note?: string;
  readonly says?: string;
  readonly variant?: string;
  readonly why?: string;
  readonly cite?: string;
  readonly more?: string;
}

/** In quotes of YAML; a text of controls is written with YAML's own escapes. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', '\\"')}"`;
}

function scenario({
  title = 'small',
  story = '',
  seed = 's',
  action = '',
  note = '',
  says = 'an outage',
  variant = 'later',
  why = 'a guess',
  cite = 'a page',
  more = '',
}: Texts): string {
  return `format: 1
name: hostile
title: ${quoted(title)}
story: ${quoted(story)}
seed: ${quoted(seed)}
clock: { date: 2026-03-02, from: "09:00", to: "09:10" }
pods: 2
tiers:
  - { name: gateway, hosts: 2, parallelism: 8, serviceTime: { exponential: 60ms }, boot: { uniform: [60s, 90s] }, holdsSessions: true }
products: [{ name: chat, sessions: 20 }]
clients:
  - { name: current, backoff: { policy: fixed, delay: 1s }, connectTimeout: 10s }
timeline:
  - { name: maintenance, title: ${quoted(action)}, at: "09:02", action: reboot, target: { tier: gateway, pods: [1] }, order: all-at-once }
observed:
  - { name: noticed, at: "09:03", note: ${quoted(note)}, says: ${quoted(says)}, expect: "impactedPods == 1", means: has-begun, tolerance: 1m }
variants:
  - { name: slow, title: ${quoted(variant)}, set: { clients.current.backoff.delay: 5s } }
expect: ["drops > 99999", "drops@slow > 99999"]
sources: [{ path: clock, cite: ${quoted(cite)} }]
assumptions: [{ path: products.chat.sessions, range: [1, 100], why: ${quoted(why)} }]
${more}`;
}

export interface HostileScenario {
  readonly about: string;
  readonly fileName: string;
  readonly text: string;
}

const good = (about: string, texts: Texts, fileName = `${about.replaceAll(' ', '-')}.yaml`): HostileScenario => ({
  about,
  fileName,
  text: scenario(texts),
});
const all = (text: string): Texts => ({
  title: text,
  story: text,
  seed: text,
  action: text,
  note: text,
  says: text,
  variant: text,
  why: text,
  cite: text,
});
const raw = (about: string, text: string, fileName = `${about.replaceAll(' ', '-')}.yaml`): HostileScenario => ({
  about,
  fileName,
  text,
});

export const hostileScenarios: readonly HostileScenario[] = [
  good('controls everywhere', all(controls)),
  good('what prints everywhere', all(printable)),
  good('commands at the beginning of texts', all('::error::x')),
  good('formulas', all("@SUM(1+1)*cmd|' /C calc'!A0")),
  good('other formulas', all('-2+3+cmd|x')),
  good('a seed of a formula', { seed: '=1+1,=2+2;=3+3' }),
  good('a title of lines', {
    title: 'a\\n::error::b\\n  ::warning::c\\r::notice::d',
    story: 'a\\n\\n::error::b\\n\\n# c',
  }),
  good('halves of surrogate pairs', { title: 'a\\ud800b', says: '\\udfff', seed: 'x\\udc00' }),
  good('long words that are folded', {
    title: `${'word '.repeat(19)}::error::x ${'word '.repeat(16)}##[error]`,
    story: `${'wo '.repeat(33)}::error::x`,
  }),
  good('a file name with controls', {}, 'a\u001b[31m\n::error::x\r\u0007\u202e.yaml'),
  good('a file name with markup', all(printable), '=cmd <b>x<b> `y` | [z](u) ##[error] ::error::%0A.yaml'),
  good('an unknown key', { more: `"${controls}": 1` }),
  good('an unknown policy', { more: 'comparison: "\\e[31m::error::\\u202e"' }),
  raw('a wrong expectation', scenario({}).replace('"drops > 99999"', '"drops\\u202e\\e[31m > ::error::"')),
  raw('a wrong name', scenario({}).replace('name: hostile', `name: "${controls}"`)),
  raw('a wrong path', scenario({}).replace('clients.current.backoff.delay', `"clients.\\e[31m.\\u202e"`)),
  raw('no YAML', 'format: 1\nname: "x\u001b[31m\u0007\u009b\u202e\r\n::error::x\n  - [\n##[error]y: {'),
  raw(
    'controls beside a mistake',
    `format: 1\n# \u001b[31m\u0007\u009b31m\u202e ##[error]x\nformt: \u202ex\u001b[2J\n# \u2028::error::x\r::error::y\n`,
  ),
  raw('no JSON', '{"format": 1, "name": "a\u001b[31m\u202e", ::error::x \u0007 ##[error]', 'no.json'),
  raw(
    'JSON with a wrong value',
    JSON.stringify({
      format: 1,
      name: '::error::\u202e\u001b[31m',
      '\u001b[2J\u2028': '##[error]\u009b',
      pods: '<script>',
    }).replaceAll('\\u001b', '\u001b'),
    'wrong.json',
  ),
];
