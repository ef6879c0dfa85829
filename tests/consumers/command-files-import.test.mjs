/** For operators who import a guest list: `dinerkit import`. Environment: TARBALL, SANDBOX_BIN. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { appendFile, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { installCommand } from "../support/command.mjs";
import { stored } from "../support/sandbox.mjs";
import { hostOf } from "../../server/files/sending/lock.js";
import { suiteScope } from "../support/scope.mjs";

const scope = suiteScope();
const { config, file, finished, start, project, sandbox } = await installCommand(scope);

const path = (name) => join(project.folder, name);
const guest = (number, more = {}) => ({
  FirstName: "Ann",
  Surname: `Hedgecock${number}`,
  Email: `ann${number}@hedge.example`,
  Mobile: `+44 7700 900${String(number).padStart(3, "0")}`,
  ...more,
});
const ndjson = (guests) => guests.map((guest) => `${JSON.stringify(guest)}\n`).join("");

let lists = 0;
/** A list of guests in the project; returns its name. */
async function listOf(guests, name = `guests-${(lists += 1)}.ndjson`) {
  await writeFile(path(name), typeof guests === "string" ? guests : ndjson(guests));
  return name;
}

/** Runs the import of a list to its end, quickly. */
async function imported(list, { words = ["--yes"], content = config(), env } = {}) {
  const quick = ["--per-minute", "60000", ...words];
  return finished(["import", list, "--config", await file(content), ...quick], env);
}

const journalOf = async (list) => {
  const text = await readFile(path(`${list}.dinerkit-journal`), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
};
const surnames = async () => (await stored(sandbox.db)).map(({ surname }) => surname);
const countOf = async (surname) => (await surnames()).filter((one) => one === surname).length;

describe("import", () => {
  it("creates each guest once, and nobody again when it is said again", async () => {
    const list = await listOf([guest(1), guest(2), guest(3)]);
    const first = await imported(list);
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stdout, /^3 of 3 rows will be created at oak-and-salt, 0 are left out/m);
    assert.match(first.stdout, /^created 3, refused 0, unknown 0, left out 0$/m);
    for (const number of [1, 2, 3]) assert.equal(await countOf(`Hedgecock${number}`), 1);
    const before = (await sandbox.requests()).length;
    const again = await imported(list);
    assert.match(again.stdout, /^the journal has 3 rows of earlier runs: 3 created/m);
    assert.match(again.stdout, /^0 of 3 rows will be created/m);
    assert.equal(again.status, 0);
    assert.equal((await sandbox.requests()).length - before, 2, "a sign-in and the Setup");
  });

  it("writes a journal before and after each send, without what stands in the list", async () => {
    const list = await listOf([guest(11), guest(12)]);
    await imported(list);
    const [header, ...lines] = await journalOf(list);
    assert.deepEqual([header.journal, header.command, header.microsite], ["dinerkit", "import", "oak-and-salt"]);
    for (const row of [1, 2]) {
      const own = lines.filter((line) => line.row === row);
      assert.deepEqual(
        own.map(({ state }) => state),
        ["sending", "created"],
      );
      const [{ id }] = (await stored(sandbox.db)).filter(({ surname }) => surname === `Hedgecock1${row}`);
      assert.equal(own[1].id, id);
    }
    const text = await readFile(path(`${list}.dinerkit-journal`), "utf8");
    assert.doesNotMatch(text, /Hedgecock|hedge|7700 ?900/);
    assert.equal((await stat(path(`${list}.dinerkit-journal`))).mode & 0o777, 0o600);
    const locks = (await readdir(project.folder)).filter((name) => name.includes(".lock-"));
    assert.deepEqual(locks, []);
  });

  it("asks before it begins, and sends nothing where nobody can answer", async () => {
    const list = await listOf([guest(21)]);
    const { status, stdout, stderr } = await imported(list, { words: [] });
    assert.match(stdout, /^1 of 1 row will be created/m);
    assert.equal(stderr, "dinerkit: say --yes to begin: there is nobody to ask here\n");
    assert.equal(status, 2);
    assert.equal(await countOf("Hedgecock21"), 0);
    assert.ok(!existsSync(path(`${list}.dinerkit-journal`)));
  });

  it("leaves out rows with errors, and the later rows of a person, and says why in a file", async () => {
    const list = await listOf([
      guest(31),
      guest(32, { Email: "no address" }),
      guest(33, { Email: "ANN31@hedge.example" }),
      guest(34, { Surname: "" }),
      guest(35, { Email: "ann34@hedge.example" }),
      guest(36, { Email: "ann34@hedge.example" }),
    ]);
    const { status, stdout } = await imported(list);
    assert.match(stdout, /^2 of 6 rows will be created .* 4 are left out \(2 with errors, 2 duplicates/m);
    assert.equal(status, 1);
    assert.equal(await countOf("Hedgecock35"), 1, "the row that it is a duplicate of is not sent");
    const left = (await readFile(path(`${list}.refused.ndjson`), "utf8")).trimEnd().split("\n").map(JSON.parse);
    assert.deepEqual(
      left.map(({ dinerkit_row, dinerkit_reason }) => [dinerkit_row, dinerkit_reason]),
      [
        [2, "Email: email_at_missing"],
        [3, "duplicate of row 1"],
        [4, "Surname: required"],
        [6, "duplicate of row 5"],
      ],
    );
    assert.doesNotMatch(stdout, /hedge|no address/);
    // Mended, it is a list of its own.
    const mended = await listOf(
      left.map((row) => ({ ...row, Surname: "Mendedly", Email: `m${row.dinerkit_row}@hedge.example` })),
    );
    assert.equal((await imported(mended, { words: ["--yes", "--duplicates", "send"] })).status, 0);
    const rows = (await stored(sandbox.db)).filter(({ surname }) => surname === "Mendedly");
    assert.equal(rows.length, 4);
    assert.ok(rows.every(({ record }) => !("dinerkit_row" in record) && !("dinerkit_reason" in record)));
  });

  it("leaves rows of CSV as they stand in the file, which goes on being read as it was", async () => {
    const rows = [
      "Nachname;E-Mail;Handy;Kundennr",
      'Hühnerbein;hb1@hedge.example;"+44 7700 900771";0017',
      'Hühnerbein;"hb2 at hedge";+44 7700 900772;"=1+1"',
      "Hühnerbein;hb3@hedge.example;+44 7700 900773;1;2;3;4;5",
      'Hühnerbein;hb1@HEDGE.example;+44 7700 900774;"zwei',
      'Zeilen"',
    ];
    const list = "gäste.csv";
    await writeFile(path(list), Buffer.from(`${rows.join("\r\n")}`, "latin1"));
    const { status, stdout } = await imported(list);
    assert.match(stdout, /^1 of 4 rows will be created .*, 3 are left out/m);
    assert.equal(status, 1);
    const left = await readFile(path(`${list}.refused.csv`), "latin1");
    assert.deepEqual(left.split("\r\n"), [
      `${rows[0]};dinerkit_row;dinerkit_reason`,
      `${rows[2]};2;Email: email_at_missing`,
      ";;;;3;row_cells",
      rows[4],
      `${rows[5]};4;duplicate of row 1`,
      "",
    ]);
    const mended = left.replace('"hb2 at hedge"', "hb2@hedge.example").replace("hb1@HEDGE", "hb4@HEDGE");
    await writeFile(path("mended.csv"), Buffer.from(mended, "latin1"));
    const again = await imported("mended.csv");
    assert.match(again.stdout, /^created 2, refused 0, unknown 0, left out 1$/m, "one has no cells");
    const second = await readFile(path("mended.csv.refused.csv"), "latin1");
    assert.match(second, /^Nachname;E-Mail;Handy;Kundennr;dinerkit_row;dinerkit_reason\r\n/);
    assert.equal(await countOf("Hühnerbein"), 3);
  });

  it("sends a consent with the Setup's wording of today alone, and every other as false", async () => {
    const setup = await setupOf();
    const wording = setup.RestaurantEmailMarketingOptInText;
    const yes = (text) => ({ ReceiveRestaurantEmailMarketing: true, RestaurantEmailMarketingOptInText: text });
    const list = await listOf([guest(41, yes(wording)), guest(42, yes(`${wording} `)), guest(43, yes(undefined))]);
    const { status, stdout } = await imported(list);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ReceiveRestaurantEmailMarketing is sent as false in 2 rows, .*: lines 2, 3$/m);
    const consents = (await stored(sandbox.db))
      .filter(({ surname }) => /^Hedgecock4[123]$/.test(surname))
      .map(({ record }) => [record.ReceiveRestaurantEmailMarketing, record.RestaurantEmailMarketingOptInText ?? null]);
    assert.deepEqual(consents, [
      [true, wording],
      [false, null],
      [false, null],
    ]);
    const withheld = (await journalOf(list)).filter((line) => line.withheld).map(({ row }) => row);
    assert.deepEqual(withheld, [2, 3]);
  });

  it("never sends a row again whose answer was lost", async () => {
    const list = await listOf([guest(51), guest(52), guest(53)]);
    await sandbox.arm([{ fault: "reset-after", operation: "createCustomer", times: 1 }]);
    const { status, stdout } = await imported(list);
    await sandbox.disarm();
    assert.match(stdout, /^created 2, refused 0, unknown 1, left out 0$/m);
    assert.match(stdout, /^unknown: row [123]$/m);
    assert.equal(status, 1);
    await imported(list);
    for (const number of [51, 52, 53]) assert.equal(await countOf(`Hedgecock${number}`), 1);
  });

  it("takes a row for unknown that was being sent when the process ended, and understands half a line", async () => {
    const list = await listOf([guest(61), guest(62), guest(63)]);
    await imported(list);
    const journal = path(`${list}.dinerkit-journal`);
    const lines = (await readFile(journal, "utf8")).split("\n");
    const kept = lines.filter((line) => !/"row":[23],"state":"created"/.test(line) && !/"row":3,/.test(line));
    await writeFile(journal, kept.join("\n") + '{"row":3,"state":"sen');
    const { stdout, status } = await imported(list);
    assert.match(stdout, /^1 of 3 rows will be created/m);
    assert.match(stdout, /^created 2, refused 0, unknown 1, left out 0\nunknown: row 2$/m);
    assert.equal(status, 1);
    assert.equal(await countOf("Hedgecock62"), 1);
    assert.equal(await countOf("Hedgecock63"), 2, "the journal said that it had never been sent");
  });

  it("refuses a list that was changed, and a journal that is damaged or of something else", async () => {
    const list = await listOf([guest(71), guest(72)]);
    await imported(list);
    await listOf([guest(72), guest(71)], list);
    const changed = await imported(list);
    assert.equal(changed.status, 2);
    assert.match(changed.stderr, /this is not the file of which rows were sent \(row 1, 2 is another\)/);
    await listOf([guest(71)], list);
    assert.equal((await imported(list)).status, 2, "it has become shorter");
    await listOf([guest(71), guest(72), guest(73)], list);
    assert.equal((await imported(list)).status, 0, "rows were added");
    assert.equal(await countOf("Hedgecock73"), 1);
    const journal = path(`${list}.dinerkit-journal`);
    const other = await imported(list, {
      content: config().replace('"oak-and-salt"', '"harbour-room"'),
    });
    assert.match(other.stderr, /it was begun with microsite oak-and-salt, and not harbour-room/);
    await appendFile(journal, "{}\n");
    const damaged = await imported(list);
    assert.match(damaged.stderr, /line 8 is damaged/);
    await writeFile(journal, "something of somebody's");
    assert.match((await imported(list)).stderr, /it is no journal of dinerkit/);
    assert.equal(await readFile(journal, "utf8"), "something of somebody's");
  });

  it("goes on after the remote API has refused for a while, and sends nobody twice", async () => {
    const list = await listOf([guest(81), guest(82)]);
    await sandbox.arm([{ fault: "status-before;503", operation: "createCustomer", times: 1 }]);
    const { stdout } = await imported(list);
    await sandbox.disarm();
    // Nobody knows what a 503 means for a create.
    assert.match(stdout, /^created 1, refused 0, unknown 1/m);
  });

  it("does not lose rows while nothing listens at the remote API", async () => {
    const list = await listOf([guest(91)]);
    const port = await import("node:net").then(
      ({ createServer }) =>
        new Promise((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => resolve(port));
          });
        }),
    );
    const content = config().replace(/upstream = .*/, `upstream = "http://127.0.0.1:${port}"`);
    const { status, stderr } = await imported(list, { content });
    assert.equal(status, 2);
    assert.match(stderr, /nothing answers at/);
    assert.ok(!existsSync(path(`${list}.dinerkit-journal`)));
  });

  it("knows a list by another name that leads to it", async () => {
    const list = await listOf([guest(111)]);
    assert.equal((await imported(list)).status, 0);
    await symlink(list, path(`link-${list}`));
    const again = await imported(`link-${list}`);
    assert.match(again.stdout, /^0 of 1 row will be created/m, again.stderr);
    assert.equal(await countOf("Hedgecock111"), 1);
  });

  it("creates nobody whom an earlier run has created by a later row", async () => {
    const good = guest(121);
    const list = await listOf([{ ...good, Surname: undefined }, good]);
    assert.match((await imported(list)).stdout, /^created 1, refused 0, unknown 0, left out 1$/m);
    await writeFile(path(list), ndjson([good, good]));
    assert.match((await imported(list)).stdout, /^0 of 2 rows will be created at oak-and-salt, 1 is left out/m);
    assert.equal(await countOf("Hedgecock121"), 1);
  });

  it("sends nothing more of a list that is changed while it is sent", async () => {
    // A column that is no field makes blocks of a few rows, after each of which the list is looked at again.
    const padding = "x".repeat(8000);
    const rows = Array.from({ length: 400 }, (_, index) => {
      const { FirstName, Email, Mobile } = guest(500 + index);
      return `${FirstName},Change${index},${Email},${Mobile},${padding}\n`;
    });
    const content = (more) => ["FirstName,Surname,Email,Mobile,Unknown\n", ...more, ...rows].join("");
    const list = await listOf(content([]), "guests-changed.csv");
    const words = ["--yes", "--per-minute", "1200"];
    const running = start(["import", list, "--config", await file(config()), ...words]);
    await running.find(() => running.stdout.includes("about"), "its plan");
    await writeFile(path(list), content(["Ann,Another,another@hedge.example,+44 7700 900499,\n"]));
    const { status, stderr } = await running.ended;
    assert.equal(status, 2, running.log);
    assert.match(stderr, /the file has changed meanwhile: run the command again/);
    const created = (await surnames()).filter((name) => name.startsWith("Change"));
    assert.equal(new Set(created).size, created.length);
  });

  it("keeps two imports from one list, and takes over what a dead one has left", async () => {
    const list = await listOf([guest(101)]);
    const lockOf = (pid) => path(`${list}.dinerkit-journal.lock-${pid}-0-${hostOf()}`);
    await writeFile(lockOf(process.pid), "");
    const refused = await imported(list);
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /works on this list already: wait for its end/);
    await rm(lockOf(process.pid));
    const { child, ended } = start(["--version"]);
    await ended;
    await writeFile(lockOf(child.pid), "");
    assert.equal((await imported(list)).status, 0);
    assert.ok(!existsSync(lockOf(child.pid)));
  });

  it("ends in order on a signal, and goes on with the same words", async () => {
    const guests = Array.from({ length: 40 }, (_, index) => guest(200 + index));
    const list = await listOf(guests);
    const words = ["import", list, "--config", await file(config()), "--yes", "--per-minute", "600"];
    const running = start(words);
    await running.find(
      () => existsSync(path(`${list}.dinerkit-journal`)) && running.stdout.includes("about"),
      "its plan",
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    running.kill("SIGINT");
    const { status, stdout } = await running.ended;
    assert.equal(status, 130, running.log);
    assert.match(stdout, /^interrupted: \d+ rows to go: the same command goes on$/m);
    const lines = await journalOf(list);
    const sent = lines.filter(({ state }) => state === "sending").length;
    assert.ok(sent > 0 && sent < 40, `${sent}`);
    assert.equal(lines.filter(({ state }) => state === "created").length, sent);
    assert.equal((await imported(list)).status, 0);
    const names = (await surnames()).filter((name) => /^Hedgecock2\d\d$/.test(name));
    assert.equal(names.length, 40);
    assert.equal(new Set(names).size, 40);
  });

  it("says what is wrong with its words", async () => {
    const list = await listOf([guest(301)]);
    const name = await file(config());
    for (const [words, said] of [
      [["import"], /import takes one file of guests/],
      [["import", list, list, "--config", name], /import takes one file of guests/],
      [["import", "-", "--config", name], /and not standard input/],
      [["import", list], /import needs --config FILE/],
      [["import", list, "--config", name, "--per-minute", "0"], /--per-minute takes a whole number/],
      [["import", list, "--config", name, "--duplicates", "maybe"], /--duplicates takes send/],
      [["import", list, "--config", name, "--microsite", "elsewhere"], /--microsite takes one of the configuration's/],
      [["import", "no-such.csv", "--config", name], /there is no such file/],
      [["import", list, "--config", name, "--fix", "x"], /Unknown option '--fix'/],
    ]) {
      const { status, stderr } = await finished(words);
      assert.equal(status, 2, words.join(" "));
      assert.match(stderr, said);
    }
  });
});

/** The Setup of the sandbox's restaurant. */
async function setupOf() {
  const { CustomerClient } = await project.dinerkit();

  const credentials = { username: "demo", password: "demo" };
  const client = new CustomerClient({ baseUrl: sandbox.url, microsite: "oak-and-salt", credentials });
  const setup = await client.setup();
  client.free();
  return setup;
}
