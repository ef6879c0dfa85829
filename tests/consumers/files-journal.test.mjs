/** For whoever changes the journal of the commands that send lists: what its lines say, and who may send. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, describe, it } from "node:test";
import { Journal } from "../../server/files/sending/journal.js";
import {
  JournalError,
  Lines,
  digester,
  endLine,
  readHeader,
  readLine,
} from "../../server/files/sending/journal-lines.js";
import { LockError, hostOf, lock } from "../../server/files/sending/lock.js";
import { isNeverConnected } from "../../server/files/sending/account.js";
import { Pace, underWay } from "../../server/files/sending/pace.js";
import { sendAll } from "../../server/files/sending/sender.js";
import { Rows, maySend } from "../../server/files/sending/states.js";
import { verdictOn } from "../../server/files/sending/verdict.js";
import { Decisions } from "../../server/files/import/rows.js";
import { idOf, idsIn } from "../../server/files/lists/ids.js";

const folder = await mkdtemp(join(tmpdir(), "dinerkit-journal-"));
after(() => rm(folder, { recursive: true }));
let names = 0;
const fresh = () => join(folder, `list-${(names += 1)}`);

const ABOUT = { command: "import", upstream: "https://api.example", microsite: "oak" };
const DIGEST = "0123456789abcdef";
const OTHER = "fedcba9876543210";
const ONCE = { mayRepeat: false };

describe("a row of a journal", () => {
  const table = [
    // lines, may it be sent again: once, if twice does no harm
    [[], true, true],
    [["sending"], false, true],
    [["sending", "unknown"], false, true],
    [["sending", "created"], false, false],
    [["sending", "done"], false, false],
    [["sending", "refused"], false, false],
    [["sending", "notSent"], true, true],
    [["sending", "notSent", "sending"], false, true],
    [["sending", "notSent", "sending", "created"], false, false],
  ];
  for (const [states, isOnce, isAgain] of table) {
    it(`after ${states.join(", ") || "nothing"}`, () => {
      const rows = new Rows(ONCE);
      for (const state of states) assert.ok(rows.take({ row: 7, state, digest: DIGEST }));
      assert.equal(rows.maySend(7), isOnce);
      assert.equal(maySend(rows.stateOf(7), { mayRepeat: true }), isAgain);
    });
  }

  it("refuses an order that no journal has", () => {
    for (const states of [
      ["created"],
      ["sending", "sending"],
      ["sending", "created", "sending"],
      ["sending", "unknown", "sending"],
      ["sending", "created", "created"],
    ]) {
      const rows = new Rows(ONCE);
      const isTaken = states.map((state) => rows.take({ row: 1, state, digest: DIGEST }));
      assert.deepEqual(isTaken, [...states.slice(1).map(() => true), false], states.join(", "));
    }
    const repeated = new Rows({ mayRepeat: true });
    for (const state of ["sending", "sending", "unknown", "sending", "done"]) {
      assert.ok(repeated.take({ row: 1, state, digest: DIGEST }), state);
    }
    assert.ok(!repeated.take({ row: 1, state: "sending", digest: DIGEST }));
  });

  it("is known by its digest, unless it was never sent", () => {
    const rows = new Rows(ONCE);
    assert.ok(rows.isSame(3, OTHER));
    rows.take({ row: 3, state: "sending", digest: DIGEST });
    assert.deepEqual([rows.isSame(3, DIGEST), rows.isSame(3, OTHER)], [true, false]);
    rows.take({ row: 3, state: "notSent" });
    assert.ok(rows.isSame(3, OTHER), "it may have been mended");
    const zero = "0000000000000001";
    rows.take({ row: 4, state: "sending", digest: zero });
    assert.equal(rows.digestOf(4), zero);
  });

  it("is kept among millions", () => {
    const rows = new Rows(ONCE);
    for (const row of [1, 1023, 1024, 5000, 3_000_000]) rows.take({ row, state: "sending", digest: DIGEST });
    rows.take({ row: 1024, state: "created" });
    assert.deepEqual([...rows.in("sending")], [1, 1023, 5000, 3_000_000]);
    assert.deepEqual(rows.counts, { sending: 4, created: 1, done: 0, refused: 0, notSent: 0, unknown: 0 });
  });
});

describe("lines of a journal", () => {
  it("that are none are refused", () => {
    for (const text of [
      "",
      "x",
      "null",
      "[]",
      "{}",
      '{"row":0,"state":"created"}',
      '{"row":1.5,"state":"created"}',
      '{"row":1,"state":"sent"}',
      '{"row":1,"state":"sending"}',
      '{"row":1,"state":"sending","digest":"0123"}',
      '{"row":1,"state":"created","id":"7"}',
      '{"row":1,"state":"refused","reasons":["a\\nb"]}',
    ]) {
      assert.equal(readLine(text), undefined, text);
    }
    for (const text of ["", "{}", "[1]", '{"journal":"dinerkit","version":2}', '{"journal":"other","version":1}']) {
      assert.throws(() => readHeader(text), JournalError, text);
    }
  });

  it("have no reason that is no code", () => {
    const end = { row: 1, state: "refused", reasons: ["Email: refused", "J\u00e4ne: x", "x".repeat(200)] };
    const text = endLine(end, "2026-01-01T00:00:00.000Z");
    assert.deepEqual(readLine(text).reasons, ["Email: refused", "other", "other"]);
  });

  it("are whole, wherever the chunks end", () => {
    const bytes = Buffer.from("één\ntwo\n\nthr");
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const lines = new Lines();
      const found = [...lines.of(bytes.subarray(0, cut)), ...lines.of(bytes.subarray(cut))];
      assert.deepEqual(found, ["één", "two", ""]);
      assert.equal(lines.whole, bytes.length - 3);
      assert.equal(lines.rest, "thr");
    }
  });

  it("have another digest in each journal", () => {
    const [one, two] = [digester("a2V5"), digester("a2V6")];
    assert.match(one("x"), /^[0-9a-f]{16}$/);
    assert.equal(one("x"), one("x"));
    assert.notEqual(one("x"), one("y"));
    assert.notEqual(one("x"), two("x"));
  });
});

describe("a journal", () => {
  const begun = async (path = fresh()) => {
    const journal = await Journal.open(path, ABOUT, ONCE);
    return { path, journal, row: (row) => ({ row, digest: journal.digest(`row ${row}`) }) };
  };

  it("has a row on the disk before it is sent", async () => {
    const { path, journal, row } = await begun();
    await journal.begin([row(1)]);
    const text = await readFile(path, "utf8");
    assert.match(text, /^\{"journal":"dinerkit".*\n\{"row":1,"state":"sending",.*\n$/);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await journal.close();
  });

  it("goes on after it was cut at any byte", async () => {
    const { path, journal, row } = await begun();
    for (const number of [1, 2]) {
      await journal.begin([row(number)]);
      await journal.end([{ row: number, state: "created", id: number }]);
    }
    await journal.close();
    const whole = await readFile(path);
    const header = whole.indexOf(10) + 1;
    // Each place costs some writes to the disk.
    for (let cut = 0; cut <= whole.length; cut += cut < header - 1 ? 9 : 4) {
      const short = `${path}-cut`;
      await writeFile(short, whole.subarray(0, cut));
      const again = await Journal.open(short, ABOUT, ONCE);
      const lines = whole.subarray(header, Math.max(cut, header)).toString().split("\n").slice(0, -1);
      const isSent = [1, 2].map((number) => lines.some((line) => line.includes(`"row":${number},"state":"sending"`)));
      assert.deepEqual(
        [1, 2].map((number) => !again.rows.maySend(number)),
        isSent,
        `${cut}`,
      );
      const next = isSent.indexOf(false) + 1;
      if (next > 0) await again.begin([{ row: next, digest: again.digest("x") }]);
      await again.close();
      const third = await Journal.open(short, ABOUT, ONCE);
      if (next > 0) assert.equal(third.rows.stateOf(next), "sending");
      await third.close();
      await rm(short);
    }
  });

  it("refuses what it can't understand, and changes nothing of it", async () => {
    const { path, journal, row } = await begun();
    await journal.begin([row(1)]);
    await journal.close();
    const good = await readFile(path, "utf8");
    for (const [text, said] of [
      ["notes of somebody", /no journal of dinerkit/],
      ["notes\n", /no journal of dinerkit/],
      [`${good}{"row":1,"state":"sending","digest":"${DIGEST}"}\n`, /line 3 is damaged/],
      [`${good}\u0000\u0000\n{"row":1,"state":"created"}\n`, /line 3 is damaged/],
    ]) {
      await writeFile(path, text);
      await assert.rejects(Journal.open(path, ABOUT, ONCE), said);
      assert.equal(await readFile(path, "utf8"), text);
    }
    await writeFile(path, good);
    for (const other of [{ command: "unsubscribe" }, { microsite: "pier" }, { upstream: "https://test.example" }]) {
      await assert.rejects(Journal.open(path, { ...ABOUT, ...other }, ONCE), /it was begun with/);
    }
  });
});

describe("a lock", () => {
  const host = hostOf();
  const DEAD = 2 ** 22 + 5;

  it("is held by one at a time", async () => {
    const path = fresh();
    const unlock = await lock(path);
    await assert.rejects(lock(path), LockError);
    await unlock();
    await (
      await lock(path)
    )();
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.startsWith(basename(path))),
      [],
    );
  });

  it("of a process that has ended is removed, and no other", async () => {
    for (const [owner, isDead] of [
      [`${DEAD}-1-${host}`, true],
      [`${DEAD}-0-${host}`, true],
      [`${process.ppid}-1-${host}`, process.platform === "linux"],
      [`${process.ppid}-0-${host}`, false],
      [`${DEAD}-1-00000000`, false],
    ]) {
      const path = fresh();
      await writeFile(`${path}-${owner}`, "");
      if (isDead) await (await lock(path))();
      else await assert.rejects(lock(path), LockError, owner);
      assert.equal(existsSync(`${path}-${owner}`), !isDead, owner);
    }
    const path = fresh();
    await writeFile(`${path}-notes`, "");
    await (
      await lock(path)
    )();
    assert.ok(existsSync(`${path}-notes`));
  });

  it("of a dead process goes to one of many that want it at the same time", async () => {
    const path = fresh();
    await writeFile(`${path}-${DEAD}-1-${host}`, "");
    const code = `const { lock } = await import(process.argv[1]);
      const unlock = await lock(process.argv[2]).catch(() => undefined);
      console.log(unlock ? "taken" : "refused");
      await process.stdin.resume().toArray();
      await unlock?.();`;
    const url = new URL("../../server/files/sending/lock.js", import.meta.url).href;
    const each = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ["--input-type=module", "-e", code, url, path], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    // Whoever has it holds it until all have asked.
    const words = await Promise.all(each.map(async ({ stdout }) => String((await once(stdout, "data"))[0])));
    const ends = each.map((child) => once(child, "close"));
    for (const { stdin } of each) stdin.end();
    await Promise.all(ends);
    assert.ok(
      words.every((word) => ["taken\n", "refused\n"].includes(word)),
      words.join(""),
    );
    assert.ok(words.filter((word) => word === "taken\n").length <= 1, words.join(""));
  });
});

describe("the verdict on a failure", () => {
  const sent = { wasSent: true };
  for (const [error, seen, verdict] of [
    [{ code: "network", outcome: "unknown" }, sent, ["unknown", "doubt"]],
    [{ code: "network", outcome: "unknown" }, { wasSent: false }, ["notSent", "pause"]],
    [{ code: "timeout", outcome: "unknown" }, sent, ["unknown", "doubt"]],
    [{ code: "http", outcome: "unknown", status: 502 }, sent, ["unknown", "doubt"]],
    [{ code: "protocol", outcome: "unknown", status: 200 }, sent, ["unknown", "doubt"]],
    [{ code: "abort", outcome: "notSent" }, sent, ["notSent", "pause"]],
    [{ code: "http", outcome: "refused", status: 429 }, sent, ["notSent", "pause"]],
    [{ code: "http", outcome: "refused", status: 424 }, {}, ["notSent", "pause"]],
    [{ code: "http", outcome: "refused", status: 424 }, { upstream: 503 }, ["notSent", "pause"]],
    [{ code: "http", outcome: "refused", status: 424 }, { upstream: 403 }, ["notSent", "doubt"]],
    [{ code: "http", outcome: "refused", status: 424 }, { upstream: 400 }, ["refused", "go"]],
    [{ code: "http", outcome: "refused", status: 424 }, { upstream: 409 }, ["refused", "go"]],
    [{ code: "http", outcome: "refused", status: 424 }, { upstream: 408 }, ["notSent", "pause"]],
    [{ code: "http", outcome: "refused", status: 424 }, { upstream: 429 }, ["notSent", "pause"]],
    [{ code: "http", outcome: "refused", status: 401 }, sent, ["notSent", "doubt"]],
    [{ code: "http", outcome: "refused", status: 404 }, sent, ["notSent", "doubt"]],
    [{ code: "blocked", outcome: "refused", status: 403 }, sent, ["notSent", "doubt"]],
    [{ code: "validation", outcome: "refused", status: 400, issues: [] }, sent, ["refused", "go"]],
    [{ code: "validation", outcome: "notSent", issues: [] }, { wasSent: false }, ["refused", "go"]],
    [{ code: "http", outcome: "refused", status: 413 }, sent, ["refused", "go"]],
  ]) {
    it(`${error.code} ${error.outcome} ${error.status ?? ""} ${JSON.stringify(seen)}`, () => {
      const { state, next } = verdictOn(error, seen);
      assert.deepEqual([state, next], verdict);
    });
  }

  it("names fields and codes, and no value", () => {
    const issues = [
      { path: ["Email"], code: "refused", message: "jane@x.example is taken" },
      { path: ["Address", "Town"], code: "too_long" },
      { path: ["Email"], code: "refused" },
    ];
    const { reasons } = verdictOn({ code: "validation", outcome: "refused", issues }, sent);
    assert.deepEqual(reasons, ["Email: refused", "Address.Town: too_long"]);
    const unmapped = { code: "validation", outcome: "refused", unmapped: ["Jane is taken"] };
    assert.deepEqual(verdictOn(unmapped, sent).reasons, ["unmapped"]);
    const unread = { code: "http", outcome: "refused", status: 424 };
    assert.deepEqual(verdictOn(unread, { upstream: 400 }).reasons, ["status 400"]);
  });

  it("takes a connection for one that was never made only where that is certain", () => {
    const caused = (cause) => new TypeError("fetch failed", { cause });
    for (const [cause, isNever] of [
      [{ code: "ECONNREFUSED", syscall: "connect" }, true],
      [{ code: "ENOTFOUND", syscall: "getaddrinfo" }, true],
      [{ code: "UND_ERR_CONNECT_TIMEOUT" }, true],
      [
        {
          errors: [
            { code: "EHOSTUNREACH", syscall: "connect" },
            { code: "ECONNREFUSED", syscall: "connect" },
          ],
        },
        true,
      ],
      [
        {
          errors: [
            { code: "EHOSTUNREACH", syscall: "connect" },
            { code: "ECONNRESET", syscall: "read" },
          ],
        },
        false,
      ],
      [{ errors: [] }, false],
      [{ code: "EHOSTUNREACH", syscall: "read" }, false],
      [{ code: "ENETUNREACH", syscall: "write" }, false],
      [{ code: "UND_ERR_SOCKET" }, false],
      [undefined, false],
    ])
      assert.equal(isNeverConnected(caused(cause)), isNever, JSON.stringify(cause));
  });
});

describe("the pace", () => {
  /** A pace with a clock of its own. */
  function paced(perMinute) {
    let time = 0;
    const wait = (ms) => Promise.resolve((time += ms));
    return { pace: new Pace(perMinute, { now: () => time, wait }), now: () => time };
  }
  const on = new AbortController().signal;

  it("is even", async () => {
    const { pace, now } = paced(60);
    const times = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await pace.turn(on);
      times.push(now());
    }
    assert.deepEqual(times, [0, 1000, 2000, 3000]);
  });

  it("pauses longer after each failure, and begins anew after a success", () => {
    const { pace } = paced(60);
    const pauses = Array.from({ length: 8 }, () => pace.failed());
    assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    pace.succeeded();
    assert.equal(pace.failed(), 1000);
  });

  it("gives no turn after the end", async () => {
    const stop = new AbortController();
    const { pace } = paced(60);
    stop.abort();
    assert.equal(await pace.turn(stop.signal), false);
    assert.equal(await new Pace(1).rest(stop.signal), undefined);
  });

  it("has so many under way that slow answers do not slow it", () => {
    assert.deepEqual([1, 30, 40, 200, 60_000].map(underWay), [1, 1, 2, 7, 16]);
  });
});

describe("what sends", () => {
  const error = (members) => Object.assign(new Error("failed"), { code: "http", ...members });
  const lost = error({ outcome: "unknown" });
  const refusedAccount = error({ outcome: "refused", status: 403 });
  const refusedRow = error({ outcome: "refused", status: 400 });

  /** Sends rows; `answers` has what comes for each request. Returns what the journal says, and what was sent. */
  async function sent(count, answers, { atOnce = 1, apart, hasIds, isWell = true } = {}) {
    const requests = [];
    const log = [];
    const journal = {
      begin: async (rows) => void rows.forEach(({ row }) => log.push([row, "sending"])),
      end: async (ends) => void ends.forEach(({ row, state }) => log.push([row, state])),
    };
    const pace = {
      turn: async (signal) => !signal.aborted,
      failed: () => 0,
      hold() {},
      rest: async () => {},
      succeeded() {},
    };
    const account = {
      attempt: async (send) => {
        const answer = answers[requests.length];
        const ends = await send();
        await new Promise(setImmediate);
        return answer ? { error: answer, wasSent: true } : { ends };
      },
      isWell: async () => isWell,
    };
    const parcel = (rows) => ({
      rows: rows.map((row) => ({ row })),
      send: async () => {
        requests.push(rows);
        return rows.map((row) => ({ row, state: "created" }));
      },
      hasIds,
      apart: apart && rows.length > 1 ? () => rows.map((row) => parcel([row])) : undefined,
    });
    async function* parcels() {
      const numbers = Array.from({ length: count }, (_, index) => index + 1);
      if (apart) yield parcel(numbers);
      else for (const number of numbers) yield parcel([number]);
    }
    const stop = new AbortController().signal;
    const result = await sendAll(parcels(), { journal, pace, atOnce, account, stop, tell() {} });
    return { requests: requests.flat(), log, result };
  }

  it("sends each row once, however many are under way", async () => {
    for (const atOnce of [1, 3, 100]) {
      const { requests } = await sent(20, [], { atOnce });
      assert.deepEqual(
        requests.toSorted((one, other) => one - other),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    }
  });

  it("never sends a row again whose answer was lost, and one again that was not sent", async () => {
    const { requests, log } = await sent(2, [lost]);
    assert.deepEqual(requests, [1, 2]);
    assert.deepEqual(log.slice(0, 2), [
      [1, "sending"],
      [1, "unknown"],
    ]);
    const busy = error({ outcome: "refused", status: 429 });
    assert.deepEqual((await sent(2, [busy, busy])).requests, [1, 1, 1, 2]);
  });

  it("takes 404 for a customer who is not there, if the restaurant is", async () => {
    const missing = error({ outcome: "refused", status: 404 });
    const { log, result } = await sent(3, [missing, undefined, missing], { apart: true, hasIds: true });
    assert.deepEqual(Object.fromEntries(log), { 1: "created", 2: "refused", 3: "created" });
    assert.equal(result.stopped, undefined);
    const five = Array(5).fill(missing);
    assert.deepEqual((await sent(1, five, { hasIds: true, isWell: false })).result.stopped, { status: 404 });
    assert.deepEqual((await sent(1, five)).result.stopped, { status: 404 });
  });

  it("stops when the account is refused time after time, and not before", async () => {
    const four = Array(4).fill(refusedAccount);
    assert.equal((await sent(1, four)).result.stopped, undefined);
    const five = await sent(3, [...four, refusedAccount]);
    assert.deepEqual(five.result.stopped, { status: 403 });
    assert.deepEqual(five.requests, [1, 1, 1, 1, 1]);
  });

  it("stops when answers are lost time after time, and counts those that were under way together once", async () => {
    const { requests, result } = await sent(9, Array(9).fill(lost));
    assert.deepEqual([requests.length, result.stopped], [5, { status: undefined }]);
    const good = [lost, lost, lost, lost, undefined];
    assert.equal((await sent(10, [...good, ...good])).requests.length, 10);
    const together = await sent(10, Array(10).fill(lost), { atOnce: 10 });
    assert.deepEqual([together.requests.length, together.result.stopped], [10, undefined]);
  });

  it("sends the rows of a refused parcel one by one", async () => {
    const { log, requests } = await sent(3, [refusedRow, undefined, refusedRow], { apart: true });
    assert.deepEqual(requests, [1, 2, 3, 1, 2, 3]);
    assert.deepEqual(log.filter(([, state]) => state !== "sending").slice(3), [
      [1, "created"],
      [2, "refused"],
      [3, "created"],
    ]);
  });

  it("ends with the error where the journal can't be written", async () => {
    const full = new JournalError("the disk is full");
    const pace = { turn: async (signal) => !signal.aborted };
    const journal = { begin: () => Promise.reject(full) };
    const parcels = (async function* () {
      for (let row = 1; row < 100; row += 1) yield { rows: [{ row }], send: () => assert.fail("sent") };
    })();
    const stop = new AbortController().signal;
    const account = { attempt: () => assert.fail("sent") };
    await assert.rejects(sendAll(parcels, { journal, pace, atOnce: 2, account, stop, tell() {} }), full);
  });
});

describe("a row of a list of guests", () => {
  const consents = [{ name: "ReceiveEmailMarketing", text: "GroupEmailMarketingOptInText" }];
  const setup = { GroupEmailMarketingOptInText: "By <b>e-mail</b>" };
  const rowOf = (row, value, issues = []) => ({ row, value, issues });
  const duplicate = (row) => ({ code: "duplicate", severity: "advice", path: [], params: { row } });
  const error = { code: "required", severity: "error", path: ["Surname"] };

  it("has its consents by the wording, byte for byte", () => {
    for (const [wording, isYes] of [
      ["By <b>e-mail</b>", true],
      ["By <b>e-mail</b> ", false],
      ["by <b>e-mail</b>", false],
      ["By e-mail", false],
      ["", false],
      [undefined, false],
    ]) {
      const decisions = new Decisions({ consents, setup });
      const missing = { code: "consent_text_missing", severity: "error", path: ["ReceiveEmailMarketing"] };
      // The rules leave a yes without a wording out.
      const yes = wording ? { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: wording } : {};
      const value = { Surname: "Li", ...yes };
      const decision = decisions.of(rowOf(1, value, wording ? [] : [missing]));
      const said = { Surname: "Li", ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: wording };
      assert.deepEqual(decision.value, isYes ? said : { Surname: "Li", ReceiveEmailMarketing: false }, wording);
      assert.deepEqual(decision.withheld, isYes ? [] : ["ReceiveEmailMarketing"]);
    }
  });

  it("has no consent where the Setup has no wording", () => {
    for (const own of [{}, { GroupEmailMarketingOptInText: "" }, { GroupEmailMarketingOptInText: null }]) {
      const decisions = new Decisions({ consents, setup: own });
      const value = { ReceiveEmailMarketing: true, GroupEmailMarketingOptInText: own.GroupEmailMarketingOptInText };
      assert.equal(decisions.of(rowOf(1, value)).value.ReceiveEmailMarketing, false);
    }
  });

  it("is left out as a duplicate only of a row that is sent", () => {
    const outcome = (rows, options) => {
      const decisions = new Decisions({ consents, setup, ...options });
      return rows.map((issues, index) => {
        const { value, reasons } = decisions.of(rowOf(index + 1, {}, issues));
        return value ? "sent" : reasons.join();
      });
    };
    assert.deepEqual(outcome([[], [duplicate(1)]]), ["sent", "duplicate of row 1"]);
    assert.deepEqual(outcome([[error], [duplicate(1)], [duplicate(1)]]), [
      "Surname: required",
      "sent",
      "duplicate of row 2",
    ]);
    assert.deepEqual(
      outcome([[error], [error, duplicate(1)], [duplicate(1)]]),
      ["Surname: required", "Surname: required,duplicate", "sent"].map((text) => text.replace(",duplicate", "")),
    );
    assert.deepEqual(outcome([[], [duplicate(1)], [duplicate(2)]]), [
      "sent",
      "duplicate of row 1",
      "duplicate of row 2",
    ]);
    assert.deepEqual(outcome([[], [duplicate(1)]], { sendsDuplicates: true }), ["sent", "sent"]);
    // Row 3 was sent while those before it were left out.
    const sent = new Map([[1, 3]]);
    assert.deepEqual(outcome([[], [duplicate(1)]], { sent }), ["duplicate of row 3", "duplicate of row 1"]);
    assert.deepEqual(outcome([[error], [duplicate(1)]], { sent }), ["Surname: required", "duplicate of row 3"]);
  });
});

describe("a list of Ids", () => {
  it("with a quote that is left open is read in time that grows with it only", async () => {
    const lines = "1\n".repeat(200_000);
    const before = process.cpuUsage();
    const found = [];
    for await (const { id } of idsIn([Buffer.from(`Id\n"${lines}`)], "list")) found.push(id);
    assert.deepEqual(found, [undefined]);
    assert.ok(process.cpuUsage(before).user < 5_000_000);
  });

  const read = async (text) => {
    const found = [];
    // In chunks that end within lines and characters.
    const bytes = Buffer.from(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, index) =>
      bytes.subarray(index * 3, index * 3 + 3),
    );
    for await (const { line, id } of idsIn(chunks, "list")) found.push([line, id]);
    return found;
  };

  it("is read in every form", async () => {
    const ids = [
      [1, 4711],
      [2, 12],
    ];
    const below = ids.map(([line, id]) => [line + 1, id]);
    assert.deepEqual(await read("4711\n12"), ids);
    assert.deepEqual(await read("\ufeff4711\r\n12\r\n"), ids);
    assert.deepEqual(await read('{"Id":4711,"Surname":"Li"}\n{"Id":"12"}\n'), ids);
    assert.deepEqual(await read("Id,Surname\n4711,Li\n12,\n"), below);
    assert.deepEqual(await read('"Surname";"ID"\r\n"L;i";"4711"\r\nLi;12'), below);
    assert.deepEqual(await read("Surname\tId\nMüller\t4711\n\t12\n"), below);
    assert.deepEqual(await read('Note,Id\n"two\nlines, here",4711\n,12\n'), [
      [2, 4711],
      [4, 12],
    ]);
    assert.deepEqual(await read(""), []);
  });

  it("has rows without an Id", async () => {
    assert.deepEqual(await read("1\nx\n\n0\n2147483648\n-3\n1.5\n2"), [
      [1, 1],
      [2, undefined],
      [4, undefined],
      [5, undefined],
      [6, undefined],
      [7, undefined],
      [8, 2],
    ]);
    await assert.rejects(read("Name,Number\nLi,7"), /it takes one Id a line, or a column/);
    for (const text of [undefined, null, "", " ", "0", "01", "1e3", "99999999999"]) assert.equal(idOf(text), undefined);
    assert.equal(idOf(" 7 "), 7);
  });
});
