/**
 * For `dinerkit check`: the file that a report is written to. A run that was killed goes on where it stopped, if the same
 * command is given again: the report grows as `OUT.part`, and a hidden file beside it, the state, says how much of that is
 * on the disk for certain, which rows it is about, and what the command was asked. What `OUT.part` has beyond that is cut
 * off. OUT is there only when it is whole.
 */
import { createHash } from "node:crypto";
import { constants, renameSync, rmSync, writeFileSync } from "node:fs";
import { open, readFile, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createOutput, giveName, isRunning, refuseExisting } from "../atomic.js";
import { FileError, asFileError, shown } from "../errors.js";

/** Changes if files of an older version can't be gone on with. */
const VERSION = 1;
const PRIVATE = 0o600;
/** A file of ours, and never one that somebody else's link leads to. Windows, which lacks that flag, makes no such links. */
const { O_RDWR, O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0 } = constants;
const AGAIN = O_RDWR | O_NOFOLLOW;
const AFRESH = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW;
/** How often what was written is made certain. */
const EVERY_MS = 250;
const PIECE = 256 * 1024;

/**
 * Opens the report. `inputs` are the files that are read. `question` is all that the answers depend on, as data; undefined
 * if a run can't be gone on with, as with standard input. `say(text)` tells what is gone on with. `head` is the first line of
 * a new report.
 */
export async function openReport(name, { question, inputs, head, say }) {
  if (name === "-" || question === undefined) {
    const output = await createOutput(name, { inputs, say });
    await output.write(head);
    return new PlainReport(output);
  }
  const places = { name, part: `${name}.part`, state: join(dirname(name), `.${basename(name)}.dinerkit-state`) };
  await refuseExisting(name, inputs);
  const asked = createHash("sha256")
    .update(JSON.stringify([VERSION, question]))
    .digest("hex");
  const found = await stateAt(places);
  if (found?.process !== undefined && isRunning(found.process)) {
    throw new FileError(`${shown(name)}: another run (process ${found.process}) writes this report: wait for its end`);
  }
  const report = found?.asked === asked ? await goOn(places, found, say) : undefined;
  return report ?? begin(places, asked, head, found !== undefined);
}

/** What the state says; undefined if there is none that can be read. */
async function stateAt({ state }) {
  try {
    const found = JSON.parse(await readFile(state, "utf8"));
    return found.version === VERSION ? found : undefined;
  } catch {
    return undefined;
  }
}

/** A new report. `isOurs`: there is a state, so what is called `OUT.part` was written by this command. */
async function begin(places, asked, head, isOurs) {
  if (!isOurs) await refuseExisting(places.part);
  // The state is there first: a part without one belongs to somebody else.
  const report = new Report(places, asked);
  report.writeState();
  await report.open();
  await report.write(head);
  await report.keep(undefined);
  return report;
}

/** The report of the run that was killed; undefined if its part is not what the state says. */
async function goOn(places, { asked, bytes, digest, position }, say) {
  const handle = bytes > 0 && (await open(places.part, AGAIN).catch(() => undefined));
  if (!handle) return undefined;
  const hash = createHash("sha256");
  let length = 0;
  for await (const piece of handle.createReadStream({
    autoClose: false,
    highWaterMark: PIECE,
    start: 0,
    end: bytes - 1,
  })) {
    hash.update(piece);
    length += piece.length;
  }
  if (length !== bytes || hash.copy().digest("hex") !== digest) {
    await handle.close();
    return undefined;
  }
  await handle.truncate(bytes);
  say(`${shown(places.name)}: goes on where a run that was ended has stopped`);
  return new Report(places, asked, { handle, bytes, hash, position });
}

/** A report that can't be gone on with. */
class PlainReport {
  #output;
  position = undefined;
  canGoOn = false;

  constructor(output) {
    this.#output = output;
  }

  write(text) {
    return this.#output.write(text);
  }

  async note() {}

  commit() {
    return this.#output.commit();
  }

  close() {
    return this.#output.discard();
  }
}

/** A report that can be gone on with. */
class Report {
  #places;
  #asked;
  #handle;
  #bytes;
  #hash;
  #kept = [];
  #certain = performance.now();
  /** What the last call of `keep` was given by the run before: where to go on. */
  position;
  /** Whether the same command goes on with what this one has left. */
  canGoOn = true;

  constructor(places, asked, { handle, bytes = 0, hash = createHash("sha256"), position } = {}) {
    this.#places = places;
    this.#asked = asked;
    this.#handle = handle;
    this.#bytes = bytes;
    this.#hash = hash;
    this.position = position;
  }

  async open() {
    this.#handle = await open(this.#places.part, AFRESH, PRIVATE).catch((error) => {
      throw asFileError(error, this.#places.part);
    });
  }

  async write(text) {
    this.#kept.push(text);
  }

  /** Writes what was kept. `position()` tells where to go on, or nothing; it is made certain now and then. */
  async note(position) {
    await this.#flush();
    if (performance.now() - this.#certain < EVERY_MS) return;
    const here = position();
    if (here) await this.keep(here);
  }

  async #flush() {
    const bytes = Buffer.from(this.#kept.join(""));
    this.#kept = [];
    if (bytes.length === 0) return;
    // A disk that becomes full takes a part before it fails.
    for (let at = 0; at < bytes.length;) {
      const rest = this.#handle.write(bytes, at, bytes.length - at, this.#bytes + at);
      at += (await this.#orFileError(rest)).bytesWritten;
    }
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** Makes certain what was written so far, with the position of the next row. */
  async keep(position) {
    await this.#flush();
    await this.#orFileError(this.#handle.datasync());
    this.writeState(position);
    this.#certain = performance.now();
  }

  /** Writes the state in one step: a reader finds the old one or the new one. */
  writeState(position) {
    const { state } = this.#places;
    const facts = {
      version: VERSION,
      process: process.pid,
      asked: this.#asked,
      bytes: this.#bytes,
      digest: this.#hash.copy().digest("hex"),
      position,
    };
    try {
      // What a run has left there that was killed; a link is removed, and not followed.
      rmSync(`${state}.new`, { force: true });
      writeFileSync(`${state}.new`, JSON.stringify(facts), { mode: PRIVATE, flush: true, flag: "wx" });
      renameSync(`${state}.new`, state);
    } catch (error) {
      throw asFileError(error, state);
    }
  }

  /** Gives the report its name. */
  async commit() {
    await this.#flush();
    await this.#orFileError(this.#handle.sync());
    await this.#handle.close();
    await giveName(this.#places.part, this.#places.name);
    await unlink(this.#places.state).catch(() => {});
  }

  /** Leaves what was written, to be gone on with. */
  async close() {
    await this.#handle.close().catch(() => {});
  }

  #orFileError(promise) {
    return promise.catch((error) => {
      throw asFileError(error, this.#places.name);
    });
  }
}
