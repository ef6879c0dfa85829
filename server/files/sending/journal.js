/**
 * For `import`, `unsubscribe` and `schedule-deletion`: the journal beside a list. A row's line is on the disk before its
 * request leaves, so that after any end of the process nobody is created twice: a row that was being sent has a line, and
 * a row without a line was never sent.
 */
import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "../atomic.js";
import {
  digester,
  endLine,
  headerLine,
  isTornHeader,
  JournalError,
  Lines,
  readHeader,
  readLine,
  sendingLine,
} from "./journal-lines.js";
import { Rows } from "./states.js";

const KEY_BYTES = 16;
/** The journal is for whoever runs the command. */
const MODE = 0o600;

export class Journal {
  /** What is known of each row. */
  rows;
  /** Makes a row's digest of a text. */
  digest;
  #file;
  #path;
  #queue = [];
  #writing;
  #failure;

  /**
   * Opens the journal at a path, or begins one. `about` is `{ command, upstream, microsite, mode }`, which an old journal must
   * say as well; for `mayRepeat` see `maySend`. The caller holds the lock.
   */
  static async open(path, about, { mayRepeat }) {
    const journal = new Journal();
    journal.#path = path;
    // "a+" reads from the beginning and writes at the end, and makes no file empty.
    journal.#file = await open(path, "a+", MODE);
    try {
      await journal.#begin(about, mayRepeat);
    } catch (error) {
      await journal.#file.close();
      if (error instanceof JournalError) throw new JournalError(`${path}: ${error.message}`);
      throw error;
    }
    return journal;
  }

  async #begin(about, mayRepeat) {
    this.rows = new Rows({ mayRepeat });
    const lines = new Lines();
    let number = 0;
    let header;
    for await (const chunk of this.#file.createReadStream({ start: 0, autoClose: false })) {
      for (const text of lines.of(chunk)) {
        number += 1;
        if (number === 1) header = readHeader(text);
        else this.#take(text, number);
      }
    }
    if (!header && !isTornHeader(lines.rest)) throw new JournalError("it is no journal of dinerkit");
    // The last line was being written when the process ended. Nothing had been sent for it yet, or its row is unknown.
    await this.#file.truncate(lines.whole);
    if (header) refuseOther(header, about);
    else header = await this.#first(about);
    this.digest = digester(header.key);
  }

  #take(text, number) {
    const found = readLine(text);
    if (!found || !this.rows.take(found))
      throw new JournalError(
        `line ${number} is damaged: without it nobody knows what was sent; look up in ResDiary what is there before you go on`,
      );
  }

  async #first(about) {
    const header = { ...about, key: randomBytes(KEY_BYTES).toString("base64") };
    await this.#file.write(headerLine(header));
    await this.#file.sync();
    await syncFolder(dirname(this.#path));
    return header;
  }

  /** Notes that rows are about to be sent: `{ row, digest }`. Resolves once the disk has it. */
  async begin(rows) {
    const at = new Date().toISOString();
    await this.#add(rows.map((row) => sendingLine(row, at)));
    for (const { row, digest } of rows) this.rows.take({ row, digest, state: "sending" });
  }

  /** Notes what has become of rows: `{ row, state, id, status, reasons }`. */
  async end(ends) {
    const at = new Date().toISOString();
    await this.#add(ends.map((end) => endLine(end, at)));
    for (const end of ends) this.rows.take(end);
  }

  /** Writes lines after all that were added before. Many that wait for the disk are written at once. */
  async #add(lines) {
    if (this.#failure) throw this.#failure;
    const written = new Promise((resolve, reject) => this.#queue.push({ text: lines.join(""), resolve, reject }));
    this.#writing ??= this.#write();
    return written;
  }

  async #write() {
    while (this.#queue.length > 0) {
      const waiting = this.#queue.splice(0);
      try {
        await this.#file.appendFile(waiting.map(({ text }) => text).join(""));
        await this.#file.datasync();
        for (const { resolve } of waiting) resolve();
      } catch (error) {
        // A disk that is full, for example. Half a line may be there, so nothing may be written after it.
        this.#failure = new JournalError(`${this.#path} can't be written (${error.code}): nothing more is sent`);
        for (const { reject } of [...waiting, ...this.#queue.splice(0)]) reject(this.#failure);
      }
    }
    this.#writing = undefined;
  }

  async close() {
    await this.#writing;
    await this.#file.close();
  }
}

/** Refuses a journal that was begun for something else. */
function refuseOther(header, about) {
  const other = Object.keys(about).find((name) => header[name] !== about[name]);
  if (other === undefined) return;
  const [was, is] = [header[other] ?? "none", about[other] ?? "none"];
  throw new JournalError(
    `it was begun with ${other} ${was}, and not ${is}: say the same words as before, or give the list another name to begin anew`,
  );
}
