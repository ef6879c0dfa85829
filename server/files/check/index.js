/** For operators: `dinerkit check`, which says what is wrong with files of guests before anything is sent. */
import init, { fields } from "dinerkit";
import { localDay } from "../../../pkg/lib/calendar.js";
import { ConfigError } from "../../config.js";
import { DONE, NOT_WELL } from "../../words.js";
import { createOutput } from "../atomic.js";
import { fetchSetup, readAccount, readMap, readSetupFile } from "../config.js";
import { onSignal } from "../ending.js";
import { shown } from "../errors.js";
import { openInputs } from "../open.js";
import { counted } from "../phrases.js";
import { Check } from "./check.js";
import { Fix } from "./fix.js";
import { writerOf } from "./lines.js";
import { openReport } from "./report.js";
import { HELP, OPTIONS, askedOf } from "./words.js";

export const CHECK = { options: OPTIONS, help: HELP, errors: [ConfigError], run };

async function run(values, words) {
  const asked = askedOf(values, words);
  const inputs = await openInputs(asked.files);
  await init();
  // This machine's date is asked for once, so that a run through midnight has one answer for all rows.
  const options = { ...asked.check, today: localDay(new Date()), ...(await rulesOf(asked)) };
  const outputs = new Outputs(asked, inputs, options);
  const forget = onSignal(() => outputs.tellOfReport());
  try {
    const results = await checkAll(inputs, options, await outputs.open());
    await outputs.commit();
    sayResults(results, asked);
    return results.every(({ summary, layout }) => summary.isWell(layout)) ? DONE : NOT_WELL;
  } finally {
    forget();
    await outputs.close();
  }
}

/** The Setup and the map of the columns, as options of `checkMany`. */
async function rulesOf({ setup, microsite, config, map }) {
  const rules = {};
  if (setup !== undefined) rules.setup = readSetupFile(setup);
  if (microsite !== undefined) rules.setup = await fetchSetup(microsite, await readAccount(config));
  if (map !== undefined) rules.map = readMap(map);
  return rules;
}

const tell = (text) => process.stderr.write(`dinerkit: ${text}\n`);

/** What a run writes beside its summary. */
class Outputs {
  #asked;
  #inputs;
  #options;
  #fixed;
  #report;

  constructor(asked, inputs, options) {
    this.#asked = asked;
    this.#inputs = inputs;
    this.#options = options;
  }

  /** Opens what the words ask for. */
  async open() {
    const { fix, report } = this.#asked;
    const inputs = this.#inputs;
    if (fix !== undefined) this.#fixed = await createOutput(fix, { inputs, say: tell });
    if (report === undefined) return { fix: this.#fixed && new Fix(this.#fixed, fields()) };
    const writer = writerOf(report);
    this.#report = await openReport(report, { question: this.#question(), inputs, head: writer.head, say: tell });
    return { fix: this.#fixed && new Fix(this.#fixed, fields()), report: this.#report, writer };
  }

  /**
   * All that a report depends on; undefined where the rows that are done can't be left out: those of a pipe are gone, and
   * `--fix` and `--duplicates` need them.
   */
  #question() {
    const { fix, check } = this.#asked;
    if (fix !== undefined || check.duplicates || this.#inputs.some(({ identity }) => !identity)) return undefined;
    // The answers are the same in however many threads.
    const options = { ...this.#options, workers: undefined };
    return { inputs: this.#inputs.map(({ name, identity }) => ({ name, ...identity })), options };
  }

  /** Says that a run that is ended from outside can go on. */
  tellOfReport() {
    if (this.#report?.canGoOn) tell(`the same command goes on with ${shown(this.#asked.report)}`);
  }

  async commit() {
    await this.#fixed?.commit();
    await this.#report?.commit();
  }

  async close() {
    await this.#fixed?.discard();
    await this.#report?.close();
  }
}

/** Checks one file after the other; returns for each `{ input, summary, layout, changed }`. */
async function checkAll(inputs, options, { fix, report, writer }) {
  const { checkMany } = await import("dinerkit/bulk");
  const known = new Set(fields().map(({ name }) => name));
  const results = [];
  for (const [index, input] of inputs.entries()) {
    const check = new Check({ input, index, known, fix, report, writer, results });
    results.push(await check.run((source, more) => checkMany(source, { ...options, ...more })));
  }
  return results;
}

/** Writes the summary: to standard error if something else is written to standard output. */
function sayResults(results, { isJson, fix, report }) {
  const stream = fix === "-" || report === "-" ? process.stderr : process.stdout;
  const text = isJson ? JSON.stringify(asObject(results), null, 2) : results.map(linesOf).join("\n\n");
  stream.write(`${text}\n`);
}

function linesOf({ input, summary, layout, changed }) {
  const lines = summary.lines(shown(input.name), layout);
  if (changed !== undefined) lines.push("", `  ${counted(changed, "row")} put right`);
  return lines.join("\n");
}

const asObject = (results) => ({
  files: results.map(({ input, summary, layout, changed }) => ({
    file: input.name,
    ...summary.toObject(layout),
    changed,
  })),
});
