/**
 * Types of `dinerkit/bulk`, which checks files of many rows: the guest list that a restaurant brings along.
 */
import type { CheckOptions, CustomerRequest, FieldName, InitInput, Issue } from "./index.js";
import type { AbortSignal, Blob, Bytes, ReadableStream } from "./platform.js";

/** Where `init` finds the module and its table. */
export interface BulkSources {
  /** The module `dinerkit/bulk_bg.wasm`. Default: the package's own copy. */
  module?: InitInput;
  /** The table of phone numbers, `dinerkit/phones.bin`. Default: the package's own copy. */
  phones?: InitInput;
}

/**
 * Loads the module and the table of phone numbers. `checkMany` does so by itself: call it before only to give them from
 * elsewhere, or to have them loaded early. Later calls return the promise of the first one, whatever they give. After a
 * failure, call it again. Rejects with a TypeError that says what was fetched and what came.
 */
export function init(sources?: BulkSources): Promise<void>;
export default init;

/** The bytes of a file: a stream, such as `file.stream()` or Node's `createReadStream`, a file itself, or its bytes. */
export type BulkSource = ReadableStream<Uint8Array> | AsyncIterable<Bytes> | Blob | Bytes;

/** What a file's rows are: cells below a header, one JSON object a line, or one JSON array. */
export type BulkFormat = "csv" | "ndjson" | "json";

/** The options of `checkMany`. */
export interface CheckManyOptions extends Omit<CheckOptions, "dates"> {
  /** What the file's rows are. Default: what its beginning looks like. */
  format?: BulkFormat;
  /** The encoding of the file. Default: that of its byte order mark, or what its bytes look like. */
  encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
  /** What separates the cells of CSV. Default: what separates those of the first lines. */
  delimiter?: "," | ";" | "\t" | "|";
  /**
   * The field of a column or of a JSON member, by its name in the file; `null` for one that is no field. It comes before
   * the headers that are known, which are the fields' own names and their names in several languages. `#3` is the third
   * column. A JSON member that is no field by this map is left out of `value`. Default: nothing.
   */
  map?: Record<string, FieldName | null>;
  /**
   * Whether a row with the e-mail address or a phone number of an earlier row has the issue `duplicate`, whose params
   * name that row. Takes some 30 bytes for each distinct person. Default false.
   */
  duplicates?: boolean;
  /**
   * How many workers check the rows; the results stay in order. Default 0: the rows are checked in this thread. Throws a
   * TypeError where the runtime has no workers.
   */
  workers?: number;
  /** Aborts the run: the iteration throws an `AbortError`, whose `cause` is the signal's reason. Default: none. */
  signal?: AbortSignal;
  /**
   * Called once for each block of rows, which has about 64 KiB of the file. What it throws ends the run. Default: nobody
   * is told.
   */
  onProgress?(progress: BulkProgress): void;
}

/** How far a run is. */
export interface BulkProgress {
  /** The bytes of the source that were read for the rows so far. */
  bytes: number;
  /** The rows so far. */
  rows: number;
  /** How many of them have an error. */
  errors: number;
}

/** How a file is read. */
export interface BulkLayout {
  /** What its rows are. */
  format: BulkFormat;
  /** Its encoding, by its WHATWG name such as `utf-8`. */
  encoding: string;
  /** What separates its cells; null where it has none. */
  delimiter: string | null;
  /** The columns of CSV, in their order. Of JSON, the members that the option `map` names. */
  columns: BulkColumn[];
  /** What was not guessed, so that the caller may have to say it. */
  problems: BulkProblem[];
}

/** Something about a file as a whole that was not guessed. It holds nothing of its cells. */
export interface BulkProblem {
  /** One of the codes in docs/bulk-files.md. */
  code: string;
  /** `error` where rows can't be read as they are meant, `advice` where a column may be missed. */
  severity: "error" | "advice";
  /** What to do, in English. */
  message: string;
  /** The columns that it is about, counted from 1. */
  columns: number[];
  /** The fields that it is about. */
  fields: FieldName[];
}

/** A column of a file. */
export interface BulkColumn {
  /** Its header, as the file has it. */
  header: string;
  /** The field that its cells are; null for none. */
  field: FieldName | null;
}

/** A checked row. */
export interface CheckedRow {
  /** Its number among the rows of data, counted from 1. */
  readonly row: number;
  /** The line of the file where it begins, counted from 1. */
  readonly line: number;
  /**
   * The normalised request, as `checkCustomer` returns it; undefined for a row that is no record. It is decoded when it is
   * first read.
   */
  readonly value: CustomerRequest | undefined;
  /** The JSON of `value`, which need not be decoded to be written elsewhere; undefined for a row that is no record. */
  readonly json: string | undefined;
  /**
   * What is wrong with the row, in form order; none for a good row. An issue about the row as a whole has an empty `path`
   * and one of the codes in docs/bulk-files.md.
   */
  readonly issues: Issue[];
  /** Of CSV, the cells that are not empty of columns that are no field, by their headers; else empty. */
  readonly other: Record<string, string>;
  /** Whether `value` may be sent: no issue is an error. */
  readonly isSendable: boolean;
}

/**
 * The rows of a run, in the order of the file. They can be read once, in one of three ways: row by row with `for await`,
 * in batches, or as a stream. A second way throws a TypeError. Breaking out of a loop ends the run and cancels the source.
 */
export interface CheckedRows extends AsyncIterable<CheckedRow> {
  /** The rows of a block at a time, which takes less time than row by row. */
  batches(): AsyncIterable<CheckedRow[]>;
  /** The rows as a stream, which reads its source as it is read itself. */
  readable(): ReadableStream<CheckedRow>;
  /** How the file is read. Reads the beginning of the source; rejects where that fails. */
  readonly layout: Promise<BulkLayout>;
}

/**
 * Checks the rows of a file, each as `checkCustomer` checks a draft. Memory stays bounded whatever the size of the file: a
 * run reads no more than one block for each worker and one besides before its rows are taken. A row that is malformed is
 * a result with issues. Throws a TypeError for options of another type. The iteration throws what the source throws, an
 * `AbortError` after an abort, and an `InternalError` after a fault of the package, which says the row from which on
 * nothing is checked.
 */
export function checkMany(source: BulkSource, options?: CheckManyOptions): CheckedRows;
