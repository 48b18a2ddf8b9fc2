/**
 * Standard input, as far as it may be a scenario: read by the main thread as it
 * comes, so that waiting for who types it can be ended.
 */
import type { Input } from './supervision.ts';

/** More than any scenario; beyond this nothing is read, so that a device without end does no harm. */
export const READ_BYTES_MAX = 64_000_000;

export async function readInput(): Promise<Input> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > READ_BYTES_MAX) break;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { failure: { code, message } };
  }
  return { bytes: Buffer.concat(chunks) };
}
