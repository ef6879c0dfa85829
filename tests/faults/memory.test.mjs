/** For whoever changes the client's loop: a page or a server may use one client, and one AbortSignal, for months. */
import assert from "node:assert/strict";
import { getEventListeners, setMaxListeners } from "node:events";
import { describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import init, { CustomerClient } from "../../pkg/entry/inline.js";
import { core } from "../../pkg/lib/core.js";
import { pool } from "./run.mjs";

const CALLS = 20_000;
const WARM_UP = 2_000;
const AT_ONCE = 16;
/** By how many bytes the runtime's own caches may grow the heap. A leak of 1 kB a call would be twenty times that. */
const SLACK = 1_000_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** Collects garbage and lets the finalizers run, which takes turns of the event loop. */
async function settle() {
  for (let turn = 0; turn < 5; turn += 1) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Makes the call with this number. Most succeed; some are refused, get a broken answer, are lost, or are aborted. */
async function call(client, number, signal) {
  const given = { id: number, record: { FirstName: `Guest ${number}` } };
  try {
    if (number % 5 === 0) return await client.edit(given.id, given.record, { signal });
    if (number % 50 === 1) {
      const own = new AbortController();
      const under = client.get(given.id, { signal: own.signal });
      own.abort();
      return await under;
    }
    return await client.get(given.id, { signal });
  } catch (error) {
    return error.code;
  }
}

describe(`${CALLS} calls over one client and one AbortSignal`, { timeout: 300_000 }, () => {
  it("leave no memory, listeners or requests behind", async (context) => {
    await init();
    const { memory } = core.glue;
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    // Each reading of the clock moves it by half a second, so that the calls stay within the rate limit.
    let now = Date.now();
    const realNow = Date.now;
    context.after(() => (Date.now = realNow));
    Date.now = () => (now += 500);
    let held = 0;
    const registry = new FinalizationRegistry(() => (held -= 1));
    const client = new CustomerClient({
      baseUrl: "https://api.example",
      microsite: "oak",
      token: "token",
      // Answers as the API does, without a socket, so that only the client's memory is measured.
      async fetch(request) {
        held += 1;
        registry.register(request);
        const Id = Number(request.url.split("/").at(-1));
        if (request.method === "PUT") return Response.json({ ...(await request.json()), Id });
        if (Id % 40 === 2) return new Response("<html>", { headers: { "Content-Type": "text/html" } });
        if (Id % 40 === 3) return new Response('{"Id":1,', { headers: { "Content-Type": "application/json" } });
        if (Id % 40 === 4) return new Response("", { status: 404 });
        return Response.json({ Id, FirstName: "Old", Surname: "Lee", Notes: { Serial: 1, Text: "x".repeat(500) } });
      },
    });
    const ends = new Map();
    const run = async (from, count) => {
      const numbers = Array.from({ length: count }, (_, index) => from + index);
      await pool(numbers, AT_ONCE, async (number) => {
        const value = await call(client, number, signal);
        const end = typeof value === "string" ? value : "done";
        ends.set(end, (ends.get(end) ?? 0) + 1);
      });
      await settle();
      return { wasm: memory.buffer.byteLength, heap: process.memoryUsage().heapUsed, held };
    };
    const warm = await run(1, WARM_UP);
    const end = await run(WARM_UP + 1, CALLS);
    console.log(`memory: ${[...ends].map(([name, count]) => `${name} ${count}`).join(", ")}`);
    console.log(`memory: wasm ${warm.wasm} → ${end.wasm}, heap ${warm.heap} → ${end.heap}, requests held ${end.held}`);
    assert.equal(end.wasm, warm.wasm);
    assert.ok(end.heap - warm.heap < SLACK, `the heap grew by ${end.heap - warm.heap} bytes`);
    assert.equal(getEventListeners(signal, "abort").length, 0);
    assert.ok(end.held <= AT_ONCE, `${end.held} requests are still held`);
    assert.deepEqual([...ends.keys()].sort(), ["abort", "blocked", "done", "http", "protocol"]);
    client.free();
  });
});
