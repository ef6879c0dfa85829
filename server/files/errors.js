/** For the commands about files: what is wrong with a file, in a sentence of one line that never holds what is in it. */

/** What is wrong with a file that was named. It ends the command with status 2. */
export class FileError extends Error {}

/** What the operating system's codes mean to whoever named a file. */
const REASONS = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of this path is no folder",
  EISDIR: "this is a folder: name a file",
  EACCES: "this account may not use it: look at its rights",
  EPERM: "this account may not use it: look at its rights",
  EROFS: "nothing can be written there: the disk is read-only",
  ENOSPC: "the disk is full: make room, or name a file on another disk",
  EDQUOT: "this account may not fill the disk any further: make room, or name a file on another disk",
  EFBIG: "the file has become larger than the disk or this account allows",
  EIO: "the disk has failed: see the system's log",
  EMFILE: "too many files are open: see `ulimit -n`",
  ENAMETOOLONG: "the name is too long",
  EBUSY: "another program is using it",
  EEXIST: "there is such a file already, and nothing is ever written over: name another",
};

/** An error of the operating system about the file `name`, as a FileError. Any other error stays as it is. */
export function asFileError(error, name) {
  if (error instanceof FileError || error?.code === undefined || error.syscall === undefined) return error;
  return new FileError(`${shown(name)}: ${REASONS[error.code] ?? `this failed (${error.code})`}`);
}

/** A file's name in a line of text: a name may hold line breaks, a terminal's controls and marks that turn the direction. */
export const shown = (name) => (name === "-" ? "standard input" : name.replaceAll(/[\p{Cc}\p{Bidi_C}]/gu, "?"));
