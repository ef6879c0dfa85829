/** For `dinerkit check`: one file, from its bytes to its counts. */
import { basename } from "node:path";
import { shown } from "../errors.js";
import { Progress } from "../progress.js";
import { Summary } from "../summary.js";
import { recordsOf } from "./lines.js";
import { canSkip, skipped } from "./skip.js";

/** The check of one file. */
export class Check {
  #input;
  #index;
  #known;
  #fix;
  #report;
  #writer;
  #results;
  /** What is added to the numbers of rows and lines, where a run goes on. */
  #rows = 0;
  #lines = 0;
  /** The line of the first row. */
  #first;
  #layout;
  #summary;

  /**
   * The `input` is the file with this `index`, `known` are the names of all fields, `fix`, `report` and `writer` are what is
   * written, if anything, and `results` are those of the files before.
   */
  constructor({ input, index, known, fix, report, writer, results }) {
    this.#input = input;
    this.#index = index;
    this.#known = known;
    this.#fix = fix;
    this.#report = report;
    this.#writer = writer;
    this.#results = results;
  }

  /** Runs to the end of the file. `check(source, options)` calls `checkMany`. Returns `{ input, summary, layout, changed }`. */
  async run(check) {
    const position = this.#report?.position;
    const done = position?.done[this.#index];
    if (done) return { input: this.#input, summary: new Summary(this.#known, done.counted), layout: done.layout };
    const isWithin = position?.within !== undefined && position.done.length === this.#index;
    await this.#read(isWithin ? await this.#goOn(check, position.within) : this.#begin(check));
    const { changed } = this.#fix ?? {};
    return { input: this.#input, summary: this.#summary, layout: this.#layout, changed };
  }

  #begin(check) {
    this.#summary = new Summary(this.#known);
    const source = this.#input.read();
    return check(this.#fix ? this.#fix.read(source) : source);
  }

  /** Goes on at the row where an ended run has stopped. */
  async #goOn(check, { row, line, first, layout, counted }) {
    this.#summary = new Summary(this.#known, counted);
    this.#first = first;
    this.#rows = row - 1;
    this.#lines = line - first;
    const { source, options } = await skipped(this.#input.read(), { layout, first, line });
    return check(source, options);
  }

  async #read(checked) {
    const label = basename(shown(this.#input.name));
    const progress = new Progress({ label, total: this.#input.size });
    for await (const rows of checked.batches()) {
      if (rows.length === 0) continue;
      this.#layout ??= await this.#begun(checked);
      await this.#take(rows);
      progress.update({ done: this.#input.bytesRead, rows: this.#summary.rows });
    }
    this.#layout ??= await this.#begun(checked);
    await this.#fix?.end();
    progress.end(this.#summary.rows);
  }

  async #begun(checked) {
    const layout = await checked.layout;
    this.#fix?.begin(layout, this.#input.name);
    return layout;
  }

  async #take(rows) {
    const [{ row, line }] = rows;
    this.#first ??= line;
    await this.#report?.note(() => this.#position(row + this.#rows, line + this.#lines));
    for (const row of rows) {
      this.#summary.note(row, row.line + this.#lines);
      if (this.#report && row.issues.length > 0) await this.#reportOf(row);
    }
    await this.#fix?.add(rows);
  }

  async #reportOf(row) {
    const place = { row: row.row + this.#rows, line: row.line + this.#lines };
    const records = recordsOf(this.#input.name, place, row.issues, this.#known);
    await this.#report.write(records.map(this.#writer.record).join(""));
  }

  /** Where another run would go on: at this row, below what was counted so far. */
  #position(row, line) {
    const done = this.#results.map(({ summary, layout }) => ({ counted: summary.state, layout }));
    const layout = this.#layout;
    if (!canSkip(layout)) return undefined;
    return { done, within: { row, line, first: this.#first, layout, counted: this.#summary.state } };
  }
}
