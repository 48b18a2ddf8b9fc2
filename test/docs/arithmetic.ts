/**
 * The arithmetic that pages show: `label: 6 hosts × 1 / 0.022 s = 273 per
 * second`. Words are left out, so both sides must be in the same unit; a
 * percentage is a share. The right side is its first number, which must be
 * right in the last digit that is shown.
 */

type Token = number | string;

const functions: Readonly<Record<string, (x: number) => number>> = { ln: Math.log, exp: Math.exp, sqrt: Math.sqrt };

function tokensOf(text: string): Token[] {
  const found = text.matchAll(/(\d[\d,]*(?:\.\d+)?)( ?%)?|([×/+−^()])|(\p{L}+)/gu);
  return [...found].flatMap(([, number, percent, operator, word]): Token | Token[] => {
    if (number !== undefined) return Number(number.replaceAll(',', '')) / (percent === undefined ? 1 : 100);
    return operator ?? (word in functions ? word : []);
  });
}

/** Reads sums of products of powers; `tokens` is used up. */
function sum(tokens: Token[]): number {
  let value = product(tokens);
  while (tokens[0] === '+' || tokens[0] === '−') value += (tokens.shift() === '+' ? 1 : -1) * product(tokens);
  return value;
}

function product(tokens: Token[]): number {
  let value = power(tokens);
  while (tokens[0] === '×' || tokens[0] === '/') value *= tokens.shift() === '×' ? power(tokens) : 1 / power(tokens);
  return value;
}

function power(tokens: Token[]): number {
  const base = operand(tokens);
  if (tokens[0] !== '^') return base;
  tokens.shift();
  return base ** power(tokens);
}

function operand(tokens: Token[]): number {
  const token = tokens.shift();
  if (typeof token === 'number') return token;
  if (token === '(') {
    const inside = sum(tokens);
    if (tokens.shift() !== ')') throw new Error('a parenthesis is missing');
    return inside;
  }
  if (token !== undefined && token in functions) return functions[token](operand(tokens));
  throw new Error(`expected a number, found ${token ?? 'nothing'}`);
}

export function valueOf(row: string): { readonly left: number; readonly right: number; readonly tolerance: number } {
  const [told, result] = row.slice(row.indexOf(':') + 1).split(' = ');
  const tokens = tokensOf(told);
  const left = sum(tokens);
  if (tokens.length > 0) throw new Error(`cannot read "${told}"`);
  const [number, digits, percent] = /\d[\d,]*(?:\.(\d+))?( ?%)?/.exec(result) ?? [];
  if (number === undefined) throw new Error(`no number in "${result}"`);
  const unit = percent === undefined ? 1 : 0.01;
  const right = Number(number.replaceAll(/[, %]/g, '')) * unit;
  return { left, right, tolerance: 0.5 * 10 ** -(digits?.length ?? 0) * unit * (1 + 1e-9) };
}
