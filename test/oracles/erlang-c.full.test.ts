// Erlang C, M/M/c, at 50 to 80 % load: both who waits and for how long.
import { describe } from 'vitest';
import { manyServers } from './many-servers.ts';
import { checkCases } from './replicated-case.ts';

describe('many servers and one line', () => {
  checkCases([
    manyServers(8, 1, 10, { length: '36s', waits: true }),
    manyServers(1.2, 1, 2, { length: '36s', waits: true }),
    manyServers(2, 1, 4, { length: '56s', waits: true }),
    manyServers(1.5, 1, 2, { length: '61s', waits: true }),
  ]);
});
