/** For the commands about files: which there are, their words, and how they end. */
import { Console } from "node:console";
import { CHECK } from "./check/index.js";
import { FileError, asFileError } from "./errors.js";
import { IMPORT } from "./import/index.js";
import { SCHEDULE_DELETION, UNSUBSCRIBE } from "./lists/index.js";
import { ReaderGone } from "./atomic.js";
import { DONE, NOT_WELL, WRONG_USE, ends, say } from "../words.js";

/**
 * The commands, by their first words. Each has its `options`, as `parseArgs` takes them, the text of its `help`, the kinds
 * of `errors` beside FileError that say all that helps, and `run(values, words)`, which returns the exit status.
 */
const COMMANDS = { check: CHECK, import: IMPORT, unsubscribe: UNSUBSCRIBE, "schedule-deletion": SCHEDULE_DELETION };

/** Runs the command that the process was started with. */
export async function main() {
  // Libraries write to stderr, so that nothing comes between what is written to stdout.
  globalThis.console = new Console(process.stderr);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endOfReader);
  const command = COMMANDS[process.argv[2]];
  const options = { ...command.options, help: { type: "boolean", short: "h" } };
  await ends(({ values, positionals }) => runOne(command, values, positionals.slice(1)), {
    errors: [FileError, ...(command.errors ?? [])],
    options,
  });
}

async function runOne(command, { help, ...values }, words) {
  if (help) {
    say(command.help.trimEnd());
    return DONE;
  }
  try {
    return await command.run(values, words);
  } catch (error) {
    if (error instanceof ReaderGone) return NOT_WELL;
    throw error;
  }
}

/** A reader that ends early, as `head` does, is no fault. Whatever else is wrong with a standard stream ends the command. */
function endOfReader(error) {
  if (error.code === "EPIPE") return;
  process.stderr.write(`dinerkit: ${asFileError(error, "standard output").message}\n`);
  process.exit(WRONG_USE);
}
