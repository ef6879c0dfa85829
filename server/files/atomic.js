/**
 * For the commands about files: what they write. A file appears under its name only when it is whole, and never in place
 * of another one. Until then it is a temporary file beside it, which only its owner may read, because it holds personal
 * data.
 */
import { unlinkSync } from "node:fs";
import { link, lstat, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { onSignal } from "./ending.js";
import { FileError, asFileError, shown } from "./errors.js";

/** For the owner alone. */
const PRIVATE = 0o600;
/** How much text is kept before it is written, in UTF-16 units. */
const KEPT = 256 * 1024;
/** Files without hard links (FAT, some network disks) answer by one of these. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"];

/** Nobody reads what the command writes to standard output any more, as with `| head`. The command ends quietly. */
export class ReaderGone extends Error {}

/**
 * Opens what a command writes; `-` is standard output. Refuses, before anything is done, a name that there is already and
 * a folder that is not there. `inputs` are the files that are read; `say(text)` tells what was left behind by a run that was
 * killed and is removed.
 */
export async function createOutput(name, { inputs = [], say = () => {} } = {}) {
  if (name === "-") return new StandardOutput();
  await refuseExisting(name, inputs);
  await removeLeftovers(name, say);
  const temporary = join(dirname(name), `${prefixOf(name)}${process.pid}`);
  const handle = await open(temporary, "wx", PRIVATE).catch((error) => {
    throw asFileError(error, name);
  });
  return new FileOutput(name, temporary, handle);
}

/** Refuses a name that there is already. */
export async function refuseExisting(name, inputs = []) {
  // Also a link that leads nowhere is there.
  const facts = await lstat(name).catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw asFileError(error, name);
  });
  if (!facts) return;
  if (facts.isDirectory()) throw new FileError(`${shown(name)}: this is a folder: name a file`);
  const target = await stat(name).catch(() => facts);
  for (const input of inputs.filter(({ isStandard }) => !isStandard)) {
    const other = await stat(input.name).catch(() => undefined);
    if (other && other.ino === target.ino && other.dev === target.dev) {
      throw new FileError(`${shown(name)}: this file is read: name another for what is written`);
    }
  }
  throw new FileError(
    `${shown(name)}: there is such a file already, and nothing is ever written over: name another, or move this one away`,
  );
}

/** The beginning of a temporary file's name; the Id of the process that writes it follows. */
const prefixOf = (name) => `.${basename(name)}.dinerkit-`;

/** Removes temporary files of runs that were killed. Those of a process that runs stay. */
async function removeLeftovers(name, say) {
  const folder = dirname(name);
  const prefix = prefixOf(name);
  const files = await readdir(folder).catch((error) => {
    throw asFileError(error, folder);
  });
  for (const file of files.filter((file) => file.startsWith(prefix))) {
    const id = file.slice(prefix.length);
    if (!/^\d+$/.test(id) || isRunning(Number(id))) continue;
    await unlink(join(folder, file)).catch(() => {});
    say(`${shown(join(folder, file))}: left behind by a run that was killed, and removed`);
  }
}

/** Whether another process than this one has the Id. In containers, all have the same few. */
export const isRunning = (id) => id !== process.pid && hasProcess(id);

/** Whether a process has the Id. */
export function hasProcess(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Makes the names of a folder survive a loss of power. Not every system can. */
export async function syncFolder(folder) {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/**
 * Gives a whole file its name. A link fails where the name is taken, which a rename would write over. `from` is gone
 * afterwards.
 */
export async function giveName(from, name) {
  try {
    await link(from, name);
    await unlink(from);
  } catch (error) {
    if (!NO_LINKS.includes(error.code)) throw asFileError(error, name);
    await refuseExisting(name);
    await rename(from, name);
  }
  await syncFolder(dirname(name));
}

/** A file that is being written. */
class FileOutput {
  #temporary;
  #handle;
  #kept = [];
  #length = 0;
  #forget;

  constructor(name, temporary, handle) {
    this.name = name;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#forget = onSignal(() => unlinkSync(temporary));
  }

  /** Writes a text in UTF-8, or bytes. Wait for the promise before the next call. */
  async write(content) {
    this.#kept.push(content);
    this.#length += content.length;
    if (this.#length >= KEPT) await this.#flush();
  }

  async #flush() {
    const bytes = Buffer.concat(this.#kept.map((content) => Buffer.from(content)));
    this.#kept = [];
    this.#length = 0;
    // Writes all of it, also where the system takes it in parts.
    await this.#handle.writeFile(bytes).catch((error) => {
      throw asFileError(error, this.name);
    });
  }

  /** Gives the file its name once all of it is on the disk. */
  async commit() {
    await this.#flush();
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await giveName(this.#temporary, this.name);
    } catch (error) {
      throw asFileError(error, this.name);
    }
    this.#forget();
  }

  /** Removes what was written. Does nothing after a commit. */
  async discard() {
    this.#forget();
    await this.#handle.close().catch(() => {});
    await unlink(this.#temporary).catch(() => {});
  }
}

/** Standard output, as an output of a command. */
class StandardOutput {
  name = "-";
  #failure;

  constructor() {
    process.stdout.on("error", (error) => (this.#failure = error));
  }

  /** Writes, and waits until whoever reads has taken it. */
  async write(content) {
    if (this.#failure) throw this.#told();
    await new Promise((resolve, reject) =>
      process.stdout.write(content, (error) => (error ? reject(this.#told(error)) : resolve())),
    );
  }

  #told(error = this.#failure) {
    return error.code === "EPIPE" ? new ReaderGone() : asFileError(error, "standard output");
  }

  async commit() {}

  async discard() {}
}
