/**
 * For the contenders that read files: what is done with each result, which is the same for all. A fold reads the value of
 * each right row, as a program would that writes it somewhere, and makes a checksum by which the runs are compared.
 */

import { peakMemory, used } from "../compare.mjs";

const MODULUS = 1_000_003;

export class Fold {
  rows = 0;
  wrong = 0;
  sum = 0;

  /** A row that is right, by its value. */
  right({ Surname, Email, Mobile, Address, Birthday = "" }) {
    const { length } = Surname;
    this.#add(length + 3 * Email.length + 7 * Mobile.length + 11 * Address.Town.length + 13 * Birthday.length);
  }

  /** A row that is not, by how many fields are wrong. */
  refused(count) {
    this.wrong += 1;
    this.#add(17 * count);
  }

  #add(number) {
    this.rows += 1;
    this.sum = (this.sum * 31 + number) % MODULUS;
  }
}

/** Prints what a run was: its fold, and what the process has used since it began: microseconds and bytes. */
export function report({ rows, wrong, sum }) {
  const figures = { rows, wrong, sum, cpu: used(), wall: performance.now() * 1e3, peak: peakMemory() };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
