import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { power } from '../../src/engine/power.ts';

/** The fraction p/q of a double, exactly. */
function exactly(value: number): { p: bigint; q: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const mantissa = (word & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const shift = BigInt(Math.max(exponent, 1) - 1075);
  return shift >= 0n ? { p: mantissa << shift, q: 1n } : { p: mantissa, q: 1n << -shift };
}

/** |a/b − 1| of a double a and an exact fraction b, to 2⁻⁹⁰. */
function relativeError(a: number, b: { p: bigint; q: bigint }): number {
  const { p, q } = exactly(a);
  const difference = p * b.q - b.p * q;
  const scaled = ((difference < 0n ? -difference : difference) << 90n) / (b.p * q);
  return Number(scaled) * 2 ** -90;
}

describe('a power with a whole exponent', () => {
  it('is exact for powers of two', () => {
    for (let n = -1000; n <= 1000; n++)
      expect(relativeError(power(2, n), n < 0 ? { p: 1n, q: 2n ** BigInt(-n) } : { p: 2n ** BigInt(n), q: 1n })).toBe(
        0,
      );
  });

  it('is within n units in the last place of the exact product', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 100, noNaN: true }), fc.integer({ min: 0, max: 150 }), (base, n) => {
        const { p, q } = exactly(base);
        expect(relativeError(power(base, n), { p: p ** BigInt(n), q: q ** BigInt(n) })).toBeLessThanOrEqual(
          n * 2 ** -53,
        );
      }),
    );
  });

  it('of 0 and 1 is that of arithmetic', () => {
    expect([power(0, 0), power(0, 3), power(0, -1), power(1, 2 ** 31), power(7, 1), power(7, 0)]).toEqual([
      1,
      0,
      Infinity,
      1,
      7,
      1,
    ]);
  });

  it('leaves the range of doubles as infinity or zero, never as no number', () => {
    expect([power(1.5, 1e6), power(0.5, 1e6), power(1.7, -1e6), power(2, 1e300)]).toEqual([Infinity, 0, 0, Infinity]);
  });
});

describe('a power with any other exponent', () => {
  // (p/q)^(m/n) is right if its n-th power is (p/q)^m, whose exact value is known.
  it('keeps its stated error', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.integer({ min: -12, max: 12 }),
        fc.constantFrom(2, 4, 8),
        (base, m, n) => {
          const { p, q } = exactly(base);
          const root = exactly(power(base, m / n));
          const nth = { p: root.p ** BigInt(n), q: root.q ** BigInt(n) };
          const exact = m >= 0 ? { p: p ** BigInt(m), q: q ** BigInt(m) } : { p: q ** BigInt(-m), q: p ** BigInt(-m) };
          const difference = nth.p * exact.q - exact.p * nth.q;
          const error = Number(((difference < 0n ? -difference : difference) << 90n) / (exact.p * nth.q)) * 2 ** -90;
          const stated = (2 + Math.abs((m / n) * Math.log(base))) * 2 ** -52;
          expect(error).toBeLessThanOrEqual(n * stated * 1.0001);
        },
      ),
    );
  });

  it('of 0 is 0, and 0 to a negative power is beyond all numbers', () => {
    expect([power(0, 0.5), power(0, -0.5), power(1, 0.3)]).toEqual([0, Infinity, 1]);
  });

  it('has these bits on every version of Node', () => {
    expect(
      [power(1.5, 1.3), power(0.37, -1 / 2.5), power(1.7, 0.9), power(3, 1 / 3)].map((value) =>
        Buffer.from(Float64Array.of(value).buffer).toString('hex'),
      ),
    ).toMatchInlineSnapshot(`
      [
        "1a006723b51afb3f",
        "5d5bd2417bd0f73f",
        "613e0b4758cbf93f",
        "f63e12497413f73f",
      ]
    `);
  });
});
