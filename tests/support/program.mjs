/**
 * For every test that starts a program: the sandbox, a site, the gateway's command, a JavaScript runtime. `start` starts
 * one that a scope (see scope.mjs) ends, and `run` waits for one that ends by itself.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

/** How long a program may run that should end by itself, and how long a test waits for what a program should do. */
const PATIENCE_MS = 30_000;
/** How long a program may take to end after SIGTERM. */
const STOP_MS = 10_000;
const POLL_MS = 20;

/** All that a program needs to run. The rest of the environment stays out, so that it configures nothing in a test. */
const BARE = { PATH: process.env.PATH, HOME: process.env.HOME };

/**
 * Starts a program that ends with `scope` at the latest. Options:
 * - `cwd`, `env` beside PATH and HOME, and the text `input` for stdin;
 * - `lifetimeMs`: the program is killed after this long; by default only `scope` ends it;
 * - `group`: signals go to all that the program has started too. For npx, which does not pass signals on;
 * - `uid` and `gid` of who runs it, where that is somebody else.
 */
export function start(scope, file, args, options) {
  const program = new Program(file, args, options);
  scope.after(() => program.stop());
  return program;
}

/** Runs a program to its end. Returns `{ status, stdout, stderr }`; rejects unless `status` is 0. */
export async function run(file, args, { lifetimeMs = PATIENCE_MS, ...options } = {}) {
  const ended = await new Program(file, args, { lifetimeMs, ...options }).ended;
  if (ended.status === 0) return ended;
  throw Object.assign(new Error(`${file} ended with ${ended.status}\n${ended.stderr}`), ended);
}

/** A program that was started. */
class Program {
  stdout = "";
  stderr = "";
  /** The lines of stdout so far. */
  lines = [];
  #group;

  constructor(file, args, { cwd, env, input, lifetimeMs, group = false, uid, gid } = {}) {
    this.file = file;
    this.#group = group;
    const stdio = [input === undefined ? "ignore" : "pipe", "pipe", "pipe"];
    this.child = spawn(file, args, { cwd, env: { ...BARE, ...env }, stdio, detached: group, uid, gid });
    this.child.stdin?.end(input);
    const deadline = lifetimeMs && setTimeout(() => this.kill("SIGKILL"), lifetimeMs);
    this.child.stderr.setEncoding("utf8").on("data", (data) => (this.stderr += data));
    createInterface(this.child.stdout).on("line", (line) => {
      this.stdout += `${line}\n`;
      this.lines.push(line);
    });
    /** Resolves to `{ status, stdout, stderr }`: `status` is the exit status, or the signal that ended the program. */
    this.ended = this.#closed().finally(() => clearTimeout(deadline));
    // Whoever waits for the end hears why the program could not be started; a scope need not wait.
    this.ended.catch(() => {});
  }

  async #closed() {
    const [status, signal] = await once(this.child, "close");
    const { stdout, stderr } = this;
    return { status: status ?? signal, stdout, stderr };
  }

  /** All that the program has written. */
  get log() {
    return this.stdout + this.stderr;
  }

  get hasEnded() {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  /** The objects among the lines of stdout, which are JSON. */
  get events() {
    return this.lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  /** Waits until `find` returns something, and returns that; `what` names it in an error. */
  async find(find, what) {
    const failure = (why) => `${this.file} ${why} ${what}\n${this.log}`;
    await until(
      () => find() || this.hasEnded,
      () => failure("did not say in time"),
    );
    const found = find();
    if (!found) throw new Error(failure("ended before it said"));
    return found;
  }

  /** The first event of a kind in the program's log, which is lines of JSON. */
  event(kind) {
    return this.find(() => this.events.find(({ event }) => event === kind), `the event "${kind}"`);
  }

  /** The line of JSON with a `url` by which a server says that it is ready. */
  ready() {
    return this.find(() => this.events.find(({ url }) => url), "that it is ready");
  }

  kill(signal = "SIGTERM") {
    if (this.hasEnded) return;
    if (this.#group) process.kill(-this.child.pid, signal);
    else this.child.kill(signal);
  }

  /** Ends the program; rejects if it had to be killed. */
  async stop() {
    if (this.hasEnded) return;
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      this.kill("SIGKILL");
    }, STOP_MS);
    this.kill();
    const { stderr } = await this.ended;
    clearTimeout(late);
    if (isLate) throw new Error(`${this.file} did not end within ${STOP_MS} ms\n${stderr}`);
  }
}

/** Waits until `isSo()`, which may be a promise, is truthy. Rejects with what `otherwise` returns if that takes too long. */
export async function until(isSo, otherwise) {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(otherwise());
    await delay(POLL_MS);
  }
}
