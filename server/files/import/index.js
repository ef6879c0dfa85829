/** For operators: `dinerkit import`, which creates the guests of a file at the remote API, each at most once. */
import init from "dinerkit";
import { ConfigError } from "../../config.js";
import { DONE, NOT_WELL, UsageError, say } from "../../words.js";
import { fetchSetup, readAccount } from "../config.js";
import { openInputs } from "../open.js";
import { paceOf, reasonOfPace } from "../sending/account.js";
import { JournalError } from "../sending/journal-lines.js";
import { LockError } from "../sending/lock.js";
import { isAgreed, sendAtPace, withJournal } from "../sending/run.js";
import { micrositeOf } from "../sending/words.js";
import { GuestList } from "./guest-list.js";
import { HELP, OPTIONS, askedOf, endLines, planLines } from "./words.js";

export const IMPORT = { options: OPTIONS, help: HELP, errors: [ConfigError, JournalError, LockError], run };

async function run(values, words) {
  const asked = askedOf(values, words);
  await openInputs([asked.file]);
  const config = await readAccount(asked.config);
  const microsite = micrositeOf(asked.microsite, config);
  await init();
  const about = { command: "import", upstream: config.values.upstream, microsite };
  return withJournal(asked.file, about, { mayRepeat: false }, async (journal) => {
    const list = await GuestList.open(asked, await fetchSetup(microsite, config), journal);
    return importList(list, { asked, config, microsite, journal });
  });
}

/** Plans, asks, sends, and says what has become of it. Returns the exit status. */
async function importList(list, { asked, config, microsite, journal }) {
  const plan = await list.plan();
  const perMinute = paceOf(config, asked.perMinute);
  const reason = reasonOfPace(config, asked.perMinute);
  for (const line of planLines({ plan, microsite, perMinute, reason })) say(line);
  let result = {};
  if (plan.toSend > 0) {
    if (!asked.isAgreed && !process.stdin.isTTY)
      throw new UsageError("say --yes to begin: there is nobody to ask here");
    if (!asked.isAgreed && !(await isAgreed("begin? [y/N] "))) {
      say("nothing was sent");
      return NOT_WELL;
    }
    const total = plan.toSend;
    result = await sendAtPace(list.parcels(), { journal, config, microsite, perMinute: asked.perMinute, total });
  }
  return report(list, plan, journal, result);
}

/** Says how it stands, and leaves the file of what was not created. Returns the exit status. */
async function report(list, plan, journal, { stopped, status }) {
  const { created, refused, notSent } = journal.rows.counts;
  const unknown = [...journal.rows.in("sending", "unknown")];
  const toGo =
    plan.toSend -
    (created - plan.before.created) -
    (refused - plan.before.refused) -
    (unknown.length - plan.before.unknown);
  const leftOut = plan.leftOut + plan.duplicates;
  const isOver = toGo === 0 && notSent === 0;
  const refusedFile = isOver && refused + leftOut > 0 ? await list.leaveRefused(plan.toSend > 0) : undefined;
  const counts = { created, refused, unknown: unknown.length, leftOut };
  const refusal = typeof stopped === "object" ? stopped : undefined;
  for (const line of endLines({
    counts,
    unknown,
    toGo,
    refusedFile,
    stopped: refusal,
    isInterrupted: status !== undefined,
  }))
    say(line);
  if (status !== undefined && toGo > 0) return status;
  return toGo + refused + unknown.length + leftOut === 0 ? DONE : NOT_WELL;
}
