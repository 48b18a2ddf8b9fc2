// CSV to rows: what this program writes comes back cell by cell, whatever is in it; line ends, marks and quotes; mistakes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/scenario/read-csv.ts';

const cellsOf = (text: string): unknown => {
  const read = readCsv(text);
  return 'mistake' in read ? read : read.rows.map(({ cells }) => cells);
};

describe('CSV', () => {
  it('comes back as it was written, with either line end', () => {
    const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    const cell = fc.oneof(fc.string(), fc.stringMatching(/^[",\r\n a]{0,6}$/));
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, isEnded) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join(end) + (isEnded ? end : '');
        // An empty last cell without a line end after it is there all the same.
        expect(cellsOf(text)).toEqual(rows);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('passes over a mark of the byte order and empty lines, and knows its lines', () => {
    expect(readCsv('\uFEFFa,b\n\n"1\n2",3\r\n4,5')).toEqual({
      rows: [
        { line: 1, cells: ['a', 'b'] },
        { line: 3, cells: ['1\n2', '3'] },
        { line: 5, cells: ['4', '5'] },
      ],
    });
    expect(cellsOf('')).toEqual([]);
  });

  it('says where a quote stays open, and what follows a closed one', () => {
    expect(readCsv('a,b\n"1,2')).toEqual({ mistake: { line: 2, found: 'a quote that nothing closes' } });
    expect(readCsv('"a"b,c')).toEqual({ mistake: { line: 1, found: '"b" after a closed quote' } });
  });
});
