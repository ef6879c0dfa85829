/** For `dinerkit unsubscribe` and `dinerkit schedule-deletion`: their words, and the sentences that they say. */
import { UsageError } from "../../words.js";
import { counted, estimate, lineList, number } from "../phrases.js";
import { perMinuteOf } from "../sending/words.js";

const COMMON = {
  config: { type: "string", short: "c" },
  microsite: { type: "string" },
  apply: { type: "boolean" },
  "per-minute": { type: "string" },
};
const MODES = { email: "Email", sms: "Sms", all: "All" };

const COMMON_HELP = `
FILE has one Id a line, or a column or a member of the name Id. Without --apply nothing is sent: what would be done is said.
What was sent stands in FILE.dinerkit-journal: the same command again goes on where it ended.

  --apply             do it
  --config FILE       the configuration of the gateway: account, microsites, and [shared] if gateways run
  --microsite NAME    the restaurant, if the configuration has more than one
  --per-minute N      how many requests a minute are sent at most
`;
const STATUS_HELP = `
Exit status: 0 done, or planned, 1 not everything was done, 2 the command's words or its files are wrong, 130 or 143
it was interrupted.
`;

/** How many Ids go in one request. */
export const IDS_AT_ONCE = 50;

/** What the two commands are. `verb` and `done` stand in sentences; `send` resolves to the Ids that are `done` and `skipped`. */
export const KINDS = {
  unsubscribe: {
    options: { ...COMMON, mode: { type: "string" } },
    help: `dinerkit unsubscribe FILE --mode email|sms|all --config gateway.toml    take customers from the mailing lists
${COMMON_HELP}  --mode MODE         what they are unsubscribed from: email, sms or all
${STATUS_HELP}`,
    verb: "unsubscribed",
    async send(client, { ids, mode }, options) {
      await client.unsubscribe({ ids, mode }, options);
      return { done: ids, skipped: [] };
    },
  },
  "schedule-deletion": {
    options: COMMON,
    help: `dinerkit schedule-deletion FILE --config gateway.toml    have customers deleted, which can't be undone
${COMMON_HELP}${STATUS_HELP}`,
    verb: "scheduled for deletion",
    async send(client, { ids }, options) {
      const { deleted, skipped } = await client.scheduleDeletion(ids, options);
      return { done: deleted, skipped };
    },
  },
};

/** What the words ask for. Wrong ones are a UsageError. */
export function askedOf(command, values, files) {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0)
    throw new UsageError(`${command} takes one list of Ids; --help tells more`);
  if (file === "-")
    throw new UsageError(`${command} takes a file, beside which its journal is kept, and not standard input`);
  if (!values.config) throw new UsageError(`${command} needs --config FILE, the configuration of the gateway`);
  if (command === "unsubscribe" && !Object.hasOwn(MODES, values.mode?.toLowerCase() ?? "")) {
    throw new UsageError("unsubscribe needs --mode email, --mode sms or --mode all");
  }
  return {
    file,
    config: values.config,
    microsite: values.microsite,
    mode: MODES[values.mode?.toLowerCase()],
    isApplied: values.apply ?? false,
    perMinute: perMinuteOf(values["per-minute"]),
  };
}

/** What would be done, in lines. */
export function planLines({ plan, kind, mode, microsite, perMinute, reason }) {
  const { rows, toSend, done, twice, wrong, lines } = plan;
  const all = [
    `${number(toSend)} of ${counted(rows, "row")} will be ${kind.verb} at ${microsite}${mode ? ` (${mode})` : ""}`,
  ];
  if (done > 0) all.push(`${counted(done, "row")} ${done === 1 ? "is" : "are"} done already, by the journal`);
  if (twice > 0)
    all.push(
      `${counted(twice, "row")} ${twice === 1 ? "has" : "have"} the Id of a row before, and ${twice === 1 ? "is" : "are"} left out`,
    );
  if (wrong > 0)
    all.push(
      `${counted(wrong, "row")} ${wrong === 1 ? "has" : "have"} no Id, and ${wrong === 1 ? "is" : "are"} left out: ${lineList(lines, wrong)}`,
    );
  const requests = Math.ceil(toSend / IDS_AT_ONCE);
  if (toSend > 0)
    all.push(`about ${estimate((requests * 60_000) / perMinute)} at ${number(perMinute)} requests a minute: ${reason}`);
  return all;
}

/** The end, in lines. */
export function endLines({ command, kind, counts, toGo, refusedFile, stopped, isInterrupted }) {
  const { done, refused, unknown } = counts;
  const lines = [`${kind.verb} ${number(done)}, refused ${number(refused)}, unknown ${number(unknown)}`];
  if (unknown > 0)
    lines.push("unknown: their answers were lost. Twice does no harm here: the same command sends them again");
  if (refusedFile) {
    const why =
      command === "schedule-deletion"
        ? ". An Id is skipped for a booking that is still to come, for a deletion that is scheduled already, or because it is nobody's"
        : "";
    lines.push(`the refused Ids, and why, are in ${refusedFile}${why}`);
  }
  if (stopped)
    lines.push(
      `stopped: the remote API ${stopped.status === undefined ? "gives no answer" : `answers ${stopped.status}`} again and again: \`dinerkit gateway check\` tells what is wrong with the account or the microsite`,
    );
  if (toGo > 0)
    lines.push(`${isInterrupted ? "interrupted: " : ""}${counted(toGo, "row")} to go: the same command goes on`);
  return lines;
}
