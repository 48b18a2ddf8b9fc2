/**
 * Admission: whether an attempt is let in at all. One gate exists per balancer
 * (`per: balancer`, so per pod for tiers of scope pod) or per host
 * (`per: host`). A refused attempt is rejected with the reason `admission`.
 */
import { policy, type Registry } from './parameters.ts';

export interface Admission {
  /** Where the gates stand. */
  readonly per: 'balancer' | 'host';
  /** True where it lets everything in, so that nobody need ask. */
  readonly open: boolean;
  /** Asks for one attempt to be let in. Times never go back. */
  admit(nowMs: number): boolean;
}

export const admissions: Registry<Admission> = {
  none: policy({
    help: 'everybody is let in',
    formula: 'admit always',
    source: 'definition',
    parameters: {},
    create: () => ({ per: 'balancer', open: true, admit: () => true }),
  }),
  'token-bucket': policy({
    help: 'so many connects per second, with a burst',
    formula: 'tokens = min(burst, tokens + rate·Δt); admit if tokens ≥ 1, and take one; starts full',
    source: 'RFC 2697 (one bucket)',
    parameters: {
      rate: { unit: 'rate', default: 100, min: 0, help: 'connects let in per second' },
      burst: { unit: 'count', default: 1, min: 1, help: 'how many tokens the bucket holds' },
      per: { unit: 'choice', default: 'balancer', choices: ['balancer', 'host'], help: 'one bucket per balancer (a pod, or the shared tier) or per host' },
    },
    create: ({ rate, burst, per }) => {
      let tokens = burst;
      let lastMs = 0;
      const admit = (nowMs: number): boolean => {
        tokens = Math.min(burst, tokens + ((nowMs - lastMs) * rate) / 1000);
        lastMs = nowMs;
        if (tokens < 1) return false;
        tokens -= 1;
        return true;
      };
      return { per: per === 'host' ? 'host' : 'balancer', open: false, admit };
    },
  }),
};
