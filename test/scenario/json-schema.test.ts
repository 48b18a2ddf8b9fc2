// The JSON Schema: it takes what the loader takes, refuses what a schema can refuse, describes every property, and makes
// an editor complete and explain. Editors' own language service is asked what they would show.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getLanguageService, type MarkupContent } from 'vscode-json-languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { startingScenario } from '../../src/cli/starting-scenario.ts';
import { vocabulary as everyMetric } from '../../src/metrics/catalogue.ts';
import { actions } from '../../src/policies/actions.ts';
import { admissions } from '../../src/policies/admission.ts';
import { backoffs } from '../../src/policies/backoff.ts';
import { balancerPresets } from '../../src/policies/balancer-presets.ts';
import { clientPresets } from '../../src/policies/client-presets.ts';
import { queueings } from '../../src/policies/queueing.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { mutants } from '../fuzz/mutations.ts';
import { lawContent } from '../laws/law-scenario.ts';
import { changedText, loaded, problemsOf, small } from './scenario-text.ts';

const schema = scenarioJsonSchema();
const ajv = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  strictRequired: false,
  strictTuples: false,
  allowMatchingProperties: true,
});
ajv.addKeyword('enumDescriptions');
const validate = ajv.compile(schema);

/** What the schema says against a value. */
function complaints(value: unknown): string[] {
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const example = readFileSync(new URL('example.yaml', import.meta.url), 'utf8');
const folder = new URL('../../scenarios/', import.meta.url);

describe('the JSON Schema', () => {
  it.each([
    ['the example', example],
    ['the small scenario', small],
    ['the starting scenario', startingScenario],
    ...readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
  ])('accepts %s', (_what, text) => {
    expect(complaints(parse(text))).toEqual([]);
  });

  it.each([
    ['a bare policy name', '{ policy: exponential, base: 2s }', 'full-jitter'],
    [
      'a policy in a change',
      'action: crash, target: { tier: store }',
      'action: set, tier: api, change: { admission: none, liveness: none }',
    ],
    [
      'a part of a block in a change',
      'parallelism: 8',
      'parallelism: 8\n    liveness: { every: 10s, timeout: 8s, answered: in-queue }',
      'action: crash, target: { tier: store }',
      'action: set, tier: api, change: { liveness: { timeout: 4s } }',
    ],
    ['a list of pods', 'pods: 4', 'pods: [{ name: a }, { name: b, share: 2 }]'],
    ['a distribution in any form', 'serviceTime: 150ms', 'serviceTime: { lognormal: { mean: 2s, cv: 1.5 } }'],
    ['a distribution by a list', 'serviceTime: 150ms', 'serviceTime: { lognormal: [2s, 1.5] }'],
    ['a short rate of arrivals', 'sessions: 20000', 'arrivals: 8/s, lifetime: 0s'],
    ['what is off', 'every: 25s, timeout: 20s }', 'every: 25s, timeout: 20s }\n    connectTimeout: none'],
    [
      'a preset, and what is said beside it',
      'backoff: { policy: exponential, base: 2s }\n    keepalive: { every: 25s, timeout: 20s }',
      'preset: socket.io\n    backoff: { cap: 10s }\n    keepalive: { timeout: 5s }',
      'cap: 5m',
      'base: 5s',
    ],
    ['where its schema is', 'format: 1', '$schema: ./scenario.schema.json\nformat: 1'],
    [
      'paths that add, remove and go below',
      'set: { ',
      'set: { tiers.api.liveness.timeout: 3s, tiers.api.liveness.every: 4s, tiers.api.liveness.answered: aside, timeline.second: null, clients.current.connectTimeout: 5s, pods: 2, clients.current.share: 1, clients.next: { backoff: fixed, share: 0 }, ',
    ],
  ])('accepts %s', (_what, ...replacements) => {
    const pairs = replacements.flatMap((from, i) => (i % 2 === 0 ? [[from, replacements[i + 1]] as const] : []));
    const text = changedText(...pairs);
    expect(loaded(text).ok).toBe(true);
    expect(complaints(parse(text))).toEqual([]);
  });

  it.each([
    ['an unknown key', 'hosts: 8', 'hots: 8'],
    ['an unknown key of a block', 'every: 25s', 'evry: 25s'],
    ['an unknown policy', 'balancing: round-robin', 'balancing: round-robbin'],
    ['an unknown parameter of a policy', '{ policy: exponential, base: 2s }', '{ policy: exponential, bas: 2s }'],
    ['a parameter of another policy', '{ policy: exponential, base: 2s }', '{ policy: exponential, delay: 2s }'],
    ['a missing unit', '150ms', '150'],
    ['a number in quotes', 'hosts: 8', 'hosts: "8"'],
    ['a number out of bounds', 'hosts: 8', 'hosts: 0'],
    ['a name with blanks', 'name: api', 'name: the api'],
    ['another format', 'format: 1', 'format: 2'],
    ['a missing field', '    parallelism: 16\n', ''],
    ['a missing part of a block', 'every: 25s, timeout: 20s', 'every: 25s'],
    ['a client without backoff or preset', '    backoff: { policy: exponential, base: 2s }\n', ''],
    ['an unknown preset', 'backoff: { policy: exponential, base: 2s }', 'preset: socketio'],
    ['an unknown action', 'action: crash', 'action: crush'],
    ['a field of another action', 'action: crash, target', 'action: crash, order: all-at-once, target'],
    ['a target without a tier', 'target: { tier: store }', 'target: { pods: [1] }'],
    ['two distributions at once', 'serviceTime: 150ms', 'serviceTime: { exponential: 3s, uniform: [1s, 2s] }'],
    ['a path of a variant that nothing has', 'clients.current.backoff: {', 'clients.current.bakoff: {'],
    ['a value that does not fit its path', 'set: {', 'set: { tiers.api.hosts: many,'],
    [
      'a policy below a path',
      'set: { clients.current.backoff: { policy: full-jitter',
      'set: { clients.current.backoff: { policy: ful-jitter',
    ],
  ])('refuses %s, as the loader does', (_what, from, to) => {
    const text = changedText([from, to]);
    expect(problemsOf(text)).not.toEqual([]);
    expect(complaints(parse(text))).not.toEqual([]);
  });

  it('accepts whatever the loader accepts: random scenarios', () => {
    let good = 0;
    fc.assert(
      fc.property(lawContent, (own) => {
        const content = { format: 1, name: 'random', ...own };
        if (!loadScenario({ file: 'x.json', text: JSON.stringify(content) }, everyMetric).ok) return;
        good++;
        expect(complaints(content)).toEqual([]);
      }),
      { seed: 12, numRuns: 150 },
    );
    expect(good).toBeGreaterThan(100);
  });

  it('accepts whatever the loader accepts: shipped scenarios with a change', () => {
    let good = 0;
    fc.assert(
      fc.property(mutants, ({ fileName, bytes, story }) => {
        if (bytes.length > 100_000 || !loadScenario({ file: fileName, text: bytes }, everyMetric).ok) return;
        good++;
        expect(complaints(parse(new TextDecoder().decode(bytes))), story).toEqual([]);
      }),
      { seed: 12, numRuns: 300 },
    );
    expect(good).toBeGreaterThan(30);
  });

  it('describes every property, in every place', () => {
    const mute: string[] = [];
    const visit = (part: unknown, path: string): void => {
      if (typeof part !== 'object' || part === null) return;
      for (const [key, value] of Object.entries(part)) {
        visit(value, `${path}/${key}`);
        if (key !== 'properties' && key !== 'patternProperties') continue;
        for (const [name, property] of Object.entries(
          value as Readonly<Record<string, { readonly description?: string } | true>>,
        ))
          if (property !== true && (property.description ?? '') === '') mute.push(`${path}/${key}/${name}`);
      }
    };
    visit(schema, '');
    expect(mute).toEqual([]);
  });

  it('names defaults that are constants', () => {
    const { properties } = schema as { properties: Record<string, { default?: unknown }> };
    expect(properties.networkDelay.default).toBe('50ms');
    expect(properties.title).not.toHaveProperty('default');
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  it('says each thing once, so that it stays small', () => {
    const text = JSON.stringify(schema);
    expect(text.length).toBeLessThan(172_000);
    for (const name of Object.keys(schema.$defs as object)) expect(text).toContain(`"#/$defs/${name}"`);
    for (const [, name] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) expect(schema.$defs).toHaveProperty(name);
  });
});

const service = getLanguageService({});
service.configure({ validate: true, schemas: [{ uri: 'scenario.schema.json', fileMatch: ['*.json'], schema }] });

/** What an editor shows at the bar in a text. */
async function inEditor(
  text: string,
): Promise<{ readonly offers: readonly string[]; readonly documents: readonly string[]; readonly hover: string }> {
  const document = TextDocument.create('file:///x.json', 'json', 1, text.replace('|', ''));
  const position = document.positionAt(text.indexOf('|'));
  const parsed = service.parseJSONDocument(document);
  const items = (await service.doComplete(document, position, parsed))?.items ?? [];
  const hover = (await service.doHover(document, position, parsed))?.contents;
  const textOf = (one: string | MarkupContent | undefined): string =>
    typeof one === 'string' ? one : (one?.value ?? '');
  return {
    offers: items.map(({ label }) => label.replaceAll('"', '')).sort(),
    documents: items.map(({ documentation }) => textOf(documentation)),
    hover: Array.isArray(hover) ? hover.map((one) => textOf(one as string)).join('\n') : textOf(hover as MarkupContent),
  };
}

const sorted = (registry: object): string[] => Object.keys(registry).sort();
const client = (text: string): string => `{"clients":[{"name":"c",${text}}]}`;
const set = (text: string): string => `{"variants":[{"name":"v","set":{${text}}}]}`;

describe('an editor that knows the schema', () => {
  it.each([
    ['the policies of a field', client('"backoff": |'), backoffs],
    ['the policies within its braces', client('"backoff": {"policy": |}'), backoffs],
    ['the policies where one is written already', client('"backoff": {"policy": "full-j|"}'), backoffs],
    ['the policies beside parameters that only one has', client('"backoff": {"policy": |, "delay": "1s"}'), backoffs],
    ['the admissions of a tier', '{"tiers":[{"admission": {"policy": |}}]}', admissions],
    ['the disciplines of a queue', '{"tiers":[{"queue": {"discipline": |}}]}', queueings],
    ["the clients' presets", client('"preset": |'), clientPresets],
    ["the balancers' presets", '{"tiers":[{"preset": |}]}', balancerPresets],
    ['the actions of the timeline', '{"timeline":[{"name":"x","action": |}]}', actions],
    ['the actions of a responder', '{"responders":[{"act":[{"action": |}]}]}', actions],
    ["the policies of a variant's change", set('"clients.current.backoff": {"policy": |}'), backoffs],
  ])('offers all %s, each with what it does', async (_what, text, registry) => {
    const { offers, documents } = await inEditor(text);
    expect(offers).toEqual(sorted(registry));
    expect(documents.filter((one) => one === '')).toEqual([]);
  });

  it.each([
    [
      'the parameters of the policy, and no others',
      client('"backoff": {"policy": "full-jitter", |}'),
      sorted(backoffs['full-jitter'].parameters),
    ],
    [
      'the fields of the action, and no others',
      '{"timeline":[{"name":"x","action":"deploy", |}]}',
      ['after', 'at', 'by', ...Object.keys(actions.deploy.parameters), 'title'].sort(),
    ],
  ])('offers %s', async (_what, text, expected) => {
    expect((await inEditor(text)).offers).toEqual(expected);
  });

  it.each([
    ['a field', '{"tiers":[{"parall|elism": 3}]}', 'attempts that a host serves at once'],
    ['a field whose value is a name', '{"tiers":[{"adm|ission": "none"}]}', 'whether an attempt is let in at all'],
    ['a policy', client('"backoff": {"policy": "full-j|itter"}'), 'anything between nothing and the exponential delay'],
    ['a bare policy', client('"backoff": "full-j|itter"'), 'anything between nothing and the exponential delay'],
    ['a parameter', client('"backoff": {"policy": "full-jitter", "ca|p": "5s"}'), 'no delay is longer'],
    ["a path of a variant's change", set('"tiers.api.queue.lim|it": 3'), 'attempts that may wait at a host'],
    [
      "a policy in a variant's change",
      set('"clients.current.backoff": "full-j|itter"'),
      'anything between nothing and the exponential delay',
    ],
    ["a parameter by a path of a variant's change", set('"clients.current.backoff.ca|p": "5s"'), 'no delay is longer'],
    ["a block in a variant's change", set('"tiers.api.liveness": {"eve|ry": "5s"}'), 'how often a host is probed'],
    [
      "a responder's delay in a variant's change",
      set('"responders.operators.pa|ge": "5m"'),
      'from detection to the page',
    ],
  ])('explains %s', async (_what, text, meaning) => {
    expect((await inEditor(text)).hover).toContain(meaning);
  });
});
