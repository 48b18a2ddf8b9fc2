// Services that slow each other: processor sharing is insensitive to the distribution of services, over the whole range.
import { processorSharing, scalability } from './contention.ts';
import { checkCases } from './replicated-case.ts';

const options = { n: 20, length: '600s' };
checkCases([
  processorSharing('{ exponential: 10ms }', 0.7, options),
  processorSharing('10ms', 0.7, options),
  processorSharing('{ lognormal: { mean: 10ms, cv: 2 } }', 0.5, options),
  processorSharing('{ uniform: [0ms, 20ms] }', 0.8, { n: 20, length: '1200s' }),
  scalability(150, { linear: 0.2, quadratic: 0.01 }, options),
  scalability(60, { linear: 1, quadratic: 0.02 }, options),
]);
