/** The data folder cannot be used; the message is one line for the person who started Parley. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
  /** The message says all: no stack, exit code 1. */
  readonly isForOperator = true;
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file',
  ENOENT: 'it cannot be created there',
};

/** Translates what the file system said about `folder`; what is not in the list is told in its own words. */
export function dataFolderError(folder: string, action: string, error: unknown): DataFolderError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new DataFolderError(`the data folder ${folder} ${action}: ${(code && REASONS[code]) ?? message}`, { cause: error });
}
