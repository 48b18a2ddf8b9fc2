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
  EMFILE: 'too many open files',
  ENOTEMPTY: 'a folder of that name is in the way',
  EEXIST: 'a file of that name is in the way',
  EIO: 'input/output error',
  ENXIO: 'no such device',
};

/** Why the system refused, in words: `permission denied (EACCES)`. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  const reason = reasons[code];
  return reason === undefined ? message : `${reason} (${code})`;
}
