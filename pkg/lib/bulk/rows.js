/**
 * For `checkMany`: the rows of a packed answer. `src/bulk/results.rs` says how it is packed. Nothing of a row is decoded
 * before somebody asks for it.
 */
import { parsed } from "../plain.js";

/** How many numbers the answer begins with, and how many it has for a row. */
const HEAD = 4;
const ROW = 6;
/** The places of a row's numbers. */
const [LINE, START, VALUE, ISSUES, OTHER, FLAGS] = [0, 1, 2, 3, 4, 5];
const SENDABLE = 1;

const decoder = new TextDecoder();

/** The rows of one block. */
export class Block {
  /** How many rows and lines there are, and how many rows have an error. */
  rows;
  lines;
  errors;
  #bytes;
  #numbers;
  #textStart;
  #text;
  /** The numbers of the rows and of the lines before the block. */
  #before;
  /** The issues of rows that an earlier row may be the same person as, by the index of the row. */
  #duplicates = new Map();

  constructor(bytes, before) {
    const [rows, lines, errors, keys] = new Uint32Array(bytes.buffer, bytes.byteOffset, HEAD);
    Object.assign(this, { rows, lines, errors });
    this.#bytes = bytes;
    this.#numbers = new Uint32Array(bytes.buffer, bytes.byteOffset, HEAD + ROW * rows);
    this.#textStart = 4 * (HEAD + ROW * rows) + 8 * keys * rows;
    this.#before = before;
  }

  /** Adds the issues that `lookUp` of the module found: `[[index, issues], …]`. */
  addDuplicates(found) {
    this.#duplicates = new Map(found);
  }

  /** The row with this index. */
  at(index) {
    return new CheckedRow(
      this,
      index,
      this.#before.rows + index + 1,
      this.#before.lines + this.number(index, LINE) + 1,
    );
  }

  /** All rows. */
  all() {
    return Array.from({ length: this.rows }, (_, index) => this.at(index));
  }

  number(index, place) {
    return this.#numbers[HEAD + ROW * index + place];
  }

  /** A part of a row's text: `skipped` are the places of the parts before it. Undefined for none. */
  part(index, place, ...skipped) {
    const length = this.number(index, place);
    if (length === 0) return undefined;
    this.#text ??= decoder.decode(this.#bytes.subarray(this.#textStart));
    const start = skipped.reduce((start, before) => start + this.number(index, before), this.number(index, START));
    return this.#text.slice(start, start + length);
  }

  duplicates(index) {
    return this.#duplicates.get(index) ?? [];
  }
}

export class CheckedRow {
  #block;
  #index;
  #value;
  #issues;
  #other;

  constructor(block, index, row, line) {
    this.#block = block;
    this.#index = index;
    this.row = row;
    this.line = line;
  }

  get json() {
    return this.#block.part(this.#index, VALUE);
  }

  get value() {
    if (this.#value === undefined) {
      const { json } = this;
      this.#value = json && parsed(json);
    }
    return this.#value;
  }

  get issues() {
    if (!this.#issues) {
      const issues = this.#block.part(this.#index, ISSUES, VALUE);
      this.#issues = [...(issues ? parsed(issues) : []), ...this.#block.duplicates(this.#index)];
    }
    return this.#issues;
  }

  get other() {
    if (!this.#other) {
      const other = this.#block.part(this.#index, OTHER, VALUE, ISSUES);
      this.#other = other ? parsed(other) : {};
    }
    return this.#other;
  }

  get isSendable() {
    return (this.#block.number(this.#index, FLAGS) & SENDABLE) !== 0;
  }
}
