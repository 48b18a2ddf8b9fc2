// Erlang C, M/M/c: how many wait, and for how long. More servers and higher loads: see the full suite.
import { describe } from 'vitest';
import { manyServers } from './many-servers.ts';
import { checkCases } from './replicated-case.ts';

describe('many servers and one line', () => {
  checkCases([manyServers(1.2, 1, 2, { length: '36s', waits: true })]);
});
