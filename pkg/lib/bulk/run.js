/**
 * For `checkMany`: one run over a source. It reads blocks, has them checked here or by workers, and hands the answers
 * out in order. It reads no more than one block for each worker and one besides before somebody takes an answer.
 */
import glue from "../../dist/bulk.js";
import { AbortError, InternalError, isCustomerApiError } from "../errors.js";
import { Instance } from "../instance.js";
import { parsed } from "../plain.js";
import { Crew } from "./crew.js";
import { Block } from "./rows.js";

/** Lets timers and events have their turn, such as a click that aborts the run. */
const pause = () =>
  new Promise((resolve) => {
    if (globalThis.setImmediate) return void globalThis.setImmediate(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(0);
  });

/** A fault of the package as the caller sees it: it says which rows are not checked. */
function faultOf(error, rows) {
  const { build } = error;
  const message = `try again: ${error.message}; the rows from ${rows + 1} on are not checked`;
  return new InternalError({ message, code: "internal", outcome: "notSent", build }, { cause: error });
}

export class Run {
  #load;
  #startWorker;
  #chunks;
  #options;
  /** The running module: each run has one of its own, whose memory is freed with it. */
  #instance = new Instance(glue);
  #reader;
  #checker;
  #crew;
  #duplicates;
  #secret = new Uint8Array();
  /** The answers of blocks that were read, in order: promises. */
  #answers = [];
  #isBegun = false;
  /** True once nothing more is read. */
  #isRead = false;
  /** True once nothing more is handed out. */
  #isEnded = false;
  /** What ended the run before its source ended. */
  #failure;
  /** Wakes whoever waits for an answer, and whoever waits until one is taken. */
  #wakeTaker = () => {};
  #wakeReader = () => {};
  #layout = Promise.withResolvers ? Promise.withResolvers() : withResolvers();
  /** What the blocks have that were handed out, and the bytes that were read. */
  #done = { bytes: 0, rows: 0, lines: 0, errors: 0 };
  #abort = () =>
    this.#fail(
      new AbortError(
        { message: "checkMany was aborted", code: "abort", outcome: "notSent" },
        { cause: this.#options.signal.reason },
      ),
    );

  constructor({ load, startWorker, chunks, options }) {
    this.#load = load;
    this.#startWorker = startWorker;
    this.#chunks = chunks;
    this.#options = options;
    // Nobody need ask for the layout.
    this.#layout.promise.catch(() => {});
  }

  /** How the source is read: reads its beginning. */
  layout() {
    this.#begin();
    return this.#layout.promise;
  }

  /** The next block of checked rows; undefined after the last one. */
  async next() {
    this.#begin();
    while (!this.#isEnded && this.#answers.length === 0 && !this.#isRead) {
      await new Promise((resolve) => (this.#wakeTaker = resolve));
    }
    const answer = this.#answers.shift();
    this.#wakeReader();
    if (this.#isEnded || !answer) return this.#finish();
    try {
      const { bytes, answer: packed } = await this.#unlessEnded(answer);
      if (this.#isEnded) return this.#finish();
      return this.#taken(packed, bytes);
    } catch (error) {
      this.#fail(error);
      return this.#finish();
    }
  }

  /** Ends the run where its taker wants no more. */
  stop(reason) {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    // The source's own trouble with ending is of no use to anybody any more.
    this.#chunks.cancel(reason).catch(() => {});
    this.#crew?.end();
    this.#answers = [];
    this.#layout.reject(reason ?? new TypeError("the rows were given up before the layout was known"));
    this.#wakeTaker();
    this.#wakeReader();
  }

  #begin() {
    if (this.#isBegun) return;
    this.#isBegun = true;
    const { signal } = this.#options;
    signal?.addEventListener("abort", this.#abort);
    if (signal?.aborted) this.#abort();
    else this.#read();
  }

  #fail(error) {
    if (this.#isEnded) return;
    this.#failure = isCustomerApiError(error) && error.code === "internal" ? faultOf(error, this.#done.rows) : error;
    this.#interrupt?.(this.#failure);
    this.stop(this.#failure);
  }

  /** The end for the taker: an error is thrown once. */
  #finish() {
    this.stop();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return undefined;
  }

  #interrupt;

  /** What a promise resolves to, unless the run fails before. */
  #unlessEnded(promise) {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }

  /** Reads the source to its end, as far ahead as the run may. */
  async #read() {
    try {
      await this.#prepare();
      for (;;) {
        const block = await this.#nextBlock();
        if (this.#isEnded || !block) break;
        await this.#hand(block);
        while (!this.#isEnded && this.#answers.length > this.#options.workers) {
          await new Promise((resolve) => (this.#wakeReader = resolve));
        }
        if (this.#isEnded) break;
      }
      if (!this.#isEnded) this.#knowLayout();
      this.#isRead = true;
      this.#wakeTaker();
    } catch (error) {
      if (this.#isEnded) return;
      // The rows before it come first.
      this.#answers.push(Promise.reject(error));
      this.#answers.at(-1).catch(() => {});
      this.#isRead = true;
      this.#wakeTaker();
    }
  }

  async #prepare() {
    this.#parts = await this.#load();
    if (this.#isEnded) return;
    await this.#instance.load(this.#parts.module);
    const { phones, refusePhones } = this.#parts;
    if (!this.#call((running) => running.takeTable(false, phones))) {
      refusePhones("not its table of this very version");
    }
    this.#reader = this.#call((running) => new running.BulkReader(this.#options.reading));
    // Wrong options are refused before anything is read.
    this.#call((running) => running.takeOptions(this.#options.rules));
    if (this.#options.duplicates) {
      this.#secret = crypto.getRandomValues(new Uint8Array(16));
      this.#duplicates = this.#call((running) => new running.BulkDuplicates());
    }
  }

  #parts;

  #call(work) {
    return this.#instance.call(work);
  }

  /** The next block of the source; undefined at its end. */
  async #nextBlock() {
    for (;;) {
      const block = this.#call(() => this.#reader.nextBlock());
      if (block || this.#isSourceRead) return block;
      const bytes = await this.#chunks.next();
      if (this.#isEnded) return undefined;
      this.#isSourceRead = bytes === undefined;
      this.#call(() => (bytes ? this.#reader.push(bytes) : this.#reader.end()));
      this.#bytes += bytes?.length ?? 0;
    }
  }

  #isSourceRead = false;
  /** The bytes that were read. */
  #bytes = 0;

  #knowLayout() {
    const layout = this.#call(() => this.#reader.layout());
    if (layout) this.#layout.resolve(parsed(layout));
    return layout;
  }

  /** Has a block checked. */
  async #hand(block) {
    const bytes = this.#bytes;
    const layout = this.#knowLayout();
    const { workers, rules } = this.#options;
    if (workers > 0) {
      const { module, phones } = this.#parts;
      const work = { module, phones, layout, rules, secret: this.#secret };
      this.#crew ??= new Crew(workers, this.#startWorker, work, this.#instance);
      const answer = this.#crew.check(block).then((answer) => ({ bytes, answer }));
      answer.catch(() => {});
      this.#answers.push(answer);
    } else {
      await pause();
      if (this.#isEnded) return;
      this.#checker ??= this.#call((running) => new running.BulkChecker(layout, rules, this.#secret));
      const answer = this.#call(() => this.#checker.checkBlock(block));
      this.#answers.push(Promise.resolve({ bytes, answer }));
    }
    this.#wakeTaker();
  }

  /** The rows of the next answer. */
  #taken(answer, bytes) {
    const { rows, lines, errors } = this.#done;
    const block = new Block(answer, { rows, lines });
    if (this.#duplicates) {
      block.addDuplicates(parsed(this.#call(() => this.#duplicates.lookUp(answer, rows, lines))));
    }
    this.#done = { bytes, rows: rows + block.rows, lines: lines + block.lines, errors: errors + block.errors };
    const { onProgress } = this.#options;
    if (onProgress) onProgress({ bytes, rows: this.#done.rows, errors: this.#done.errors });
    return block;
  }
}

/** As `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}
