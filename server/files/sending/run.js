/**
 * For `import`, `unsubscribe` and `schedule-deletion`: what they do alike around a list: lock, journal, signals, progress.
 */
import { existsSync } from "node:fs";
import { realpath, unlink } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { STATUSES } from "../ending.js";
import { asFileError } from "../errors.js";
import { duration, number } from "../phrases.js";
import { Progress } from "../progress.js";
import { openAccount, paceOf } from "./account.js";
import { Journal } from "./journal.js";
import { lock } from "./lock.js";
import { Pace, underWay } from "./pace.js";
import { sendAll } from "./sender.js";

const ENDING = ".dinerkit-journal";
/** How often a line says how far it is, where there is no terminal. */
const LINE_MS = 60_000;

/** Does `work(journal)` with the journal of a list, which nobody else has meanwhile. */
export async function withJournal(file, about, { mayRepeat }, work) {
  // The same list by another name, through a link, has the same journal.
  const real = await realpath(file).catch((error) => {
    throw asFileError(error, file);
  });
  const path = `${real}${ENDING}`;
  const unlock = await lock(`${path}.lock`).catch((error) => {
    throw asFileError(error, path);
  });
  try {
    const journal = await Journal.open(path, about, { mayRepeat }).catch((error) => {
      throw asFileError(error, path);
    });
    try {
      return await work(journal);
    } finally {
      await journal.close();
      // Nothing was sent: the list is as if the command had never been run.
      if (journal.rows.last === 0) await unlink(path).catch(() => {});
    }
  } finally {
    await unlock();
  }
}

/** The first name that is free of `base.ending`, `base-2.ending` and so on: somebody may be mending an earlier file. */
export function freeName(base, ending) {
  let number = 1;
  const name = () => `${base}${number === 1 ? "" : `-${number}`}.${ending}`;
  while (existsSync(name())) number += 1;
  return name();
}

/** Asks on the terminal; anything but a yes is a no. */
export async function isAgreed(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D answer nothing.
  const closed = new Promise((resolve) => terminal.once("SIGINT", () => resolve("")).once("close", () => resolve("")));
  try {
    const answer = await Promise.race([terminal.question(question), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/**
 * Sends parcels to a restaurant, until all are sent or a signal comes. `perMinute` is what `--per-minute` says; undefined
 * for the pace of the configuration. `total` is how many rows there are. Resolves to `{ stopped, status }`: `status` is the
 * exit status of a signal.
 */
export async function sendAtPace(parcels, { journal, config, microsite, perMinute, total }) {
  const pace = paceOf(config, perMinute);
  const warn = (text) => process.stderr.write(`dinerkit: ${text}\n`);
  const account = openAccount(config, { microsite, perMinute: pace, warn });
  const stop = new AbortController();
  let signal;
  const interrupt = (name) => {
    // Whoever asks twice does not want to wait: what is under way is then unknown.
    if (signal) process.exit(STATUSES[name]);
    signal = name;
    stop.abort();
    progress.line("ending: what is under way is waited for; press again to end at once");
  };
  const names = Object.keys(STATUSES);
  for (const name of names) process.on(name, interrupt);
  const progress = new Progress({ label: "sent", total });
  let sent = 0;
  let said = Date.now();
  const start = said;
  const tell = ({ ends, pause, ms, status }) => {
    if (pause) {
      const why = status === undefined ? "no answer" : `status ${status}`;
      // A pause for the budget is nothing to speak of.
      if (status !== 429) progress.line(`paused for ${duration(ms)}: ${why}`);
      return;
    }
    sent += ends.length;
    progress.update({ done: sent, rows: sent });
    if (process.stderr.isTTY || Date.now() - said < LINE_MS) return;
    said = Date.now();
    progress.line(
      `${number(sent)} of ${number(total)} sent, about ${duration(((said - start) * (total - sent)) / sent)} left`,
    );
  };
  try {
    const turns = { pace: new Pace(pace), atOnce: underWay(pace) };
    const { stopped } = await sendAll(parcels, { journal, ...turns, account, stop: stop.signal, tell });
    progress.end(sent);
    return { stopped, status: signal && STATUSES[signal] };
  } finally {
    for (const name of names) process.off(name, interrupt);
    await account.close();
  }
}
