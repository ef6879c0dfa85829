/** For operators: `dinerkit unsubscribe` and `dinerkit schedule-deletion`, which work through a list of Ids. */
import init from "dinerkit";
import { ConfigError } from "../../config.js";
import { DONE, NOT_WELL, say } from "../../words.js";
import { createOutput } from "../atomic.js";
import { readAccount } from "../config.js";
import { csvLine } from "../csv.js";
import { FileError, shown } from "../errors.js";
import { openInputs } from "../open.js";
import { EXAMPLES } from "../phrases.js";
import { paceOf, reasonOfPace } from "../sending/account.js";
import { JournalError } from "../sending/journal-lines.js";
import { LockError } from "../sending/lock.js";
import { freeName, sendAtPace, withJournal } from "../sending/run.js";
import { micrositeOf } from "../sending/words.js";
import { idsIn } from "./ids.js";
import { IDS_AT_ONCE, KINDS, askedOf, endLines, planLines } from "./words.js";

const errors = [ConfigError, JournalError, LockError];
const commandOf = (command) => {
  const { options, help } = KINDS[command];
  return { options, help, errors, run: (values, words) => run(command, askedOf(command, values, words)) };
};

export const UNSUBSCRIBE = commandOf("unsubscribe");
export const SCHEDULE_DELETION = commandOf("schedule-deletion");

async function run(command, asked) {
  await openInputs([asked.file]);
  const config = await readAccount(asked.config);
  const microsite = micrositeOf(asked.microsite, config);
  await init();
  const about = { command, upstream: config.values.upstream, microsite, mode: asked.mode };
  return withJournal(asked.file, about, { mayRepeat: true }, async (journal) => {
    const list = new Ids(asked, KINDS[command], journal);
    const plan = await list.plan();
    const perMinute = paceOf(config, asked.perMinute);
    const reason = reasonOfPace(config, asked.perMinute);
    const { mode } = asked;
    for (const line of planLines({ plan, kind: KINDS[command], mode, microsite, perMinute, reason })) say(line);
    if (!asked.isApplied && plan.toSend > 0) {
      say("nothing was sent: say --apply to do it");
      return DONE;
    }
    const sending = { journal, config, microsite, perMinute: asked.perMinute, total: plan.toSend };
    const result = plan.toSend > 0 ? await sendAtPace(list.parcels(), sending) : {};
    return report(command, list, plan, journal, result);
  });
}

async function report(command, list, plan, journal, { stopped, status }) {
  const { done, refused, sending, unknown, notSent } = journal.rows.counts;
  const lost = sending + unknown;
  const toGo = plan.rows - plan.twice - plan.wrong - done - refused - lost;
  const isNew = plan.toSend > 0;
  const refusedFile = isNew && toGo === 0 && notSent === 0 && refused > 0 ? await list.writeRefused() : undefined;
  const refusal = typeof stopped === "object" ? stopped : undefined;
  const counts = { done, refused, unknown: lost };
  const kind = KINDS[command];
  const isInterrupted = status !== undefined;
  for (const line of endLines({ command, kind, counts, toGo, refusedFile, stopped: refusal, isInterrupted })) say(line);
  if (isInterrupted && toGo > 0) return status;
  return toGo + refused + lost + plan.wrong === 0 ? DONE : NOT_WELL;
}

/** A list of Ids, which is read more than once. */
class Ids {
  #asked;
  #kind;
  #journal;

  constructor(asked, kind, journal) {
    this.#asked = asked;
    this.#kind = kind;
    this.#journal = journal;
  }

  /** The rows, each with what is to become of it: `isTwice`, or no `id`, leaves it out. */
  async *#read() {
    const [input] = await openInputs([this.#asked.file]);
    const seen = new Set();
    for await (const row of idsIn(input.read(), shown(input.name))) {
      const isTwice = seen.has(row.id);
      if (row.id !== undefined) seen.add(row.id);
      yield { ...row, isTwice, digest: this.#journal.digest(String(row.id)) };
    }
  }

  async plan() {
    const plan = { rows: 0, toSend: 0, done: 0, twice: 0, wrong: 0, lines: [] };
    const { rows: known } = this.#journal;
    for await (const { row, line, id, isTwice, digest } of this.#read()) {
      plan.rows += 1;
      if (!known.isSame(row, digest)) throw this.#isOther(`row ${row}`);
      if (id === undefined) {
        plan.wrong += 1;
        if (plan.lines.length < EXAMPLES) plan.lines.push(line);
      } else if (isTwice) plan.twice += 1;
      else if (known.maySend(row)) plan.toSend += 1;
      else plan.done += 1;
    }
    if (known.last > plan.rows) throw this.#isOther("its end");
    return plan;
  }

  #isOther(which) {
    return new FileError(
      `${shown(this.#asked.file)}: this is not the list of which rows were sent (${which} is another): give the list as it was, or one of another name`,
    );
  }

  /** What is sent: so many Ids at once. */
  async *parcels() {
    let rows = [];
    for await (const row of this.#read()) {
      if (row.id === undefined || row.isTwice || !this.#journal.rows.maySend(row.row)) continue;
      if (!this.#journal.rows.isSame(row.row, row.digest)) throw this.#isOther(`row ${row.row}`);
      rows.push(row);
      if (rows.length < IDS_AT_ONCE) continue;
      yield this.#parcel(rows);
      rows = [];
    }
    if (rows.length > 0) yield this.#parcel(rows);
  }

  #parcel(rows) {
    const send = async (client, options) => {
      const { done, skipped } = await this.#kind.send(
        client,
        { ids: rows.map(({ id }) => id), mode: this.#asked.mode },
        options,
      );
      return rows.map(({ row, id }) => {
        if (done.includes(id)) return { row, state: "done", id };
        return skipped.includes(id) ? { row, state: "refused", reasons: ["skipped"] } : { row, state: "unknown" };
      });
    };
    const apart = rows.length > 1 ? () => rows.map((row) => this.#parcel([row])) : undefined;
    return { rows: rows.map(({ row, digest }) => ({ row, digest })), send, apart, hasIds: true };
  }

  /** Writes the Ids that were refused, beside the list. Returns the name. */
  async writeRefused() {
    const { rows: known } = this.#journal;
    const output = await createOutput(freeName(`${this.#asked.file}.refused`, "csv"));
    try {
      await output.write(csvLine(["Id", "dinerkit_reason"]));
      for await (const { row, id, isTwice } of this.#read()) {
        if (isTwice || known.stateOf(row) !== "refused") continue;
        await output.write(csvLine([String(id), known.reasons.get(row).join("; ")]));
      }
      await output.commit();
      return shown(output.name);
    } catch (error) {
      await output.discard();
      throw error;
    }
  }
}
