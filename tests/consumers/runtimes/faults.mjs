/** For whoever relies on the package: a fault inside its module ends one question, and neither the form nor the program. */
import assert from "node:assert/strict";
import {
  buildInfo,
  checkCustomer,
  CustomerClient,
  CustomerForm,
  formatPhone,
  inspectDate,
  inspectEmail,
  inspectPhone,
  InternalError,
  isCustomerApiError,
  loadPhoneFormats,
  loadPhones,
  optInNodes,
} from "dinerkit";
import { describe, it } from "./cases.mjs";
import { COMPOSED, onShortStack, withFault } from "./used-up-stack.mjs";
import { BASE, create, guest, HOST, json, KEY, MICROSITE, open, PAGE, vendor } from "./gateway/stand-in.mjs";

const GUEST = { Surname: "Lee", Email: "a@b.example", Mobile: "+44 7700 900123" };
/** A draft at which the module fails inside `withFault`. */
const DRAFT = { ...GUEST, FirstName: `${COMPOSED} planted-marker` };

/** Ends the module's instance. */
function fail() {
  const error = withFault(() => checkCustomer(DRAFT));
  assert.ok(error instanceof InternalError, String(error));
  return error;
}

/** Everything that an error says. */
const all = (error) => [error.message, error.stack, error.cause, error.cause?.stack, JSON.stringify(error)].join("\n");

describe("after a fault in the module", () => {
  it("a rule throws an InternalError with the facts of the build, and the next answers", () => {
    const before = checkCustomer(DRAFT);
    const error = fail();
    assert.ok(isCustomerApiError(error));
    assert.deepEqual([error.name, error.code, error.outcome], ["InternalError", "internal", "notSent"]);
    assert.deepEqual(error.build, buildInfo());
    assert.match(error.message, new RegExp(buildInfo().version.replaceAll(".", "\\.")));
    assert.equal(error.cause instanceof Error, true);
    assert.equal(/planted-marker|7700|b\.example/.test(all(error)), false, all(error));
    assert.deepEqual(checkCustomer(DRAFT), before);
  });

  it("tables and options are those of before", async () => {
    await Promise.all([loadPhones(), loadPhoneFormats()]);
    const options = { today: "2026-11-22", limits: { Surname: 2 } };
    const ask = () => [
      checkCustomer(GUEST, options).issues.map(({ code }) => code),
      inspectPhone(44, "07400 123456"),
      inspectPhone("44", "07400 123456"),
      formatPhone("44", "07400123456"),
      inspectDate("2026-11-23", options),
      inspectEmail("a@b.example"),
    ];
    const before = ask();
    assert.deepEqual([before[1].verdict, before[3].text], ["valid", "07400 123456"]);
    for (let turn = 0; turn < before.length; turn += 1) {
      fail();
      // Each question is once the first that the new instance gets.
      assert.deepEqual(ask().slice(turn), before.slice(turn));
      fail();
      const [first] = [() => inspectPhone(44, "07400 123456"), () => inspectEmail("a@b.example")].slice(turn % 2);
      assert.deepEqual(first(), before[turn % 2 ? 5 : 1]);
    }
  });

  it("a stack that is almost used up makes no wrong answer", () => {
    const questions = [
      () => checkCustomer({ ...DRAFT, Email: "\u00e4@b\u00fccher.example" }),
      () => inspectEmail("\u00e4@b\u00fccher.example"),
      () => optInNodes("<b>".repeat(60)),
      () => formatPhone("44", "07400123456"),
      () => inspectPhone("44", "07400 123456"),
    ];
    for (const question of questions) {
      const { errors, value } = onShortStack(question);
      assert.deepEqual(value, question());
      // Where the stack ends before the module, the engine's error is the caller's own.
      for (const error of errors) {
        assert.ok(error instanceof RangeError || error instanceof InternalError, String(error));
      }
    }
  });

  it("a form has its contents, and takes what is typed next", () => {
    const form = new CustomerForm({ draft: GUEST });
    const issues = form.check();
    const error = withFault(() => form.set("FirstName", COMPOSED));
    assert.ok(error instanceof InternalError, String(error));
    assert.deepEqual([form.snapshot(), form.check()], [GUEST, issues]);
    form.set("FirstName", COMPOSED);
    assert.equal(form.request().FirstName, "Z\u00f6e");
  });

  it("another fault inside a getter of the draft does not reach the check around it", () => {
    const draft = Object.defineProperty({ Email: GUEST.Email, Mobile: GUEST.Mobile }, "Surname", {
      enumerable: true,
      get: () => (fail(), "Lee"),
    });
    assert.deepEqual(checkCustomer(draft), checkCustomer(GUEST));
  });

  it("what a getter throws is the caller's own, also a RangeError", () => {
    for (const own of [new RangeError("own"), new WebAssembly.RuntimeError("own")]) {
      const draft = {
        get Surname() {
          throw own;
        },
      };
      assert.throws(
        () => checkCustomer(draft),
        (error) => error === own,
      );
    }
    assert.deepEqual(checkCustomer(GUEST).issues, checkCustomer({ ...GUEST }).issues);
  });
});

/** A client whose requests wait until they are answered. */
function connect(options = {}) {
  const sent = [];
  const fetch = (request) => new Promise((resolve) => sent.push({ request, answer: (body) => resolve(json(body)) }));
  return {
    client: new CustomerClient({ baseUrl: "https://api.example", microsite: "oak", token: "t", fetch, ...options }),
    sent,
  };
}

/** Lets all that can go on go on. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

const outcomeOf = (call) =>
  call.then(
    () => "done",
    (error) => `${error.name} ${error.outcome}`,
  );

describe("a call that is under way when the module fails", () => {
  it("ends as unknown if a write went out, and is not sent again", async () => {
    const { client, sent } = connect();
    const writes = [client.create(GUEST), client.update(7, GUEST), client.merge({ into: 9, from: [8] })];
    const outcomes = Promise.all(writes.map(outcomeOf));
    await settled();
    fail();
    for (const { answer } of sent) answer({ ...GUEST, Id: 7 });
    assert.deepEqual(
      await outcomes,
      writes.map(() => "InternalError unknown"),
    );
    assert.equal(sent.length, 3);
    const next = client.get(7);
    await settled();
    sent[3].answer({ Id: 7, Surname: "Lee" });
    assert.equal((await next).Surname, "Lee");
    client.free();
  });

  it("ends as not sent if it reads, or waits for a token or for another call", async () => {
    let give;
    const token = () => new Promise((resolve) => (give = resolve));
    const { client, sent } = connect({ token });
    const [first, second] = [client.create(GUEST), client.create(GUEST)].map(outcomeOf);
    await settled();
    const reading = connect();
    const read = outcomeOf(reading.client.setup());
    await settled();
    fail();
    give("t");
    reading.sent[0].answer({ Name: "Oak" });
    assert.deepEqual([await first, await read], ["InternalError notSent", "InternalError notSent"]);
    assert.equal(sent.length, 0);
    // The session begins anew with the next call, which wakes the one that waits.
    const next = client.get(7);
    assert.equal(await second, "InternalError notSent");
    await settled();
    give("t");
    await settled();
    sent[0].answer({ Id: 7, Surname: "Lee" });
    assert.equal((await next).Surname, "Lee");
    assert.equal(sent.length, 1);
  });

  it("leaves a client that was freed meanwhile freed", async () => {
    const { client } = connect();
    client.create(GUEST).catch(() => {});
    await settled();
    client.free();
    fail();
    await assert.rejects(client.get(7), TypeError);
  });
});

describe("a gateway whose module fails", () => {
  const faulty = guest({ FirstName: COMPOSED });
  const page = { origin: PAGE };

  /** Asks a gateway for what makes its module fail. */
  async function failing({ ask }, headers = {}) {
    const { normalize } = String.prototype;
    String.prototype.normalize = function endless() {
      return endless.call(this) + 1;
    };
    try {
      return await ask(...create(faulty, headers));
    } finally {
      String.prototype.normalize = normalize;
    }
  }

  it("answers that nothing was changed, keeps its token, and makes the next customer", async () => {
    let signedIn = 0;
    const remote = vendor();
    const counting = (request) => {
      signedIn += request.url.endsWith("/Authenticate");
      return remote.fetch(request);
    };
    const gateway = open({ perAddress: 0 }, { ...remote, fetch: counting });
    assert.equal((await gateway.ask(...create(guest()))).status, 200);
    const answer = await failing(gateway, page);
    assert.equal(answer.status, 424);
    assert.equal(answer.headers.get("access-control-allow-origin"), PAGE);
    assert.equal((await answer.text()).includes("Lee"), false);
    const { operation, fault } = gateway.events.at(-1);
    assert.deepEqual([operation, fault.build.version], ["create", buildInfo().version]);
    assert.equal(typeof fault.stack, "string");
    assert.equal(JSON.stringify(gateway.events).includes("Lee"), false);
    assert.equal((await gateway.ask(...create(guest()))).status, 200);
    assert.deepEqual([signedIn, remote.seen.length], [1, 2]);
  });

  it("says that nobody knows of a write that went out, here or for another request", async () => {
    let go;
    const held = new Promise((resolve) => (go = resolve));
    const remote = vendor(async (asked) => void (asked.startsWith("POST") && (await held)));
    const gateway = open({ perAddress: 0 }, remote);
    const keyed = { "Idempotency-Key": KEY };
    const under = [
      gateway.ask(...create(guest(), keyed)),
      gateway.ask("GET", "Customer/7", { authorization: "Bearer staff" }),
    ];
    await settled();
    assert.equal((await failing(gateway)).status, 424);
    go();
    assert.equal((await under[0]).status, 502);
    assert.ok([200, 503].includes((await under[1]).status));
    assert.equal((await gateway.ask(...create(guest(), keyed))).status, 502, "the claim says that nobody knows");
    assert.equal(remote.seen.filter((asked) => asked.startsWith("POST")).length, 1);
  });

  it("gives the claim of a create back that was not sent", async () => {
    const gateway = open({ perAddress: 0 });
    const keyed = { "Idempotency-Key": KEY };
    assert.equal((await failing(gateway, keyed)).status, 424);
    assert.equal((await gateway.ask(...create(faulty, keyed))).status, 200);
    assert.equal(gateway.remote.seen.length, 1);
  });

  it("keeps the limit of each address, and the account's quota", async () => {
    const gateway = open({ perAddress: 20 });
    assert.equal((await gateway.ask(...create(guest()))).status, 200);
    assert.equal((await gateway.ask(...create(guest()))).status, 200);
    const neighbour = { "x-test-address": "192.0.2.10" };
    assert.equal((await failing(gateway, neighbour)).status, 424);
    assert.equal((await gateway.ask(...create(guest()))).status, 429, "its limit is used up");
    assert.equal((await gateway.ask(...create(guest(), neighbour))).status, 200, "its neighbour's is not");

    const small = open({ perAddress: 0, requestsPerMinute: 12, staffReserve: 6 });
    const ask = async () => (await small.ask(...create(guest()))).status;
    const statuses = [];
    for (let turn = 0; turn < 6; turn += 1) statuses.push(await ask());
    assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429]);
    await failing(small);
    await failing(small);
    assert.equal(await ask(), 429);
    assert.equal((await small.ask("GET", "Customer/7", { authorization: "Bearer staff" })).status, 200, "staff's part");
  });

  it("makes links and capabilities of the same keys", async () => {
    const gateway = open();
    const link = gateway.gateway.unsubscribeLink({ microsite: MICROSITE, id: 7 });
    await failing(gateway);
    assert.equal((await gateway.ask("GET", link)).status, 200);
    assert.ok(gateway.gateway.capability({ microsite: MICROSITE, id: 7 }).startsWith("dk1."));
    assert.ok(link.startsWith(HOST + BASE));
  });
});
