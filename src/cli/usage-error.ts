/**
 * A mistake of the person at the keyboard: a wrong flag, a file that is not
 * there, a folder that cannot be written. It is told in words, without a stack
 * trace, and ends the program with exit code 2.
 */

export class UsageError extends Error {
  /** further lines, each a hint or a detail */
  readonly hints: readonly string[];

  constructor(message: string, ...hints: readonly string[]) {
    super(message);
    this.name = 'UsageError';
    this.hints = hints;
  }
}

/** What a system may answer to somebody who only wants to read or write a file, or to start some work. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large for this file system',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files: `ulimit -n` says how many this program may open',
  ENFILE: 'too many open files on the whole system',
  ENOMEM: 'the system has no memory left',
  EAGAIN: 'the system has no threads or processes left for this program',
  EBUSY: 'it is in use by something else',
  ETXTBSY: 'it is a program that runs',
  EXDEV: 'it is on another device',
  EINVAL: 'the system does not take such a name',
  EILSEQ: 'the file system does not take such a name',
  ERR_INVALID_ARG_VALUE: 'no file can have such a name',
  ENODEV: 'no such device',
  EOVERFLOW: 'it is too large',
  ENOTSUP: 'the file system cannot do that',
  EOPNOTSUPP: 'the file system cannot do that',
  ENOSYS: 'the system cannot do that',
  EPIPE: 'nobody reads it any more',
  ETIMEDOUT: 'the device does not answer',
  ESTALE: 'the network file system has lost it',
  EHOSTDOWN: 'the network file system does not answer',
  ENOTCONN: 'the network file system does not answer',
  EREMOTEIO: 'the device at the other end failed',
  EUCLEAN: 'the file system is damaged',
  EMLINK: 'too many links',
  ENOLCK: 'the file system has no locks left',
  ENOTEMPTY: 'a folder of that name is in the way',
  EEXIST: 'a file of that name is in the way',
  EIO: 'input/output error',
  ENXIO: 'no such device',
};

/** Whether it was the system that refused, and for no fault of the program's own: then it is no bug. */
export function isRefusal(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'syscall' in error &&
    Object.hasOwn(reasons, error.code)
  );
}

/** Why the system refused, in words: `permission denied (EACCES)`. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  return Object.hasOwn(reasons, code) ? `${reasons[code]} (${code})` : message;
}
