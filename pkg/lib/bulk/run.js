/**
 * For `checkMany`: one run over a source. It reads blocks, has them checked here or by workers, and hands the answers
 * out in order. It reads no more than one block for each worker and one besides before somebody takes an answer.
 */
import glue from "../../dist/bulk.js";
import { AbortError, InternalError } from "../errors.js";
import { Instance } from "../instance.js";
import { parsed } from "../plain.js";
import { Crew } from "./crew.js";
import { Block } from "./rows.js";

/** How many random bytes go into the keys of duplicates. */
const SECRET_BYTES = 16;

/** Lets timers and events have their turn, such as a click that aborts the run. */
function pause() {
  return new Promise((resolve) => {
    const { MessageChannel, setImmediate, setTimeout } = globalThis;
    if (setImmediate) return void setImmediate(resolve);
    if (!MessageChannel) return void setTimeout(resolve);
    // A timer would wait for some milliseconds.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** As `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/** An error as the caller sees it: a fault of the package says which rows are not checked. */
function told(error, rows) {
  if (!(error instanceof InternalError)) return error;
  const { build, cause, outcome } = error;
  const message = `${error.message}; the rows from ${rows + 1} on are not checked`;
  return new InternalError({ message, code: "internal", outcome, build }, { cause });
}

export class Run {
  #load;
  #startWorker;
  #chunks;
  #options;

  /** The running module: each run has one of its own, whose memory is freed with it. */
  #instance = new Instance(glue);
  /** What is in the module, or outside where there are workers. */
  #reader;
  #checker;
  #crew;
  #duplicates;
  /** What the runs of an entry share. */
  #parts;
  #secret = new Uint8Array();

  /** The answers of blocks that were read, in order: promises. */
  #answers = [];
  /** The bytes that were read, and whether those are all. */
  #bytes = 0;
  #isSourceRead = false;
  /** What was handed out. */
  #done = { rows: 0, lines: 0, errors: 0 };
  #layout = withResolvers();

  #isBegun = false;
  /** True once the last answer is in the list. */
  #isRead = false;
  /** True once nothing more is handed out. */
  #isEnded = false;
  /** What ended the run before its source ended, until it is thrown. */
  #failure;
  /** Wakes whoever waits for an answer, and whoever waits until one is taken. */
  #wakeTaker = () => {};
  #wakeReader = () => {};
  /** Rejects what the taker waits for. */
  #interrupt = () => {};

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
    while (!this.#isEnded && !this.#isRead && this.#answers.length === 0) {
      await new Promise((resolve) => (this.#wakeTaker = resolve));
    }
    const answer = this.#answers.shift();
    if (this.#isEnded || !answer) return this.#finish();
    this.#wakeReader();
    try {
      const { bytes, packed } = await this.#unlessEnded(answer);
      return this.#isEnded ? this.#finish() : this.#handOut(packed, bytes);
    } catch (error) {
      this.#fail(error);
      return this.#finish();
    }
  }

  /** Ends the run where nobody wants more of it. */
  stop(reason) {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    // What the source has to say about its end is of no use to anybody any more.
    this.#chunks.cancel(reason).catch(() => {});
    this.#crew?.end();
    this.#layout.reject(reason ?? new TypeError("the rows were given up before their layout was known"));
    // Whoever keeps the rows need not keep the module's memory.
    this.#instance = this.#reader = this.#checker = this.#crew = this.#duplicates = undefined;
    this.#answers = [];
    this.#wakeTaker();
    this.#wakeReader();
  }

  #abort = () => {
    const facts = { message: "checkMany was aborted", code: "abort", outcome: "notSent" };
    this.#fail(new AbortError(facts, { cause: this.#options.signal.reason }));
  };

  #begin() {
    if (this.#isBegun) return;
    this.#isBegun = true;
    const { signal } = this.#options;
    signal?.addEventListener("abort", this.#abort);
    if (signal?.aborted) this.#abort();
    else void this.#read();
  }

  #fail(error) {
    if (this.#isEnded) return;
    this.#failure = told(error, this.#done.rows);
    this.#interrupt(this.#failure);
    this.stop(this.#failure);
  }

  /** The end for the taker: what failed is thrown once. */
  #finish() {
    this.stop();
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
    return undefined;
  }

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
      while ((await this.#hasBlock()) && !this.#isEnded) {
        if (this.#options.workers > 0) this.#answer(this.#give());
        else this.#answer(Promise.resolve(await this.#check()));
        while (!this.#isEnded && this.#answers.length > this.#options.workers) {
          await new Promise((resolve) => (this.#wakeReader = resolve));
        }
      }
      if (this.#isEnded) return;
      this.#tellLayout();
    } catch (error) {
      // What was read before it comes first.
      this.#answer(Promise.reject(error));
    }
    this.#isRead = true;
    this.#wakeTaker();
  }

  /** Adds an answer, which may be rejected before anybody waits for it. */
  #answer(answer) {
    answer.catch(() => {});
    if (this.#isEnded) return;
    this.#answers.push(answer);
    this.#wakeTaker();
  }

  #call(work) {
    return this.#instance.call(work);
  }

  async #prepare() {
    const { duplicates, reading, rules } = this.#options;
    const instance = this.#instance;
    this.#parts = await this.#load();
    const { module, phones, refusePhones } = this.#parts;
    await instance.load(module);
    if (this.#isEnded) return;
    if (!this.#call((running) => running.takeTable(false, phones))) refusePhones("not its table of this very version");
    // Wrong options are refused before anything is read.
    this.#call((running) => running.takeOptions(rules));
    this.#reader = this.#call((running) => new running.BulkReader(reading));
    if (!duplicates) return;
    this.#secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
    this.#duplicates = this.#call((running) => new running.BulkDuplicates());
  }

  /** Reads the source until there is a block; false at its end. */
  async #hasBlock() {
    while (!this.#isEnded) {
      if (this.#call(() => this.#reader.hasBlock())) return true;
      if (this.#isSourceRead) return false;
      const bytes = await this.#chunks.next();
      if (this.#isEnded) return false;
      this.#isSourceRead = bytes === undefined;
      this.#call(() => (bytes ? this.#reader.push(bytes) : this.#reader.end()));
      this.#bytes += bytes?.length ?? 0;
    }
    return false;
  }

  /** Tells the layout to whoever asks, and returns it. */
  #tellLayout() {
    const layout = this.#call(() => this.#reader.layout());
    if (layout) this.#layout.resolve(parsed(layout));
    return layout;
  }

  /** Has the block checked by a worker. */
  async #give() {
    const bytes = this.#bytes;
    const block = this.#call(() => this.#reader.takeBlock());
    const { workers, rules } = this.#options;
    if (!this.#crew) {
      const { module, phones } = this.#parts;
      const needed = { module, phones, layout: this.#tellLayout(), rules, secret: this.#secret };
      this.#crew = new Crew({ most: workers, startWorker: this.#startWorker, needed, build: this.#instance.build });
    }
    return { bytes, packed: await this.#crew.check(block) };
  }

  /** Checks the block here. */
  async #check() {
    const bytes = this.#bytes;
    await pause();
    if (this.#isEnded) return undefined;
    this.#checker ??= this.#call(
      (running) => new running.BulkChecker(this.#tellLayout(), this.#options.rules, this.#secret),
    );
    return { bytes, packed: this.#call(() => this.#checker.checkNext(this.#reader)) };
  }

  /** The rows of the next answer. */
  #handOut(packed, bytes) {
    const { rows, lines, errors } = this.#done;
    const block = new Block(packed, { rows, lines });
    if (this.#duplicates) {
      block.addDuplicates(parsed(this.#call(() => this.#duplicates.lookUp(packed, rows, lines))));
    }
    this.#done = { rows: rows + block.rows, lines: lines + block.lines, errors: errors + block.errors };
    this.#options.onProgress?.({ bytes, rows: this.#done.rows, errors: this.#done.errors });
    return block;
  }
}
