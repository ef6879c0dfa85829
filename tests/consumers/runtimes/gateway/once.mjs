/** A create that has an Idempotency-Key happens once, with every store. */
import assert from "node:assert/strict";
import { kvStore, memoryStore, sqliteStore } from "dinerkit/gateway";
import { describe, it } from "../cases.mjs";
import { create, guest, json, KEY, MICROSITE, open, vendor } from "./stand-in.mjs";

describe("a create with a key", () => {
  const keyed = (body, key = KEY) => create(body, { "Idempotency-Key": key });

  it("happens once, though it is asked for many times at once", async () => {
    const { ask, remote } = open({ perAddress: 0 });
    const answers = await Promise.all(Array.from({ length: 50 }, async () => (await ask(...keyed(guest()))).text()));
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual(remote.seen, [`POST ${MICROSITE}/Customer`]);
    assert.equal((await ask(...keyed(guest({ Surname: "Li" })))).status, 422);
    assert.equal((await ask(...keyed(guest({ Surname: " Lee " })))).status, 200, "the same, once normalised");
    assert.equal(remote.seen.length, 1);
    assert.equal((await ask(...keyed(guest(), KEY.replace("8", "9")))).status, 200);
    assert.equal(remote.seen.length, 2);
  });

  it("whose answer was lost is not made again while nobody knows", async () => {
    let isDown = true;
    const { ask, remote } = open(
      {},
      vendor((asked) => (isDown && asked.startsWith("POST") ? json({}, 500) : undefined)),
    );
    assert.equal((await ask(...keyed(guest()))).status, 502);
    isDown = false;
    assert.equal((await ask(...keyed(guest()))).status, 502);
    assert.equal(remote.seen.length, 1);
  });

  it("that was refused may be made again", async () => {
    let isFull = true;
    const { ask, remote } = open(
      {},
      vendor((asked) => (isFull && asked.startsWith("POST") ? json({}, 429) : undefined)),
    );
    const refused = await ask(...keyed(guest()));
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "60"]);
    isFull = false;
    assert.equal((await ask(...keyed(guest()))).status, 200);
    assert.equal(remote.seen.length, 2);
  });

  it("is remembered by SQLite and by a key-value namespace, for another process too", async (platform) => {
    for (const store of [kvStore(platform.namespace ?? namespace()), ...(await sqlite(platform))]) {
      const remote = vendor();
      const [one, other] = [open({ store }, remote), open({ store }, remote)];
      const first = await (await one.ask(...keyed(guest()))).json();
      const second = await (await other.ask(...keyed(guest()))).json();
      assert.deepEqual(second, first);
      assert.equal((await other.ask(...keyed(guest({ Surname: "Li" })))).status, 422);
      assert.equal(remote.seen.length, 1);
    }
  });

  it("is stored without what was sent, and forgotten in time", async (platform) => {
    for (const store of [memoryStore({ max: 2 }), ...(await sqlite(platform))]) {
      assert.equal((await store.putIfAbsent("a", "1", 100)) ?? null, null);
      assert.equal(await store.putIfAbsent("a", "2", 100), "1");
      await store.put("a", "3", 100);
      assert.equal(await store.putIfAbsent("a", "4", 100), "3");
      await store.delete("a");
      assert.equal((await store.putIfAbsent("a", "5", 0)) ?? null, null);
      assert.equal((await store.putIfAbsent("a", "6", 100)) ?? null, null, "over its time");
    }
    const small = memoryStore({ max: 2 });
    for (const place of ["a", "b", "c"]) await small.putIfAbsent(place, place, 100);
    assert.equal(await small.putIfAbsent("c", "x", 100), "c");
    assert.equal(await small.putIfAbsent("a", "x", 100), undefined, "the oldest has gone");
    const puts = [];
    const spy = { putIfAbsent: (...put) => void puts.push(put), put: (...put) => void puts.push(put), delete() {} };
    await open({ store: spy }).ask(...keyed(guest()));
    assert.equal(puts.length, 2);
    assert.ok(!/Lee|b\.example|7700|dk1/.test(JSON.stringify(puts)) && !JSON.stringify(puts).includes(KEY), puts);
  });
});

/** A key-value namespace of Cloudflare's shape, where the runtime has none. */
function namespace() {
  const kept = new Map();
  return {
    get: async (key) => kept.get(key) ?? null,
    put: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  };
}

/** A store in the runtime's own SQLite, where it has one. */
async function sqlite({ openDatabase }) {
  const database = await openDatabase?.();
  return database ? [sqliteStore(database)] : [];
}
