/** For the command's tests: `dinerkit` of a project that has installed the tarball, run to its end or until it is told. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** The longest that anything here may take, or run. */
const PATIENCE_MS = 30_000;
const POLL_MS = 20;

/** Only what a program needs to run, so that nothing of whoever runs the tests configures it. */
const BARE = { PATH: process.env.PATH, HOME: process.env.HOME };

/** A program on its way: `lines` of JSON on stdout so far, `ended` with what it came to. */
export class Running {
  stdout = "";
  stderr = "";
  lines = [];

  constructor(program, words, { cwd, env } = {}) {
    // A group of its own, which is told to end as a terminal's is: npx does not pass signals on.
    const options = { cwd, env: { ...BARE, ...env }, stdio: ["ignore", "pipe", "pipe"], detached: true };
    this.child = spawn(program, words, options);
    const deadline = setTimeout(() => this.kill("SIGKILL"), PATIENCE_MS);
    this.child.stderr.on("data", (data) => (this.stderr += data));
    createInterface(this.child.stdout).on("line", (line) => {
      this.stdout += `${line}\n`;
      if (line.startsWith("{")) this.lines.push(line);
    });
    this.ended = once(this.child, "close").then(([status, signal]) => {
      clearTimeout(deadline);
      const { stdout, stderr } = this;
      return { status: status ?? signal, stdout, stderr };
    });
  }

  /** What the log says of the first event of a kind. */
  async event(kind) {
    const found = () => this.lines.map((line) => JSON.parse(line)).find(({ event }) => event === kind);
    await until(() => found() ?? this.hasEnded, `"${kind}" is not in the log: ${this.stderr}`);
    const event = found();
    if (!event) throw new Error(`it ended before "${kind}": ${this.stderr}`);
    return event;
  }

  get hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  kill(signal = "SIGTERM") {
    if (!this.hasEnded) process.kill(-this.child.pid, signal);
  }
}

/** Waits until something is so. */
export async function until(isSo, otherwise) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(otherwise);
    await delay(POLL_MS);
  }
}
