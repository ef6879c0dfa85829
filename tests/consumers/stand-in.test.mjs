/**
 * For whoever tests a page or a program with `dinerkit/testing`: it behaves as the sandbox does, case by case, and has what
 * a test needs besides. Environment: TARBALL, SANDBOX_BIN.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { build } from "esbuild";
import { NAMES } from "../../pkg/dist/names.js";
import { RateLimit, Tokens } from "../../pkg/testing/account.js";
import { routerOf } from "../../pkg/testing/api.js";
import { OPERATIONS, SCHEMAS } from "../../pkg/testing/contract.js";
import { EMPTY_AS_TEXT, MODES } from "../../pkg/testing/guesses.js";
import { BEHAVIOUR } from "../../pkg/testing/operations.js";
import { errorsOf } from "../../pkg/testing/schema.js";
import { Api, CASES, standInOf } from "../support/api-cases.mjs";
import { Project } from "../support/project.mjs";
import { ACCOUNT, startSandbox } from "../support/sandbox.mjs";

const project = await Project.install();
const { CustomerClient } = await project.dinerkit();
const { createStandIn } = await project.import("dinerkit/testing");

/** A failure as the sandbox calls it. */
function faultOf(failure) {
  const { status, retryAfter, isDone, html, delayMs } = failure;
  if (failure === "network") return "reset-before";
  if (failure === "lostAnswer") return "reset-after";
  if (html) return ["page", status ?? 403, retryAfter].filter((part) => part !== undefined).join(";");
  if (delayMs !== undefined) return `delay-before;${delayMs}`;
  if (status === 429) return `too-many;${retryAfter}`;
  return `${isDone ? "status-after" : "status-before"};${status}`;
}

/** The operation of the contract that the client calls by this name. */
const operationOf = (wanted) => Object.entries(BEHAVIOUR).find(([, { name }]) => name === wanted)[0];

const APIS = {
  async sandbox(scope) {
    const { url } = await startSandbox(scope, "--faults", "--seed", "--rate-per-minute", "200");
    const ask = async (path, value) => {
      const { ok } = await fetch(`${url}/sandbox/${path}`, { method: "POST", body: JSON.stringify(value) });
      assert.ok(ok, path);
    };
    return Api.open({
      CustomerClient,
      url,
      fetch,
      account: ACCOUNT,
      advance: (seconds) => ask("clock", { seconds }),
      book: (customerId, seconds) => ask("bookings", { customerId, seconds }),
      fail: ({ on, times, with: failure }) =>
        ask("faults", [{ operation: operationOf(on), fault: faultOf(failure), times }]),
    });
  },

  "dinerkit/testing": () => standInOf(createStandIn, CustomerClient),
};

for (const [name, open] of Object.entries(APIS)) {
  describe(`the API of ${name}`, () => {
    for (const [what, run] of Object.entries(CASES)) {
      it(what, async (context) => run(await open(context)));
    }
  });
}

describe("a stand-in", () => {
  const GUEST = { Surname: "Lee", Email: "lee@example.com", Mobile: "+44 7700 900123" };
  const arrived = (standIn) => standIn.requests.map(({ at, operation, status }) => `${at} ${operation} ${status}`);
  const guestOf = (standIn, more) => new CustomerClient({ ...standIn.pageOptions, ...more });

  it("shows a page with the status, the Retry-After and the effect that a test asks for", async () => {
    const standIn = await createStandIn();
    const url = `${standIn.apiUrl}api/Jwt/v2/Authenticate`;
    for (const [fault, expected] of [
      [{ html: true }, [403, null]],
      [{ html: "<p>x</p>", status: 503, retryAfter: 2 }, [503, "2"]],
    ]) {
      standIn.fail({ times: 1, with: fault });
      const answer = await standIn.fetch(url, { method: "POST", body: "{}" });
      assert.deepEqual([answer.status, answer.headers.get("Retry-After")], expected);
      assert.match(answer.headers.get("Content-Type"), /^text\/html/);
      assert.match(await answer.text(), /^<(!DOCTYPE|p>)/);
    }
    standIn.fail({ on: "create", at: "api", times: 1, with: { html: true, status: 502, isDone: true } });
    await assert.rejects(guestOf(standIn).create(GUEST), { outcome: "unknown" });
    assert.equal(standIn.customers.length, 1);
  });

  it("lets the gateway meet pages of the API, which it takes by their status", async () => {
    const standIn = await createStandIn();
    const guest = guestOf(standIn);
    // The gateway's token is refused: it gets another, and sends the create once more.
    standIn.fail({ on: "create", at: "api", times: 1, with: { html: true, status: 401 } });
    assert.ok(Number.isInteger((await guest.create(GUEST)).Id));
    for (const [fault, status] of [
      [{ status: 403 }, 424],
      [{ status: 404 }, 404],
      // The last, because the client sends nothing for a minute then.
      [{ status: 429, retryAfter: 1 }, 429],
    ]) {
      standIn.fail({ on: "create", at: "api", times: 1, with: { html: true, ...fault } });
      await assert.rejects(guest.create(GUEST), { name: "HttpError", status, outcome: "refused" });
    }
    assert.equal(standIn.customers.length, 1);
  });

  it("has the real gateway in front, which asks the API", async () => {
    const standIn = await createStandIn();
    const { Id, Capability } = await guestOf(standIn).create(GUEST);
    assert.deepEqual(arrived(standIn), [
      "gateway create 200",
      "api authenticate 200",
      "api setup 200",
      "api create 200",
    ]);
    const [{ IpAddress, Surname }] = standIn.customers;
    assert.deepEqual([IpAddress, Surname], ["192.0.2.1", "Lee"]);
    assert.equal((await guestOf(standIn, { token: Capability }).edit(Id, { Surname: "Li" })).Surname, "Li");
    await assert.rejects(guestOf(standIn).get(Id), { status: 403 });
  });

  it("answers only what openapi.yaml allows", async () => {
    let count = 0;
    const route = routerOf(OPERATIONS);
    const hold = (fetch) => async (input, init) => {
      const response = await fetch(input, init);
      const { operation } = route(input.method ?? init.method, new URL(input.url ?? input).pathname);
      if (!operation) return response;
      const schema = operation.answers[response.status];
      assert.notEqual(schema, undefined, `${operation.id} may not answer ${response.status}`);
      if (schema) assert.deepEqual(errorsOf(schema, await response.clone().json()), []);
      count += 1;
      return response;
    };
    // No contract is kept to by an API that fails.
    const cases = Object.entries(CASES).filter(([name]) => !/fails|passes/.test(name));
    for (const [, run] of cases) await run(await standInOf(createStandIn, CustomerClient, { hold }));
    assert.ok(count > 300, `${count}`);
  });

  it("fails where it is told to, and as often", async () => {
    const standIn = await createStandIn();
    const page = guestOf(standIn, { idempotencyKeys: false });
    const server = new CustomerClient(standIn.clientOptions);
    const facts = async (client) => {
      const { ok, error } = await client.safe.create(GUEST);
      return ok ? "done" : [error.name, error.status, error.outcome];
    };
    const take = standIn.fail({ on: "create", with: { status: 404 } });
    assert.deepEqual(await facts(page), ["HttpError", 404, "refused"], "a page meets it at the gateway");
    assert.deepEqual(await facts(server), ["HttpError", 404, "refused"], "a server meets it at the API");
    assert.equal(standIn.requests.filter(({ at, operation }) => at === "api" && operation === "create").length, 1);
    take();
    standIn.fail({ on: ["create", "get"], at: "api", times: 1, with: { status: 500 } });
    assert.deepEqual(await facts(page), ["HttpError", 502, "unknown"], "the gateway meets it at the API");
    assert.equal(await facts(page), "done");
    standIn.fail({ at: "gateway", with: "network" });
    assert.equal(await facts(server), "done", "nothing is wrong with the API");
    standIn.reset();
    assert.equal(await facts(page), "done");
    standIn.fail({
      on: "create",
      with: async (request, carryOut) => {
        const { Surname } = await request.json();
        await carryOut();
        return Response.json({ Id: 7, Surname: `${Surname}-Other` });
      },
    });
    // A token from before the reset is good no longer, unless both were issued in the same second.
    const anew = new CustomerClient(standIn.clientOptions);
    assert.deepEqual(await facts(anew), ["ProtocolError", 200, "unknown"]);
    assert.equal(standIn.customers.length, 2);
  });

  it("ends a request that hangs when its caller aborts, with the caller's reason", async () => {
    const standIn = await createStandIn();
    standIn.fail({ with: "hang" });
    const controller = new AbortController();
    const asked = standIn.fetch(`${standIn.apiUrl}api/Jwt/Token`, { method: "POST", signal: controller.signal });
    controller.abort("left the page");
    assert.equal(await asked.catch((reason) => reason), "left the page");
    assert.equal(await standIn.fetch(standIn.apiUrl, controller).catch((reason) => reason), "left the page");
  });

  it("notes what arrived, and never a token, a password or a cookie", async () => {
    const standIn = await createStandIn({ credentials: { password: "planted-marker" } });
    await new CustomerClient(standIn.clientOptions).create(GUEST);
    const headers = { Authorization: "Bearer planted-marker", Cookie: "planted-marker", "X-Page": "1" };
    await standIn.fetch(`${standIn.gatewayUrl}x?token=planted-marker`, { headers });
    assert.equal(JSON.stringify(standIn.requests).includes("planted-marker"), false);
    const [{ body: signIn }, { body, method, path, microsite }, other] = standIn.requests;
    assert.deepEqual([signIn, method, microsite], [undefined, "POST", "oak-and-salt"]);
    assert.equal(path, "/api/ConsumerApi/v1/Restaurant/oak-and-salt/Customer");
    assert.deepEqual(body, { ...GUEST, MobileCountryCode: 44, Mobile: "7700900123" });
    assert.deepEqual([other.operation, other.path, other.headers["x-page"]], [undefined, "/x", "1"]);
    standIn.requests.length = 0;
    standIn.customers.length = 0;
    assert.deepEqual([standIn.requests.length, standIn.customers.length], [3, 1], "these were copies");
  });

  it("takes the place of the global fetch for its own addresses, until it is undone", async () => {
    const original = globalThis.fetch;
    const others = [];
    globalThis.fetch = async (input) => void others.push(`${input?.url ?? input}`);
    try {
      const before = globalThis.fetch;
      const standIn = await createStandIn({ gatewayUrl: "https://booking.example/guests" });
      const restore = standIn.install();
      const { baseUrl, microsite } = standIn.pageOptions;
      assert.equal((await new CustomerClient({ baseUrl, microsite }).setup()).Name, "Oak & Salt");
      await fetch(new Request("https://other.example/"));
      await fetch(new URL("https://booking.example/elsewhere"));
      assert.deepEqual(others, ["https://other.example/", "https://booking.example/elsewhere"]);
      restore();
      assert.equal(globalThis.fetch, before);
      await assert.rejects(standIn.fetch("https://other.example/"), /answers for https:\/\/booking\.example\/guests/);
    } finally {
      globalThis.fetch = original;
    }
  });

  it("stores what it is given, also what only the API or the vendor would write", async () => {
    const standIn = await createStandIn({ now: () => new Date(0) });
    const { Id } = standIn.add({ Surname: "Lee", IsBlocked: true, Rank: 3, VendorSerial: 9, IpAddress: "192.0.2.7" });
    const server = new CustomerClient(standIn.clientOptions);
    const { IsBlocked, Rank, VendorSerial, IpAddress, CreatedDateTime, Company } = await server.get(Id);
    assert.deepEqual([IsBlocked, Rank, VendorSerial, IpAddress], [true, 3, 9, undefined]);
    assert.deepEqual([CreatedDateTime, Company], ["1970-01-01T00:00:00.0000000Z", ""]);
    assert.equal(standIn.customers[0].IpAddress, "192.0.2.7");
    assert.equal(standIn.add({ Surname: "Li" }, { microsite: "little-lantern" }).Id, Id + 1);
    await assert.rejects(server.get(Id + 1), { status: 404 });
    assert.equal(standIn.add({ Id: 7 }).Id, 7);
    assert.throws(() => standIn.add({ Id: 7 }), { name: "TypeError", message: /of this Id/ });
    await server.scheduleDeletion([7]);
    assert.deepEqual(standIn.scheduledForDeletion, [7]);
  });

  it("has the restaurants that it is asked for", async () => {
    const standIn = await createStandIn({
      microsite: "the-dock",
      setup: { Titles: ["Captain"], LegalDrinkingAge: 21 },
      microsites: { "the-yard": { group: "the-dock" }, "oak-and-salt": { setup: { Name: "Another oak" } } },
    });
    const setup = (microsite = "the-dock") => guestOf(standIn, { microsite }).setup();
    assert.deepEqual((({ Name, Titles, LegalDrinkingAge }) => [Name, Titles, LegalDrinkingAge])(await setup()), [
      "the-dock",
      ["Captain"],
      21,
    ]);
    assert.equal((await setup("oak-and-salt")).Name, "Another oak");
    const { Id } = standIn.add({ Surname: "Lee" });
    const yard = new CustomerClient({ ...standIn.clientOptions, microsite: "the-yard" });
    assert.equal((await yard.get(Id)).Surname, "Lee", "they are one group");
  });

  it("has the names of the remote API that the client and the gateway are given", async () => {
    const names = {
      mergeMethod: "PUT",
      mergePath: "Customers/MergeCustomers",
      masterCustomerId: "MasterId",
      customerIdsToMerge: "MergeCustomerIds",
      unsubscribePath: "Customers/OptOut",
      customerIds: "Ids",
      ipAddress: "Ip",
      marketingCommunicationMode: "Channel",
      markForDeletionPath: "Customers/Delete",
      deletedCustomerIds: "Marked",
      skippedCustomerIds: "Left",
      hasDeclinedEmail: "NoEmail",
      setupName: "DisplayName",
      setupMicrositeName: "Name",
      setupCustomFields: "Questions",
      customFieldLabel: "Text",
    };
    const api = await standInOf(createStandIn, CustomerClient, { names });
    await CASES["client's seven operations"](api);
    const { body } = await api.request("GET", "harbour-room", "/Customers/Setup");
    assert.deepEqual([body.DisplayName, body.Name], ["The Harbour Room", "harbour-room"]);
    assert.deepEqual(body.Questions[0], { Name: "Field1", Text: "Dietary needs", IsRequired: false });
    const { body: refused } = await api.post("oak-and-salt", "/Customers/OptOut", {});
    assert.deepEqual(refused.ValidationErrors, [{ PropertyName: "Ids", ErrorMessage: "'Ids' must be specified." }]);

    const standIn = await createStandIn({ names, gateway: { staff: () => true } });
    const desk = guestOf(standIn, { microsite: "harbour-room", token: "of-the-desk" });
    const { Id } = await desk.create({ ...GUEST, Field2: "a friend", Field1: "nuts" });
    assert.deepEqual(await desk.scheduleDeletion([Id, 1]), { deleted: [Id], skipped: [1] });
    assert.equal((await desk.get(Id)).HasDeclinedEmail, null);
    assert.deepEqual(standIn.requests.at(-3).path.split("/").slice(-2), ["Customers", "Delete"]);
  });

  it("gives equal answers in two runs on a clock that stands still", async () => {
    const run = async () => {
      const standIn = await createStandIn({ now: () => Date.UTC(2040, 0, 1) });
      const server = new CustomerClient(standIn.clientOptions);
      await server.create(GUEST);
      await server.merge({ into: 1001, from: [(await server.create({ ...GUEST, Company: "Works" })).Id] });
      return [standIn.customers, standIn.requests];
    };
    assert.deepEqual(await run(), await run());
  });

  it("refuses what it does not know, by name and without a value", async () => {
    const standIn = await createStandIn();
    for (const [attempt, message] of [
      [() => createStandIn({ mircosite: "planted-marker" }), /takes microsite, .* and not mircosite/],
      [() => createStandIn("planted-marker"), /createStandIn takes an object/],
      [() => createStandIn({ gateway: { perAdress: 1 } }), /perAdress is not known: did you mean perAddress/],
      [() => standIn.fail({ on: "edit", with: "network" }), /on takes one of authenticate, setup, /],
      [() => standIn.fail({ at: "page", with: "network" }), /at takes one of gateway, api/],
      [() => standIn.fail({ times: 0, with: "network" }), /times takes a whole number above 0/],
      [() => standIn.fail({ with: "planted-marker" }), /with takes "network", /],
      [() => standIn.fail({ with: { staus: 503 } }), /and not staus/],
      [() => standIn.fail({ with: {} }), /with takes "network", /],
      [() => standIn.advance("planted-marker"), /advance takes a number of seconds/],
      [() => standIn.add({}, { microsite: "planted-marker" }), /microsite takes one of oak-and-salt, /],
    ]) {
      await assert.rejects(
        async () => attempt(),
        ({ name, message: said }) => name === "TypeError" && message.test(said) && !said.includes("planted-marker"),
        String(attempt),
      );
    }
  });
});

it("a page that does not import dinerkit/testing has nothing of it", async () => {
  const entryPoints = ["dinerkit", "dinerkit/inline", "dinerkit/widget", "dinerkit/gateway"];
  const { metafile } = await build({
    stdin: {
      contents: entryPoints.map((name, index) => `export * as e${index} from "${name}";`).join("\n"),
      resolveDir: project.folder,
    },
    bundle: true,
    format: "esm",
    platform: "node",
    metafile: true,
    write: false,
  });
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.some((path) => path.endsWith("lib/gateway.js")));
  assert.deepEqual(
    inputs.filter((path) => path.includes("/testing/")),
    [],
  );
});

describe("the parts of the stand-in", () => {
  it("limit of requests has a window that slides", () => {
    const limit = new RateLimit(2);
    for (const [second, isAdmitted] of [
      [0, true],
      [30, true],
      [59, false],
      [60, true],
      [61, false],
      [90, true],
    ]) {
      assert.equal(limit.admit(second * 1000), isAdmitted, `at second ${second}`);
    }
    const none = new RateLimit(0);
    assert.ok(Array.from({ length: 1000 }, () => none.admit(0)).every(Boolean));
  });

  it("tokens live a day, and the last is issued again until five minutes before its end", () => {
    const tokens = new Tokens("inn");
    const { token, end } = tokens.issue(999);
    assert.equal(end, 86_400_000, "in whole seconds");
    for (const [left, isSame] of [
      [301, true],
      [300, false],
    ]) {
      assert.equal(tokens.issue(end - left * 1000).token === token, isSame, `${left} s left`);
    }
    assert.deepEqual([tokens.accept(`bearer ${token}`, end - 1), tokens.accept(`Bearer ${token}`, end)], [true, false]);
    assert.deepEqual([tokens.accept(token, 0), tokens.accept(null, 0)], [false, false]);
  });

  it("names that it guesses are those of openapi.yaml", () => {
    const members = Object.values(SCHEMAS).flatMap(({ properties = {} }) => Object.keys(properties));
    const routes = OPERATIONS.flatMap(({ method, path }) => [method, path.split("/").slice(-2).join("/")]);
    const known = [...members, ...routes];
    const used = [...Object.values(NAMES), ...EMPTY_AS_TEXT, ...Object.values(MODES).flat()];
    assert.deepEqual(
      used.filter((name) => !known.includes(name)),
      [],
    );
  });

  it("what it does is what openapi.yaml has", () => {
    assert.deepEqual(OPERATIONS.map(({ id }) => id).sort(), Object.keys(BEHAVIOUR).sort());
  });
});
