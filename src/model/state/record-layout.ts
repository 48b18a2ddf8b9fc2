/**
 * Records are made of fields at fixed places of a typed array, and a field that
 * lay over another would change runs without a word. So each module that lays
 * out a record states where its fields lie, and it is asserted once, at load.
 */
import { impossible } from '../../engine/simulation-error.ts';

/** Where a field begins in its record, and how long it is, in bytes. */
export type FieldPlace = readonly [startByte: number, byteCount: number];

/** Throws unless all fields lie within the record, at places that their sizes allow, and none over another. */
export function assertLayout(record: string, byteCount: number, fields: Readonly<Record<string, FieldPlace>>): void {
  const owners = new Array<string | undefined>(byteCount);
  for (const [name, [start, size]] of Object.entries(fields)) {
    if (start < 0 || start % size !== 0 || start + size > byteCount)
      impossible(`${name} does not fit into the record of ${record} at byte ${start}`);
    for (let byte = start; byte < start + size; byte++) {
      if (owners[byte] !== undefined) impossible(`${name} and ${owners[byte]} share a byte of the record of ${record}`);
      owners[byte] = name;
    }
  }
}
