/**
 * For whoever changes `dinerkit import`: whatever ends it, and however often, nobody is created twice. An import of
 * thousands of rows is killed at random moments while the remote API fails, until it is through; then SQLite, which is what
 * really happened, is compared with the journal, which is what the command says has happened. Environment:
 * DINERKIT_IMPORT_SEED (default: a new one, which is printed), DINERKIT_IMPORT_ROWS (default 5000).
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { dice } from "../support/dice.mjs";
import { configOf, emailOf, Imports, isSendable, journalOf, list, MARK } from "../support/import.mjs";
import { until } from "../support/program.mjs";
import { Project } from "../support/project.mjs";
import { startProxy } from "../support/proxy.mjs";
import { startFaultySandbox, stored } from "../support/sandbox.mjs";

const SEED = Number(process.env.DINERKIT_IMPORT_SEED ?? Math.floor(Math.random() * 2 ** 32));
const ROWS = Number(process.env.DINERKIT_IMPORT_ROWS ?? 5000);
/** How often the long import is killed. Then it may come to its end. */
const KILLS = 20;
/** How many requests are under way at most. */
const AT_ONCE = 16;
/** A process is killed within this time after it has said what it will send. */
const LIVES_MS = 900;

/** How long all may take: on a machine with ten other programs for each processor it takes more than five minutes. */
const LONGEST_MS = 900_000;

const project = await Project.install();

/**
 * What goes wrong with a create now and then. After most of it an import pauses for a second or more, so it is rare;
 * a 429 takes a minute, and has a test of its own.
 */
const faults = (seed) =>
  Object.entries({
    "reset-before": 0.0005,
    "reset-after": 0.0005,
    "status-before;503": 0.0005,
    "status-after;502": 0.0005,
    "status-before;400": 0.002,
    "half-body": 0.0005,
    "delay-after;200": 0.01,
    "delay-before;200": 0.01,
    "page;503;0": 0.0005,
    revoked: 0.001,
  }).map(([fault, probability], index) => ({
    operation: "createCustomer",
    fault,
    probability,
    seed: (seed + index) % 2 ** 31,
  }));

/** How many customers SQLite has of each row of the list. */
async function created(sandbox) {
  const counts = new Map();
  for (const { record } of await stored(sandbox.db)) {
    const row = Number(/^guest(\d+)\./.exec(record.Email)?.[1]);
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return counts;
}

/** The laws of every import, whatever has happened to it. */
async function holds(sandbox, imports, file, rows, { isDone = true } = {}) {
  const [journal, counts, requests, all] = [
    await imports.journal(file),
    await created(sandbox),
    await sandbox.requests(),
    await stored(sandbox.db),
  ];
  const ids = new Map(all.map(({ id, record }) => [id, record.Email]));
  const numbers = Array.from({ length: rows }, (_, index) => index + 1);
  const wrong = (isWrong) => numbers.filter(isWrong);
  const state = (row) => journal.rows.get(row)?.state ?? "fresh";
  const count = (row) => counts.get(row) ?? 0;
  assert.deepEqual(
    [...counts].filter(([, times]) => times > 1),
    [],
    "customers who are there twice",
  );
  assert.deepEqual(
    [...counts.keys()].filter((row) => !(row >= 1 && row <= rows)),
    [],
    "customers of no row",
  );
  assert.deepEqual(
    wrong((row) => state(row) === "created" && count(row) !== 1),
    [],
    "done, but not there",
  );
  assert.deepEqual(
    wrong((row) => state(row) === "created" && ids.get(journal.rows.get(row).id) !== emailOf(row)),
    [],
    "done under another's Id",
  );
  assert.deepEqual(
    wrong((row) => ["refused", "notSent", "fresh"].includes(state(row)) && count(row) > 0),
    [],
    "there, but not done",
  );
  assert.deepEqual(
    wrong((row) => !isSendable(row) && (journal.rows.get(row)?.count ?? 0) > 0),
    [],
    "begun, but not sendable",
  );
  const asked = requests
    .filter(({ operation }) => operation === "createCustomer")
    .map(({ body }) => JSON.parse(body).Email);
  assert.deepEqual(
    asked.filter((email) => email.includes("nowhere")),
    [],
    "sent, but not sendable",
  );
  if (isDone)
    assert.deepEqual(
      wrong((row) => isSendable(row) && !["created", "refused", "unknown", "sending"].includes(state(row))),
      [],
      "left out",
    );
  assert.ok(!journal.text.includes(MARK), "the journal holds personal data");
  return { journal, counts };
}

/** How many creates have arrived. */
const sends = async (sandbox) =>
  (await sandbox.requests()).filter(({ operation }) => operation === "createCustomer").length;

/** Everything that the command has printed, which holds nobody's data. */
function silent(log) {
  assert.ok(!log.includes(MARK), log.slice(0, 3000));
}

// Most of the time is pauses, so that some run at once.
describe("an import", { timeout: LONGEST_MS, concurrency: 3 }, () => {
  it(`of ${ROWS} rows that is killed again and again creates nobody twice`, async (context) => {
    console.log(`import: DINERKIT_IMPORT_SEED=${SEED} DINERKIT_IMPORT_ROWS=${ROWS}`);
    const random = dice(SEED);
    const sandbox = await startFaultySandbox(context);
    await sandbox.arm(faults(SEED));
    const imports = new Imports(context, project);
    const file = await imports.write("long.csv", list(ROWS));
    const config = await imports.write("long.toml", configOf(sandbox.url));
    const began = Date.now();
    let kills = 0;
    let log = "";
    let status;
    for (let runs = 0; runs < KILLS * 5; runs += 1) {
      const program = imports.start(file, config);
      if (kills < KILLS) {
        const lives = random() * LIVES_MS;
        await program.find(() => program.stdout.includes("will be created"), "what it will send");
        await Promise.race([delay(lives), program.ended]);
        program.kill("SIGKILL");
      }
      const ended = await program.ended;
      log += ended.stdout + ended.stderr;
      if (ended.status === "SIGKILL") kills += 1;
      else status = ended.status;
      // 2 is a wrong use: to go on would never end.
      assert.notEqual(status, 2, ended.stderr);
      const { rows } = await imports.journal(file);
      const isThrough = Array.from({ length: ROWS }, (_, index) => index + 1).every(
        (row) => !isSendable(row) || ["created", "refused", "unknown", "sending"].includes(rows.get(row)?.state),
      );
      if (ended.status !== "SIGKILL" && isThrough) break;
    }
    const { journal, counts } = await holds(sandbox, imports, file, ROWS);
    const open = journal.inState("unknown", "sending");
    const there = open.filter((row) => counts.get(row) === 1).length;
    console.log(
      `import: ${kills} kills in ${Date.now() - began} ms; ${journal.inState("created").length} done, ` +
        `${journal.inState("refused").length} refused, ${open.length} unknown, of which ${there} there`,
    );
    silent(log);
    assert.ok(kills >= KILLS / 2, `${kills} kills`);
    assert.ok(journal.inState("created").length > ROWS / 2);
    assert.ok(open.length > 0 && open.length <= kills * AT_ONCE + ROWS / 100, `${open.length} unknown`);
    assert.equal(status, 1);
  });

  it("that is killed between its journal and its request, or before the answer, never sends that row again", async (context) => {
    for (const arrives of [false, true]) {
      const sandbox = await startFaultySandbox(context);
      const proxy = await startProxy(context, Number(new URL(sandbox.url).port));
      const imports = new Imports(context, project);
      const file = await imports.write(`held-${arrives}.csv`, list(20));
      const config = await imports.write("held.toml", configOf(`http://127.0.0.1:${proxy.port}`));
      let held;
      // Several are under way at once: the one that is held names itself by its body.
      const matches = { test: (text) => Boolean((held ??= /"Email":"guest(\d+)\./.exec(text)?.[1])) };
      const holding = proxy.holdAt(matches, { after: arrives });
      const first = imports.start(file, config);
      const gate = await holding;
      const row = Number(held);
      if (arrives)
        await until(
          async () => (await created(sandbox)).has(row),
          () => "the row did not arrive",
        );
      first.kill("SIGKILL");
      await first.ended;
      gate.cut();
      const before = (await imports.journal(file)).inState("sending");
      assert.ok(before.includes(row), `row ${row} is not in ${before}`);
      const second = await imports.start(file, config).ended;
      assert.equal(second.status, 1, second.stderr);
      silent(second.stdout + second.stderr);
      assert.match(second.stdout, new RegExp(`unknown: rows? (\\d+, )*${row}\\b`));
      const { journal, counts } = await holds(sandbox, imports, file, 20);
      assert.equal(counts.has(row), arrives);
      for (const sent of before) assert.equal(journal.rows.get(sent).count, 1);
      assert.deepEqual(journal.inState("unknown", "sending"), before);
      // A third time sends nothing.
      const sent = await sends(sandbox);
      assert.equal((await imports.start(file, config).ended).status, 1);
      assert.equal(await sends(sandbox), sent);
    }
  });

  for (const [name, rules] of Object.entries({
    "resets after the create": [{ operation: "createCustomer", fault: "reset-after", times: 3 }],
    "503s before it": [{ operation: "createCustomer", fault: "status-before;503", times: 3 }],
    "502s after it": [{ operation: "createCustomer", fault: "status-after;502", times: 3 }],
    "429s": [{ operation: "createCustomer", fault: "too-many;1", times: 1 }],
    "tokens that are no longer taken": [{ operation: "createCustomer", fault: "revoked", times: 3 }],
    "answers cut in half": [{ operation: "createCustomer", fault: "half-body", times: 3 }],
    "an answer about somebody else": [{ operation: "createCustomer", fault: "other-echo", times: 1 }],
    "a refusal": [{ operation: "createCustomer", fault: "status-before;400", times: 2 }],
    "a page of a firewall": [{ operation: "createCustomer", fault: "page;403", times: 1 }],
    "sign-ins that fail at first": [{ operation: "authenticateV2", fault: "status-before;503", times: 1 }],
  }))
    it(`that meets ${name} says the truth of each row`, async (context) => {
      const sandbox = await startFaultySandbox(context);
      await sandbox.arm(rules);
      const imports = new Imports(context, project);
      const file = await imports.write(`fault-${name.replaceAll(/\W/g, "-")}.csv`, list(40));
      const config = await imports.write(`fault-${name.replaceAll(/\W/g, "-")}.toml`, configOf(sandbox.url));
      const { status, stdout, stderr } = await imports.start(file, config).ended;
      silent(stdout + stderr);
      assert.equal(status, 1, stderr);
      await imports.start(file, config).ended;
      const { journal } = await holds(sandbox, imports, file, 40);
      // A row that is refused without a reason is not tried again for ever.
      assert.equal(journal.inState("refused").length, name === "a refusal" ? 2 : 0);
    });

  it("goes on when its token ends half-way", async (context) => {
    const sandbox = await startFaultySandbox(context);
    await sandbox.arm([{ operation: "createCustomer", fault: "delay-before;100" }]);
    const imports = new Imports(context, project);
    const file = await imports.write("token.csv", list(60));
    const config = await imports.write("token.toml", configOf(sandbox.url));
    const program = imports.start(file, config);
    await until(
      async () => (await created(sandbox)).size > 3,
      () => `nothing was created: ${program.log}`,
    );
    await fetch(`${sandbox.url}/sandbox/clock`, { method: "POST", body: JSON.stringify({ seconds: 90_000 }) });
    await program.ended;
    const { journal } = await holds(sandbox, imports, file, 60);
    assert.ok(journal.inState("created").length >= 50, JSON.stringify(journal.inState("created").length));
  });

  it("that loses the network for a while goes on later, and sends nothing twice", async (context) => {
    const sandbox = await startFaultySandbox(context);
    await sandbox.arm([{ operation: "createCustomer", fault: "delay-before;30" }]);
    const proxy = await startProxy(context, Number(new URL(sandbox.url).port));
    const imports = new Imports(context, project);
    const file = await imports.write("network.csv", list(100));
    const config = await imports.write("network.toml", configOf(`http://127.0.0.1:${proxy.port}`));
    const first = imports.start(file, config);
    await until(
      async () => (await created(sandbox)).size > 5,
      () => `nothing was created: ${first.log}`,
    );
    proxy.cut();
    const isOver = await Promise.race([first.ended.then(() => true), delay(3000, false)]);
    proxy.mend();
    const { status } = await first.ended;
    assert.ok(status !== 0 || !isOver);
    silent(first.log);
    await holds(sandbox, imports, file, 100, { isDone: false });
    await imports.start(file, config).ended;
    await holds(sandbox, imports, file, 100);
  });

  it("is refused while another works on the same list", async (context) => {
    const sandbox = await startFaultySandbox(context);
    const proxy = await startProxy(context, Number(new URL(sandbox.url).port));
    const imports = new Imports(context, project);
    const file = await imports.write("twice.csv", list(40));
    const config = await imports.write("twice.toml", configOf(`http://127.0.0.1:${proxy.port}`));
    // The first of its rows is held until the others have ended.
    const holding = proxy.holdAt(/"Email":"guest/);
    const all = [1, 2, 3].map(() => imports.start(file, config));
    const gate = await holding;
    await until(
      () => all.filter((program) => program.hasEnded).length === 2,
      () => all.map((program) => program.log).join("\n"),
    );
    gate.release();
    const ends = await Promise.all(all.map((program) => program.ended));
    await holds(sandbox, imports, file, 40);
    assert.equal(ends.filter(({ status }) => status === 2).length, 2, JSON.stringify(ends));
  });

  it("ends at SIGTERM and SIGINT without a row that is unknown, and goes on", async (context) => {
    for (const signal of ["SIGTERM", "SIGINT"]) {
      const sandbox = await startFaultySandbox(context);
      await sandbox.arm([{ operation: "createCustomer", fault: "delay-after;100" }]);
      const imports = new Imports(context, project);
      const file = await imports.write(`${signal}.csv`, list(60));
      const config = await imports.write("signal.toml", configOf(sandbox.url));
      const program = imports.start(file, config);
      await until(
        async () => (await created(sandbox)).size > 5,
        () => `nothing was created: ${program.log}`,
      );
      program.kill(signal);
      const { status } = await program.ended;
      assert.notEqual(status, 0);
      const { journal } = await holds(sandbox, imports, file, 60, { isDone: false });
      assert.deepEqual(journal.inState("unknown", "sending"), []);
      await imports.start(file, config).ended;
      await holds(sandbox, imports, file, 60);
    }
  });

  it("does not go on with a list that was changed, or with a journal that is damaged", async (context) => {
    const sandbox = await startFaultySandbox(context);
    const imports = new Imports(context, project);
    const config = await imports.write("changed.toml", configOf(sandbox.url));
    const file = await imports.write("changed.csv", list(10));
    await imports.start(file, config).ended;
    const sent = () => sends(sandbox);
    const before = await sent();
    // Rows 1 to 10 are others now: to compare by their numbers alone would leave out guests.
    await imports.write("changed.csv", list(10, 101));
    const changed = await imports.start(file, config).ended;
    assert.notEqual(changed.status, 0);
    silent(changed.stdout + changed.stderr);
    assert.equal(await sent(), before);
    await imports.write("changed.csv", list(12));
    const { text } = await imports.journal(file);
    for (const damage of [
      text.replace(/"state":"sending"/, '"state":"sendi'),
      `${text.split("\n")[0]}\n{"row":0,"state":"created"}\n`,
      text.replace(/.*\n/, ""),
      `\n${text}`,
      "\0".repeat(200) + text,
    ]) {
      await imports.write(journalOf(file), damage);
      const { status, stderr, stdout } = await imports.start(file, config).ended;
      assert.equal(status, 2, stdout + stderr);
      assert.equal(await sent(), before);
    }
    // The end of a line that was being written is no damage.
    await imports.write(journalOf(file), `${text}{"row":11,"st`);
    await imports.start(file, config).ended;
    assert.equal(await sent(), before + 2);
  });

  it("on a disk that is full sends nothing that its journal can't hold, and goes on when there is room", async (context) => {
    const sandbox = await startFaultySandbox(context);
    const imports = new Imports(context, project);
    const file = await imports.write("full.csv", list(100));
    const config = await imports.write("full.toml", configOf(sandbox.url));
    for (const blocks of [0, 1, 3, 8]) {
      const { status, stdout, stderr } = await imports.startOnFullDisk(blocks, file, config).ended;
      assert.equal(status, 2, `${blocks}: ${stdout}${stderr}`);
      silent(stdout + stderr);
      await holds(sandbox, imports, file, 100, { isDone: false });
    }
    const { status } = await imports.start(file, config).ended;
    assert.equal(status, 1);
    const { journal } = await holds(sandbox, imports, file, 100);
    assert.ok(journal.inState("created").length > 50);
  });

  it("leaves personal data only in the file of what was refused", async (context) => {
    const sandbox = await startFaultySandbox(context);
    const imports = new Imports(context, project);
    const file = await imports.write("private.csv", list(60));
    const config = await imports.write("private.toml", configOf(sandbox.url));
    await sandbox.arm([{ operation: "createCustomer", fault: "reset-after", times: 2 }]);
    await imports.start(file, config).ended;
    const beside = (await readdir(project.folder)).filter((name) => name.startsWith("private.csv."));
    assert.ok(beside.length >= 2, String(beside));
    for (const name of beside) {
      if (/refused|mend/.test(name)) continue;
      assert.ok(!(await readFile(imports.path(name), "utf8")).includes(MARK), name);
    }
  });
});
