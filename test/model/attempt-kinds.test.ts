// What fresh, resumed and reloaded attempts cost a host: a service takes 100 ms, 25 ms for a session that is resumed,
// 300 ms after a page reload. A session dropped at 10 s knows 50 ms later, and tries again a second after that.
import { describe, expect, it } from 'vitest';
import { arrivingAt, client, runLog, seconds, tier } from './run-log.ts';

const api = tier({ hosts: 2, resumedWork: 0.25, reloadedWork: 3, holdsSessions: true, boot: '5s' });
const reboot = (name: string, at: string, host: number): Record<string, unknown> => ({
  name,
  at,
  action: 'reboot',
  target: { tier: 'api', hosts: [host] },
});

/** How long each service took, in order. */
function costs(fields: Readonly<Record<string, unknown>>): number[] {
  const log = runLog({ clock: seconds(60), tiers: [api], products: [{ name: 'chat', sessions: 1 }], ...fields });
  return log.services.map(({ serviceMs }) => serviceMs);
}

describe('an attempt after a drop', () => {
  const cost = (resumesFor: string, fields: Readonly<Record<string, unknown>> = {}): number[] =>
    costs({ clients: [client({ resumesFor })], timeline: [reboot('maintenance', '10s', 1)], ...fields });

  it('resumes the session while its client says so, the last instant included', () => {
    expect([cost('2m'), cost('1050ms'), cost('none')]).toEqual([[25], [25], [25]]);
  });
  it('is a fresh one later, and where clients never resume', () =>
    expect([cost('1049ms'), cost('0s')]).toEqual([[100], [100]]));
  it('costs its product’s work as well', () => {
    expect(
      cost('2m', {
        products: [
          { name: 'chat', sessions: 1 },
          { name: 'heavy', sessions: 2, work: { api: 4 } },
        ],
      }).sort((a, b) => a - b),
    ).toEqual([25, 100]);
  });
  it('costs what the tier says now, after a change', () => {
    const change = { name: 'cheaper', at: '5s', action: 'set', tier: 'api', change: { resumedWork: 0.5 } };
    expect(cost('2m', { timeline: [change, reboot('maintenance', '10s', 1)] })).toEqual([50]);
  });
});

describe('a first attempt', () => {
  it('is a fresh one, whoever may resume', () => {
    expect(costs({ products: [arrivingAt(1000)], clients: [client({ resumesFor: 'none' })] })).toEqual([100]);
  });
});

describe('an attempt after a page reload', () => {
  it('costs the page, and resumes nothing, until the session is connected', () => {
    const reload = { name: 'fix', at: '10s', action: 'deploy', client: 'fixed', over: '1ms', reload: true };
    const clients = [client({ resumesFor: 'none', share: 1 }), client({ name: 'fixed', resumesFor: 'none', share: 0 })];
    // The reloaded session goes to the first host by turns; its next drop is resumed again.
    expect(costs({ clients, timeline: [reload, reboot('maintenance', '30s', 1)] })).toEqual([300, 25]);
  });

  it('is one too where somebody gave up before', () => {
    const alone = { ...api, hosts: 1 };
    const impatient = client({ resumesFor: 'none', giveUp: { after: 1, then: 'reload', reloadAfter: '10s' } });
    expect(costs({ tiers: [alone], clients: [impatient], timeline: [reboot('maintenance', '10s', 1)] })).toEqual([300]);
  });
});
