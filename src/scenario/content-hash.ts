/**
 * A short hash of plain data, to tell whether two runs had the same scenario:
 * the data as text with sorted keys, mixed into four 32-bit words by the
 * finalizer of MurmurHash3 (Appleby, public domain). Not for secrets.
 */

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${sorted.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
  }
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 32 hexadecimal digits. */
export function contentHash(value: unknown): string {
  const text = canonical(value);
  const words = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
  for (let i = 0; i < text.length; i++) {
    const lane = i & 3;
    words[lane] = mix(Math.imul(words[lane], 31) + text.charCodeAt(i) + (words[(lane + 3) & 3] >>> 1));
  }
  const closed = words.map((word, i) => mix(word ^ Math.imul(text.length + i, 0x9e3779b9) ^ words[(i + 1) & 3]));
  return closed.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
