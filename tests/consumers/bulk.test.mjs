/**
 * For programs that check files of many rows: `checkMany` of `dinerkit/bulk`. Tested with the packed tarball.
 * Environment: TARBALL.
 */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import threads from "node:worker_threads";
import { build } from "esbuild";
import { Project } from "../support/project.mjs";
import { run } from "../support/program.mjs";

const project = await Project.install();
const { checkCustomer, loadPhones } = await project.dinerkit();
await loadPhones();
const { checkMany } = await project.import("dinerkit/bulk");

const TODAY = "2026-11-22";
const GUEST = { Surname: "Lee", Email: "ann@example.com", Mobile: "+44 7400 123456" };
const bytesOf = (text) => new TextEncoder().encode(text);
const linesOf = (rows) => bytesOf(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

async function all(rows) {
  const list = [];
  for await (const row of rows) list.push(row);
  return list;
}

/** So many guests, each with an address of their own. */
const guests = (count) =>
  Array.from({ length: count }, (_, index) => ({ ...GUEST, Email: `guest${index}@example.com` }));
/** A file of some blocks, and how many rows it has. */
const MANY = 12_000;
const file = linesOf(guests(MANY));
/** How long a block of rows is, in bytes. */
const BLOCK = 64 * 1024;
assert.ok(file.length > 12 * BLOCK);

/** A source that tells how many of its pieces were read and whether it was cancelled. */
function watched(pieces = Infinity, piece = file) {
  const seen = { read: 0, isCancelled: false };
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (seen.read === pieces) return controller.close();
        seen.read += 1;
        controller.enqueue(piece);
      },
      cancel() {
        seen.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, stream };
}

describe("a row", () => {
  /** Values and names, right and wrong, in a sequence that is always the same. */
  let seed = 17;
  const random = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  const pick = (list) => list[random(list.length)];
  const TEXTS = [
    "",
    " ",
    " Lee ",
    "Zoe\u0308",
    "佐藤",
    "محمد",
    "a\0b",
    "\ud83c",
    "\u2028",
    '"\\/\b\n',
    "a@b.example",
    "lee@example,com",
    "zoë@bücher.example",
    "07400 123456",
    "+33 6 12 34 56 78",
    "44",
    "1990-02-28",
    "3/4/1990",
    "true",
    "x".repeat(300),
    "<b>yes</b>",
  ];
  const VALUES = [
    null,
    true,
    false,
    0,
    44,
    -1,
    1.5,
    2 ** 53,
    [],
    [1, 2],
    [1, 1],
    {},
    { Id: 1, Name: "x" },
    { Town: " Bath " },
  ];
  const NAMES = ["Address", "Newer", "surname", "Surname[]", "__proto__", "CustomerOptions", "Address.Town", "é"];
  const fields = ["Title", "FirstName", "Surname", "Email", "MobileCountryCode", "Mobile", "PhoneCountryCode", "Phone"];
  const more = ["Birthday", "IsDrinkingAge", "Field1", "ReceiveSmsMarketing", "GroupSmsMarketingOptInText", "Comments"];
  const staff = ["CustomerCodes", "CustomerType", "IpAddress", "IsVip"];
  const value = () => (random(3) ? pick(TEXTS) : pick(VALUES));
  function row() {
    const record = {};
    for (let count = random(9); count > 0; count--) {
      // As JSON has it: an own member, whatever its name.
      const name = random(6) ? pick([...fields, ...more, ...staff]) : pick(NAMES);
      Object.defineProperty(record, name, { value: value(), enumerable: true, configurable: true, writable: true });
    }
    if (!random(4)) record.Address = { Town: value(), Postcode: value(), [pick(["Floor", "town", "House"])]: value() };
    return record;
  }

  it("is checked as checkCustomer checks it", async () => {
    const records = Array.from({ length: 6000 }, row);
    const setup = { LegalDrinkingAge: 18, CustomFields: [{ Name: "Field1", Label: "Table", IsRequired: false }] };
    const options = { today: TODAY, locale: "en-GB", setup };
    const rows = await all(checkMany(linesOf(records), options));
    assert.equal(rows.length, records.length);
    const found = new Set();
    rows.forEach(({ row, line, value, json, issues, isSendable, other }, index) => {
      // What crossed as JSON has no lone surrogates.
      const record = JSON.parse(new TextDecoder().decode(linesOf([records[index]])));
      const expected = checkCustomer(record, options);
      assert.deepEqual({ value, issues }, expected, JSON.stringify(record));
      assert.deepEqual(JSON.parse(json), value);
      assert.deepEqual([row, line, other], [index + 1, index + 1, {}]);
      assert.equal(
        isSendable,
        expected.issues.every(({ severity }) => severity === "advice"),
      );
      for (const { code } of issues) found.add(code);
    });
    assert.ok(found.size > 15, [...found].join());
  });

  it("is the same where there are no buffers of Node's", async () => {
    const texts = [...TEXTS, "\ufeffa", "é", "a\u0080b", "🍷", "\u007f"];
    const records = Array.from({ length: 300 }, (_, index) => ({
      ...GUEST,
      Comments: texts[index % texts.length],
      GroupSmsMarketingOptInText: texts[(index * 7) % texts.length],
      [index % 5 ? "Title" : "é"]: texts[(index * 3) % texts.length],
    }));
    const shown = ({ value, json, issues }) => JSON.stringify([value, json, issues]);
    const bytes = linesOf(records);
    await writeFile(join(project.folder, "records.ndjson"), bytes);
    const program = `
      import { readFileSync } from "node:fs";
      const bytes = new Uint8Array(readFileSync("records.ndjson"));
      delete globalThis.Buffer;
      const { checkMany } = await import("dinerkit/bulk");
      const shown = ${shown};
      for await (const row of checkMany(bytes, { format: "ndjson", today: "${TODAY}" })) console.log(shown(row));`;
    await writeFile(join(project.folder, "no-buffers.mjs"), program);
    const { stdout } = await run(process.execPath, ["no-buffers.mjs"], { cwd: project.folder });
    const rows = await all(checkMany(bytes, { format: "ndjson", today: TODAY }));
    assert.deepEqual(stdout.trim().split("\n"), rows.map(shown));
  });

  it("that is malformed is a row with an issue", async () => {
    const text = `${JSON.stringify(GUEST)}\n\n{"Surname":\n[1]\n{"Surname":"a","Surname":"b"}\n7`;
    const rows = await all(checkMany(bytesOf(text), { format: "ndjson" }));
    assert.deepEqual(
      rows.map(({ row, line, isSendable, value, issues }) => [row, line, isSendable, value?.Surname, issues[0]?.code]),
      [
        [1, 1, true, "Lee", undefined],
        [2, 3, false, undefined, "row_not_json"],
        [3, 4, false, undefined, "row_not_an_object"],
        [4, 5, false, undefined, "row_not_json"],
        [5, 6, false, undefined, "row_not_an_object"],
      ],
    );
    assert.deepEqual(rows[1].issues[0].path, []);
    assert.equal(rows[1].json, undefined);
  });

  it("of CSV has its other cells, and flags and lists as people write them", async () => {
    const text =
      "Surname;Email;Mobile;Table;IsVip;CustomerCodes;CustomerType;\r\n" +
      'Lee;ann@example.com;+44 7400 123456;"7; by\nthe ""window""";ja;1|2;7|Press;\r\n' +
      "Li;li@example.com;4.47911E+11;;nein;;;9\r\n";
    const [lee, li] = await all(checkMany(bytesOf(text)));
    assert.deepEqual(lee.issues, []);
    assert.deepEqual(lee.other, { Table: '7; by\nthe "window"' });
    const { IsVip, CustomerCodes, CustomerType } = lee.value;
    assert.deepEqual(
      { IsVip, CustomerCodes, CustomerType },
      {
        IsVip: true,
        CustomerCodes: [1, 2],
        CustomerType: { Id: 7, Name: "Press" },
      },
    );
    assert.deepEqual([li.row, li.line], [2, 4]);
    assert.deepEqual(
      li.issues.map(({ code, path }) => [code, path]),
      [["cell_shortened", ["Mobile"]]],
    );
    assert.equal(li.isSendable, false);
    assert.deepEqual(li.other, { "#8": "9" });
  });
});

describe("a run", () => {
  for (const workers of [0, 2]) {
    describe(`with ${workers} workers`, () => {
      it("gives all rows in order, with the layout and progress once a block", async () => {
        const progress = [];
        const rows = checkMany(watched(2).stream, { workers, onProgress: (done) => progress.push(done) });
        assert.equal((await rows.layout).format, "ndjson");
        let count = 0;
        for await (const { row, line, value } of rows) {
          assert.equal(row, ++count);
          assert.equal(line, row);
          assert.equal(value.Email, `guest${(row - 1) % MANY}@example.com`);
        }
        assert.equal(count, 2 * MANY);
        assert.ok(progress.length > 12);
        assert.deepEqual(progress.at(-1), { bytes: 2 * file.length, rows: 2 * MANY, errors: 0 });
      });

      it("gives the same in batches and as a stream", async () => {
        let [count, streamed] = [0, 0];
        for await (const batch of checkMany(file, { workers }).batches()) count += batch.length;
        await checkMany(file, { workers })
          .readable()
          .pipeTo(new WritableStream({ write: ({ row }) => assert.equal(row, ++streamed) }));
        assert.deepEqual([count, streamed], [MANY, MANY]);
      });

      it("reads no further ahead than its workers need", async () => {
        // A piece is four blocks, and the beginning of the file is read to know its layout.
        const [{ seen, stream }, blocks] = [watched(1000, file.subarray(0, 4 * BLOCK)), workers + 1];
        const rows = checkMany(stream, { workers, format: "ndjson" })[Symbol.asyncIterator]();
        await rows.next();
        await delay(200);
        const { read } = seen;
        assert.ok(read <= blocks + 6, `${read}`);
        await delay(100);
        assert.equal(seen.read, read);
        await rows.return();
        assert.equal(seen.isCancelled, true);
      });

      it("ends with its loop, and cancels the source", async () => {
        const { seen, stream } = watched();
        for await (const row of checkMany(stream, { workers })) if (row.row === 5) break;
        assert.equal(seen.isCancelled, true);
        const ended = watched();
        await checkMany(ended.stream, { workers }).readable().cancel();
        assert.equal(ended.seen.isCancelled, true);
      });

      it("throws an AbortError, also while the source keeps it waiting", async () => {
        const stop = new AbortController();
        const { seen, stream } = watched();
        const rows = checkMany(stream, { workers, signal: stop.signal });
        const reason = new Error("enough");
        await assert.rejects(
          async () => {
            for await (const row of rows) if (row.row === 5) stop.abort(reason);
          },
          (error) => error.name === "AbortError" && error.cause === reason,
        );
        assert.equal(seen.isCancelled, true);
        const silent = new ReadableStream({ pull: () => new Promise(() => {}) });
        const later = new AbortController();
        setTimeout(() => later.abort(), 20);
        await assert.rejects(all(checkMany(silent, { workers, signal: later.signal })), { name: "AbortError" });
        const before = checkMany(file, { workers, signal: AbortSignal.abort() });
        await assert.rejects(all(before), { name: "AbortError" });
      });

      it("hears of an abort by a timer although its source never waits", async () => {
        const stop = new AbortController();
        async function* endless() {
          for (;;) yield file;
        }
        setTimeout(() => stop.abort(), 50);
        await assert.rejects(all(checkMany(endless(), { workers, signal: stop.signal })), { name: "AbortError" });
      });

      it("hands on what the source and its listener throw, after the rows before", async () => {
        const failure = new Error("the network is gone");
        async function* source() {
          yield file;
          yield file;
          throw failure;
        }
        let count = 0;
        await assert.rejects(
          async () => {
            for await (const { row } of checkMany(source(), { workers })) count = row;
          },
          (error) => error === failure,
        );
        assert.ok(count > MANY, `${count}`);
        const onProgress = () => {
          throw failure;
        };
        await assert.rejects(all(checkMany(file, { workers, onProgress })), (error) => error === failure);
      });

      it("finds who is in the file twice", async () => {
        const rows = [
          ...guests(MANY).map((guest) => ({ Surname: guest.Surname, Email: guest.Email, Phone: "+44 20 7946 0958" })),
          { ...GUEST, Email: "Guest7@Example.com" },
        ];
        rows[1].Phone = "+44 7400 123456";
        const found = (await all(checkMany(linesOf(rows), { workers, duplicates: true }))).map(({ issues }) =>
          issues.filter(({ code }) => code === "duplicate").map(({ params, severity }) => ({ ...params, severity })),
        );
        assert.deepEqual(found.slice(0, 4), [
          [],
          [],
          [{ row: 1, line: 1, by: "Phone", severity: "advice" }],
          [{ row: 1, line: 1, by: "Phone", severity: "advice" }],
        ]);
        assert.deepEqual(found[MANY], [
          { row: 8, line: 8, by: "Email", severity: "advice" },
          { row: 2, line: 2, by: "Mobile", severity: "advice" },
        ]);
      });
    });
  }

  it("can be read once", async () => {
    const rows = checkMany(file);
    await all(rows.batches());
    for (const again of [() => rows.batches(), () => rows.readable(), () => rows[Symbol.asyncIterator]()]) {
      assert.throws(again, /^TypeError: call checkMany again: its rows can be read once$/);
    }
  });

  it("answers steps that do not wait for each other in order", async () => {
    const rows = checkMany(linesOf(guests(3)))[Symbol.asyncIterator]();
    const steps = await Promise.all(Array.from({ length: 5 }, () => rows.next()));
    assert.deepEqual(
      steps.map(({ done, value }) => [done, value?.row]),
      [
        [false, 1],
        [false, 2],
        [false, 3],
        [true, undefined],
        [true, undefined],
      ],
    );
  });

  it("takes every kind of source, and names what it can't take", async () => {
    const text = `${JSON.stringify(GUEST)}\n`;
    async function* slices() {
      for (const byte of bytesOf(text)) yield Uint8Array.of(byte);
    }
    const sources = [
      bytesOf(text),
      bytesOf(text).buffer,
      Buffer.from(text),
      new Blob([text]),
      new Response(text).body,
      slices(),
    ];
    for (const source of sources) assert.equal((await all(checkMany(source))).length, 1);
    for (const source of [undefined, text, 7, [bytesOf(text)], {}]) {
      assert.throws(() => checkMany(source), /^TypeError: source takes a ReadableStream or/);
    }
    const locked = new Response(text).body;
    locked.getReader();
    assert.throws(() => checkMany(locked), /nobody else reads/);
    async function* texts() {
      yield text;
    }
    await assert.rejects(all(checkMany(texts())), /a piece of it is no bytes/);
  });

  for (const [options, message] of [
    [{ worker: 2 }, /options takes no worker: did you mean workers\?/],
    [{ workers: -1 }, /options.workers takes a whole number/],
    [{ workers: 1.5 }, /options.workers takes a whole number/],
    [{ signal: {} }, /options.signal takes an AbortSignal/],
    [{ onProgress: 7 }, /options.onProgress takes a function/],
    [{ duplicates: "yes" }, /options.duplicates takes true or false/],
    [{ format: "xlsx" }, /options.format takes "csv", "ndjson" or "json"/],
    [{ delimiter: "-" }, /options.delimiter takes/],
    [{ encoding: "ebcdic" }, /options.encoding takes/],
    [{ map: { Name: "Surnam" } }, /options.map takes the names of fields\(\), and not Surnam: did you mean Surname\?/],
    [{ map: [] }, /options.map takes/],
    [{ dates: "local" }, /options takes no dates/],
    [{ timeZone: "Mars" }, /options.timeZone takes/],
    [7, /options takes an object/],
  ]) {
    it(`refuses ${JSON.stringify(options)} by name`, () => {
      assert.throws(() => checkMany(file, options), { name: "TypeError", message });
    });
  }

  it("refuses what only the module knows before it reads", async () => {
    const { seen, stream } = watched();
    await assert.rejects(all(checkMany(stream, { limits: { Nose: 1 } })), /options.limits takes field names/);
    assert.equal(seen.read, 0);
  });
});

describe("a fault", () => {
  it("of the module ends the run, and says which rows are not checked", async () => {
    const { instantiate } = WebAssembly;
    let blocks = 0;
    WebAssembly.instantiate = async (...source) => {
      const { exports } = await instantiate(...source);
      const name = Object.keys(exports).find((name) => /checkNext/.test(name));
      const faulty = (...taken) => {
        if (blocks++ === 2) throw new WebAssembly.RuntimeError("unreachable");
        return exports[name](...taken);
      };
      return { exports: { ...exports, [name]: faulty } };
    };
    let count = 0;
    try {
      await assert.rejects(
        async () => {
          for await (const { row } of checkMany(file)) count = row;
        },
        ({ name, code, message, build }) =>
          name === "InternalError" &&
          code === "internal" &&
          build.version !== undefined &&
          message.endsWith(`; the rows from ${count + 1} on are not checked`),
      );
    } finally {
      WebAssembly.instantiate = instantiate;
    }
    assert.ok(count > 0 && count < MANY);
    assert.equal((await all(checkMany(file))).length, MANY, "the next run has a module of its own");
  });

  it("of a worker ends the run, which does not wait for it", async () => {
    const { Worker } = threads;
    const workers = [];
    const remember = function (...taken) {
      workers.push(new Worker(...taken));
      return workers.at(-1);
    };
    threads.Worker = remember;
    try {
      let count = 0;
      await assert.rejects(
        async () => {
          for await (const { row } of checkMany(watched(100).stream, { workers: 2 })) {
            count = row;
            if (row === MANY) for (const worker of workers) await worker.terminate();
          }
        },
        ({ name, message }) =>
          name === "InternalError" &&
          message === `try again: a worker of checkMany has ended; the rows from ${count + 1} on are not checked`,
      );
      assert.equal(workers.length, 2);
    } finally {
      threads.Worker = Worker;
    }
  });

  it("leaves no worker behind", async () => {
    await writeFile(
      join(project.folder, "ends.mjs"),
      `import { checkMany } from "dinerkit/bulk";
       const file = new TextEncoder().encode(${JSON.stringify(`${JSON.stringify(GUEST)}\n`)}.repeat(20000));
       for await (const row of checkMany(file, { workers: 2 })) if (row.row === 3) break;
       await checkMany(file, { workers: 2, onProgress() { throw new Error("x"); } })[Symbol.asyncIterator]().next().catch(() => {});
       console.log("ends");`,
    );
    const { stdout } = await run(process.execPath, ["ends.mjs"], { cwd: project.folder });
    assert.equal(stdout, "ends\n");
  });
});

describe("workers", () => {
  it("start from CommonJS", async () => {
    const common = createRequire(join(project.folder, "x.cjs"))("dinerkit/bulk");
    assert.equal((await all(common.checkMany(file, { workers: 2 }))).length, MANY);
  });

  it("that a bundle has lost are told in a sentence", async () => {
    const [entry, outfile] = ["lost.mjs", "lost/lost.mjs"].map((name) => join(project.folder, name));
    await writeFile(
      entry,
      `import { checkMany } from "dinerkit/bulk";
       const file = new TextEncoder().encode(${JSON.stringify(JSON.stringify(GUEST))});
       let rows = 0;
       for await (const row of checkMany(file)) rows += row.row;
       const lost = await checkMany(file, { workers: 1 })[Symbol.asyncIterator]().next().catch(String);
       console.log(JSON.stringify({ rows, lost }));`,
    );
    await build({ entryPoints: [entry], bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" });
    const { stdout } = await run(process.execPath, [outfile], { cwd: project.folder });
    const { rows, lost } = JSON.parse(stdout);
    assert.equal(rows, 1);
    assert.match(
      lost,
      /^TypeError: checkMany could not start a worker, whose script is a file of the package: give workers: 0,/,
    );
  });
});
