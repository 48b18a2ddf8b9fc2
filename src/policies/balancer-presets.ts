/**
 * Balancers as they come: for each, the fields of a tier that it sets, in the
 * notation of a scenario file. What the tier says itself wins. The sources are
 * the products' own manuals, and nginx's code where its manual is silent. Left
 * out: what a tier cannot say, as Envoy's circuit breakers, its ejection by
 * success rate, the second host that nginx and Envoy try after a failure, that
 * each of nginx's workers counts failures by itself, and that it counts errors
 * and timeouts but no refusals in words (503) unless it is told to.
 */

export interface BalancerPreset {
  readonly help: string;
  readonly source: string;
  /** in the notation of a file; all that a balancer can do is named, off or on */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A threshold below any share of one host: panic only when no host at all is eligible. */
const whenNoneIsLeft = '0.001%';

export const balancerPresets: Readonly<Record<string, BalancerPreset>> = {
  haproxy: {
    help: 'checks every 2 s: finds a dead host in 4 to 6 s and readmits it in 2 to 4 s; its slow start is off unless it is set; up to version 3.2 in turns, from 3.3 on by `power-of-two-choices` unless `balance` is set',
    source: 'HAProxy 3.2 configuration manual: inter, fall, rise, slowstart, balance',
    fields: {
      balancing: 'round-robin',
      checks: { every: '2s', fall: 3, rise: 2 },
      slowStart: 'none',
      ejection: 'none',
      panic: 'none',
    },
  },
  envoy: {
    help: 'ejects a host after 5 failures in a row, for 30 s times the ejections, at most 10 % of the hosts; panics below half; outlier detection must be switched on, and here it is, with its defaults',
    source:
      'Envoy documentation: outlier detection, panic threshold (50 %), slow start; Cluster.lb_policy, whose first value is ROUND_ROBIN',
    fields: {
      balancing: 'round-robin',
      checks: 'none',
      slowStart: 'none',
      ejection: { consecutive: 5, every: '10s', for: '30s', longest: '300s', share: '10%' },
      panic: '50%',
    },
  },
  nginx: {
    help: 'takes a host out for 10 s after one failure (max_fails 1, fail_timeout 10 s); with none left it refuses until one comes back; sees nothing but the attempts',
    source:
      'nginx documentation: ngx_http_upstream_module (weighted round robin, max_fails, fail_timeout); with none left: ngx_http_upstream_round_robin.c, "no live upstreams"; older versions then took all back after one refusal',
    fields: {
      balancing: 'round-robin',
      checks: 'none',
      slowStart: 'none',
      ejection: { consecutive: 1, every: '1s', for: '10s', longest: '10s', share: '100%' },
      panic: 'none',
    },
  },
  alb: {
    help: 'checks every 30 s, out after 2 failures and back after 5 successes; with no healthy target it sends to all; its slow start (30 to 900 s) is off unless it is set',
    source:
      'AWS documentation: health checks for Application Load Balancer target groups (interval 30 s, thresholds 5 and 2, fail open), target group attributes (load_balancing.algorithm.type: round_robin)',
    fields: {
      balancing: 'round-robin',
      checks: { every: '30s', fall: 2, rise: 5 },
      slowStart: 'none',
      ejection: 'none',
      panic: whenNoneIsLeft,
    },
  },
  kubernetes: {
    help: 'a Service: any ready pod by lot (kube-proxy with iptables); the readiness probe every 10 s, out after 3 failures and back after 1 success; a pod that died is out at once',
    source:
      'Kubernetes documentation: probes (period 10 s, timeout 1 s, thresholds 3 and 1), Service proxies (iptables mode chooses at random)',
    fields: {
      balancing: 'random',
      readiness: { every: '10s', timeout: '1s', failures: 3, successes: 1 },
      checks: 'none',
      slowStart: 'none',
      ejection: 'none',
      panic: 'none',
    },
  },
};
