/**
 * For `checkMany`: the rows of a packed answer. `src/bulk/results.rs` says how it is packed. Nothing of a row is decoded
 * before somebody asks for it.
 */
import { ROWS } from "../../dist/fields.js";
import { parsed } from "../plain.js";

/** How many numbers the answer begins with, and how many it has for a row. */
const HEAD = 6;
const ROW = 7;
/** The places of a row's numbers. */
const [LINE, FLAGS, FIRST_PART, WIDE_START, ASCII_START, ISSUES_LENGTH, OTHER_LENGTH] = [0, 1, 2, 3, 4, 5, 6];
const [SENDABLE, RECORD] = [1, 2];
/** A part's number: from the lowest bit on its place, its kind, and the length of its text or what it is. */
const PLACE_BITS = 6;
const KIND_BITS = 3;
const PLACE_MASK = (1 << PLACE_BITS) - 1;
const KIND_MASK = (1 << KIND_BITS) - 1;
/** The kinds below JSON_TEXT are texts, and those from NUMBER on have no text. */
const [JSON_TEXT, NUMBER, FLAG] = [2, 4, 5];
/** The bit of kinds whose texts are beyond ASCII. */
const WIDE_BIT = 1;

/** The member of each place, and its part of the address. Two places follow, for members that are no field. */
const [NAMES, INNER] = [0, 1].map((level) => ROWS.map(({ path }) => path[level]));
const MEMBERS = ROWS.length;
const ADDRESS_MEMBERS = MEMBERS + 1;

/**
 * As a member of another object, because bundlers put libraries in the place of the name Buffer; and as it was when the
 * package was loaded, because a test runner may take it away.
 */
const { Buffer: NodesBuffer } = globalThis;

/** Makes a function that decodes a range of these bytes. Node's Buffer does little more than copy them. */
function decoding(encoding) {
  if (NodesBuffer?.from) {
    return (bytes) => {
      const buffer = NodesBuffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      return (start, end) => buffer.toString(encoding, start, end);
    };
  }
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes) => (start, end) => decoder.decode(bytes.subarray(start, end));
}
const [ofAscii, ofWide] = [decoding("latin1"), decoding("utf-16le")];

/** How many rows are decoded at once. Whoever keeps a text of a row keeps the texts of these rows in memory. */
const DECODED = 8;

/** The rows of one block. */
export class Block {
  /** How many rows and lines there are, and how many rows have an error. */
  rows;
  lines;
  errors;
  #numbers;
  /** Where the parts begin among the numbers, and how many there are. */
  #firstPart;
  #parts;
  #decodeWide;
  #decodeAscii;
  /** The texts that were decoded last: the first of their rows, the texts, and where they begin. */
  #decoded = { first: -1 };
  /** The numbers of the rows and of the lines before the block. */
  #before;
  /** The issues of rows that an earlier row may be the same person as, by the index of the row. */
  #duplicates = new Map();

  constructor(packed, before) {
    const { buffer, byteOffset } = packed;
    const [rows, lines, errors, keys, parts, units] = new Uint32Array(buffer, byteOffset, HEAD);
    Object.assign(this, { rows, lines, errors });
    this.#before = before;
    this.#firstPart = HEAD + ROW * rows + 2 * keys * rows;
    this.#parts = parts;
    this.#numbers = new Uint32Array(buffer, byteOffset, this.#firstPart + parts);
    const wide = 4 * (this.#firstPart + parts);
    const ascii = wide + 2 * units;
    this.#decodeWide = ofWide(packed.subarray(wide, ascii));
    this.#decodeAscii = ofAscii(packed.subarray(ascii));
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
      this.#before.lines + this.#number(index, LINE) + 1,
    );
  }

  /** All rows. */
  all() {
    const rows = [];
    for (let index = 0; index < this.rows; index++) rows.push(this.at(index));
    return rows;
  }

  isSendable(index) {
    return (this.#number(index, FLAGS) & SENDABLE) !== 0;
  }

  issues(index) {
    const json = this.#wide(index, 0, this.#number(index, ISSUES_LENGTH));
    const duplicates = this.#duplicates.get(index) ?? [];
    return json ? [...parsed(json), ...duplicates] : [...duplicates];
  }

  other(index) {
    const json = this.#wide(index, this.#number(index, ISSUES_LENGTH), this.#number(index, OTHER_LENGTH));
    return json ? parsed(json) : {};
  }

  /** The value of a row; undefined if it is no record. */
  value(index) {
    if (!this.#isRecord(index)) return undefined;
    const value = {};
    let address;
    let isWhole = true;
    this.#each(index, (place, kind, part) => {
      if (place >= MEMBERS) return (isWhole = false);
      const member = kind < JSON_TEXT || kind === NUMBER ? part : kind === FLAG ? part === 1 : parsed(part);
      const inner = INNER[place];
      if (inner === undefined) value[NAMES[place]] = member;
      else (address ??= value[NAMES[place]] = {})[inner] = member;
    });
    return isWhole ? value : parsed(this.json(index));
  }

  /** The JSON of the value of a row; undefined if it is no record. */
  json(index) {
    if (!this.#isRecord(index)) return undefined;
    let own = "";
    let address = "";
    this.#each(index, (place, kind, part) => {
      const json = kind < JSON_TEXT ? `"${part}"` : kind === FLAG ? part === 1 : part;
      if (place === MEMBERS) own += `,${json}`;
      else if (place === ADDRESS_MEMBERS) address += `,${json}`;
      else if (INNER[place]) address += `,"${INNER[place]}":${json}`;
      else own += `,"${NAMES[place]}":${json}`;
    });
    if (address) own += `,"Address":{${address.slice(1)}}`;
    return `{${own.slice(1)}}`;
  }

  /** Hands over the parts of a row's value: the place and the kind of each, and its text or number. */
  #each(index, take) {
    const { wide, ascii, wideStart, asciiStart } = this.#textsOf(index);
    const skipped = this.#number(index, ISSUES_LENGTH) + this.#number(index, OTHER_LENGTH);
    let wideAt = this.#number(index, WIDE_START) - wideStart + skipped;
    let asciiAt = this.#number(index, ASCII_START) - asciiStart;
    const numbers = this.#numbers;
    const end = this.#firstPart + (index + 1 < this.rows ? this.#number(index + 1, FIRST_PART) : this.#parts);
    for (let at = this.#firstPart + this.#number(index, FIRST_PART); at < end; at++) {
      const part = numbers[at];
      const kind = (part >>> PLACE_BITS) & KIND_MASK;
      const rest = part >>> (PLACE_BITS + KIND_BITS);
      let what = rest;
      if (kind < NUMBER) {
        what = kind & WIDE_BIT ? wide.slice(wideAt, (wideAt += rest)) : ascii.slice(asciiAt, (asciiAt += rest));
      }
      take(part & PLACE_MASK, kind, what);
    }
  }

  /** A part of the wide texts of a row. */
  #wide(index, skipped, length) {
    if (length === 0) return "";
    const { wide, wideStart } = this.#textsOf(index);
    const start = this.#number(index, WIDE_START) - wideStart + skipped;
    return wide.slice(start, start + length);
  }

  #number(index, place) {
    return this.#numbers[HEAD + ROW * index + place];
  }

  #isRecord(index) {
    return (this.#number(index, FLAGS) & RECORD) !== 0;
  }

  /** The decoded texts of a row and of those around it. */
  #textsOf(index) {
    const first = index - (index % DECODED);
    if (this.#decoded.first !== first) this.#decode(first);
    return this.#decoded;
  }

  #decode(first) {
    const after = first + DECODED;
    const until = (place) => (after < this.rows ? this.#number(after, place) : undefined);
    const [wideStart, wideEnd] = [this.#number(first, WIDE_START), until(WIDE_START)];
    const [asciiStart, asciiEnd] = [this.#number(first, ASCII_START), until(ASCII_START)];
    const wide = this.#decodeWide(2 * wideStart, wideEnd && 2 * wideEnd);
    const ascii = this.#decodeAscii(asciiStart, asciiEnd);
    this.#decoded = { first, wide, wideStart, ascii, asciiStart };
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
    return this.#block.json(this.#index);
  }

  get value() {
    return (this.#value ??= this.#block.value(this.#index));
  }

  get issues() {
    return (this.#issues ??= this.#block.issues(this.#index));
  }

  get other() {
    return (this.#other ??= this.#block.other(this.#index));
  }

  get isSendable() {
    return this.#block.isSendable(this.#index);
  }
}
