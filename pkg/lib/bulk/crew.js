/** For `checkMany`: the workers that check blocks, each with a module of its own. */

/** Checks blocks by workers. Each has one block at a time; blocks without a worker wait in order. */
export class Crew {
  #workers = [];
  #idle = [];
  #waiting = [];
  #instance;
  #isEnded = false;

  /** Starts so many workers. `work` is what each needs, and `instance` says what failed. */
  constructor(count, startWorker, work, instance) {
    this.#instance = instance;
    for (let number = 0; number < count; number++) this.#start(startWorker, work);
  }

  #start(startWorker, work) {
    const worker = { block: undefined };
    worker.port = startWorker({
      message: ({ answer, fault }) => {
        if (this.#isEnded) return;
        const { block } = worker;
        worker.block = undefined;
        if (!block) return;
        if (answer) block.resolve(answer);
        else block.reject(this.#instance.failure(undefined, new Error(fault)));
        this.#idle.push(worker);
        this.#next();
      },
      died: (error) => this.#fail(error),
    });
    worker.port.post(work, []);
    this.#workers.push(worker);
    this.#idle.push(worker);
  }

  /** The packed answer about a block, whose bytes the worker takes over. */
  check(bytes) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#next();
    });
  }

  #next() {
    if (this.#failure) return this.#fail(this.#failure);
    while (this.#idle.length > 0 && this.#waiting.length > 0) {
      const [worker, block] = [this.#idle.shift(), this.#waiting.shift()];
      worker.block = block;
      worker.port.post({ block: block.bytes }, [block.bytes.buffer]);
    }
  }

  #failure;

  /** A worker has ended, and the answers that it owes never come. */
  #fail(error) {
    if (this.#isEnded) return;
    this.#failure = error;
    for (const { block } of this.#workers) block?.reject(error);
    for (const block of this.#waiting) block.reject(error);
    this.#waiting = [];
  }

  end() {
    this.#isEnded = true;
    for (const { port } of this.#workers) port.end();
  }
}
