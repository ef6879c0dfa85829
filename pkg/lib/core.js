/** For the rules and the client: the running module, and what it was told last. */
import glue from "../dist/core.js";
import { Instance } from "./instance.js";
import { parsed } from "./plain.js";

/** The tables that were loaded, by whether they are that of formats. */
export const tables = new Map();

/** The running module. What is kept of an instance is forgotten with it; each gets the tables that were loaded. */
export const core = new Instance(glue, (begun) => {
  current = undefined;
  for (const [isFormats, table] of tables) begun.takeTable(isFormats, table);
});

/** The options that were set in the module last. */
let current;

/** Sets the module's options for the next question, inside `core.call`. */
export function setOptions(running, settings) {
  if (settings === current) return;
  running.takeOptions(settings);
  current = settings;
}

/** Asks the module, after setting its options if the question has some. */
export function askBy(settings, question, subject = "", value = "", caret = 0) {
  const answer = core.call((running) => {
    if (settings !== undefined) setOptions(running, settings);
    return running.ask(question, subject, value, caret);
  });
  return parsed(answer);
}

export const ask = (...question) => askBy(undefined, ...question);
