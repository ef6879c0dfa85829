/** For `checkMany`: the workers that check blocks, each with a module of its own. */
import { InternalError } from "../errors.js";

/** Checks blocks by workers, of which each has one block at a time. Workers are started when they are needed. */
export class Crew {
  #most;
  #startWorker;
  #needed;
  #build;
  #workers = [];
  #idle = [];
  /** The blocks that no worker has yet. */
  #waiting = [];
  /** What ended a worker. */
  #failure;
  #isEnded = false;

  /** `most` is how many workers there are at most, and `needed` what each of them needs before its first block. */
  constructor({ most, startWorker, needed, build }) {
    this.#most = most;
    this.#startWorker = startWorker;
    this.#needed = needed;
    this.#build = build;
  }

  /** The packed answer about a block, whose bytes the worker takes over. */
  check(bytes) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#next();
    });
  }

  end() {
    this.#isEnded = true;
    for (const { port } of this.#workers) port.end();
  }

  /** Gives blocks that wait to workers that do not work. */
  #next() {
    while (this.#waiting.length > 0) {
      if (this.#failure) return this.#refuse();
      const worker = this.#idle.shift() ?? this.#another();
      if (!worker) return;
      worker.block = this.#waiting.shift();
      const { bytes } = worker.block;
      worker.port.post({ block: bytes }, [bytes.buffer]);
    }
  }

  /** One more worker; undefined if there are enough. */
  #another() {
    if (this.#workers.length === this.#most) return undefined;
    const worker = {};
    worker.port = this.#startWorker({
      answered: (data) => this.#answered(worker, data),
      died: (error, cause) => this.#died(error ?? this.#error("try again: a worker of checkMany has ended", cause)),
    });
    worker.port.post(this.#needed, []);
    this.#workers.push(worker);
    return worker;
  }

  #answered(worker, { packed, fault }) {
    const { block } = worker;
    if (this.#isEnded || !block) return;
    worker.block = undefined;
    if (packed) block.resolve(packed);
    else block.reject(this.#error(fault));
    this.#idle.push(worker);
    this.#next();
  }

  /** A worker has ended: the answer that it owes never comes. */
  #died(error) {
    if (this.#isEnded) return;
    this.#failure = error;
    this.#refuse();
  }

  #refuse() {
    for (const { block } of this.#workers) block?.reject(this.#failure);
    for (const block of this.#waiting) block.reject(this.#failure);
    this.#waiting = [];
  }

  #error(message, cause) {
    const facts = { message, code: "internal", outcome: "notSent", build: this.#build };
    return new InternalError(facts, { cause });
  }
}
