/**
 * For operators: several gateways with one shared state, in one process, and an engine that fails, hangs or answers
 * nonsense. Environment: TARBALL; without it, the working tree's own build.
 */
import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { pathToFileURL } from "node:url";
import { Project } from "../support/project.mjs";

const MICROSITE = "oak-and-salt";
const HOST = "https://book.example";
const BASE = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
const KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324";
const GUEST = JSON.stringify({ Surname: "planted-marker", Email: "a@b.example", Mobile: "+44 7700 900123" });
const SECRET = "0123456789abcdef0123456789abcdef";
const TOKEN = "upstream-planted-marker";

const root = process.env.TARBALL
  ? pathToFileURL(`${(await Project.install()).folder}/node_modules/dinerkit/`)
  : new URL("../../pkg/", import.meta.url);
const dinerkit = await import(new URL("gateway/server.js", root));
await dinerkit.default();

const json = (value, status = 200) => Response.json(value, { status });

/** A remote API that counts what it is asked, and takes one token. */
function vendor() {
  const seen = [];
  const remote = { seen, token: TOKEN, ids: 0, answer: () => undefined, count };
  function count(asked) {
    return seen.filter((one) => one === asked).length;
  }
  remote.fetch = async (request) => {
    const { pathname } = new URL(request.url);
    seen.push(`${request.method} ${pathname.split("/").at(-1)}`);
    const own = await remote.answer(seen.at(-1));
    if (own) return own;
    if (pathname.endsWith("/Authenticate")) {
      return json({ Status: "Success", Token: remote.token, TokenExpiryUtc: "2999-01-01T00:00:00" });
    }
    if (request.headers.get("authorization") !== `Bearer ${remote.token}`) return json({ Message: "denied" }, 401);
    if (pathname.endsWith("/Setup")) return json({ Name: "Oak & Salt", CustomFields: [], LegalDrinkingAge: 18 });
    if (request.method === "GET") return json({ Id: 7, Surname: "Lee", Email: "a@b.example" });
    return json({ ...(await request.json()), Id: (remote.ids += 1) });
  };
  return remote;
}

/** An engine in memory that counts its swaps, and does what `fault` says to each. */
function engineOf(fault = () => undefined) {
  const memory = dinerkit.memoryEngine();
  const engine = { name: "memory", swaps: [], fault, isClosed: false, texts: new Map() };
  engine.swap = async (entries, options) => {
    const keys = entries.map(({ key }) => key.split(":")[2]);
    engine.swaps.push({ keys, ...options });
    const own = await engine.fault(keys, engine.swaps.length, () => memory.swap(entries, options));
    if (own) return own;
    for (const { key, text } of entries) if (text !== undefined) engine.texts.set(key, text);
    return memory.swap(entries, options);
  };
  engine.close = async () => {
    engine.isClosed = true;
  };
  return engine;
}

const opened = [];

function open(shared, remote, options = {}) {
  const events = [];
  const told = [];
  const gateway = dinerkit.createGateway({
    upstream: "https://api.example",
    credentials: { username: "account", password: "password-planted-marker" },
    microsites: [MICROSITE],
    clientAddress: (request) => request.headers.get("x-address") ?? "192.0.2.9",
    perAddress: 0,
    staff: (request) => request.headers.get("authorization") === "Bearer staff",
    onEvent: (event) => events.push(event),
    onShared: (event) => told.push(event),
    fetch: remote.fetch,
    shared,
    sharedSecret: SECRET,
    ...options,
  });
  opened.push(gateway);
  const ask = (method, path, { body, ...headers } = {}) =>
    gateway.fetch(
      new Request(HOST + BASE + path, {
        method,
        headers: { ...(body && { "Content-Type": "application/json" }), ...headers },
        body,
      }),
    );
  return { gateway, ask, events, told };
}

const SETUP = ["GET", "Customers/Setup"];
const STAFF = ["GET", "Customer/7", { authorization: "Bearer staff" }];
const create = (key = KEY, more = {}) => ["POST", "Customer", { body: GUEST, "Idempotency-Key": key, ...more }];
const status = async (response) => (await response).status;

/** Waits until something holds. */
async function until(holds, what) {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("gateways with one shared state", () => {
  it("create once under a key", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const gateways = [open(engine, remote), open(engine, remote)];
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, number) => {
        const asked = create(`${KEY}-${number % 5}`);
        let answer = await gateways[number % 2].ask(...asked);
        for (; answer.status === 409; answer = await gateways[number % 2].ask(...asked)) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return { status: answer.status, ...(await answer.json()) };
      }),
    );
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [200]);
    assert.equal(new Set(answers.map((answer) => answer.Id)).size, 5);
    assert.equal(remote.count("POST Customer"), 5);
    assert.equal(remote.count("POST Authenticate"), 1, "one sign-in for all");
    assert.equal(remote.count("GET Setup"), 1, "one Setup for all");
  });

  it("ask the engine once before a create, and once after it", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const { ask } = open(engine, remote);
    await ask(...SETUP);
    await ask(...create(`${KEY}-first`));
    await until(() => engine.swaps.at(-1).keys.includes("claim"), "the end is told");
    engine.swaps.length = 0;
    let before;
    remote.answer = () => void (before = engine.swaps.length);
    assert.equal(await status(ask(...create())), 200);
    assert.equal(before, 1);
    await until(() => engine.swaps.length === 2, "the end is told");
    assert.deepEqual(
      engine.swaps.map(({ keys }) => keys[0]),
      ["claim", "claim"],
    );
    assert.equal(engine.swaps[0].durable, true);
    engine.swaps.length = 0;
    await ask(...SETUP);
    assert.equal(engine.swaps.length, 0, "a Setup asks nobody");
  });

  it("keep neither the token, nor an address, nor a guest's details readable", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const { ask } = open(engine, remote, { perAddress: 100 });
    assert.equal(await status(ask(...create())), 200);
    await until(() => [...engine.texts.values()].some((text) => text?.includes("done")), "the end is told");
    const all = JSON.stringify([...engine.texts]);
    for (const secret of ["planted-marker", "192.0.2", "a@b.example", "account", SECRET]) {
      assert.ok(!all.includes(secret), secret);
    }
    assert.ok([...engine.texts.keys()].some((key) => key.includes("limit:")));
  });

  it("sign in again once if the token is refused", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const gateways = [open(engine, remote), open(engine, remote)];
    for (const { ask } of gateways) assert.equal(await status(ask(...STAFF)), 200);
    assert.equal(remote.count("POST Authenticate"), 1);
    remote.token = `${TOKEN}-2`;
    for (const { ask } of gateways) assert.equal(await status(ask(...STAFF)), 200);
    assert.equal(remote.count("POST Authenticate"), 2);
  });

  it("take a damaged token for none, and one that another secret has sealed", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    assert.equal(await status(open(engine, remote).ask(...STAFF)), 200);
    assert.equal(await status(open(engine, remote, { sharedSecret: SECRET.toUpperCase() }).ask(...STAFF)), 200);
    assert.equal(remote.count("POST Authenticate"), 2);
  });

  it("sign in by another if the one that began has ended", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    // The first signs in for ever.
    let isFirst = true;
    remote.answer = (asked) => {
      if (asked !== "POST Authenticate" || !isFirst) return undefined;
      isFirst = false;
      return json({}, 500);
    };
    assert.equal(await status(open(engine, remote).ask(...STAFF)), 200);
    assert.equal(await status(open(engine, remote).ask(...STAFF)), 200);
    assert.equal(remote.count("POST Authenticate"), 2);
  });

  it("spend the account's budget together", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const options = { requestsPerMinute: 20, staffReserve: 5 };
    const gateways = [open(engine, remote, options), open(engine, remote, options), open(engine, remote, options)];
    const answers = await Promise.all(Array.from({ length: 90 }, (_, number) => gateways[number % 3].ask(...STAFF)));
    const served = answers.filter((answer) => answer.status === 200).length;
    assert.ok(served >= 12 && remote.seen.length <= 20, `${served} ${remote.seen.length}`);
    // 503 is a request that was let through, and whose sign-in had no room any more.
    assert.ok(answers.every((answer) => [200, 429, 503].includes(answer.status)));
    assert.ok(Number(answers.find((answer) => answer.status === 429).headers.get("retry-after")) > 0);
    const { budget } = gateways[0].gateway.status();
    assert.equal(budget.perMinute, 20);
    assert.ok(budget.shared >= 15, JSON.stringify(budget));
  });

  it("leave half of the budget alone in the background, where nobody else has to wait", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const limits = { requestsPerMinute: 40, staffReserve: 10 };
    const list = open(engine, remote, { ...limits, background: true });
    const staff = open(engine, remote, limits);
    const statuses = async ({ ask }, count) => {
      const found = [];
      for (let number = 0; number < count; number += 1) found.push(await status(ask(...STAFF)));
      return found;
    };
    const first = await statuses(list, 25);
    const sent = first.filter((status) => status === 200).length;
    assert.ok(sent >= 18 && sent <= 20, `${sent}: half, the sign-in included`);
    assert.deepEqual(first.slice(sent), Array(25 - sent).fill(429));
    assert.deepEqual(await statuses(staff, 18), Array(18).fill(200), "staff find room at once");
    assert.deepEqual(await statuses(list, 1), [429]);
  });

  it("send nothing in the background once they have lost the shared state", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const list = open(engine, remote, { background: true, processes: 1 });
    const gateway = open(engine, remote, { processes: 1 });
    assert.equal(await status(list.ask(...STAFF)), 429, "no gateway is seen yet");
    assert.equal(await status(gateway.ask(...STAFF)), 200);
    await until(async () => (await status(list.ask(...STAFF))) === 200, "a gateway is seen");
    engine.fault = () => Promise.reject(new Error("down"));
    const before = remote.count("GET 7");
    assert.notEqual(await status(list.ask(...STAFF)), 200);
    assert.equal(remote.count("GET 7"), before);
  });

  it("count a request from its answer, because it may have arrived as late as that", async (context) => {
    mock.timers.enable({ apis: ["Date"], now: Date.now() });
    context.after(() => mock.timers.reset());
    const [remote, engine] = [vendor(), engineOf()];
    const { ask } = open(engine, remote, { requestsPerMinute: 20, staffReserve: 0 });
    assert.equal(await status(ask(...STAFF)), 200);
    let answer;
    const gate = new Promise((resolve) => (answer = resolve));
    remote.answer = (asked) => asked === "GET 7" && gate.then(() => undefined);
    const served = async (count) => {
      const statuses = await Promise.all(Array.from({ length: count }, () => status(ask(...STAFF))));
      return statuses.filter((one) => one === 200).length;
    };
    const burst = served(40);
    for (let turn = 0; turn < 500 && remote.seen.length < 15; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    mock.timers.tick(5000);
    answer();
    assert.ok((await burst) >= 12);
    // A window after they were sent, but not after they were answered. The first two were answered at once.
    mock.timers.tick(57_000);
    assert.ok((await served(20)) <= 4);
    mock.timers.tick(6000);
    assert.ok((await served(20)) >= 8);
  });

  it("have one limit for an address", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const gateways = [open(engine, remote, { perAddress: 40 }), open(engine, remote, { perAddress: 40 })];
    const statuses = [];
    for (let number = 0; number < 8; number += 1) {
      statuses.push(
        await status(gateways[number % 2].ask(...create(`${KEY}-${number}`, { "x-address": "192.0.2.1" }))),
      );
    }
    assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429, 429, 429]);
    assert.equal(await status(gateways[0].ask(...create(`${KEY}-x`, { "x-address": "192.0.2.2" }))), 200);
  });

  it("keep what they know when the module has failed", async () => {
    const { core } = await import(new URL("lib/gateway/core.js", root));
    const [remote, engine] = [vendor(), engineOf()];
    const [one, two] = [open(engine, remote), open(engine, remote)];
    assert.equal(await status(one.ask(...STAFF)), 200);
    remote.answer = (asked) => {
      if (asked !== "POST Customer") return;
      assert.throws(() =>
        core.call(() => {
          throw new WebAssembly.RuntimeError("unreachable");
        }),
      );
    };
    assert.equal(await status(one.ask(...create())), 502, "it may have been created");
    remote.answer = () => undefined;
    await until(async () => (await status(two.ask(...create()))) === 502, "the other gateway knows");
    assert.equal(remote.count("POST Customer"), 1);
    assert.equal(await status(one.ask(...STAFF)), 200);
    assert.equal(await status(one.ask(...create(`${KEY}-next`))), 200);
    assert.equal(remote.count("POST Authenticate"), 1);
    assert.ok(one.gateway.status().budget.used >= 4);
  });

  it("say how they are, and end", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const { gateway, ask } = open(engine, remote);
    await ask(...SETUP);
    const { shared } = gateway.status();
    assert.deepEqual([shared.engine, shared.state], ["memory", "well"]);
    assert.ok(shared.sinceMs > 0);
    await gateway.close();
    assert.ok(engine.isClosed);
    await gateway.close();
  });
});

/** What an engine does wrong, to each swap that has this key. */
const FAULTS = {
  throws: () => {
    throw new Error("connect ECONNREFUSED redis://default:planted-marker@10.0.0.1\nand more");
  },
  "throws after it is done": async (keys, number, work) => {
    await work();
    throw new Error("the connection broke");
  },
  "answers nonsense": () => ({ isDone: "yes" }),
  "answers too little": () => ({ isDone: true, texts: [], nowMs: Date.now() }),
  "answers with a text of another version": (keys) => ({
    isDone: false,
    texts: keys.map(() => '{"v":2}'),
    nowMs: Date.now(),
  }),
};

describe("a shared state that fails", () => {
  for (const [what, fault] of Object.entries(FAULTS)) {
    it(`refuses creates before anything is sent, and comes back, when it ${what}`, async () => {
      const [remote, engine] = [vendor(), engineOf()];
      const { ask, told, gateway } = open(engine, remote);
      await ask(...SETUP);
      assert.equal(await status(ask(...STAFF)), 200);
      engine.fault = fault;
      assert.equal(await status(ask(...create())), 424);
      assert.equal(remote.count("POST Customer"), 0);
      assert.equal(await status(ask(...SETUP)), 200);
      assert.equal(gateway.status().shared.state, "failing");
      engine.fault = () => undefined;
      await until(async () => (await status(ask(...create(`${KEY}-later`)))) === 200, "it comes back");
      await until(async () => (await status(ask(...create()))) === 200, "the claim was given back");
      assert.equal(remote.count("POST Customer"), 2);
      assert.equal(gateway.status().shared.state, "well");
      assert.deepEqual([...new Set(told.map((event) => event.state))], ["failing", "well"]);
      assert.ok(!JSON.stringify(told).includes("planted-marker"), JSON.stringify(told));
    });
  }

  it("refuses a create in time when it hangs, and gives a claim that is taken late back", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const { ask } = open(engine, remote);
    await ask(...SETUP);
    let go;
    const gate = new Promise((resolve) => (go = resolve));
    engine.fault = async (keys, number, work) => {
      await gate;
      return work();
    };
    assert.equal(await status(ask(...create())), 424);
    engine.fault = () => undefined;
    go();
    await until(async () => (await status(ask(...create()))) === 200, "the claim was given back");
    assert.equal(remote.count("POST Customer"), 1);
  });

  it("loses no outcome", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const [one, two] = [open(engine, remote), open(engine, remote)];
    await one.ask(...SETUP);
    remote.answer = (asked) => {
      if (asked === "POST Customer") engine.fault = FAULTS.throws;
    };
    const first = await one.ask(...create());
    assert.equal(first.status, 200);
    const again = await one.ask(...create());
    assert.deepEqual(await again.json(), await first.json(), "this process knows");
    assert.equal(await status(two.ask(...create())), 424);
    engine.fault = () => undefined;
    remote.answer = () => undefined;
    await until(async () => (await status(two.ask(...create()))) === 200, "the other learns of it");
    assert.equal(remote.count("POST Customer"), 1);
  });

  it("leaves reads what they have", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const { ask } = open(engine, remote);
    assert.equal(await status(ask(...STAFF)), 200);
    engine.fault = FAULTS.throws;
    let served = 0;
    while ((await status(ask(...STAFF))) === 200) served += 1;
    assert.ok(served > 0 && served < 20, String(served));
    engine.fault = () => undefined;
    await until(async () => (await status(ask(...STAFF))) === 200, "it comes back");
  });

  it("is asked again by a gateway that nobody asks, however long it has failed", async () => {
    const [remote, engine] = [vendor(), engineOf()];
    const { ask, told } = open(engine, remote);
    engine.fault = FAULTS.throws;
    await ask(...STAFF);
    const { length } = engine.swaps;
    await until(() => engine.swaps.length >= length + 5, "it is asked again and again");
    engine.fault = () => undefined;
    await until(() => told.at(-1)?.state === "well", "it comes back");
  });
});
