// A small vocabulary and a small scenario that the tests of the format vary by replacing text in it.
import type { Vocabulary } from '../../src/scenario/expression.ts';
import { loadScenario, type LoadedScenario, type LoadOptions } from '../../src/scenario/load.ts';
import { formatProblem, type Problem } from '../../src/scenario/problem.ts';

export const vocabulary: Vocabulary = {
  metrics: {
    collapse: { unit: 'count', parts: [], gauge: false },
    impactedPods: { unit: 'count', parts: [], gauge: true },
    disconnectedFraction: { unit: 'fraction', parts: ['pod'], gauge: true },
    sessionMinutesLost: { unit: 'factor', parts: [], gauge: false },
    hostDeaths: { unit: 'count', parts: [['liveness', 'crash']], gauge: false },
    reconnectTime: { unit: 'duration', parts: ['quantile'], gauge: false },
    queueWait: { unit: 'duration', parts: ['tier', 'quantile'], gauge: false },
    timeToRecover: { unit: 'duration', parts: [], gauge: false },
    goodput: { unit: 'rate', parts: [], gauge: false },
    resolved: { unit: 'instant', parts: [], gauge: false, milestone: true },
  },
};

export const small = `format: 1
name: small
clock: { date: 2023-04-26, from: "16:30", to: "18:00" }
pods: 4
tiers:
  - name: api
    hosts: 8
    parallelism: 8
    serviceTime: { exponential: 60ms }
    balancing: round-robin
  - name: store
    scope: shared
    hosts: 6
    parallelism: 16
    serviceTime: 150ms
products:
  - { name: chat, sessions: 20000 }
clients:
  - name: current
    backoff: { policy: exponential, base: 2s }
    keepalive: { every: 25s, timeout: 20s }
timeline:
  - name: maintenance
    at: "16:40"
    action: reboot
    target: { tier: api, pods: [1] }
  - { name: second, after: maintenance, by: 5m, action: crash, target: { tier: store } }
variants:
  - name: patient
    set: { clients.current.backoff: { policy: full-jitter, cap: 5m } }
expect:
  - "collapse == 0"
`;

/** The small scenario with some of its text replaced; each text must be there. */
export function changedText(...replacements: readonly (readonly [string, string])[]): string {
  let text = small;
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`the small scenario holds no ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

export function loaded(text: string = small, options: LoadOptions = {}, file = 'small.yaml'): LoadedScenario {
  const result = loadScenario({ file, text }, vocabulary, options);
  if (!result.ok) throw new Error(result.problems.map((problem) => formatProblem(problem)).join('\n'));
  return result;
}

export function problemsOf(
  text: string | Uint8Array,
  options: LoadOptions = {},
  file = 'small.yaml',
): readonly Problem[] {
  const result = loadScenario({ file, text }, vocabulary, options);
  return result.ok ? [] : result.problems;
}

/** The only problem of a text, in print. */
export function onlyProblem(text: string | Uint8Array, options: LoadOptions = {}, file = 'small.yaml'): string {
  const problems = problemsOf(text, options, file);
  return problems.map((problem) => formatProblem(problem)).join('\n');
}

/** `line:column` of the first (or a later) place where a needle stands in a text. */
export function placeOf(text: string, needle: string, offset = 0): string {
  const at = text.indexOf(needle);
  if (at < 0) throw new Error(`the text holds no ${needle}`);
  const before = text.slice(0, at + offset).split('\n');
  return `${before.length}:${before[before.length - 1].length + 1}`;
}
