/** For whoever makes a mistake with the package: it is named. Tested with the packed tarball. Environment: TARBALL. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { Project } from "../support/project.mjs";
import { suiteScope } from "../support/scope.mjs";
import { listen } from "../support/server.mjs";

const project = await Project.install();
const dist = (name) => readFile(join(project.folder, "node_modules/dinerkit/dist", name));
const SAYS = ["TypeError", "call and await init() first"];
const NONE = ["is not used"];

test("before init() every export that needs the module says so", async () => {
  const found = await project.consume(await readFile(new URL("before-init.mjs", import.meta.url)));
  const threw = ["threw", ...SAYS];
  const rejected = ["rejected", ...SAYS];
  assert.deepEqual(found.package, {
    AbortError: NONE,
    BlockedError: NONE,
    CustomerApiError: NONE,
    CustomerClient: threw,
    CustomerForm: threw,
    HttpError: NONE,
    InternalError: NONE,
    NetworkError: NONE,
    ProtocolError: NONE,
    TimeoutError: NONE,
    ValidationError: NONE,
    buildInfo: threw,
    callingCodes: threw,
    checkCustomer: threw,
    checkField: threw,
    consentReceipts: ["answered"],
    customerSchema: threw,
    default: NONE,
    fields: ["answered"],
    formatPhone: threw,
    init: NONE,
    inspectDate: threw,
    inspectEmail: threw,
    inspectPhone: threw,
    isCustomerApiError: ["answered"],
    loadPhoneFormats: rejected,
    loadPhones: rejected,
    optInNodes: threw,
    randomKey: ["answered"],
  });
  assert.deepEqual(found.gateway, {
    createGateway: threw,
    default: NONE,
    denoKvEngine: NONE,
    init: NONE,
    kvStore: NONE,
    memoryEngine: NONE,
    memoryStore: NONE,
    postgresEngine: NONE,
    redisEngine: NONE,
    sqliteEngine: NONE,
    sqliteStore: NONE,
    widgetFiles: NONE,
    widgetScript: NONE,
  });
});

describe("names that are not known", () => {
  let dinerkit;
  before(async () => (dinerkit = await project.dinerkit()));
  const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
  const client = (more) => new dinerkit.CustomerClient({ baseUrl: "https://api.example", microsite: "oak", ...more });

  for (const [name, use, message] of [
    [
      "an option of the rules",
      (d) => d.checkCustomer(GUEST, { todya: "2026-11-22" }),
      "options takes no todya: did you mean today?",
    ],
    [
      "an option of a date",
      (d) => d.inspectDate("2026-11-22", { Today: "x" }),
      "options takes no Today: did you mean today?",
    ],
    ["an option without a near one", (d) => d.checkField("Surname", "Lee", { retries: 3 }), "options takes no retries"],
    [
      "an option of a schema",
      (d) => d.customerSchema(null, { stritc: true })["~standard"].validate(GUEST),
      "options takes no stritc: did you mean strict?",
    ],
    ["an option of a form", (d) => new d.CustomerForm({ darft: GUEST }), "options takes no darft: did you mean draft?"],
    ["a draft in place of a form's options", (d) => new d.CustomerForm(GUEST), "options takes no Surname"],
    ["a field", (d) => d.checkField("Emial", "x"), "fields() lists no Emial: did you mean Email?"],
    [
      "a field of a form",
      (d) => new d.CustomerForm().set("surname", "x"),
      "fields() lists no surname: did you mean Surname?",
    ],
    [
      "a part of the address",
      (d) => new d.CustomerForm().set({ "Address.Twon": "Bath" }),
      "fields() lists no Address.Twon: did you mean Address.Town?",
    ],
    ["an option of a client", () => client({ timeoutMS: 1 }), "options takes no timeoutMS: did you mean timeoutMs?"],
    ["an option of a call", () => client().get(7, { singal: null }), "options takes no singal: did you mean signal?"],
    [
      "an option of a create",
      () => client().create(GUEST, { idempotencykey: "x" }),
      "options takes no idempotencykey: did you mean idempotencyKey?",
    ],
    [
      "an option of an edit",
      () => client().edit(7, {}, { apendComment: "x" }),
      "options takes no apendComment: did you mean appendComment?",
    ],
    ["no options of a client", (d) => new d.CustomerClient(), "give options with baseUrl and microsite at least"],
    [
      "a client without an address",
      (d) => new d.CustomerClient({ microsite: "oak" }),
      "give baseUrl: the API's address or a gateway's",
    ],
    [
      "a client without a microsite",
      (d) => new d.CustomerClient({ baseUrl: "https://api.example" }),
      "give microsite: the restaurant's name in the API",
    ],
  ]) {
    test(name, () => assert.rejects(async () => use(dinerkit), { name: "TypeError", message }));
  }

  test("are not repeated if they may be a value", () => {
    for (const value of ["planted-marker@b.example", "+44 7700 900123", "a b"]) {
      assert.throws(
        () => dinerkit.checkField(value, "Email"),
        (error) => error instanceof TypeError && !error.message.includes(value),
      );
    }
  });
});

describe("the data of a form", () => {
  let dinerkit;
  before(async () => (dinerkit = await project.dinerkit()));
  const ENTRIES = [
    ["Surname", "Lee"],
    ["Email", "a@b.example"],
    ["MobileCountryCode", "44"],
    ["Mobile", "07700 900123"],
    ["Address.Town", "Bath"],
    ["Birthday", ""],
  ];
  const dataOf = (entries) => {
    const data = new FormData();
    for (const entry of entries) data.append(...entry);
    return data;
  };

  test("is read as a draft", () => {
    const { checkCustomer, CustomerForm, customerSchema } = dinerkit;
    const draft = {
      Surname: "Lee",
      Email: "a@b.example",
      MobileCountryCode: "44",
      Mobile: "07700 900123",
      Address: { Town: "Bath" },
    };
    const expected = checkCustomer(draft);
    assert.deepEqual(
      expected.issues.filter(({ severity }) => severity === "error"),
      [],
    );
    for (const data of [dataOf(ENTRIES), new URLSearchParams(ENTRIES)]) {
      assert.deepEqual(checkCustomer(data), expected);
      assert.deepEqual(new CustomerForm({ draft: data }).request(), expected.value);
      assert.deepEqual(customerSchema()["~standard"].validate(data), { value: expected.value });
    }
    assert.equal(checkCustomer(new FormData()).issues.length > 0, true);
    const polluting = dataOf([
      ["__proto__", "x"],
      ["Address.__proto__", "x"],
    ]);
    checkCustomer(polluting);
    assert.equal({}.x, undefined);
  });

  test("with a name that is there twice, or a file, is refused", () => {
    for (const [name, entry] of [
      ["Surname", ["Surname", "Li"]],
      ["Photo", ["Photo", new Blob(["planted-marker"]), "planted-marker.png"]],
    ]) {
      const message = `draft takes one text for ${name}`;
      assert.throws(() => dinerkit.checkCustomer(dataOf([...ENTRIES, entry])), { name: "TypeError", message });
    }
  });
});

describe("a download that fails", () => {
  const scope = suiteScope();
  let base;
  before(async () => {
    const server = createServer(async ({ url }, response) => {
      const path = url.split("?")[0].slice(1);
      const html = { "Content-Type": "text/html" };
      if (path === "missing") return response.writeHead(404, html).end("<p>planted-marker");
      if (path === "page") return response.writeHead(200, html).end("<!doctype html>");
      if (path === "cut") {
        response.writeHead(200, { "Content-Length": 1000 }).write("x");
        return response.socket.end();
      }
      return response.writeHead(200).end(await dist(path));
    });
    base = `${await listen(scope, server)}/`;
  });

  test("says what was fetched and what came, and the next call tries again", async () => {
    const said = await project.consume(`
      import init, { checkCustomer, inspectPhone, loadPhones } from "dinerkit";
      const said = [];
      const base = ${JSON.stringify(base)};
      for (const [load, file] of [[init, "core_bg.wasm"], [loadPhones, "phones.bin"]]) {
        for (const source of [
          new URL("missing?token=planted-marker", base), base + "page", new URL("cut", base), "http://127.0.0.1:9/x",
          fetch(base + "missing"), new Uint8Array(8), "data:application/wasm;base64,AAAA",
        ]) {
          await load(source).then(() => said.push("loaded"), ({ name, message }) => said.push(name + ": " + message));
        }
        await load(new URL(file, base));
      }
      said.push(checkCustomer({}).issues.length > 0, inspectPhone("44", "07400 123456").verdict);
      console.log(JSON.stringify(said));
    `);
    const next = ": call it again, or import dinerkit/inline";
    const failures = (asked, wrong) =>
      [
        [`${base}missing (status 404, text/html, no file)`],
        [`${base}page (status 200, text/html, 15 bytes, `, wrong],
        [`${base}cut (status 200, no type, no end)`],
        ["http://127.0.0.1:9/x (no answer)"],
        [`${base}missing (status 404, text/html, no file)`],
        ["its input (", wrong],
        ["data: (", wrong],
      ].map(([start, reason]) => [`TypeError: ${asked} could not use ${start}`, reason]);
    const expected = [
      ...failures("init", "WebAssembly.compile()"),
      ...failures("loadPhones", "not its table of this very version)"),
    ];
    expected.forEach(([start, reason], index) => {
      assert.ok(said[index].startsWith(reason ? start + reason : start + next), `${said[index]}\n${start}`);
      assert.ok(said[index].endsWith(next), said[index]);
    });
    assert.deepEqual(said.slice(expected.length), [true, "valid"]);
    assert.equal(JSON.stringify(said).includes("planted-marker"), false);
  });

  test("cannot happen to an address that has the file inside", async () => {
    const [wasm, phones] = (await Promise.all([dist("core_bg.wasm"), dist("phones.bin")])).map((file) =>
      file.toString("base64"),
    );
    const verdict = await project.consume(`
      import init, { inspectPhone, loadPhones } from "dinerkit";
      globalThis.fetch = () => { throw new Error("fetched") };
      await init("data:application/wasm;base64,${wasm}");
      await loadPhones(new URL("data:application/octet-stream;base64,${phones}"));
      console.log(JSON.stringify(inspectPhone("44", "07400 123456").verdict));
    `);
    assert.equal(verdict, "valid");
  });

  test("does not matter once the module is there: what was loaded first stays", async () => {
    const same = await project.consume(`
      import init, { checkCustomer } from "dinerkit";
      const [first, second] = [init(), init()];
      await first;
      await Promise.all([init("${base}missing"), init(new Uint8Array(8))]);
      checkCustomer({});
      console.log(JSON.stringify(first === second && first === init("${base}missing")));
    `);
    assert.equal(same, true);
  });
});
