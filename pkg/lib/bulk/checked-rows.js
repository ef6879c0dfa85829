/** For `checkMany`: its result, which a program reads row by row, block by block, or as a stream. */

/** Rows one after the other. An object of its own is faster than an async generator, which waits thrice for each row. */
class RowIterator {
  #run;
  #block;
  #index = 0;
  /** The step that waits for a block; other steps wait for it. */
  #waiting;

  constructor(run) {
    this.#run = run;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (this.#waiting) return (this.#waiting = this.#waiting.then(() => this.#advance()));
    return this.#row() ?? (this.#waiting = this.#advance());
  }

  /** The next row of the block at hand. */
  #row() {
    if (this.#index >= (this.#block?.rows ?? 0)) return undefined;
    return Promise.resolve({ done: false, value: this.#block.at(this.#index++) });
  }

  async #advance() {
    try {
      for (;;) {
        const row = this.#row();
        if (row) return await row;
        this.#block = await this.#run.next();
        this.#index = 0;
        if (!this.#block) return { done: true, value: undefined };
      }
    } finally {
      this.#waiting = undefined;
    }
  }

  async return(value) {
    this.#block = undefined;
    this.#run.stop();
    return { done: true, value };
  }
}

export class CheckedRows {
  #run;
  #isTaken = false;

  constructor(run) {
    this.#run = run;
  }

  /** The run, for the one iteration. */
  #take() {
    if (this.#isTaken) throw new TypeError("call checkMany again: its rows can be read once");
    this.#isTaken = true;
    return this.#run;
  }

  get layout() {
    return this.#run.layout();
  }

  [Symbol.asyncIterator]() {
    return new RowIterator(this.#take());
  }

  batches() {
    const run = this.#take();
    return (async function* () {
      try {
        for (let block; (block = await run.next());) yield block.all();
      } finally {
        run.stop();
      }
    })();
  }

  readable() {
    const run = this.#take();
    return new ReadableStream(
      {
        async pull(controller) {
          let block;
          // A block may have no rows, and a stream asks once only.
          do block = await run.next();
          while (block?.rows === 0);
          if (!block) return controller.close();
          for (const row of block.all()) controller.enqueue(row);
        },
        cancel: (reason) => run.stop(reason),
      },
      { highWaterMark: 0 },
    );
  }
}
