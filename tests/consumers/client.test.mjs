/** For npm consumers: what the client promises to JavaScript, tested with the packed tarball. Environment: TARBALL. */
import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { copyFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, test } from "node:test";
import { createContext, runInContext, runInNewContext } from "node:vm";
import { start } from "../support/program.mjs";
import { Project } from "../support/project.mjs";
import { listen } from "../support/server.mjs";

const project = await Project.install();
const dinerkit = await project.dinerkit();
const { AbortError, CustomerClient, HttpError, isCustomerApiError, ProtocolError, ValidationError } = dinerkit;

const GUEST = { Surname: "Lee", Email: "lee@example.com", Mobile: "+44 7700 900123" };
const ECHO = { Id: 7, Surname: "Lee", Email: "lee@example.com", MobileCountryCode: 44, Mobile: "7700900123" };
const BELOW = "https://api.example/api/ConsumerApi/v1/Restaurant/oak/";

const clientOf = (fetch, options) =>
  new CustomerClient({ baseUrl: "https://api.example", microsite: "oak", fetch, ...options });

/** A fetch that returns one reply after the other. A reply that is a function is called for the Response. */
const replies =
  (...list) =>
  async (request, init) => {
    const reply = list.shift();
    return typeof reply === "function" ? reply(request, init) : reply;
  };

const status = (code) => new Response("{}", { status: code });

/** Takes away the jitter, so that the client retries at once. */
function atOnce(t) {
  t.mock.method(Math, "random", () => 0);
}

/** The error with which a promise rejects. */
const failure = (promise) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );

/** A server on this machine that calls `answer` with each request and the text of its body. */
async function serve(answer) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const { status: code = 200, headers = { "Content-Type": "application/json" }, text = "" } = answer(request, body);
    response.writeHead(code, headers).end(text);
  });
  return listen({ after }, server);
}

// ---------------------------------------------------------------- turns

test("writes to one customer have their turns in the order in which they came, and none waits for ever", async () => {
  const sent = [];
  const client = clientOf(
    async (request) => {
      if (request.method === "PUT") sent.push((await request.json()).FirstName);
      return Response.json({ ...ECHO, FirstName: sent.at(-1) });
    },
    { token: "t" },
  );
  let begun = 0;
  // Each of these writes again as soon as its write has ended, when the others are about to be woken.
  const writer = async () => {
    while (begun < 60) await client.update(7, { ...GUEST, FirstName: `Number ${begun++}` });
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
  assert.deepEqual(
    sent,
    sent.map((_, number) => `Number ${number}`),
  );
});

// ---------------------------------------------------------------- hooks

test("hooks see every request, answer and retry, including those of the authentication, and no secret", async (t) => {
  atOnce(t);
  const seen = [];
  const look = (name) => (facts) => void seen.push([name, facts]);
  const token = () => Response.json({ Status: "Success", Token: "planted-marker" });
  const client = clientOf(
    replies(
      status(503),
      token,
      () => Promise.reject(new Error("planted-marker")),
      status(401),
      token,
      () => Response.json({ Id: 7, Surname: "planted-marker" }),
      (request) => request.json().then((body) => Response.json(body)),
    ),
    {
      credentials: { username: "planted-marker", password: "planted-marker" },
      onRequest: look("request"),
      onResponse: look("response"),
      onRetry: look("retry"),
    },
  );
  await client.edit(7, { FirstName: "planted-marker" });
  for (const [name, facts] of seen) {
    if (name !== "response") continue;
    assert.ok(Number.isInteger(facts.ms) && facts.ms >= 0);
    delete facts.ms;
  }
  const url = "https://api.example/api/Jwt/v2/Authenticate";
  const operation = "authenticate";
  const edit = { operation: "edit", method: "GET", url: `${BELOW}Customer/7` };
  assert.deepEqual(seen, [
    ["request", { operation, attempt: 1, method: "POST", url }],
    ["response", { operation, attempt: 1, status: 503 }],
    ["retry", { operation, attempt: 1, delayMs: 0, reason: "http", status: 503 }],
    ["request", { operation, attempt: 2, method: "POST", url }],
    ["response", { operation, attempt: 2, status: 200 }],
    ["request", { ...edit, attempt: 1 }],
    ["retry", { operation: "edit", attempt: 1, delayMs: 0, reason: "network" }],
    ["request", { ...edit, attempt: 2 }],
    ["response", { operation: "edit", attempt: 2, status: 401 }],
    ["request", { operation, attempt: 1, method: "POST", url }],
    ["response", { operation, attempt: 1, status: 200 }],
    ["request", { ...edit, attempt: 3 }],
    ["response", { operation: "edit", attempt: 3, status: 200 }],
    ["request", { ...edit, method: "PUT", attempt: 1 }],
    ["response", { operation: "edit", attempt: 1, status: 200 }],
  ]);
});

test("hooks that throw, reject or hang change no result, and are reported", async () => {
  const client = clientOf(async () => Response.json(ECHO), {
    onRequest() {
      throw new Error("thrown");
    },
    onResponse: async () => Promise.reject(new Error("rejected")),
    onRetry: () => new Promise(() => {}),
  });
  const warnings = [];
  const listen = (warning) => warnings.push(warning);
  process.on("warning", listen);
  try {
    assert.equal((await client.create(GUEST)).Id, 7);
    while (warnings.length < 2) await once(process, "warning");
  } finally {
    process.off("warning", listen);
  }
  assert.deepEqual(
    warnings.map(({ message, cause }) => [message, cause.message]),
    [
      ["dinerkit: a hook of the client failed", "thrown"],
      ["dinerkit: a hook of the client failed", "rejected"],
    ],
  );
});

test("hook onRequest can abort the call before the request is sent", async () => {
  for (const [method, input] of [
    ["create", GUEST],
    ["unsubscribe", { ids: [7] }],
  ]) {
    const controller = new AbortController();
    const client = clientOf(() => assert.fail("sent"), { onRequest: () => controller.abort("enough") });
    const { code, outcome, cause } = await failure(client[method](input, { signal: controller.signal }));
    assert.deepEqual({ code, outcome, cause }, { code: "abort", outcome: "notSent", cause: "enough" });
  }
});

// ---------------------------------------------------------------- once, and once only

/** A fetch that records keys and bodies in `seen`. Its first `losses` requests fail. */
function noting(losses, seen) {
  return async (request) => {
    seen.push([request.headers.get("Idempotency-Key"), await request.text()]);
    if (seen.length <= losses) throw new TypeError("lost");
    return Response.json(ECHO);
  };
}

test("create through a gateway is sent again after a loss, with the same key and the same bytes", async (t) => {
  atOnce(t);
  const seen = [];
  const client = clientOf(noting(3, seen));
  assert.equal((await client.create(GUEST)).Id, 7);
  assert.equal(seen.length, 4);
  assert.match(seen[0][0], /^[\w.~:+/=-]{16,128}$/);
  for (const one of seen) assert.deepEqual(one, seen[0]);
  await client.create(GUEST);
  assert.notEqual(seen[4][0], seen[0][0], "another call has another key");
  assert.equal((await client.safe.create(GUEST, { idempotencyKey: "of-the-page-itself" })).ok, true);
  assert.equal(seen[5][0], "of-the-page-itself");
});

test("create at the remote API is sent once, without a key", async () => {
  for (const options of [{ token: "t" }, { token: () => "t" }, { idempotencyKeys: false }]) {
    const seen = [];
    const client = clientOf(noting(1, seen), options);
    const { code, outcome } = await failure(client.create(GUEST));
    assert.deepEqual([code, outcome, seen.length, seen[0][0]], ["network", "unknown", 1, null]);
    await assert.rejects(client.create(GUEST, { idempotencyKey: "0123456789abcdef" }), TypeError);
    assert.equal(seen.length, 1);
  }
  const credentials = { username: "a", password: "b" };
  assert.throws(() => clientOf(fetch, { credentials, idempotencyKeys: true }), TypeError);
  const seen = [];
  const staff = clientOf(noting(0, seen), { token: "t", idempotencyKeys: true });
  await staff.create(GUEST);
  assert.notEqual(seen[0][0], null);
});

test("idempotency key of the wrong shape is a TypeError, and nothing is sent", async () => {
  const client = clientOf(() => assert.fail("sent"));
  for (const idempotencyKey of ["", "short", "0123456789abcde\n", "x".repeat(129), 7, {}]) {
    await assert.rejects(client.create(GUEST, { idempotencyKey }), { name: "TypeError", message: /16 to 128/ });
  }
});

// ---------------------------------------------------------------- raw

test("raw has the token, the replay after a 401, the body and the answer of every request", async () => {
  const seen = [];
  const baseUrl = await serve(({ method, url, headers }, body) => {
    seen.push([method, url, headers.authorization, headers["content-type"], body]);
    if (headers.authorization === "Bearer one") return { status: 401, text: "{}" };
    return { text: method === "HEAD" ? "" : '[1,{"a":null}]' };
  });
  const tokens = ["one", "two"];
  const client = new CustomerClient({ baseUrl, microsite: "oak & salt", token: () => tokens.shift() });
  assert.deepEqual(await client.raw("POST", "Bookings/7?a=b%20c", { Notes: "é" }), [1, { a: null }]);
  assert.equal(await client.raw("HEAD", "Bookings"), undefined);
  const below = "/api/ConsumerApi/v1/Restaurant/oak%20%26%20salt/Bookings";
  assert.deepEqual(seen, [
    ["POST", `${below}/7?a=b%20c`, "Bearer one", "application/json", '{"Notes":"é"}'],
    ["POST", `${below}/7?a=b%20c`, "Bearer two", "application/json", '{"Notes":"é"}'],
    ["HEAD", below, "Bearer two", undefined, ""],
  ]);
});

test("raw fails like every request, and does not repeat a write that may have arrived", async (t) => {
  atOnce(t);
  let asked = 0;
  const baseUrl = await serve(({ url, socket }) => {
    asked += 1;
    if (url.endsWith("/Moved")) return { status: 302, headers: { Location: "http://127.0.0.1:9/elsewhere" } };
    if (url.endsWith("/Failing")) return { status: 503, text: "{}" };
    if (url.endsWith("/Long")) return { text: `"${"x".repeat(2 ** 20)}"` };
    if (url.endsWith("/Page")) return { headers: { "Content-Type": "text/html" }, text: "<html>" };
    socket.destroy();
    return {};
  });
  const client = new CustomerClient({ baseUrl, microsite: "oak", token: "planted-marker" });
  for (const [method, path, code, outcome, requests] of [
    ["GET", "Moved", "protocol", "notSent", 1],
    ["POST", "Moved", "protocol", "unknown", 1],
    ["GET", "Failing", "http", "notSent", 4],
    ["DELETE", "Failing", "http", "unknown", 1],
    ["GET", "Long", "protocol", "notSent", 1],
    ["GET", "Page", "blocked", "notSent", 1],
    ["PATCH", "Gone", "network", "unknown", 1],
  ]) {
    asked = 0;
    const error = await failure(client.raw(method, path));
    assert.deepEqual([error.code, error.outcome, asked], [code, outcome, requests], `${method} ${path}`);
  }
});

test("raw path can't leave the restaurant's path", async () => {
  const client = clientOf(() => assert.fail("it was sent"), { token: "planted-marker" });
  const paths = [
    "",
    "/",
    "..",
    "../x",
    "a/%2e%2E/x",
    "a//b",
    "//evil.example",
    "https://evil.example",
    "a\\..\\b",
    "@x",
    "a#b",
  ];
  for (const path of [...paths, undefined, null, 7, {}]) {
    const error = await failure(client.raw("GET", path));
    assert.ok(error instanceof ValidationError, String(path));
    assert.deepEqual([error.outcome, error.issues[0].path], ["notSent", ["path"]]);
  }
  for (const method of ["get", "CONNECT", "TRACE", "", undefined]) {
    assert.ok((await failure(client.raw(method, "x"))) instanceof ValidationError);
  }
  assert.deepEqual((await failure(client.raw("GET", "x", {}))).issues[0].path, ["body"]);
});

// ---------------------------------------------------------------- what servers make of names, and of refusals

test("create and edit succeed if the API writes the names in its own way, and not if it keeps another", async () => {
  const sent = {
    Surname: "O'Connor-Straße",
    FirstName: "José",
    Company: "Lee & Sons",
    Address: { Town: "Łódź", Country: "Ελλάς" },
  };
  const ways = [
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
    (text) => text.replaceAll("'", "’").replaceAll("-", "–"),
    (text) => ` ${text.replaceAll(" ", "  ")}\u200e`,
    (text) => text.normalize("NFD"),
    (text) => text.replaceAll(/[!-~]/g, (sign) => String.fromCodePoint(sign.codePointAt(0) + 0xfee0)),
  ];
  const others = [(text) => text.replaceAll("o", "a"), (text) => text.replaceAll("é", "e"), (text) => text.slice(1)];
  let write;
  const baseUrl = await serve(({ method }, body) => {
    const { Address, ...record } = body ? JSON.parse(body) : { ...ECHO, Address: null };
    const written = (texts) => {
      const own = ["Surname", "FirstName", "Company", "Town", "Country"].filter((name) => name in texts);
      return { ...texts, ...Object.fromEntries(own.map((name) => [name, write(texts[name])])) };
    };
    const answer = { ...record, Id: 7, Address };
    return { text: JSON.stringify(method === "GET" ? answer : { ...written(answer), Address: written(Address) }) };
  });
  const client = new CustomerClient({ baseUrl, microsite: "oak", token: "t" });
  for (write of ways) {
    assert.equal((await client.create({ ...GUEST, ...sent })).Surname, write(sent.Surname));
    assert.equal((await client.edit(7, sent)).Company, write(sent.Company));
  }
  for (write of others) {
    for (const call of [client.create({ ...GUEST, ...sent }), client.edit(7, sent)]) {
      const { code, outcome } = await failure(call);
      assert.deepEqual([code, outcome], ["protocol", "unknown"], String(write));
    }
  }
});

test("web page with a status is waited for, or gets another token, and only a bare one ends the call", async (t) => {
  atOnce(t);
  let answers;
  const page = (code, headers) => ({
    status: code,
    headers: { "Content-Type": "text/html", ...headers },
    text: "<html>",
  });
  const baseUrl = await serve(() => answers.shift());
  const record = { text: JSON.stringify(ECHO) };
  const soon = { "Retry-After": "0" };
  for (const [first, left, tokensAsked] of [
    [[page(429, soon), page(503, soon), page(408), record], 0, 1],
    [[page(401), page(502), record], 0, 2],
    [[page(503), record], "blocked", 1],
    [[page(403, soon), record], "blocked", 1],
    [[page(429, { "Retry-After": "61" }), record], "http", 1],
    [[page(401), page(401), record], "http", 2],
  ]) {
    answers = [...first];
    let tokens = 0;
    // Each has a client of its own, because a 429 holds back all calls of a client.
    const client = new CustomerClient({ baseUrl, microsite: "oak", token: () => `t${(tokens += 1)}` });
    const { ok, error } = await client.safe.get(7);
    assert.equal(ok ? 0 : error.code, left);
    assert.equal(answers.length, ok ? 0 : 1);
    assert.equal(tokens, tokensAsked);
  }
});

// ---------------------------------------------------------------- safe

test("safe has a twin of every method, which returns failures as values", async () => {
  const client = clientOf(async () => Response.json(ECHO));
  const methods = Object.getOwnPropertyNames(CustomerClient.prototype).filter(
    (name) => !["constructor", "free"].includes(name),
  );
  assert.deepEqual(Object.keys(client.safe).sort(), methods.sort());
  assert.deepEqual(await client.safe.get(7), { ok: true, value: ECHO });
  const { safe } = client;
  const refused = await safe.create({ Surname: "Lee" });
  assert.equal(refused.ok, false);
  assert.ok(refused.error instanceof ValidationError);
  assert.equal((await safe.merge({ into: 1, from: [] })).error.code, "validation");
  assert.equal((await clientOf(replies(status(404))).safe.get(7)).error.status, 404);
  // A mistake in the program rejects with a TypeError, and never throws synchronously.
  for (const call of [
    () => safe.merge(),
    () => safe.get(7, { signal: {} }),
    () => safe.create(1n),
    () => client.merge(),
  ]) {
    assert.ok((await failure(call())) instanceof TypeError);
  }
  client.free();
  assert.ok((await failure(safe.get(7))) instanceof TypeError);
});

// ---------------------------------------------------------------- aborts

const hang = () => new Promise(() => {});

/** The moments at which a call is aborted: each function starts a call and calls `abort` at its moment. */
const MOMENTS = {
  "before it begins"(signal, abort) {
    abort();
    return clientOf(hang).create(GUEST, { signal });
  },
  "while it is sent": (signal, abort) => clientOf(() => (abort(), hang())).create(GUEST, { signal }),
  "while its answer is read"(signal, abort) {
    const body = new ReadableStream({ pull: () => (abort(), hang()) }, { highWaterMark: 0 });
    return clientOf(async () => new Response(body)).create(GUEST, { signal });
  },
  "while the token is asked for": (signal, abort) =>
    clientOf(hang, { token: () => (abort(), hang()) }).get(7, { signal }),
  "after an attempt has run out of time": (signal, abort) =>
    clientOf(
      replies(hang, () => (abort(), hang())),
      { timeoutMs: 1 },
    ).get(7, { signal }),
  "between two attempts": (signal, abort) => clientOf(async () => status(503), { onRetry: abort }).get(7, { signal }),
};

const REASONS = [
  null,
  0,
  "",
  "left the page",
  false,
  Symbol("reason"),
  7n,
  { why: "left" },
  () => {},
  new Error("own"),
];

for (const [moment, start] of Object.entries(MOMENTS)) {
  test(`abort has the caller's reason unchanged as its cause: ${moment}`, async (t) => {
    atOnce(t);
    for (const reason of [...REASONS, runInNewContext("({ realm: 'another' })")]) {
      const controller = new AbortController();
      const error = await failure(start(controller.signal, () => controller.abort(reason)));
      assert.ok(error instanceof AbortError, String(error));
      assert.ok(Object.is(error.cause, reason));
    }
    // If the caller gives no reason, the platform makes one.
    const controller = new AbortController();
    const error = await failure(start(controller.signal, () => controller.abort()));
    assert.equal(error.cause, controller.signal.reason);
    assert.equal(error.cause.name, "AbortError");
  });
}

test("abort has a cause even if the reason is undefined, and no other error has a cause", async () => {
  const aborted = Object.assign(new EventTarget(), { aborted: true, reason: undefined });
  const error = await failure(clientOf(hang).get(7, { signal: aborted }));
  assert.ok(error instanceof AbortError && Object.hasOwn(error, "cause"));
  const thrown = () => Promise.reject(new Error("planted-marker"));
  assert.ok(!Object.hasOwn(await failure(clientOf(thrown).create(GUEST)), "cause"));
});

test("signal that many calls share keeps no listener of a call that has ended", async () => {
  const { signal } = new AbortController();
  const client = clientOf(async () => Response.json(ECHO));
  for (let call = 0; call < 100; call += 1) await client.get(7, { signal });
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

// ---------------------------------------------------------------- realms

/** Another realm, with a polyfill of Headers, Response and AbortSignal. */
const realm = createContext({ TextEncoder, ReadableStream });
runInContext(
  `
  class Headers {
    constructor(list) { this.list = list; }
    get(name) { return new Map(this.list).get(name) ?? null; }
    *[Symbol.iterator]() { yield* this.list; }
  }
  class Response {
    constructor(text, { status = 200, headers = [["content-type", "application/json"]] } = {}) {
      Object.assign(this, { status, headers: new Headers(headers), text });
    }
    async arrayBuffer() {
      return Uint8Array.from(this.text, (letter) => letter.charCodeAt(0)).buffer;
    }
  }
  class Streamed extends Response {
    get body() {
      const chunks = Array.from(this.text, (letter) => Uint8Array.of(letter.charCodeAt(0)));
      return { getReader: () => ({ read: async () => ({ done: chunks.length === 0, value: chunks.shift() }), cancel: async () => {} }) };
    }
  }
  class Signal {
    aborted = false;
    listeners = new Set();
    addEventListener(type, listener) { this.listeners.add(listener); }
    removeEventListener(type, listener) { this.listeners.delete(listener); }
    abort(reason) { this.aborted = true; this.reason = reason; for (const listener of this.listeners) listener({ type: "abort" }); }
  }
  `,
  realm,
);
const foreign = (expression) => runInContext(expression, realm);

test("fetch may return a Response of another realm or of a polyfill", async (t) => {
  atOnce(t);
  const text = JSON.stringify(JSON.stringify(ECHO));
  for (const kind of ["Response", "Streamed"]) {
    const good = foreign(`() => new ${kind}(${text})`);
    assert.deepEqual(await clientOf(async () => good()).create(GUEST), ECHO);
    // The client reads the status and the headers of such a Response.
    const refused = foreign(`() => new ${kind}("{}", { status: 404 })`);
    assert.equal((await failure(clientOf(async () => refused()).get(7))).status, 404);
    const page = foreign(`() => new ${kind}("x", { headers: [["content-type", "text/html"]] })`);
    assert.equal((await failure(clientOf(async () => page()).get(7))).code, "blocked");
    const later = foreign(`() => new ${kind}("", { status: 429, headers: [["retry-after", "61"]] })`);
    assert.equal((await failure(clientOf(async () => later()).get(7))).status, 429);
  }
  const plain = {
    status: 200,
    headers: { "content-type": "application/json" },
    arrayBuffer: async () => new ArrayBuffer(0),
  };
  assert.equal((await failure(clientOf(async () => plain).get(7))).code, "protocol");
});

test("fetch that returns no Response makes a ProtocolError, and the next call works", async () => {
  const arrayBuffer = async () => new ArrayBuffer(0);
  const trap = new Proxy(
    {},
    {
      get() {
        throw new Error("planted-marker");
      },
    },
  );
  const odd = [
    undefined,
    null,
    "text",
    7,
    {},
    { status: 200 },
    { status: "200", arrayBuffer },
    { status: NaN, arrayBuffer },
  ];
  odd.push({ ok: true, status: 200, json: async () => ECHO }, { status: 200, headers: null, arrayBuffer }, trap);
  odd.push(Object.create(Response.prototype), foreign("({ status: 200 })"));
  for (const answer of odd) {
    // The trap can't be returned itself: reading its `then` would make the promise reject.
    const client = clientOf(
      replies(() => (answer === trap ? { status: 200, arrayBuffer, headers: trap } : answer), Response.json(ECHO)),
    );
    const error = await failure(client.create(GUEST));
    assert.ok(error instanceof ProtocolError, String(error));
    assert.deepEqual([error.outcome, error.status], ["unknown", 0]);
    assert.deepEqual(await client.get(7), ECHO);
  }
});

test("signal may be of another realm, and any other value is refused before anything is sent", async () => {
  const signal = foreign("new Signal()");
  const call = failure(clientOf(hang).create(GUEST, { signal }));
  signal.abort("theirs");
  const error = await call;
  assert.deepEqual([error.code, error.cause, error.outcome, signal.listeners.size], ["abort", "theirs", "unknown", 0]);
  for (const none of [{}, "abort", 7, new AbortController()]) {
    const refused = await failure(clientOf(() => assert.fail("it was sent")).create(GUEST, { signal: none }));
    assert.ok(refused instanceof TypeError, String(refused));
  }
});

test("errors are recognised in every realm and by every copy of the package", async () => {
  const error = await failure(clientOf(async () => status(404)).get(7));
  assert.ok(error instanceof HttpError && error instanceof Error);
  assert.equal(foreign("(error) => error instanceof Error")(error), false);
  const copy = await import(new URL("lib/errors.js?copy", `file://${join(project.folder, "node_modules/dinerkit/")}`));
  assert.ok(!(error instanceof copy.HttpError) && copy.isCustomerApiError(error));
  const theirs = new copy.HttpError({ code: "http", outcome: "refused", message: "x", status: 404 });
  assert.ok(isCustomerApiError(theirs));
  for (const other of [new Error("x"), null, undefined, "x", 7, { code: "http" }, () => {}]) {
    assert.equal(isCustomerApiError(other), false);
  }
  for (const name of Object.keys(dinerkit).filter((name) => name.endsWith("Error") && name !== "isCustomerApiError")) {
    assert.ok(copy[name], name);
  }
});

// ---------------------------------------------------------------- precision

test("edit sends numbers that JavaScript can't hold back with every digit", async () => {
  const members =
    '"Loyalty":12345678901234567890,"Share":0.1000000000000000055511151231257827,"Deep":[{"big":-9007199254740993e0}]';
  let stored = `{"Id":7,"Surname":"Lee","FirstName":null,${members}}`;
  let written;
  const baseUrl = await serve(({ method }, body) => {
    if (method === "PUT") {
      written = body;
      stored = body.replace(/,"CustomerOptions":\{[^}]*\}/, "");
    }
    return { text: stored };
  });
  const client = new CustomerClient({ baseUrl, microsite: "oak" });
  const edited = await client.edit(7, { FirstName: "Ann" });
  assert.equal(
    written,
    `{"Id":7,"Surname":"Lee","FirstName":"Ann",${members},"CustomerOptions":{"AppendComments":false}}`,
  );
  assert.equal(edited.FirstName, "Ann");
  // JavaScript gets the number rounded, as docs/client.md says.
  assert.equal(edited.Loyalty, Number("12345678901234567890"));
});

// ---------------------------------------------------------------- secrets

test("no output, error or inspected value holds a secret or what a guest typed", async (t) => {
  await copyFile(new URL("secrets.mjs", import.meta.url), join(project.folder, "secrets.mjs"));
  // `run` is not used, because its error would show what the consumer printed.
  const consumer = await start(t, process.execPath, ["secrets.mjs"], { cwd: project.folder }).ended;
  const lines = `${consumer.stderr}\n${consumer.stdout}`.trimEnd().split("\n");
  assert.equal(lines.at(-1), "all was shown", `${consumer.stderr}`.slice(-1000));
  const marks = ["planted-marker", "planted%2dmarker", btoa("planted-marker").slice(0, 18)];
  const leaks = lines.filter((line) => marks.some((mark) => line.toLowerCase().includes(mark.toLowerCase())));
  assert.equal(leaks.length, 0, leaks[0]);
});
