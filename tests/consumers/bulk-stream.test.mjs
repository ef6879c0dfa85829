/**
 * For whoever changes how `checkMany` reads and hands out: bounded memory, back-pressure, ends of every kind, and that
 * workers change nothing but the time. What must leave no worker and no handle behind runs in a process of its own, which
 * has to end by itself. Environment: DINERKIT_BULK_SEED (default: a new one, which is printed).
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { dice } from "../support/dice.mjs";
import { run } from "../support/program.mjs";
import { Project } from "../support/project.mjs";

const SEED = Number(process.env.DINERKIT_BULK_SEED ?? Math.floor(Math.random() * 2 ** 32));
/** How much of a file a block is, about. */
const BLOCK = 64 * 1024;
/** How much of it says how it is written, and is read before the first block. */
const HEAD = 1024 * 1024;
const PIECE = 64 * 1024;
const TODAY = "2026-11-30";

const project = await Project.install();
let checkMany;

const guest = (number) => ({
  Surname: `Lee ${number}`,
  Email: `guest${number}@example.com`,
  Mobile: `+44 7700 9${String(number % 100_000).padStart(5, "0")}`,
});
const ndjson = (from, count) =>
  Buffer.from(Array.from({ length: count }, (_, index) => `${JSON.stringify(guest(from + index))}\n`).join(""));

/** Pieces without an end or until `until` is true, with a count of those that were asked for. */
function endless(piece) {
  const seen = { pieces: 0, bytes: 0, isClosed: false };
  async function* pieces() {
    try {
      for (;;) {
        seen.pieces += 1;
        seen.bytes += piece.length;
        yield piece;
      }
    } finally {
      seen.isClosed = true;
    }
  }
  return { seen, source: pieces() };
}

/** Runs a module in the project to its end, which it must find by itself; returns what it prints as JSON. */
async function alone(name, source) {
  const file = `${name}.mjs`;
  await writeFile(join(project.folder, file), `${PRELUDE}\n${source}`);
  const { stdout } = await run(process.execPath, ["--expose-gc", file], { cwd: project.folder, lifetimeMs: 60_000 });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** What the programs have in common: every worker that is made is known, and a source without an end. */
const PRELUDE = `
import threads from "node:worker_threads";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
const workers = [];
const Made = threads.Worker;
threads.Worker = class extends Made {
  constructor(...given) {
    super(...given);
    workers.push(this);
    this.once("exit", () => (this.hasEnded = true));
  }
};
syncBuiltinESMExports();
const alive = () => workers.filter((worker) => !worker.hasEnded).length;
/** Gives workers that were begun late time to show, and those that end the time that a busy machine takes. */
const rest = async () => {
  let turns = 50;
  do await delay(200); while (alive() > 0 && (turns -= 1) > 0);
};
const { checkMany } = await import("dinerkit/bulk");
const guest = (number) => JSON.stringify({
  Surname: "Lee " + number, Email: "guest" + number + "@example.com", Mobile: "+44 7700 900123" }) + "\\n";
const piece = Buffer.from(Array.from({ length: 700 }, (_, number) => guest(number)).join(""));
function endless(piece) {
  const seen = { isClosed: true };
  async function* pieces() {
    seen.isClosed = false;
    try { for (;;) yield new Uint8Array(piece); } finally { seen.isClosed = true; }
  }
  return { seen, source: pieces() };
}
process.on("unhandledRejection", (error) => { console.error("unhandled", error); process.exit(7); });
`;

describe("checkMany", { timeout: 300_000 }, () => {
  before(async () => {
    console.log(`bulk: DINERKIT_BULK_SEED=${SEED}`);
    ({ checkMany } = await project.import("dinerkit/bulk"));
  });

  for (const workers of [0, 2])
    it(`needs no more memory for a million rows than for a few thousand, with ${workers} workers`, async () => {
      const { rows, growth } = await alone(
        `memory-${workers}`,
        `
        const PARTS = 1_000_000 / 5_000;
        async function* pieces() {
          for (let part = 0; part < PARTS; part += 1) {
            let text = "";
            for (let number = 0; number < 5_000; number += 1)
              text += '{"Surname":"Lee","Email":"g' + (part * 5_000 + number) + '@b.example","Mobile":"+44 7700 900123"}\\n';
            yield Buffer.from(text);
          }
        }
        const weigh = async () => {
          for (let turn = 0; turn < 3; turn += 1) {
            gc();
            await new Promise((resolve) => setImmediate(resolve));
          }
          const { heapUsed, external, rss } = process.memoryUsage();
          return { heap: heapUsed, outside: external, rss };
        };
        const early = [], late = [];
        let rows = 0, next = 50_000;
        for await (const batch of checkMany(pieces(), { today: "${TODAY}", workers: ${workers} }).batches()) {
          rows += batch.length;
          if (rows < next) continue;
          next += 100_000;
          (rows < 300_000 ? early : late).push(await weigh());
        }
        // What was used lately may not be swept yet, so the least that was seen counts.
        const least = (list, kind) => Math.min(...list.map((weight) => weight[kind]));
        const growth = Object.fromEntries(["heap", "outside", "rss"].map((kind) => [kind, least(late, kind) - least(early, kind)]));
        console.log(JSON.stringify({ rows, growth }));`,
      );
      console.log(`bulk: ${workers} workers, memory grew by ${JSON.stringify(growth)}`);
      assert.equal(rows, 1_000_000);
      // The file has 60 MB. A leak of each block, or of each block's results, would be tens of megabytes.
      assert.ok(growth.heap < 8 << 20, `heap ${growth.heap}`);
      assert.ok(growth.outside < 12 << 20, `outside ${growth.outside}`);
      // What the system has given stays with the process, so this bound is wide.
      assert.ok(growth.rss < 96 << 20, `rss ${growth.rss}`);
    });

  for (const workers of [0, 1, 2])
    it(`reads no more ahead than ${workers + 1} blocks while its reader is slow, with ${workers} workers`, async () => {
      const piece = new Uint8Array(ndjson(0, 700).subarray(0, PIECE));
      const { seen, source } = endless(piece);
      const batches = checkMany(source, { workers, today: TODAY }).batches()[Symbol.asyncIterator]();
      await batches.next();
      // The beginning, the block that was handed out, those ahead, and what was read of one more.
      const bound = HEAD + (workers + 3) * (BLOCK + PIECE);
      // Until nothing more is read, which takes a busy machine its time.
      for (let before; before !== seen.bytes;) {
        before = seen.bytes;
        await delay(300);
        assert.ok(seen.bytes <= bound, `${seen.bytes} bytes of ${bound}`);
      }
      await batches.return();
      assert.ok(seen.isClosed);
    });

  it("pulls from a Web stream only what its own reader asks for", async () => {
    let pulled = 0;
    let reason = "not cancelled";
    const piece = new Uint8Array(ndjson(0, 700).subarray(0, PIECE));
    const source = new ReadableStream(
      {
        pull(controller) {
          pulled += piece.length;
          controller.enqueue(piece);
        },
        cancel(why) {
          reason = why;
        },
      },
      { highWaterMark: 0 },
    );
    const reader = checkMany(source, { today: TODAY }).readable().getReader();
    const { value } = await reader.read();
    assert.equal(value.row, 1);
    await delay(300);
    assert.ok(pulled <= HEAD + 3 * (BLOCK + PIECE), `${pulled}`);
    await reader.cancel("enough");
    assert.notEqual(reason, "not cancelled");
  });

  it("leaves no worker, no source and no handle when it is aborted at any moment", async () => {
    const { ends, left, open } = await alone(
      "abort",
      `
      let state = ${SEED % 2 ** 31};
      const random = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
      const ends = [];
      for (let turn = 0; turn < 24; turn += 1) {
        const { seen, source } = endless(piece);
        const aborting = new AbortController();
        const reason = new Error("turn " + turn);
        if (turn === 0) aborting.abort(reason);
        else setTimeout(() => aborting.abort(reason), turn < 4 ? turn - 1 : random() * 250);
        let rows = 0, end = "went on";
        try {
          const checked = checkMany(source, { workers: turn % 3, signal: aborting.signal });
          for await (const batch of checked.batches()) rows += batch.length;
        } catch (error) {
          end = error === reason || error.cause === reason ? "aborted" : String(error.stack);
        }
        await delay(0);
        ends.push({ turn, end, closed: seen.isClosed });
      }
      await rest();
      console.log(JSON.stringify({ ends, left: alive(), open: process.getActiveResourcesInfo() }));`,
    );
    assert.deepEqual(
      ends.filter(({ end, closed }) => end !== "aborted" || !closed),
      [],
    );
    assert.equal(left, 0);
    assert.ok(!open.some((kind) => /MessagePort|Worker/.test(kind)), String(open));
  });

  it("ends its workers and its source when the loop is left, when a reader fails, and when the source fails", async () => {
    const { ends, left } = await alone(
      "leave",
      `
      const ends = [];
      for (const workers of [0, 2]) {
        {
          const { seen, source } = endless(piece);
          for await (const row of checkMany(source, { workers })) if (row.row === 1000) break;
          ends.push(["break", workers, seen.isClosed]);
        }
        {
          const { seen, source } = endless(piece);
          const mine = new Error("mine");
          let caught;
          try {
            for await (const row of checkMany(source, { workers })) if (row.row === 1000) throw mine;
          } catch (error) { caught = error; }
          ends.push(["throw", workers, seen.isClosed && caught === mine]);
        }
        {
          const theirs = new Error("the disk is gone");
          async function* failing() { for (let part = 0; part < 20; part += 1) yield new Uint8Array(piece); throw theirs; }
          let rows = 0, caught;
          try {
            for await (const row of checkMany(failing(), { workers })) rows += 1;
          } catch (error) { caught = error; }
          ends.push(["source", workers, caught === theirs || caught?.cause === theirs]);
        }
        {
          const theirs = new Error("at once");
          async function* failing() { throw theirs; }
          let caught;
          try {
            for await (const row of checkMany(failing(), { workers }));
          } catch (error) { caught = error; }
          ends.push(["source at once", workers, caught === theirs || caught?.cause === theirs]);
        }
        {
          const told = new Error("told");
          const { seen, source } = endless(piece);
          let caught;
          try {
            for await (const row of checkMany(source, { workers, onProgress() { throw told; } }));
          } catch (error) { caught = error; }
          ends.push(["progress", workers, seen.isClosed && caught === told]);
        }
        {
          // Nobody reads it: it must not keep the process.
          const { source } = endless(piece);
          checkMany(source, { workers });
          ends.push(["not read", workers, true]);
        }
      }
      await rest();
      console.log(JSON.stringify({ ends, left: alive() }));`,
    );
    assert.deepEqual(
      ends.filter(([, , isRight]) => !isRight),
      [],
    );
    assert.equal(ends.length, 12);
    assert.equal(left, 0);
  });

  it("ends with an error when a worker is ended from outside or fails", async () => {
    const { ends, made, left } = await alone(
      "killed",
      `
      const ends = [];
      for (const [kill, at] of [[0, 1], [1, 1], [0, 5000], [1, 20000]]) {
        const before = workers.length;
        const { seen, source } = endless(piece);
        let end = "went on", row = 0;
        try {
          for await (const one of checkMany(source, { workers: 2 })) {
            row = one.row;
            if (row === at) await workers[before + kill].terminate();
            if (row > 2_000_000) break;
          }
        } catch (error) { end = error.name + ": " + error.message; }
        ends.push({ kill, at, end, closed: seen.isClosed });
      }
      await rest();
      console.log(JSON.stringify({ ends, made: workers.length, left: alive() }));`,
    );
    assert.ok(made >= 8, "the workers are node:worker_threads'");
    for (const { end, closed } of ends) {
      assert.match(end, /^\w*Error: .*worker/i);
      assert.ok(closed);
    }
    assert.equal(left, 0);
  });

  it("is read once", async () => {
    const checked = checkMany(ndjson(0, 10), { today: TODAY });
    for await (const { row } of checked) assert.ok(row <= 10);
    for (const again of [
      () => checked[Symbol.asyncIterator]().next(),
      () => checked.batches()[Symbol.asyncIterator]().next(),
      () => checked.readable().getReader().read(),
    ])
      await assert.rejects(async () => again(), TypeError);
  });

  it("takes every kind of source, and leaves the caller's bytes alone", async () => {
    const bytes = new Uint8Array(ndjson(0, 3000));
    const copy = bytes.slice();
    const padded = new Uint8Array(bytes.length + 20);
    padded.set(bytes, 10);
    const one = new Uint8Array(1000);
    /** A reader of files that has one buffer for all that it reads. */
    async function* reused() {
      for (let from = 0; from < bytes.length; from += one.length) {
        const part = bytes.subarray(from, from + one.length);
        one.fill(0);
        one.set(part);
        yield one.subarray(0, part.length);
      }
    }
    async function* withEmpty() {
      for (let from = 0; from < bytes.length; from += 5000) {
        yield new Uint8Array(0);
        yield bytes.subarray(from, from + 5000);
      }
    }
    const sources = {
      bytes: () => bytes,
      "part of a buffer": () => padded.subarray(10, 10 + bytes.length),
      blob: () => new Blob([bytes]),
      stream: () => new Blob([bytes]).stream(),
      reused,
      withEmpty,
    };
    for (const workers of [0, 2])
      for (const [name, source] of Object.entries(sources)) {
        let rows = 0;
        for await (const { value, isSendable } of checkMany(source(), { workers, today: TODAY })) {
          assert.equal(value.Surname, `Lee ${rows}`, name);
          assert.ok(isSendable);
          rows += 1;
        }
        assert.equal(rows, 3000, name);
        assert.deepEqual(bytes, copy, name);
      }
  });

  it("refuses sources and pieces that are no bytes", async () => {
    async function* texts() {
      yield "Surname,Email\n";
    }
    for (const source of [undefined, null, "Surname", 7, {}, texts()])
      await assert.rejects(async () => {
        for await (const row of checkMany(source)) assert.ok(row);
      }, TypeError);
  });

  it("refuses options that are wrong, and names them", async () => {
    const wrong = {
      format: "xml",
      encoding: "latin-2",
      delimiter: ":",
      map: { Name: "Nose" },
      duplicates: "yes",
      workers: -1,
      signal: {},
      onProgress: 7,
      locale: 7,
      today: "soon",
    };
    for (const [name, value] of Object.entries(wrong))
      await assert.rejects(
        async () => {
          for await (const row of checkMany(ndjson(0, 1), { [name]: value })) assert.ok(row);
        },
        (error) => error instanceof TypeError && error.message.includes(name),
        name,
      );
    await assert.rejects(async () => {
      for await (const row of checkMany(ndjson(0, 1), { delimeter: ";" })) assert.ok(row);
    }, /delimeter/);
  });

  it("tells its progress by bytes and rows, which never go back and end with all", async () => {
    const bytes = ndjson(0, 20_000);
    for (const workers of [0, 2]) {
      const told = [];
      let rows = 0;
      const onProgress = (progress) => told.push({ ...progress });
      for await (const batch of checkMany(bytes, { workers, onProgress }).batches()) rows += batch.length;
      assert.equal(rows, 20_000);
      for (const [index, { bytes: now, rows: checked }] of told.entries())
        assert.ok(index === 0 || (now >= told[index - 1].bytes && checked >= told[index - 1].rows));
      assert.equal(told.at(-1).bytes, bytes.length);
      assert.equal(told.at(-1).rows, 20_000);
    }
  });

  it("keeps several files apart that are read at the same time", async () => {
    const csv = (from) =>
      Buffer.from(
        `Name;Mail;Tel\n${Array.from({ length: 5000 }, (_, index) => `Lee ${from + index};guest@example.com;+44 7700 900123\n`).join("")}`,
      );
    const map = { Name: "Surname", Mail: "Email", Tel: "Mobile" };
    const read = async (source, options, from, field) => {
      let rows = 0;
      for await (const { value } of checkMany(source, { ...options, today: TODAY })) {
        assert.equal(value[field], `Lee ${from + rows}`);
        rows += 1;
      }
      return rows;
    };
    const counts = await Promise.all([
      read(ndjson(0, 5000), {}, 0, "Surname"),
      read(csv(0), { map }, 0, "Surname"),
      read(csv(7), { map: { ...map, Name: "Company" } }, 7, "Company"),
      read(ndjson(9, 5000), { workers: 2 }, 9, "Surname"),
    ]);
    assert.deepEqual(counts, [5000, 5000, 5000, 5000]);
  });

  it("gives the same with two workers as with none, for 20,000 random rows", async () => {
    const random = dice(SEED);
    const rows = Array.from({ length: 20_000 }, () => randomRow(random));
    const files = {
      ndjson: Buffer.from(
        rows.map((row) => `${random() < 0.02 ? JSON.stringify(row).slice(1) : JSON.stringify(row)}\n`).join(""),
      ),
      csv: Buffer.from(
        `Surname,Email,Mobile,Comments,Loyalty\n${rows
          .map(
            (row) =>
              [row.Surname, row.Email, row.Mobile, row.Comments, "x"]
                .map((text) => `"${(text ?? "").replaceAll('"', '""')}"`)
                .join(",") + "\n",
          )
          .join("")}`,
      ),
    };
    for (const [format, bytes] of Object.entries(files)) {
      const all = [];
      for (const workers of [0, 2]) {
        const found = [];
        for await (const row of checkMany(bytes, { workers, format, duplicates: true, today: TODAY }))
          found.push(JSON.stringify([row.row, row.line, row.json, row.issues, row.other, row.isSendable, row.value]));
        all.push(found);
      }
      const [none, two] = all;
      assert.equal(none.length, 20_000);
      const index = none.findIndex((row, place) => row !== two[place]);
      assert.equal(index, -1, `row ${index}: ${none[index]} and ${two[index]}`);
      assert.equal(two.length, none.length);
      assert.ok(none.some((row) => row.includes('"duplicate"')) && none.some((row) => row.includes("email_")));
    }
  });
});

const NAMES = [
  "Lee",
  "Müller",
  "O'Hara",
  "王",
  "Ze\u0301",
  "",
  " ",
  "=1+1",
  'Jim "Jimmy"',
  "a\nb",
  "x".repeat(120),
  "\u202Eabc",
];
const EMAILS = [
  "guest@example.com",
  "guest@example,com",
  "nobody",
  "",
  "joe@gmial.com",
  "Ünïcode@example.com",
  "a@b.example",
];
const MOBILES = ["+44 7700 900123", "07700900123", "4.47911E+11", "", "+1 212 555 0100", "+49 1512 3456789", "abc"];

function randomRow(random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const row = {
    Surname: pick(NAMES),
    Email: random() < 0.5 ? `guest${Math.floor(random() * 5000)}@example.com` : pick(EMAILS),
    Mobile: random() < 0.5 ? `+44 7700 9${String(Math.floor(random() * 1e5)).padStart(5, "0")}` : pick(MOBILES),
  };
  if (random() < 0.3) row.Comments = pick(NAMES);
  return row;
}
