/**
 * For the tests of `dinerkit import`: a list of made-up guests, the command on it, and what the journal, the files beside
 * it and the sandbox's database say afterwards. Environment: TARBALL, SANDBOX_BIN.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accountConfig } from "./command.mjs";
import { start } from "./program.mjs";

/** What no log, summary, journal or list of unknown rows may hold. It stands in each guest's name and address. */
export const MARK = "planted-marker";

export const emailOf = (row) => `guest${row}.${MARK}@example.com`;

/** Each has a number of its own: who has somebody else's is left out. */
const mobileOf = (row) => `+44 7700 9${String(row).padStart(5, "0")}`;

/** Rows that can't be sent: every one of so many. */
export const UNSENDABLE = 25;
export const isSendable = (row) => row % UNSENDABLE !== 0;

/** A list as CSV: row 1 is in line 2. */
export function list(rows, from = 1) {
  const lines = Array.from({ length: rows }, (_, index) => {
    const row = from + index;
    return `${MARK} ${row},Ann,${isSendable(row) ? emailOf(row) : `${MARK}.nowhere`},${mobileOf(row)}`;
  });
  return `Surname,FirstName,Email,Mobile\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** The configuration of an account whose remote API is at `url`; `more` is text of the top level. */
export const configOf = (url, more = "") => accountConfig(url, `requestsPerMinute = 100000\n${more}`);

/** The journal's name. */
export const journalOf = (file) => `${file}.dinerkit-journal`;

export class Imports {
  /** Works in the folder of an installed project. */
  constructor(scope, project) {
    this.scope = scope;
    this.folder = project.folder;
    this.program = join(project.folder, "node_modules", ".bin", "dinerkit");
  }

  path(name) {
    return join(this.folder, name);
  }

  async write(name, content) {
    await writeFile(this.path(name), content);
    return name;
  }

  /** Starts `dinerkit import` on a list, without its question. `words` come after. */
  start(file, config, ...words) {
    return this.#run(process.execPath, [this.program, ...this.#words(file, config), ...words]);
  }

  /** The same where no file may become larger than some blocks of 512 bytes (in some shells 1024), as on a disk that is full. */
  startOnFullDisk(blocks, file, config) {
    const limited = `ulimit -f ${blocks}; exec "$@"`;
    return this.#run("sh", ["-c", limited, "sh", process.execPath, this.program, ...this.#words(file, config)]);
  }

  #words(file, config) {
    return ["import", file, "--config", config, "--yes", "--per-minute", "100000"];
  }

  #run(program, args) {
    return start(this.scope, program, args, { cwd: this.folder, lifetimeMs: 120_000 });
  }

  /** What the journal of a list says of each row: `{ state, id, count }`, where `count` is how often it was begun. */
  async journal(file) {
    const text = await readFile(this.path(journalOf(file)), "utf8").catch((error) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const rows = new Map();
    const [header, ...lines] = text.split("\n");
    // What follows the last line end was being written.
    for (const line of lines.slice(0, -1)) {
      const { row, state, id } = JSON.parse(line);
      const before = rows.get(row) ?? { count: 0 };
      rows.set(row, { state, id, count: before.count + (state === "sending" ? 1 : 0) });
    }
    return {
      text,
      header,
      rows,
      inState: (...states) => [...rows].filter(([, { state }]) => states.includes(state)).map(([row]) => row),
    };
  }
}
