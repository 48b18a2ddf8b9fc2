/**
 * A growing list of numbers in one typed array: what the metrics keep per
 * second and per sample. Doubling when full, so that a push allocates nothing
 * most of the time.
 */
export class Column {
  length = 0;
  private cells: Float64Array;

  constructor(capacity = 1024) {
    this.cells = new Float64Array(capacity);
  }

  push(value: number): void {
    if (this.length === this.cells.length) this.grow(this.length + 1);
    this.cells[this.length++] = value;
  }

  /** Adds to a cell, which comes into being as 0. */
  add(index: number, amount: number): void {
    if (index >= this.length) {
      if (index >= this.cells.length) this.grow(index + 1);
      this.length = index + 1;
    }
    this.cells[index] += amount;
  }

  /** NaN outside. */
  at(index: number): number {
    return index >= 0 && index < this.length ? this.cells[index] : NaN;
  }

  /** A view of what there is, valid until the next push. */
  values(): Float64Array {
    return this.cells.subarray(0, this.length);
  }

  private grow(least: number): void {
    const cells = new Float64Array(Math.max(least, 2 * this.cells.length));
    cells.set(this.cells);
    this.cells = cells;
  }
}
