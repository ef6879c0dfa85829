/**
 * For runtimes.test.mjs: what a gateway does behind its runtime's own HTTP server, over real sockets. An upstream stands
 * between the gateway and the sandbox: it counts the requests and can hold a create for as long as a test wants.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { listen } from "../support/server.mjs";

const PATH = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";
const PAGE = "https://oak.example";
export const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
/** How long a gateway may take to answer, its patience with slow bodies included. */
const PATIENCE_MS = 20_000;

/** The remote API's sign-in. */
const SIGN_IN = "POST /api/Jwt/v2/Authenticate";

/** The settings that every example reads. */
export const SETTINGS = {
  RESDIARY_USERNAME: process.env.SANDBOX_USERNAME,
  RESDIARY_PASSWORD: process.env.SANDBOX_PASSWORD,
  CAPABILITY_KEY: "2026-11",
  CAPABILITY_SECRET: "a-key-of-at-least-thirty-two-bytes",
  SHARED_SECRET: "a-secret-of-at-least-thirty-two-bytes",
  MICROSITES: "oak-and-salt",
  ORIGINS: PAGE,
  PUBLIC_URL: "https://booking.example",
  PER_ADDRESS: "400",
  REQUESTS_PER_MINUTE: "200",
  HOST: "127.0.0.1",
  PORT: "0",
};

/** The headers without those that belong to one connection. */
const passedOn = (headers) =>
  Object.entries(headers).filter(([name]) => !["host", "connection", "content-length"].includes(name));

/** An upstream that passes requests on to the sandbox. */
export class Upstream {
  /** How many requests came, by `METHOD path`. */
  counts = {};
  /** The body of the last request. */
  last;
  #holds = {};

  static async open(scope, sandbox = process.env.SANDBOX_URL) {
    const upstream = new Upstream();
    const server = createServer(async (request, response) => {
      const asked = `${request.method} ${request.url}`;
      upstream.counts[asked] = (upstream.counts[asked] ?? 0) + 1;
      const { method, headers } = request;
      const body = method === "GET" ? undefined : Buffer.concat(await request.toArray());
      upstream.last = body;
      await upstream.#holds[asked]?.();
      const answer = await fetch(new URL(request.url, sandbox), { method, headers: passedOn(headers), body });
      response.writeHead(answer.status, { "Content-Type": answer.headers.get("Content-Type") ?? "text/plain" });
      response.end(Buffer.from(await answer.arrayBuffer()));
    });
    upstream.url = await listen(scope, server);
    return upstream;
  }

  count(method, path) {
    return this.counts[`${method} ${PATH}${path}`] ?? 0;
  }

  /** Holds the next requests of a kind: `arrived` resolves when the first one comes, and `release` lets them go on. */
  hold(asked) {
    const hold = {};
    hold.arrived = new Promise((arrive) => {
      const released = new Promise((release) => (hold.release = release));
      this.#holds[asked] = () => {
        arrive();
        return released;
      };
    });
    return hold;
  }
}

/** A connection on which the first bytes of a request have been sent. */
function open(url, head, chunks = []) {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer in time")));
  // A server that refuses a request half-way may close the connection.
  socket.on("error", (error) => (socket.failure = error));
  socket.write(`${head.join("\r\n").replace("HOST", host)}\r\n\r\n`);
  for (const chunk of chunks) socket.write(chunk);
  return socket;
}

/** Sends a request in bytes; returns what came back: at least its head, and everything before `end`. */
async function send(url, head, chunks, end = "") {
  const socket = open(url, head, chunks);
  let text = "";
  socket.on("data", (data) => (text += data));
  while (!/^HTTP\/1\.1 [2-5]\d\d [^]*\r\n\r\n/.test(text) || !text.includes(end)) {
    if (socket.destroyed || socket.readableEnded) throw socket.failure ?? new Error(`hung up after "${text}"`);
    await Promise.race(["data", "end", "close"].map((event) => once(socket, event)));
  }
  socket.destroy();
  return { status: Number(text.split(" ")[1]), text };
}

const post = (...headers) => [
  `POST ${PATH}Customer HTTP/1.1`,
  "Host: HOST",
  "Content-Type: application/json",
  ...headers,
];

const create = (url, key, more) =>
  fetch(new URL(`${PATH}Customer`, url), {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: PAGE, ...(key && { "Idempotency-Key": key }) },
    body: JSON.stringify(GUEST),
    ...more,
  });
/** A link of an e-mail, which names the operator's site, at the gateway that is tested. */
function at(url, link) {
  const { pathname, search } = new URL(link);
  return new URL(pathname + search, url);
}
const postLink = (url, link) => fetch(at(url, link), { method: "POST", headers: { Origin: "null" } });
const key = () => crypto.randomUUID();

/** The cases in their order: a name, and what is done to a gateway that has just started. */
export const CHECKS = {
  async "several that come before anybody has signed in: each is answered, after one sign-in"(one) {
    const { url, link, upstream, customer } = one;
    const { arrived, release } = upstream.hold(SIGN_IN);
    const first = postLink(url, link(customer));
    await arrived;
    const others = Array.from({ length: 3 }, () => postLink(url, link(customer)));
    // The gateway answers these itself, after it has begun with the others.
    for (let turn = 0; turn < 3; turn += 1) await (await fetch(new URL(`${PATH}Customers/Merge`, url))).text();
    release();
    const statuses = (await Promise.all([first, ...others])).map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 200, 200]);
    assert.equal(upstream.counts[SIGN_IN], 1);
  },

  async "many ask for a Setup at once: the remote API is asked once"({ url, upstream }) {
    const asked = Array.from({ length: 40 }, () => fetch(new URL(`${PATH}Customers/Setup`, url)));
    for (const response of await Promise.all(asked)) {
      assert.equal(response.status, 200);
      assert.equal((await response.json()).MicrositeName, "oak-and-salt");
    }
    assert.equal(upstream.count("GET", "Customers/Setup"), 1);
  },

  async "a preflight"({ url }) {
    const headers = { Origin: PAGE, "Access-Control-Request-Method": "POST" };
    const { status, text } = await send(url, [
      `OPTIONS ${PATH}Customer HTTP/1.1`,
      "Host: HOST",
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ]);
    assert.equal(status, 204);
    assert.match(text, /^access-control-allow-origin: https:\/\/oak\.example\r$/im);
    assert.match(text, /^access-control-allow-methods: POST\r$/im);
  },

  async "a create, from the address that the runtime knows"({ url, upstream }) {
    const response = await create(url);
    const { Id, Capability } = await response.json();
    assert.equal(response.status, 200);
    assert.equal(JSON.parse(upstream.last).IpAddress, "127.0.0.1");
    const own = await fetch(new URL(`${PATH}Customer/${Id}`, url), {
      headers: { Authorization: `Bearer ${Capability}` },
    });
    assert.equal((await own.json()).Surname, "Lee");
  },

  async "the same Idempotency-Key, at once and again: one customer"({ url, upstream }) {
    const before = upstream.count("POST", "Customer");
    const same = key();
    const ids = async (responses) =>
      Promise.all((await Promise.all(responses)).map(async (one) => (await one.json()).Id));
    const first = await ids(Array.from({ length: 8 }, () => create(url, same)));
    const again = await ids([create(url, same)]);
    assert.ok(first[0] > 0);
    assert.equal(new Set([...first, ...again]).size, 1);
    assert.equal(upstream.count("POST", "Customer"), before + 1);
  },

  async "a guest who leaves in the middle of a create: it comes to its end and is remembered"({ url, upstream }) {
    const before = upstream.count("POST", "Customer");
    const same = key();
    const { arrived, release } = upstream.hold(`POST ${PATH}Customer`);
    const body = JSON.stringify(GUEST);
    const leaving = open(url, post(`Content-Length: ${body.length}`, `Idempotency-Key: ${same}`), [body]);
    await arrived;
    leaving.resetAndDestroy();
    await once(leaving, "close");
    // The runtime answers this request after it has seen the guest leave.
    for (let turn = 0; turn < 3; turn += 1) await (await fetch(new URL(`${PATH}Customers/Setup`, url))).text();
    release();
    const response = await create(url, same);
    assert.equal(response.status, 200, await response.clone().text());
    assert.ok((await response.json()).Id > 0);
    assert.equal(upstream.count("POST", "Customer"), before + 1);
  },

  async "an unsubscribe link changes nothing until it is posted"({ url, link, upstream }) {
    const { Id } = await (await create(url)).json();
    const before = upstream.count("POST", "Customers/Unsubscribe");
    const shown = await fetch(at(url, link(Id)));
    assert.deepEqual([shown.status, shown.headers.get("Content-Type")], [200, "text/html; charset=utf-8"]);
    assert.equal(upstream.count("POST", "Customers/Unsubscribe"), before);
    const done = await postLink(url, link(Id));
    assert.equal(done.status, 200);
    assert.equal(upstream.count("POST", "Customers/Unsubscribe"), before + 1);
    assert.deepEqual(JSON.parse(upstream.last).CustomerIds, [Id]);
  },

  async "a form from a text browser, which names its page and no origin; in the guest's language"({ url, upstream }) {
    const before = upstream.count("POST", "Customer");
    const fields = { ...GUEST, "Idempotency-Key": key() };
    const posted = new URLSearchParams(fields).toString();
    const from = (page) =>
      send(
        url,
        [
          `POST ${PATH}form?lang=fr HTTP/1.1`,
          "Host: HOST",
          "Content-Type: application/x-www-form-urlencoded",
          `Content-Length: ${posted.length}`,
          `Referer: ${page}${PATH}form?lang=fr`,
        ],
        [posted],
        "</html>",
      );
    assert.equal((await from("https://evil.example")).status, 403);
    const { status, text } = await from(SETTINGS.PUBLIC_URL);
    assert.equal(status, 200);
    assert.equal(/<html lang="(\w+)"/.exec(text)?.[1], "fr");
    assert.equal(upstream.count("POST", "Customer"), before + 1);
  },

  async "a body that is too long, said or not"({ url, upstream }) {
    const before = upstream.count("POST", "Customer");
    const long = JSON.stringify({ ...GUEST, Company: "x".repeat(70_000) });
    assert.equal((await send(url, post(`Content-Length: ${long.length}`), [long])).status, 413);
    const chunk = `${(8192).toString(16)}\r\n${" ".repeat(8192)}\r\n`;
    const endless = await send(url, post("Transfer-Encoding: chunked"), Array(16).fill(chunk));
    assert.equal(endless.status, 413);
    assert.equal(upstream.count("POST", "Customer"), before);
  },

  async "a body that does not come"({ url }) {
    const { status } = await send(url, post("Content-Length: 1000"), ['{"Surname":']);
    assert.equal(status, 408);
  },

  async "a body that breaks off: nothing is created"({ url, upstream }) {
    const before = upstream.count("POST", "Customer");
    const socket = open(url, post("Content-Length: 1000"), [JSON.stringify(GUEST)]);
    socket.end().resume();
    await once(socket, "close");
    assert.equal((await create(url)).status, 200);
    assert.equal(upstream.count("POST", "Customer"), before + 1);
  },

  async "paths as they stand on the wire"({ url }) {
    for (const [path, expected] of [
      [`${PATH}../other/Customers/Setup`, 404],
      [`${PATH}%2e%2e/other/Customers/Setup`, 404],
      [`${PATH}Customers%2fSetup`, 404],
      [`${PATH}/Customers/Setup`, 404],
      [`${PATH}Customers/Merge`, 405],
      [`${PATH}Customer/7`, 403],
      ["/", 404],
      ["//evil.example/", 404],
    ]) {
      assert.equal((await send(url, [`GET ${path} HTTP/1.1`, "Host: HOST"])).status, expected, path);
    }
  },

  async "headers that come twice count for nothing"({ url }) {
    for (const [name, one, two] of [
      ["Origin", PAGE, "https://evil.example"],
      ["Origin", "https://evil.example", PAGE],
    ]) {
      const { status } = await send(url, [
        `GET ${PATH}Customers/Setup HTTP/1.1`,
        "Host: HOST",
        `${name}: ${one}`,
        `${name}: ${two}`,
      ]);
      assert.equal(status, 403, `${name}: ${one}, ${two}`);
    }
  },

  async "the widget's files: the script with the address of the gateway, and the others for ever"({ url }) {
    const script = await fetch(new URL("/dinerkit/diner-form.js", url));
    assert.deepEqual([script.status, script.headers.get("Cache-Control")], [200, "no-cache"]);
    assert.match(script.headers.get("Content-Type"), /^text\/javascript/);
    const text = await script.text();
    assert.ok(text.includes(`"${SETTINGS.PUBLIC_URL}/"`));
    const again = await fetch(new URL("/dinerkit/diner-form.js", url), {
      headers: { "If-None-Match": script.headers.get("ETag") },
    });
    assert.equal(again.status, 304);
    // The types are the platform's own where it serves the files as static assets.
    const types = {
      js: /^(text|application)\/javascript/,
      wasm: /^application\/wasm/,
      bin: /^application\/octet-stream/,
      json: /^application\/json/,
    };
    const files = { module: ["guest", "wasm"], tables: ["guest", "bin"], later: ["later", "js"] };
    const hashes = [...text.matchAll(/([\w-]+)"?:"([\w-]{43})"/g)];
    assert.ok(hashes.length > 14, `${hashes.length}`);
    const names = hashes.flatMap(([, what, hash]) => {
      if (!files[what]) return ["first", "later"].map((part) => `${what}-${part}-${hash}.json`);
      const [stem, extension] = files[what];
      return [`${stem}-${hash}.${extension}`];
    });
    for (const name of names) {
      const extension = name.split(".").pop();
      const { status, headers } = await fetch(new URL(`/dinerkit/${name}`, url), { method: "HEAD" });
      assert.equal(status, 200, name);
      assert.match(headers.get("Content-Type"), types[extension], name);
      assert.equal(headers.get("Cache-Control"), "public, max-age=31536000, immutable", name);
      assert.equal(headers.get("Access-Control-Allow-Origin"), "*", name);
      assert.equal(headers.get("Cross-Origin-Resource-Policy"), "cross-origin", name);
      assert.equal(headers.get("X-Content-Type-Options"), "nosniff", name);
    }
    const { status } = await fetch(new URL("/dinerkit/nothing.json", url));
    assert.equal(status, 404);
  },

  async "too many from one address"({ url }) {
    const asked = Array.from({ length: 450 }, () => fetch(new URL(`${PATH}Customers/Setup`, url)));
    const responses = await Promise.all(asked);
    const refused = responses.filter(({ status }) => status === 429);
    assert.ok(refused.length > 40 && refused.length < 450, `${refused.length}`);
    for (const { headers } of refused) assert.ok(Number(headers.get("Retry-After")) > 0);
  },
};
