/**
 * Patterns of paths: `*`, `?`, `**`, `{a,b}` and `[a-z]`, over paths with
 * slashes. A pattern becomes a finite automaton, of which a path is followed
 * through all states at once (Thompson 1968), so the time is at most the
 * pattern's length times the path's, whatever they are. What matches by
 * regular expressions goes back and forth instead: five stars against a name
 * of 250 letters took the usual libraries most of a minute.
 */

/** Far more than a shell's line holds of a pattern that somebody meant. */
export const PATTERN_LENGTH_MAX = 1000;

/** A state goes on to others by a character that it takes, or, taking none, at once. */
interface State {
  readonly takes: ((c: string) => boolean) | null;
  readonly to: number[];
}

interface Compiler {
  readonly pattern: string;
  at: number;
  readonly states: State[];
}

function state({ states }: Compiler, takes: State['takes'], ...to: number[]): number {
  return states.push({ takes, to }) - 1;
}

const isNoSlash = (c: string): boolean => c !== '/';

/** `[a-z]`, `[!a-z]`; null if no bracket closes it, for then it is a bracket. */
function takeClass(compiler: Compiler): State['takes'] {
  const { pattern, at } = compiler;
  const close = pattern.indexOf(']', at + 2);
  if (close < 0) return null;
  const negated = pattern[at + 1] === '!' || pattern[at + 1] === '^';
  const inside = pattern.slice(at + (negated ? 2 : 1), close);
  const ranges: (readonly [from: string, to: string])[] = [];
  for (let i = 0; i < inside.length; i++) {
    const isRange = inside[i + 1] === '-' && i + 2 < inside.length;
    ranges.push([inside[i], isRange ? inside[i + 2] : inside[i]]);
    if (isRange) i += 2;
  }
  compiler.at = close + 1;
  return (c) => c !== '/' && ranges.some(([from, to]) => from <= c && c <= to) !== negated;
}

/** A part of a pattern, from the state that it begins in to the one that it ends in. */
function compileStars(compiler: Compiler, from: number): number {
  const { pattern, states } = compiler;
  let stars = 0;
  for (; pattern[compiler.at] === '*'; compiler.at++) stars++;
  const end = state(compiler, null);
  if (stars === 1) {
    states[from].to.push(state(compiler, isNoSlash, from), end);
  } else if (pattern[compiler.at] === '/') {
    // Any folders, or none.
    compiler.at++;
    const folder = state(compiler, null);
    states[folder].to.push(
      state(compiler, isNoSlash, folder),
      state(compiler, (c) => c === '/', from),
    );
    states[from].to.push(folder, end);
  } else {
    states[from].to.push(
      state(compiler, () => true, from),
      end,
    );
  }
  return end;
}

function compileChoice(compiler: Compiler, from: number): number {
  const end = state(compiler, null);
  do {
    compiler.at++;
    const begin = state(compiler, null);
    compiler.states[from].to.push(begin);
    compiler.states[compileUntil(compiler, begin, ',}')].to.push(end);
  } while (compiler.pattern[compiler.at] === ',');
  if (compiler.pattern[compiler.at] !== '}') throw new SyntaxError('a brace is not closed');
  compiler.at++;
  return end;
}

/** Up to one of the characters in `stops`, or the pattern's end. */
function compileUntil(compiler: Compiler, from: number, stops: string): number {
  const { pattern } = compiler;
  let last = from;
  while (compiler.at < pattern.length && !stops.includes(pattern[compiler.at])) {
    const c = pattern[compiler.at];
    const takesClass = c === '[' ? takeClass(compiler) : null;
    if (c === '}') throw new SyntaxError('a brace closes nothing');
    if (c === '*') {
      // A state of its own to come back to.
      const begin = state(compiler, null);
      compiler.states[last].to.push(begin);
      last = compileStars(compiler, begin);
    } else if (c === '{') {
      last = compileChoice(compiler, last);
    } else {
      if (takesClass === null) compiler.at++;
      const end = state(compiler, null);
      compiler.states[last].to.push(state(compiler, takesClass ?? (c === '?' ? isNoSlash : (one) => one === c), end));
      last = end;
    }
  }
  return last;
}

/** Whether paths match the pattern. Throws a SyntaxError if its braces do not pair. */
export function globMatcher(pattern: string): (path: string) => boolean {
  const compiler: Compiler = { pattern, at: 0, states: [] };
  const { states } = compiler;
  const start = state(compiler, null);
  const goal = compileUntil(compiler, start, '');
  return (path) => {
    const reachedAt = new Int32Array(states.length).fill(-1);
    /** all states that take a character and can be reached without one */
    const spread = (from: readonly number[], step: number): number[] => {
      const open = [...from];
      const taking: number[] = [];
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (reachedAt[at] === step) continue;
        reachedAt[at] = step;
        if (states[at].takes !== null) taking.push(at);
        else open.push(...states[at].to);
      }
      return taking;
    };
    let current = spread([start], 0);
    for (let i = 0; i < path.length; i++) {
      const c = path[i];
      current = spread(
        current.flatMap((at) => (states[at].takes?.(c) === true ? states[at].to : [])),
        i + 1,
      );
      if (current.length === 0 && reachedAt[goal] !== i + 1) return false;
    }
    return reachedAt[goal] === path.length;
  };
}
