/** For operators: `dinerkit check`, which says what is wrong with files of guests before anything is sent. */
import init, { fields } from "dinerkit";
import { ConfigError } from "../../config.js";
import { DONE, NOT_WELL, say } from "../../words.js";
import { fetchSetup, readAccount, readMap, readSetupFile } from "../config.js";
import { shown } from "../errors.js";
import { openInputs } from "../open.js";
import { Progress } from "../progress.js";
import { Summary } from "../summary.js";
import { HELP, OPTIONS, askedOf } from "./words.js";

export const CHECK = { options: OPTIONS, help: HELP, errors: [ConfigError], run };

async function run(values, words) {
  const asked = askedOf(values, words);
  const inputs = await openInputs(asked.files);
  await init();
  const options = { ...asked.check, ...(await rulesOf(asked)) };
  const { checkMany } = await import("dinerkit/bulk");
  const known = new Set(fields().map(({ name }) => name));
  let isWell = true;
  for (const input of inputs) {
    const summary = new Summary(known);
    const progress = new Progress({ label: shown(input.name), total: input.size });
    const checked = checkMany(input.read(), options);
    for await (const rows of checked.batches()) {
      for (const row of rows) summary.note(row);
      progress.update({ done: input.bytesRead, rows: summary.rows });
    }
    progress.end(summary.rows);
    for (const line of summary.lines(shown(input.name), await checked.layout)) say(line);
    isWell &&= summary.blocking === 0;
  }
  return isWell ? DONE : NOT_WELL;
}

/** The Setup and the map of the columns, as options of `checkMany`. */
async function rulesOf({ setup, microsite, config, map }) {
  const rules = {};
  if (setup !== undefined) rules.setup = readSetupFile(setup);
  if (microsite !== undefined) rules.setup = await fetchSetup(microsite, await readAccount(config));
  if (map !== undefined) rules.map = readMap(map);
  return rules;
}
