/**
 * Writing to the standard streams of the process. A reader that goes away
 * (`| head`) is no failure; a full disk behind one is.
 */

type Failed = (error: NodeJS.ErrnoException) => void;

/** Returns what writes to the stream while it can be written. `failed` is called once, if it cannot for a reason that matters. */
export function openStream(stream: NodeJS.WriteStream, failed: Failed): (text: string) => void {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (gone) return;
    gone = true;
    if (error.code !== 'EPIPE') failed(error);
  });
  return (text) => {
    if (!gone) stream.write(text);
  };
}

/** Waits until all is written, or has failed. */
export function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      // The stream tells of its error one turn after the write's own callback.
      setImmediate(resolve);
    });
  });
}
