/**
 * The fields of a tier by which its balancer learns how hosts are: its checks,
 * how it eases a host in that came back, and what it takes out that fails.
 */
import { block, field } from './kind.ts';
import { count, duration, factor, fraction } from './quantity-kinds.ts';
import { unscaled } from './scale.ts';

const above0 = { min: 0, exclusiveMin: true } as const;

export const checks = block({
  every: field(duration(above0), 'how often the balancer checks a host', { as: 'everyMs', default: '2s' }),
  fall: field(count(unscaled, { min: 1 }), 'failed checks in a row after which it sends no more', { default: 3 }),
  rise: field(count(unscaled, { min: 1 }), 'good checks in a row after which it sends again', { default: 2 }),
});

export const slowStart = block({
  for: field(duration(above0), 'how long a host that came back gets less than its turn', { as: 'forMs' }),
  aggression: field(factor(unscaled, above0), 'weight = (time since it came back / for) ^ (1 / aggression)', {
    default: 1,
  }),
  least: field(fraction(above0), 'the least weight', { default: 0.1 }),
});

export const ejection = block(
  {
    consecutive: field(
      count(unscaled, { min: 1 }),
      'failed attempts in a row, as the balancer sees them, after which a host gets no more',
      { default: 5 },
    ),
    every: field(duration(above0), 'how often the balancer looks whether a host may return', {
      as: 'everyMs',
      default: '10s',
    }),
    for: field(duration(above0), 'how long a host is out, times how often it was ejected lately', {
      as: 'forMs',
      default: '30s',
    }),
    longest: field(duration(above0), 'the longest that a host is out at a time', { as: 'longestMs', default: '300s' }),
    share: field(
      fraction(above0),
      "the largest share of the balancer's hosts that may be out at once; one always may",
      { default: '10%' },
    ),
  },
  ({ forMs, longestMs }, report) => {
    if (forMs > longestMs)
      report('at most `longest`', {
        path: ['for'],
        hint: 'a host is out for `for`, then for twice that, and so on up to `longest`',
      });
  },
);
