// The incident in a scaled fleet has the same story; scaled.test.ts scales a small storm.
import { describe, expect, it } from 'vitest';
import { missedRows, runShipped } from './shipped-scenario.ts';

describe('the incident at a tenth of its sessions and with hosts of a tenth', () => {
  it('meets every observed row, in two metastable waves that the same actions end', async () => {
    const small = await runShipped('apr26.json', 'baseline', null, ['scale.sessions=0.1', 'scale.hostSize=0.1']);
    expect(missedRows(small)).toEqual([]);
    expect(small.outcome.episodes.map(({ metastable, endedBy }) => [metastable, endedBy])).toEqual([
      [true, 'limit-connects'],
      [true, 'deploy-fix'],
    ]);
  });
});
