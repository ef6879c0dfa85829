/** For the command: how its words are read, and how it ends. */
import { parseArgs } from "node:util";

/** Exit statuses. */
export const DONE = 0;
export const NOT_WELL = 1;
export const WRONG_USE = 2;

/** The remote API's Ids are of 32 bits. */
export const ID_MAX = 2 ** 31 - 1;

/** The options of `gateway probe` alone. */
const OF_PROBE = {
  customer: { type: "string" },
  microsite: { type: "string" },
  "test-host": { type: "boolean" },
  spec: { type: "string" },
  write: { type: "string" },
  json: { type: "boolean" },
  "at-most": { type: "string" },
};

/** The options of all that the command does but for files: see `files/main.js` for those. */
const ARGUMENTS = {
  ...OF_PROBE,
  config: { type: "string", short: "c" },
  "print-config": { type: "boolean" },
  origin: { type: "string", multiple: true },
  sums: { type: "string" },
  source: { type: "string" },
  previous: { type: "string" },
  version: { type: "boolean", short: "V" },
  help: { type: "boolean", short: "h" },
};

/** The options of `verify`; all others that are not for every use are those of `gateway`. */
const OF_VERIFY = ["sums", "source", "previous"];
const OF_GATEWAY = ["config", "print-config", "origin", ...Object.keys(OF_PROBE)];

/** A wrong use of the command's words. */
export class UsageError extends Error {}

/** The command's words: `{ values, positionals }`. `options` are those that it knows, as `parseArgs` takes them. */
export function parsed(words, options = ARGUMENTS) {
  try {
    return parseArgs({ args: words, options, allowPositionals: true });
  } catch (error) {
    // Node's first sentence says what is wrong; the others suggest what does not apply here.
    throw new UsageError(`${error.message.split(". ")[0]}; --help tells more`);
  }
}

/** Refuses the options of `gateway` for `verify`, and the other way round. */
export function refuseStray(use, options) {
  const [strays, theirs] = use === "verify" ? [OF_GATEWAY, "gateway"] : [OF_VERIFY, "verify"];
  const stray = strays.find((name) => options[name] !== undefined);
  if (stray) throw new UsageError(`--${stray} goes with ${theirs}; --help tells more`);
}

/** Refuses the options of `gateway probe` for everything else. */
export function refuseStrayOfProbe(action, options) {
  const stray = action !== "probe" && Object.keys(OF_PROBE).find((name) => options[name] !== undefined);
  if (stray) throw new UsageError(`--${stray} goes with gateway probe; --help tells more`);
}

export const say = (text) => process.stdout.write(`${text}\n`);

/** A text in which nothing that was typed makes a terminal act, or turns the direction of the line. */
const plain = (text) => text.replaceAll(/[^\P{Cc}\n]|\p{Bidi_C}/gu, "?");

/**
 * Runs the command, and sets the exit status. Errors of the kinds `errors` say all that helps; any other is a fault of
 * ours. `options` are the options that the command knows; by default those of `gateway` and `verify`.
 */
export async function ends(run, { errors = [], options = ARGUMENTS } = {}) {
  try {
    process.exitCode = await run(parsed(process.argv.slice(2), options));
  } catch (error) {
    if (![UsageError, ...errors].some((kind) => error instanceof kind)) throw error;
    process.stderr.write(plain(error.message).replaceAll(/^/gm, "dinerkit: ") + "\n");
    process.exitCode = WRONG_USE;
  }
}
