/**
 * For pages that embed the widget with two lines: the files that the packed command serves, over real HTTP. Environment:
 * TARBALL, SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { installCommand } from "../support/command.mjs";
import { suiteScope } from "../support/scope.mjs";

const scope = suiteScope();
const { config, open, project } = await installCommand(scope);

const SCRIPT = "/dinerkit/diner-form.js";
const UNPACK = { br: brotliDecompressSync, gzip: gunzipSync };
const web = join(project.folder, "node_modules", "dinerkit", "dist", "web");
const files = JSON.parse(readFileSync(join(web, "files.json"), "utf8"));
const hashed = files.filter(({ integrity }) => integrity);
const raw = (name) => readFileSync(join(web, "dinerkit", name));

/** Sends a request with exactly these headers and this path; resolves to `{ status, headers, body }`. */
async function get(url, path, { method = "GET", headers = {} } = {}) {
  const { hostname, port } = new URL(url);
  const sent = httpRequest({ hostname, port, path, method, headers }).end();
  const [response] = await once(sent, "response");
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(await response.toArray()) };
}

/** The address that a script has written in. */
const baseIn = (body) => {
  const found = [...body.toString().matchAll(/"((?:https?:)?\/\/[^"]*\/|%DINERKIT_GATEWAY%)"/g)];
  assert.equal(found.length, 1, "the address occurs once");
  return found[0][1];
};

describe("the widget's files from a gateway without publicUrl", () => {
  let url;
  before(async () => ({ url } = await open()));

  it("are the listed ones, whose names and integrity are those of their bytes, for every page and for ever", async () => {
    assert.ok(hashed.length > 15, `${hashed.length}`);
    for (const { name, type, integrity } of hashed) {
      const { status, headers, body } = await get(url, `/dinerkit/${name}`);
      const hash = createHash("sha256").update(body).digest("base64");
      assert.deepEqual([status, `sha256-${hash}`, headers["content-type"]], [200, integrity, type], name);
      // The first file of a language has the digest of the later one, and both have its hash in their names.
      const named = name.includes("-later-")
        ? await get(url, `/dinerkit/${name.replace("-later-", "-first-")}`)
        : { body };
      if (named.body !== body) assert.equal(JSON.parse(named.body).integrity, integrity, name);
      assert.ok(name.includes(createHash("sha256").update(named.body).digest("base64url")), name);
      assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["cross-origin-resource-policy"], "cross-origin");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["content-length"], `${body.length}`);
    }
    const types = new Set(files.map(({ type }) => type.split(";")[0]));
    assert.deepEqual([...types].sort(), [
      "application/json",
      "application/octet-stream",
      "application/wasm",
      "text/javascript",
    ]);
  });

  it("come in the smallest encoding that the browser takes", async () => {
    const { name } = hashed.find(({ name }) => name.endsWith(".wasm"));
    for (const [accepted, encoding] of [
      ["gzip, deflate, br, zstd", "br"],
      ["BR", "br"],
      ["gzip", "gzip"],
      ["br;q=0, gzip;q=0.5", "gzip"],
      ["*", "br"],
      ["br;q=0, gzip;q=0, *", undefined],
      ["identity", undefined],
      ["br;q=x", undefined],
      [undefined, undefined],
    ]) {
      for (const path of [`/dinerkit/${name}`, SCRIPT]) {
        const { headers, body } = await get(url, path, { headers: accepted && { "Accept-Encoding": accepted } });
        assert.equal(headers["content-encoding"], encoding, `${accepted}: ${path}`);
        assert.equal(headers.vary, "Accept-Encoding");
        const unpacked = UNPACK[encoding]?.(body) ?? body;
        if (path !== SCRIPT) assert.ok(unpacked.equals(raw(name)));
        else assert.equal(baseIn(unpacked), `//${new URL(url).host}/`);
      }
    }
  });

  it("are as small as the build has made them, with the address in them", async () => {
    const headers = { "Accept-Encoding": "br" };
    const { body } = await get(url, SCRIPT, { headers });
    // The address takes up to 60 bytes, by its port; a lower quality of compression would take 250 more.
    assert.ok(body.length < raw("diner-form.js.br").length + 100, `${body.length}`);
  });

  it("are the same again: 304 without a body, also for a tag that a proxy has marked as weak", async () => {
    for (const path of [SCRIPT, `/dinerkit/${hashed[0].name}`]) {
      for (const accepted of ["br", "identity"]) {
        const first = await get(url, path, { headers: { "Accept-Encoding": accepted } });
        const { etag } = first.headers;
        for (const tags of [etag, `W/${etag}`, `"other", ${etag}`]) {
          const again = await get(url, path, { headers: { "Accept-Encoding": accepted, "If-None-Match": tags } });
          assert.deepEqual([again.status, again.body.length, again.headers.etag], [304, 0, etag]);
          assert.equal(again.headers["cache-control"], first.headers["cache-control"]);
        }
        const other = await get(url, path, { headers: { "Accept-Encoding": accepted, "If-None-Match": '"other"' } });
        assert.equal(other.status, 200);
      }
    }
  });

  it("have one script whose short name is asked for each time", async () => {
    const { headers } = await get(url, SCRIPT);
    assert.equal(headers["cache-control"], "no-cache");
    assert.equal(headers["content-type"], "text/javascript; charset=utf-8");
  });

  it("have the host of the request written in, and nothing that is no host", async () => {
    for (const host of ["booking.example", "booking.example:8443", "[2001:db8::1]:80", "BOOKING.example"]) {
      const { status, headers, body } = await get(url, SCRIPT, { headers: { Host: host } });
      assert.deepEqual([status, baseIn(body)], [200, `//${host.toLowerCase().replace(/:80$/, "")}/`], host);
      const other = await get(url, SCRIPT, { headers: { Host: "other.example", "If-None-Match": headers.etag } });
      assert.equal(other.status, 200, "another host has another script");
    }
    for (const host of [
      'a"+alert(1)+"',
      "a';alert(1)//",
      "a`${alert(1)}`",
      "</script><script>alert(1)</script>",
      "a\\u0022",
      "a b",
      "a/b",
      "a@b",
      "$&",
      "a$'b",
      `${"a".repeat(300)}.example`,
    ]) {
      const { status, headers, body } = await get(url, SCRIPT, { headers: { Host: host } });
      assert.equal(status, 400, host);
      assert.ok(!body.includes("alert") && body.length < 200, host);
      assert.notEqual(headers["content-type"], "text/javascript; charset=utf-8");
    }
  });

  it("stay right and quick for more hosts than a gateway has", async () => {
    const headers = { "Accept-Encoding": "br" };
    for (let number = 0; number < 40; number += 1) {
      const host = `host-${number}.example`;
      const { body } = await get(url, SCRIPT, { headers: { ...headers, Host: host } });
      assert.equal(baseIn(brotliDecompressSync(body)), `//${host}/`);
    }
  });

  it("are the only ones: no other name, no path out of the folder, no other method", async () => {
    for (const path of [
      "/dinerkit/",
      "/dinerkit/nothing.js",
      "/dinerkit/diner-form.js.br",
      "/dinerkit/../files.json",
      "/dinerkit/..%2ffiles.json",
      "/dinerkit/%2e%2e/files.json",
      "/dinerkit//diner-form.js",
      "/dinerkit/constructor",
      "/dinerkit/DINER-FORM.JS",
      "/dinerkit/../../../../package.json",
    ]) {
      const { status, headers } = await get(url, path);
      assert.deepEqual([status, headers["cache-control"]], [404, "no-store"], path);
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const { status, headers } = await get(url, SCRIPT, { method });
      assert.deepEqual([status, headers.allow], [405, "GET, HEAD"], method);
    }
  });

  it("answer HEAD without a body, and a Range with the whole file", async () => {
    for (const path of [SCRIPT, `/dinerkit/${hashed[0].name}`]) {
      const whole = await get(url, path);
      const head = await get(url, path, { method: "HEAD" });
      assert.deepEqual([head.status, head.body.length], [200, 0]);
      for (const name of ["content-length", "content-type", "etag", "cache-control"]) {
        assert.equal(head.headers[name], whole.headers[name], name);
      }
      const ranged = await get(url, path, { headers: { Range: "bytes=0-9" } });
      assert.equal(ranged.status, 200);
      assert.ok(ranged.body.equals(whole.body));
    }
  });

  it("take nothing of the limit of an address, and are not in the log", async () => {
    const { gateway, url, ask, end } = await open(config({ more: "perAddress = 10" }));
    for (let count = 0; count < 20; count += 1) assert.equal((await get(url, SCRIPT)).status, 200);
    assert.equal((await ask("/nowhere")).status, 404);
    await end();
    assert.equal(gateway.events.filter(({ event }) => event === "request").length, 1);
  });
});

describe("the widget's files from a gateway with publicUrl", () => {
  for (const [publicUrl, prefix] of [
    ["https://booking.example", ""],
    ["https://booking.example/guests", "/guests"],
    ["https://booking.example/guests/", "/guests"],
  ]) {
    it(`have it written in, whatever the Host: ${publicUrl}`, async () => {
      const { url, end } = await open(config({ more: `publicUrl = "${publicUrl}"` }));
      // A proxy may leave the prefix on or take it off.
      for (const path of new Set([SCRIPT, prefix + SCRIPT])) {
        for (const host of ["127.0.0.1", "evil.example", "a;b"]) {
          const { status, body } = await get(url, path, { headers: { Host: host } });
          assert.deepEqual([status, baseIn(body)], [200, `https://booking.example${prefix}/`], `${path} ${host}`);
        }
      }
      assert.equal((await get(url, `${prefix}/dinerkit/${hashed[0].name}`)).status, 200);
      assert.equal((await get(url, `/elsewhere${SCRIPT}`)).status, 404);
      await end();
    });
  }
});

describe("the functions of dinerkit/gateway for the widget's files", () => {
  let gateway;
  before(async () => {
    gateway = await import(pathToFileURL(join(web, "..", "..", "gateway", "server.js")));
  });
  const script = () => raw("diner-form.js").toString();

  it("write no host into the script that a script could not hold, whatever the runtime lets through", async () => {
    for (const widget of [gateway.widgetFiles(), gateway.widgetScript({ script })]) {
      for (const host of ["a.example", "a_b.example:81", "[::1]"]) {
        const response = await widget(new Request(`http://${host}${SCRIPT}`));
        assert.deepEqual([response.status, baseIn(await response.text())], [200, `//${host}/`]);
      }
      for (const host of ['a"b', "a'b", "a`b", "a;b", "a$&b", "a{b}", "a(b)", "a+b", "a,b", "a!b"]) {
        const response = await widget({ url: `http://${host}${SCRIPT}`, method: "GET", headers: new Headers() });
        assert.deepEqual([response.status, response.headers.get("cache-control")], [400, "no-store"], host);
      }
      for (const url of ["http://a.example/api/x", "http://a.example/", `http://a.example/x${SCRIPT}`, "http://a:b/"]) {
        assert.equal(widget({ url, method: "GET", headers: new Headers() }), undefined, url);
      }
    }
  });

  it("take an address, with or without a slash, and refuse what is none", async () => {
    for (const make of [
      (publicUrl) => gateway.widgetFiles({ publicUrl }),
      (publicUrl) => gateway.widgetScript({ publicUrl, script }),
    ]) {
      for (const publicUrl of ["https://a.example/b", "https://a.example/b/"]) {
        const response = await make(publicUrl)(new Request(`http://x${SCRIPT}`));
        assert.equal(baseIn(await response.text()), "https://a.example/b/");
      }
      for (const publicUrl of ["a.example", "https://", 'https://a"b', "https://A.example", "javascript:alert(1)", 7]) {
        assert.throws(() => make(publicUrl), /^TypeError: options\.publicUrl takes https:\/\/host/, `${publicUrl}`);
      }
    }
  });

  it("answer for the script alone where the platform serves the other files", async () => {
    const widget = gateway.widgetScript({ script });
    assert.equal(widget(new Request(`http://x/dinerkit/${hashed[0].name}`)), undefined);
    const first = await widget(new Request(`http://x${SCRIPT}`));
    const headers = { "If-None-Match": first.headers.get("etag") };
    assert.equal((await widget(new Request(`http://x${SCRIPT}`, { headers }))).status, 304);
    assert.equal((await widget(new Request(`http://x${SCRIPT}`, { method: "POST" }))).status, 405);
  });
});
