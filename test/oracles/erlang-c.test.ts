// Erlang C, M/M/c: how many wait, and for how long. The mean wait at λ 8, c 10 takes long runs: see the full suite.
import { describe } from 'vitest';
import { manyServers } from './many-servers.ts';
import { checkCases } from './replicated-case.ts';

describe('many servers and one line', () => {
  checkCases([
    manyServers(8, 1, 10, { length: '5500ms', waits: false }),
    manyServers(1.2, 1, 2, { length: '36s', waits: true }),
  ]);
});
