/**
 * The fingerprint of a run: a hash over what happened and when, whatever it was
 * scheduled by. What happened at one instant has no order among itself, and
 * what is told late counts as of when it was: each happening is hashed with its
 * time, and the hashes are summed. So a run has the same one however its work is
 * done, and two runs with the same one did the same things at the same times.
 */

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

export class Fingerprint {
  private sum0 = 0x243f6a88;
  private sum1 = 0x85a308d3;

  /** Something of this kind (below 256) happened to somebody; `detail` is any integer. */
  add(atMs: number, kind: number, who: number, detail: number): void {
    double[0] = atMs;
    let a = Math.imul(words[0] ^ Math.imul(who ^ (kind << 24), 0x9e3779b1), 0x85ebca6b);
    a ^= a >>> 15;
    let b = Math.imul(words[1] ^ a ^ Math.imul(detail, 0x27d4eb2f), 0xc2b2ae35);
    b ^= b >>> 13;
    const c = Math.imul(b + who, 0x165667b1) ^ a;
    this.sum0 = (this.sum0 + Math.imul(b ^ (c >>> 16), 0x85ebca6b)) | 0;
    this.sum1 = (this.sum1 + Math.imul(c ^ (c >>> 15), 0xc2b2ae35)) | 0;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.sum0) + hex(this.sum1);
  }
}
