/**
 * For the browser tests: the whole chain on this machine (sandbox, gateway, pages), a browser, and a look into the
 * database. Everything starts on free ports with a database of its own and ends with the test.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const SANDBOX = process.env.SANDBOX_BIN ?? join(root, "target", "debug", "dinerkit-sandbox");
const CHROME = process.env.CHROME ?? "/usr/bin/chromium";
export const ACCOUNT = { username: "demo", password: "demo" };
export const DESK_TOKEN = "desk-of-this-test";

/** How long a server may take to say that it is ready, and to end. */
const START_MS = 20_000;
const STOP_MS = 10_000;
/** The longest that a step of a page may take. */
export const STEP_MS = 10_000;

/** Starts a server that says in one line of JSON that it is ready. */
async function start(program, args, env = {}) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (data) => {
    log += data;
  });
  const failed = async () => {
    const [error] = await Promise.race([once(child, "error"), once(child, "exit")]);
    throw new Error(`${program} ended before it was ready: ${error?.message ?? error}\n${log}`);
  };
  const line = once(createInterface(child.stdout), "line", { signal: AbortSignal.timeout(START_MS) });
  const [ready] = await Promise.race([line, failed()]);
  return {
    ...JSON.parse(ready),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      const [, signal] = await ended;
      clearTimeout(late);
      if (signal === "SIGKILL") throw new Error(`${program} did not end within ${STOP_MS} ms\n${log}`);
    },
  };
}

/** The sandbox with a new database and without its limit of requests a minute; `stop` leaves the database. */
export async function startSandbox(...more) {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-e2e-"));
  const db = join(folder, "customers.db");
  const account = ["--username", ACCOUNT.username, "--password", ACCOUNT.password];
  const sandbox = await start(SANDBOX, ["--port", "0", "--db", db, "--rate-per-minute", "0", ...account, ...more]);
  return { ...sandbox, remove: () => rm(folder, { recursive: true }) };
}

/** The sandbox and, before it, the gateway with the demo and the desk. */
export async function startSite() {
  const sandbox = await startSandbox();
  const site = await start(process.execPath, [join(root, "www", "serve.mjs")], {
    UPSTREAM_URL: sandbox.url,
    SANDBOX_USERNAME: ACCOUNT.username,
    SANDBOX_PASSWORD: ACCOUNT.password,
    PORT: "0",
    DESK_TOKEN,
  });
  return {
    url: site.url,
    demo: site.demo,
    desk: site.desk,
    db: sandbox.db,
    /** Ends the remote API and leaves the gateway without it. */
    stopSandbox: () => sandbox.stop(),
    async stop() {
      await site.stop();
      await sandbox.stop();
      await sandbox.remove();
    },
  };
}

/** Chromium without the look-ups of its own that a closed network would only refuse. */
export function launch() {
  const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  args.push("--disable-component-update", "--disable-sync");
  // As root, as in a container, Chromium does not start with its sandbox.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  return chromium.launch({ executablePath: CHROME, args });
}

/** A site and a browser to look at it, for the suite that calls this: filled in before its first test. */
export function useSite() {
  const site = {};
  before(async () => {
    const [started, browser] = await Promise.all([startSite(), launch()]);
    Object.assign(site, started, { browser });
  });
  after(async () => {
    await site.browser?.close();
    await site.stop?.();
  });
  return site;
}

/** A page of its own; `problems` collects whatever it complains about. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  // No request is meant yet. But where the first `page.route` comes after the page is there, Chromium may let the next
  // request pass by it, unseen by `waitForRequest` too: on a busy machine one in thirty.
  await page.route(
    () => false,
    () => {},
  );
  const problems = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  return { page, problems, close: () => context.close() };
}

/** Runs a test on a page of its own; what the page complains about fails it, unless the test expects that. */
export async function withPage(browser, test, { expected = [], ...options } = {}) {
  const { page, problems, close } = await openPage(browser, options);
  try {
    await test(page);
    assert.deepEqual(
      problems.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
      [],
    );
  } finally {
    await close();
  }
}

/** Whether somebody who sees or hears the page differently is kept out: axe's findings, in words. */
export async function barriers(page) {
  await page.evaluate(axeSource());
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
}

let axe;
function axeSource() {
  axe ??= readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  return axe;
}

// ---------------------------------------------------------------- the database

/**
 * Python's own sqlite3, because it reads a database that another process is writing (with its write-ahead log) and is
 * on every machine that can run the contract tests; Node 20 has none.
 */
const READ = `
import json, sqlite3, sys
db = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
db.row_factory = sqlite3.Row
print(json.dumps([dict(row) for row in db.execute("SELECT * FROM customers ORDER BY id")]))
`;

/** Every row of the sandbox's customers, with `record` read. */
export async function stored(db) {
  const { stdout } = await promisify(execFile)("python3", ["-c", READ, db], { maxBuffer: Infinity });
  return JSON.parse(stdout).map((row) => ({ ...row, record: JSON.parse(row.record) }));
}

// ---------------------------------------------------------------- the keyboard

/** Presses Tab until the control of this name has the focus, as somebody without a mouse does. */
export async function tabTo(page, name, key = "Tab") {
  const MOST_STOPS = 80;
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

/** The name of what has the focus, or its text where it has none. */
export function focused(page) {
  return page.evaluate(() => document.activeElement.name || document.activeElement.textContent.trim());
}

/** Fills the form in by keyboard alone: text is typed, a box is ticked with the space bar. */
export async function typeGuest(page, guest) {
  for (const [name, value] of Object.entries(guest)) {
    await tabTo(page, name);
    if (value === true) await page.keyboard.press("Space");
    else await page.keyboard.type(value);
  }
}

/** The next of the widget's ends: `{ type, Id?, issues?, code?, outcome? }`. Ask before what brings it about. */
export function nextEnd(page) {
  return page.evaluate(
    (ms) =>
      new Promise((resolve, reject) => {
        const ends = ["diner-created", "diner-invalid", "diner-error"];
        setTimeout(() => reject(new Error(`none of ${ends.join(", ")} within ${ms} ms`)), ms);
        for (const type of ends) {
          const answer = ({ detail: { Id, receipts, issues, error } }) =>
            resolve({ type, Id, receipts, issues, code: error?.code, outcome: error?.outcome });
          document.addEventListener(type, answer, { once: true });
        }
      }),
    STEP_MS,
  );
}

/** Opens the demo of a microsite and waits until its form can be filled in. */
export async function openForm(page, site, microsite = "oak-and-salt") {
  await page.goto(`${site.demo ?? site.url}?microsite=${microsite}`);
  await page.locator("diner-form button[type=submit]").waitFor();
}

/** A guest whose name is not plain ASCII and whose number is typed as people write it. */
export const GUEST = {
  FirstName: "Zoë",
  Surname: "O’Brien-Łukasz",
  Email: "zoe.obrien@example.com",
  Mobile: "07700 900123",
};

/** The same guest as the remote API must have it. */
export const GUEST_RECORD = { ...GUEST, MobileCountryCode: 44, Mobile: "7700900123" };
