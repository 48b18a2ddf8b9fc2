/**
 * Closed forms of queueing theory, from their formulas. Arrivals are Poisson
 * with rate λ, services take 1/μ in the mean, c servers, ρ = λ/(cμ), a = λ/μ.
 * Sources: Kleinrock, "Queueing Systems" vol. 1 (1975), for M/M/1, M/M/1/K, the
 * Erlang formulas and Pollaczek–Khinchine; Palm (1957) and Mandelbaum & Zeltyn
 * (2007) for Erlang A, here summed state by state.
 */

/** The mean number in an M/M/1 queue. */
export function mm1Number(lambda: number, mu: number): number {
  const rho = lambda / mu;
  return rho / (1 - rho);
}

/** The quantile of the time in an M/M/1 system (first come, first served): it is exponential with rate μ − λ. */
export function mm1StayQuantile(lambda: number, mu: number, q: number): number {
  return -Math.log(1 - q) / (mu - lambda);
}

/** The share of arrivals that find all c servers busy and are lost. */
export function erlangB(a: number, c: number): number {
  let blocked = 1;
  for (let k = 1; k <= c; k++) blocked = (a * blocked) / (k + a * blocked);
  return blocked;
}

/** The share of arrivals that wait in an M/M/c queue. */
export function erlangC(a: number, c: number): number {
  const blocked = erlangB(a, c);
  return blocked / (1 - (a / c) * (1 - blocked));
}

/** The mean wait in an M/M/c queue, those who do not wait included. */
export function mmcWait(lambda: number, mu: number, c: number): number {
  return erlangC(lambda / mu, c) / (c * mu - lambda);
}

/** The probabilities of 0 … K in an M/M/1 system that holds K at the most. */
export function mm1kProbabilities(rho: number, k: number): number[] {
  return Array.from({ length: k + 1 }, (_, n) => ((1 - rho) * rho ** n) / (1 - rho ** (k + 1)));
}

/** The mean wait in an M/G/1 queue whose services have the squared coefficient of variation `cv2`. */
export function pollaczekKhinchineWait(lambda: number, meanService: number, cv2: number): number {
  const rho = lambda * meanService;
  return (lambda * meanService ** 2 * (1 + cv2)) / (2 * (1 - rho));
}

/**
 * The share of arrivals that leave while they wait in an M/M/c queue where
 * everybody who waits leaves at the rate θ: θ·E[Lq]/λ. The stationary
 * probabilities are those of a birth-death process with the death rate
 * min(n, c)·μ + (n − c)⁺·θ, cut off where they have long vanished.
 */
export function erlangA(lambda: number, mu: number, c: number, theta: number): number {
  const most = c + Math.ceil((20 * lambda) / theta);
  let weight = 1;
  let total = 1;
  let waiting = 0;
  for (let n = 1; n <= most; n++) {
    weight *= lambda / (Math.min(n, c) * mu + Math.max(0, n - c) * theta);
    total += weight;
    waiting += Math.max(0, n - c) * weight;
  }
  return (theta * waiting) / total / lambda;
}

/** The mean number at time t in an M/M/∞ system that held n0 at time 0. */
export function mmInfinityNumber(n0: number, lambda: number, mu: number, t: number): number {
  const left = Math.exp(-mu * t);
  return n0 * left + (lambda / mu) * (1 - left);
}

/** Attempts per client that makes at most m, each refused by itself with probability p. */
export function retryAmplification(p: number, m: number): number {
  return p === 1 ? m : (1 - p ** m) / (1 - p);
}
