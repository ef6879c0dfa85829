/**
 * For whoever changes the client: thousands of mixed calls under random faults. Afterwards the database must hold what
 * the client reported. Environment: DINERKIT_CHAOS_OPERATIONS (default 2000), DINERKIT_CHAOS_SEED (default: a new one,
 * which is printed). The seed decides the calls, their faults and their aborts; the machine decides how the calls
 * interleave.
 */
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { getEventListeners, setMaxListeners } from "node:events";
import { before, describe, it } from "node:test";
import { run } from "../support/program.mjs";
import { startFaultySandbox, stored } from "../support/sandbox.mjs";
import { suiteScope } from "../support/scope.mjs";
import { guest } from "./cases.mjs";
import { clientOf, pool } from "./run.mjs";

const OPERATIONS = Number(process.env.DINERKIT_CHAOS_OPERATIONS ?? 2000);
const SEED = Number(process.env.DINERKIT_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 32));
const CALLERS = 64;
/** Customers that several callers edit and read at the same time. */
const SHARED = 40;
/** The share of requests that meet a fault. */
const FAULTY = 0.35;
const TIMEOUT_MS = 2000;
const SLOW_MS = 2500;

/** How often each kind of call is made, in parts. */
const MIX = { create: 6, update: 3, edit: 4, appendingEdit: 4, get: 3, merge: 3, unsubscribe: 2, scheduleDeletion: 2 };

/** How often each fault comes, in parts. */
const FAULTS = {
  "reset-before": 3,
  "reset-after": 6,
  "reset-body": 3,
  "half-body": 3,
  "status-before;503": 3,
  "status-after;502": 4,
  "status-before;400": 1,
  "too-many": 2,
  "too-many;0": 2,
  "page;403": 2,
  "page;200": 1,
  "page;503;0": 2,
  "page;401": 1,
  revoked: 3,
  fail: 2,
  empty: 2,
  truncated: 3,
  "duplicate-keys": 1,
  "text-numbers": 2,
  "byte-order-mark": 2,
  deep: 1,
  large: 1,
  "other-id": 2,
  "other-echo": 2,
  "unknown-members": 3,
  "delay-before;40": 6,
  "delay-after;40": 6,
  "trickle;2": 3,
  [`delay-before;${SLOW_MS}`]: 1,
  [`delay-after;${SLOW_MS}`]: 1,
};

/** The faults that answer 401, after which the client sends the request again with another token. */
const UNAUTHORISED = ["revoked", "page;401"];

/** Whether the client can't detect a fault: another surname in a record that it reads, another Id of a new customer. */
function isUndetectable(fault, { method, url }) {
  return (fault === "other-echo" && method === "GET") || (fault === "other-id" && url.endsWith("/Customer"));
}

/** Random numbers by SplitMix32 from the seed and some numbers, so that each call has random numbers of its own. */
function luck(...place) {
  let state = place.reduce((mixed, part) => Math.imul(mixed ^ part, 0x9e3779b1) ^ (mixed >>> 15), SEED | 0);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

function pick(parts, random) {
  let left = random() * Object.values(parts).reduce((sum, part) => sum + part);
  for (const [name, part] of Object.entries(parts)) if ((left -= part) < 0) return name;
  return Object.keys(parts)[0];
}

/** Copies the only customer, once for each surname, and prints the Ids of the copies. SQL is faster than the API. */
const POPULATE = `
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.row_factory = sqlite3.Row
template = dict(db.execute("SELECT * FROM customers").fetchone())
record, ids = json.loads(template["record"]), []
with db:
    for surname in json.load(sys.stdin):
        template["id"] += 1
        row = {**template, "surname": surname, "record": json.dumps({**record, "Id": template["id"], "Surname": surname})}
        db.execute("INSERT INTO customers (" + ",".join(row) + ") VALUES (:" + ",:".join(row) + ")", row)
        ids.append(template["id"])
print(json.dumps(ids))
`;

async function populate(db, surnames) {
  const { stdout } = await run("python3", ["-c", POPULATE, db], { input: JSON.stringify(surnames) });
  return JSON.parse(stdout);
}

/** The mark of a call in the records. No mark is a part of another. */
const mark = (number) => `<${number}>`;

/** Surnames: of the customer from which the others are copied, of those that all callers share, of those of one call. */
const TEMPLATE = "Template";
const sharedName = (index) => `Shared ${mark(index)}`;
const ownName = (number, index) => `Own ${mark(number)}.${index}`;

/**
 * For each kind of call: the call itself, whether its answer is right, and how many times the database shows that it
 * was carried out. `rows` is by Id; `named` counts rows by surname.
 */
const KINDS = {
  create: {
    call: (client, { number }, options) => client.create(guest(`Created ${mark(number)}`), options),
    isRight: ({ number, value }) => value.Surname === `Created ${mark(number)}`,
    times: ({ number }, { named }) => named.get(`Created ${mark(number)}`) ?? 0,
    isThere: ({ number, value }, { rows }) => rows.get(value.Id)?.surname === `Created ${mark(number)}`,
  },
  update: {
    own: 1,
    call: (client, { number, own }, options) =>
      client.update(own[0], { ...guest(ownName(number, 0)), FirstName: `New ${mark(number)}` }, options),
    isRight: ({ number, own, value }) => value.Id === own[0] && value.FirstName === `New ${mark(number)}`,
    times: ({ number, own }, { rows }) => Number(rows.get(own[0]).record.FirstName === `New ${mark(number)}`),
  },
  edit: {
    own: 1,
    call: (client, { number, own }, options) => client.edit(own[0], { Company: `New ${mark(number)}` }, options),
    isRight: ({ number, own, value }) =>
      value.Id === own[0] && value.Company === `New ${mark(number)}` && value.FirstName === "Old",
    times: ({ number, own }, { rows }) => Number(rows.get(own[0]).record.Company === `New ${mark(number)}`),
  },
  appendingEdit: {
    call: (client, { number, shared }, options) => client.edit(shared, {}, { ...options, appendComment: mark(number) }),
    isRight: ({ number, shared, value }) => value.Id === shared && value.Comments.includes(mark(number)),
    times: ({ number, shared }, { rows }) => (rows.get(shared).record.Comments ?? "").split(mark(number)).length - 1,
  },
  get: {
    call: (client, { shared }, options) => client.get(shared, options),
    isRight: ({ shared, sharedName, value }) => value.Id === shared && value.Surname === sharedName,
  },
  merge: {
    own: 2,
    call: (client, { own: [into, from] }, options) => client.merge({ into, from: [from] }, options),
    isRight: ({ own, value }) => value.Id === own[0],
    times: ({ own }, { rows }) => Number(rows.get(own[1]).merged_into === own[0]),
  },
  unsubscribe: {
    own: 1,
    call: (client, { own }, options) => client.unsubscribe({ ids: own, mode: "All" }, options),
    isRight: ({ value }) => value === undefined,
    times: ({ own }, { rows }) => Number(!rows.get(own[0]).record.ReceiveEmailMarketing),
  },
  scheduleDeletion: {
    own: 1,
    call: (client, { own }, options) => client.scheduleDeletion(own, options),
    isRight: ({ own, value: { deleted, skipped } }) => [...deleted, ...skipped].join() === own.join(),
    times: ({ own }, { rows }) => Number(rows.get(own[0]).deletion_scheduled_at !== null),
  },
};

/** The requests that a call may send at most once. */
const ONCE = ["createCustomer", "updateCustomer", "mergeCustomers"];

/** The calls of a run. They depend on the seed only. */
function plan() {
  return Array.from({ length: OPERATIONS }, (_, number) => {
    const random = luck(number);
    const kind = pick(MIX, random);
    const signal = pick({ none: 5, own: 1, shared: 3, doomed: 1 }, random);
    return { number, kind, signal, abortMs: random() * 200, shared: Math.floor(random() * SHARED) };
  });
}

describe("chaos", { timeout: 600_000 }, () => {
  const scope = suiteScope();
  let operations;
  let database;
  let arrived;
  const lasting = new AbortController();
  const doomed = new AbortController();
  // Many calls share these signals on purpose, so Node's warning about many listeners is turned off.
  setMaxListeners(0, lasting.signal, doomed.signal);

  before(async () => {
    console.log(`chaos: DINERKIT_CHAOS_SEED=${SEED} DINERKIT_CHAOS_OPERATIONS=${OPERATIONS}`);
    const sandbox = await startFaultySandbox(scope);
    const unlimited = { requestsPerMinute: 100_000_000 };
    const calm = await clientOf(sandbox, unlimited);
    await calm.create(guest(TEMPLATE));
    calm.free();
    const planned = plan();
    const surnames = [...Array(SHARED).keys()].map(sharedName);
    for (const { number, kind } of planned)
      for (let index = 0; index < (KINDS[kind].own ?? 0); index += 1) surnames.push(ownName(number, index));
    const ids = await populate(sandbox.db, surnames);
    const shared = ids.splice(0, SHARED);
    operations = planned.map((operation) => ({
      ...operation,
      own: ids.splice(0, KINDS[operation.kind].own ?? 0),
      sharedName: sharedName(operation.shared),
      shared: shared[operation.shared],
    }));
    // An AsyncLocalStorage shows to which call a request belongs, even after the call has waited.
    const current = new AsyncLocalStorage();
    const client = await clientOf(sandbox, {
      ...unlimited,
      timeoutMs: TIMEOUT_MS,
      totalTimeoutMs: 60_000,
      fetch(request, init) {
        const { number, random } = current.getStore();
        request.headers.set("X-Request-Id", String(number));
        const fault = random() < FAULTY && pick(FAULTS, random);
        if (fault && !isUndetectable(fault, request)) request.headers.set("X-Sandbox-Fault", fault);
        return fetch(request, init);
      },
    });
    await pool(operations, CALLERS, async (operation) => {
      const { number, kind, signal, abortMs } = operation;
      if (number === Math.floor(OPERATIONS * 0.9)) doomed.abort({ why: "all of these" });
      const own = new AbortController();
      const chosen = { none: undefined, own, shared: lasting, doomed }[signal];
      const timer = signal === "own" && setTimeout(() => own.abort({ number }), abortMs);
      await current.run({ number, random: luck(number, 1) }, async () => {
        try {
          operation.value = await KINDS[kind].call(client, operation, { signal: chosen?.signal });
          operation.end = "done";
        } catch (error) {
          operation.end = error.outcome ?? "broken";
          operation.error = error;
          operation.reason = chosen?.signal.reason;
        }
      });
      clearTimeout(timer);
    });
    client.free();
    arrived = await sandbox.requests();
    // The sandbox carries out or drops the requests that are still running, before the database is read.
    await sandbox.stop();
    const all = await stored(sandbox.db);
    const named = new Map();
    for (const { surname } of all) named.set(surname, (named.get(surname) ?? 0) + 1);
    database = { all, named, rows: new Map(all.map((row) => [row.id, row])) };
    report();
  });

  /** Prints the results by kind. */
  function report() {
    const table = {};
    for (const operation of operations) {
      const row = (table[operation.kind] ??= {
        calls: 0,
        done: 0,
        refused: 0,
        notSent: 0,
        unknown: 0,
        "of which done": 0,
      });
      row.calls += 1;
      row[operation.end] = (row[operation.end] ?? 0) + 1;
      if (operation.end === "unknown") row["of which done"] += KINDS[operation.kind].times?.(operation, database) ?? 0;
    }
    for (const [kind, row] of Object.entries(table))
      console.log(
        `chaos: ${kind}: ${Object.entries(row)
          .map(([name, count]) => `${name} ${count}`)
          .join(", ")}`,
      );
    const faults = arrived.filter(({ fault }) => fault).length;
    console.log(
      `chaos: ${arrived.length} requests arrived, ${faults} met a fault; ${database.all.length} customers stored`,
    );
  }

  const ended = (...ends) => operations.filter(({ end }) => ends.includes(end));
  const name = ({ number, kind, end, error }) => `${number} ${kind} ${end} ${error ?? ""}`;
  const failing = (list, isGood) => list.filter((one) => !isGood(one)).map(name);
  const writes = (list) => list.filter(({ kind }) => KINDS[kind].times);

  it("calls end in an answer or in an error of the client", () => {
    assert.deepEqual(
      failing(operations, ({ end }) => ["done", "refused", "notSent", "unknown"].includes(end)),
      [],
    );
  });

  it("answers are right", () => {
    assert.deepEqual(
      failing(ended("done"), (one) => KINDS[one.kind].isRight(one)),
      [],
    );
  });

  it("calls that succeeded were carried out once", () => {
    assert.deepEqual(
      failing(writes(ended("done")), (one) => KINDS[one.kind].times(one, database) === 1),
      [],
    );
    assert.deepEqual(
      failing(ended("done"), (one) => KINDS[one.kind].isThere?.(one, database) ?? true),
      [],
    );
  });

  it("calls that were refused or not sent were not carried out", () => {
    assert.deepEqual(
      failing(writes(ended("refused", "notSent")), (one) => KINDS[one.kind].times(one, database) === 0),
      [],
    );
  });

  it("calls with an unknown outcome were carried out at most once", () => {
    assert.deepEqual(
      failing(writes(ended("unknown")), (one) => KINDS[one.kind].times(one, database) <= 1),
      [],
    );
  });

  it("records hold no change that no call made", () => {
    const asked = new Set([TEMPLATE, ...[...Array(SHARED).keys()].map(sharedName)]);
    for (const { number, kind } of operations) {
      if (kind === "create") asked.add(`Created ${mark(number)}`);
      for (let index = 0; index < (KINDS[kind].own ?? 0); index += 1) asked.add(ownName(number, index));
    }
    assert.deepEqual(
      [...database.named].filter(([surname, count]) => !asked.has(surname) || count > 1),
      [],
    );
    const unchanged = ({ record: { FirstName, Email, Mobile, MobileCountryCode } }) =>
      (FirstName === "Old" || FirstName.startsWith("New <")) &&
      Email === "guest@example.com" &&
      Mobile === "7700900123" &&
      MobileCountryCode === 44;
    assert.deepEqual(
      database.all.filter((row) => !unchanged(row)).map(({ id }) => id),
      [],
    );
  });

  it("creates, updates and merges arrived once, except after a 401", () => {
    const counts = new Map();
    for (const { operation, requestId, fault } of arrived) {
      if (!requestId || !ONCE.includes(operation) || UNAUTHORISED.includes(fault)) continue;
      counts.set(requestId, (counts.get(requestId) ?? 0) + 1);
    }
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 1),
      [],
    );
    assert.ok(counts.size > 0);
  });

  it("aborts have the caller's own reason as cause, and no signal keeps a reference to a call", () => {
    const aborted = operations.filter(({ error }) => error?.name === "AbortError");
    assert.ok(aborted.length > 0);
    assert.deepEqual(
      failing(aborted, ({ error, reason }) => reason !== undefined && error.cause === reason),
      [],
    );
    for (const { signal } of [lasting, doomed]) assert.equal(getEventListeners(signal, "abort").length, 0);
  });
});
