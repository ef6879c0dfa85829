/** For `dinerkit import`: a file of guests, which is read more than once: to plan, to send, and to write what was left. */
import { existsSync } from "node:fs";
import { fields } from "dinerkit";
import { localDay } from "../../../pkg/lib/calendar.js";
import { createOutput } from "../atomic.js";
import { readMap } from "../config.js";
import { FileError, shown } from "../errors.js";
import { openInputs } from "../open.js";
import { EXAMPLES } from "../phrases.js";
import { Progress } from "../progress.js";
import { LineBytes } from "../raw.js";
import { freeName } from "../sending/run.js";
import { endingOf, refusedRows } from "./refused.js";
import { Decisions, consentsOf, firstsOf } from "./rows.js";

export class GuestList {
  #asked;
  #setup;
  #journal;
  #options;
  #identity;
  #checkMany;
  /** See `Decisions`. */
  #sent = new Map();

  static async open(asked, setup, journal) {
    const list = new GuestList();
    const { checkMany } = await import("dinerkit/bulk");
    list.#checkMany = checkMany;
    list.#asked = asked;
    list.#setup = setup;
    list.#journal = journal;
    const map = asked.map === undefined ? {} : { map: readMap(asked.map) };
    // This machine's date is asked for once, so that each reading of the file has the same answers.
    list.#options = { ...asked.check, ...map, setup, duplicates: true, today: localDay(new Date()) };
    return list;
  }

  /**
   * Reads the file from its beginning: the rows with what is to become of each. `label` names the bar, `bytes` takes the bytes
   * that go by.
   */
  async *#read({ label, bytes } = {}) {
    const input = await this.#refuseChanged();
    const consents = consentsOf(fields());
    const { sendsDuplicates } = this.#asked;
    const decisions = new Decisions({ consents, setup: this.#setup, sendsDuplicates, sent: this.#sent });
    const source = input.read();
    const checked = this.#checkMany(bytes ? bytes.tee(source) : source, this.#options);
    const progress = label && new Progress({ label, total: input.size });
    let rows = 0;
    for await (const batch of checked.batches()) {
      // Rows that move while the file is read would come twice, under two numbers.
      await this.#refuseChanged();
      for (const row of batch) yield { row, decision: decisions.of(row), checked };
      rows += batch.length;
      progress?.update({ done: input.bytesRead, rows });
    }
    // A file that was emptied meanwhile has no rows to look after.
    await this.#refuseChanged();
    progress?.end();
  }

  /** The file, unless it is not the one any more of which the first bytes were read. */
  async #refuseChanged() {
    const [input] = await openInputs([this.#asked.file]);
    this.#identity ??= input.identity;
    if (JSON.stringify(input.identity) === JSON.stringify(this.#identity)) return input;
    throw new FileError(`${shown(input.name)}: the file has changed meanwhile: run the command again`);
  }

  /** What is to be done. Refuses a file whose rows are not those that the journal says were sent. */
  async plan() {
    const { rows: known } = this.#journal;
    const { created, refused, unknown, sending } = known.counts;
    const before = { created, refused, unknown: unknown + sending };
    await this.#findSent();
    const plan = { rows: 0, toSend: 0, leftOut: 0, duplicates: 0, before };
    const withheld = new Map();
    const changed = [];
    for await (const { row, decision } of this.#read({ label: "checked" })) {
      plan.rows += 1;
      if (!known.isSame(row.row, this.#digestOf(row))) changed.push(row.row);
      if (!known.maySend(row.row)) continue;
      if (decision.value) plan.toSend += 1;
      else if (decision.isDuplicate) plan.duplicates += 1;
      else plan.leftOut += 1;
      for (const name of decision.withheld ?? []) {
        if (!withheld.has(name)) withheld.set(name, { name, count: 0, lines: [] });
        const found = withheld.get(name);
        found.count += 1;
        if (found.lines.length < EXAMPLES) found.lines.push(row.line);
      }
    }
    if (changed.length > 0 || known.last > plan.rows) throw this.#isOther(changed);
    return { ...plan, withheld: [...withheld.values()] };
  }

  /** Finds whom an earlier run has sent by a later row. */
  async #findSent() {
    const { rows: known } = this.#journal;
    if (known.last === 0) return;
    const sent = new Map();
    for await (const { row } of this.#read()) {
      if (known.maySend(row.row) || known.stateOf(row.row) === "refused") continue;
      for (const first of firstsOf(row.issues)) if (known.maySend(first)) sent.set(first, row.row);
    }
    this.#sent = sent;
  }

  #isOther(changed) {
    const at = changed.slice(0, EXAMPLES).join(", ") + (changed.length > EXAMPLES ? ", …" : "");
    const which = changed.length > 0 ? `row ${at}` : "its end";
    return new FileError(
      `${shown(this.#asked.file)}: this is not the file of which rows were sent (${which} is another): give the file as it was, with the same --map, --locale and so on. Rows that were mended go into a file of another name`,
    );
  }

  #digestOf({ json }) {
    return this.#journal.digest(json ?? "");
  }

  /** What is sent: the rows that are to be created, and that the journal does not forbid. */
  async *parcels() {
    for await (const { row, decision } of this.#read()) {
      if (!decision.value || !this.#journal.rows.maySend(row.row)) continue;
      const digest = this.#digestOf(row);
      if (!this.#journal.rows.isSame(row.row, digest)) throw this.#isOther([row.row]);
      const { value, withheld } = decision;
      const number = row.row;
      yield {
        rows: [{ row: number, digest, withheld: withheld.length > 0 ? withheld : undefined }],
        async send(client, options) {
          const { Id } = await client.create(value, options);
          return [{ row: number, state: "created", id: Id }];
        },
      };
    }
  }

  /** Leaves the rows that were not created beside the file: again only if something `isNew`. Returns the file's name. */
  async leaveRefused(isNew) {
    const earlier = ["csv", "ndjson"].map((ending) => `${this.#refused}.${ending}`).find(existsSync);
    return !isNew && earlier ? shown(earlier) : this.#writeRefused();
  }

  async #writeRefused() {
    const bytes = new LineBytes();
    let output;
    let writer;
    let head;
    let last;
    const end = async (piece) => {
      if (!last) head = piece;
      else if (last.reasons) {
        output ??= await this.#newFile(last.layout, writer.head(head));
        await output.write(writer.row(last.row, piece, last.reasons));
      }
    };
    try {
      for await (const { row, decision, checked } of this.#read({ bytes })) {
        const layout = await checked.layout;
        if (!writer) {
          writer = refusedRows(layout);
          bytes.layout = layout;
        }
        // What comes before this row is the row before it.
        await end(bytes.take(row.line).bytes);
        last = { row, layout, reasons: this.#reasons(row, decision) };
      }
      await end(bytes.rest());
      await output?.commit();
      return output && shown(output.name);
    } catch (error) {
      await output?.discard();
      throw error;
    }
  }

  /** Why a row was not created and can be given again once it is mended; undefined for others. */
  #reasons({ row }, { reasons }) {
    const state = this.#journal.rows.stateOf(row);
    if (state === "refused") return this.#journal.rows.reasons.get(row);
    return state === "fresh" || state === "notSent" ? reasons : undefined;
  }

  /** A file beside the list that is not there yet: somebody may be mending an earlier one. */
  async #newFile(layout, head) {
    const output = await createOutput(freeName(this.#refused, endingOf(layout)));
    await output.write(head);
    return output;
  }

  /** The name of the file of refused rows, without its end. */
  get #refused() {
    return `${this.#asked.file}.refused`;
  }
}
