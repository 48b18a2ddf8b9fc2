/**
 * When the next session arrives, if the rate of arrivals changes over time: the
 * instant at which the rate's integral reaches a given amount, which for a
 * Poisson process is exponential. The rate is a step function (a schedule), or
 * what a profile of the sessions online asks for: if N(t) are to be there, each
 * staying for an exponential lifetime of mean m, λ(t) = N′(t) + N(t)/m must
 * arrive, since dN/dt = λ − N/m (M_t/M/∞: Eick, Massey, Whitt, 1993). A profile
 * is linear between its points, and so is λ. Left out: the time that a session
 * takes to connect, by which it stays longer than its lifetime.
 */

/** When the integral of the scheduled rate from `nowMs` on reaches `amount`; Infinity: never. */
export function passRates(
  schedule: readonly { readonly fromMs: number; readonly perSec: number }[],
  nowMs: number,
  amount: number,
): number {
  let left = amount;
  for (let i = 0; i < schedule.length; i++) {
    const untilMs = i + 1 < schedule.length ? schedule[i + 1].fromMs : Infinity;
    if (untilMs <= nowMs) continue;
    const perMs = schedule[i].perSec / 1000;
    const fromMs = Math.max(nowMs, schedule[i].fromMs);
    if (perMs > 0 && left <= perMs * (untilMs - fromMs)) return fromMs + left / perMs;
    left -= perMs === 0 ? 0 : perMs * (untilMs - fromMs);
  }
  return Infinity;
}

/** How many sessions are online from an instant on, on a line to the next point; after the last, for ever. */
export interface ProfilePoint {
  readonly atMs: number;
  readonly sessions: number;
}

/** When the integral from `nowMs` on of the rate that the profile asks for reaches `amount`; Infinity: never. */
export function passProfile(
  profile: readonly ProfilePoint[],
  meanLifetimeMs: number,
  nowMs: number,
  amount: number,
): number {
  let left = amount;
  for (let i = 0; i < profile.length; i++) {
    const untilMs = i + 1 < profile.length ? profile[i + 1].atMs : Infinity;
    if (untilMs <= nowMs) continue;
    const fromMs = Math.max(nowMs, profile[i].atMs);
    const growthPerMs =
      i + 1 < profile.length ? (profile[i + 1].sessions - profile[i].sessions) / (untilMs - profile[i].atMs) : 0;
    const sessions = profile[i].sessions + growthPerMs * (fromMs - profile[i].atMs);
    // The rate at `fromMs`, and how much it grows per ms; it is nowhere negative.
    const perMs = Math.max(0, growthPerMs + sessions / meanLifetimeMs);
    const slope = growthPerMs / meanLifetimeMs;
    const lastsMs = untilMs - fromMs;
    const reachedMs = timeToReach(left, perMs, slope);
    if (reachedMs <= lastsMs) return fromMs + reachedMs;
    if (lastsMs < Infinity) left -= perMs * lastsMs + (slope * lastsMs * lastsMs) / 2;
  }
  return Infinity;
}

/** The least t ≥ 0 with perMs·t + slope·t²/2 = amount, in the form that does not cancel; Infinity: none. */
function timeToReach(amount: number, perMs: number, slope: number): number {
  const discriminant = perMs * perMs + 2 * slope * amount;
  const divisor = perMs + Math.sqrt(Math.max(0, discriminant));
  return discriminant < 0 || divisor === 0 ? Infinity : (2 * amount) / divisor;
}
