/**
 * For the fault tests: what the client must make of each fault of the sandbox, as one table that Node and Chromium
 * share. A row expects the error and its `outcome`, how many requests of the operation arrived, and whether the
 * database has the change.
 */

/** The time-out of calls that meet a slow fault. Other answers arrive within it, even on a busy machine; SLOW is longer. */
const IMPATIENT_MS = 2000;
const SLOW = 6000;
const PATIENT_MS = 20_000;

const network = { error: "NetworkError", outcome: "unknown", isTransient: true };
const timeout = { error: "TimeoutError", outcome: "unknown", isTransient: true };
const http = (status, outcome, isTransient) => ({ error: "HttpError", status, outcome, isTransient });
const blocked = (status, outcome) => ({ error: "BlockedError", status, outcome });
const protocol = { error: "ProtocolError", outcome: "unknown" };
const fine = { acts: true };
const acts = (look) => ({ ...look, acts: true });

/** The operations whose answer is a customer, and those whose answer has a body. */
const RECORDS = ["get", "create", "update", "edit", "merge"];
const BODIES = [...RECORDS, "setup", "scheduleDeletion"];
const ECHOES = ["create", "update", "edit"];
const WRITES_A_DATE = ["create"];

/** What each fault does. `acts`: the sandbox carries out the request. `on`: the operations for which the fault matters. */
const FAULTS = {
  "reset-before": network,
  "reset-after": acts(network),
  "reset-body": { ...acts(network), on: BODIES },
  "half-body": { ...acts(network), on: BODIES },
  "status-before;500": http(500, "unknown", true),
  "status-before;503": http(503, "unknown", true),
  "status-after;502": acts(http(502, "unknown", true)),
  "status-after;504": acts(http(504, "unknown", true)),
  "status-before;404": http(404, "refused"),
  "too-many": http(429, "refused", true),
  "too-many;1": { ...http(429, "refused", true), leastMs: 1000 },
  "too-many-date;2": { ...http(429, "refused", true), leastMs: 900 },
  "page;200": blocked(200, "unknown"),
  "page;403": blocked(403, "refused"),
  "page;503": blocked(503, "unknown"),
  // A page whose status says what is wrong means the same as JSON.
  "page;503;1": { ...http(503, "unknown", true), leastMs: 1000 },
  "page;429;0": http(429, "refused", true),
  "page;408": http(408, "unknown", true),
  "page;502": http(502, "unknown", true),
  "page;413": http(413, "refused"),
  "redirect;302": { ...protocol, isRedirect: true },
  "redirect;307": { ...protocol, isRedirect: true },
  fail: acts(protocol),
  empty: { ...acts(protocol), on: BODIES },
  truncated: { ...acts(protocol), on: BODIES },
  "duplicate-keys": { ...acts(protocol), on: BODIES },
  deep: { ...acts(protocol), on: BODIES },
  large: { ...acts(protocol), on: BODIES },
  endless: { ...acts(protocol), on: BODIES },
  // The client can't check the Id of a customer that it has just created.
  "other-id": { ...acts(protocol), on: RECORDS.filter((method) => method !== "create") },
  "other-echo": { ...acts(protocol), on: ECHOES },
  "odd-date;03/02/1990": { ...acts(protocol), on: WRITES_A_DATE },
  [`delay-before;${SLOW}`]: timeout,
  [`delay-after;${SLOW}`]: acts(timeout),
  "trickle;300": { ...acts(timeout), on: RECORDS },
  "trickle;1": { ...fine, on: BODIES },
  "delay-before;30": fine,
  "delay-after;30": fine,
  "byte-order-mark": { ...fine, on: BODIES },
  "text-numbers": { ...fine, on: BODIES },
  "unknown-members": { ...fine, on: RECORDS },
  "odd-date": { ...fine, on: RECORDS },
};

/** The customer that the fault tests store under this surname. */
export const guest = (Surname) => ({
  FirstName: "Old",
  Surname,
  Email: "guest@example.com",
  MobileCountryCode: 44,
  Mobile: "7700900123",
  Birthday: "1990-02-03",
  ReceiveEmailMarketing: true,
  GroupEmailMarketingOptInText: "By e-mail",
});

const isCustomer = (value, { id, label }) => value.Id === id && value.Surname === label;

/**
 * For each operation: its arguments, made from customers that only this case uses; the sandbox's name of the request
 * that meets the fault; and how the database shows that the operation was carried out.
 */
const OPERATIONS = {
  setup: { request: "getCustomerSetup", is: "read", input: () => [], isRight: (value) => value.Name !== undefined },
  get: { request: "getCustomer", is: "read", input: ({ id }) => [id], isRight: isCustomer },
  create: {
    request: "createCustomer",
    is: "once",
    input: ({ label }) => [guest(`${label} new`)],
    isRight: (value, { label }) => Number.isInteger(value.Id) && value.Surname === `${label} new`,
    isDone: (rows, { label }) => rows.filter(({ surname }) => surname === `${label} new`).length === 1,
  },
  update: {
    request: "updateCustomer",
    is: "once",
    input: ({ id, label }) => [id, { ...guest(label), FirstName: "New" }],
    isRight: (value, base) => isCustomer(value, base) && value.FirstName === "New",
    isDone: (rows, { id }) => rows.find((row) => row.id === id).record.FirstName === "New",
  },
  edit: {
    request: "updateCustomer",
    // The first request of an edit reads, and meets no fault.
    skips: 1,
    is: "once",
    input: ({ id }) => [id, { FirstName: "New" }],
    isRight: (value, base) => isCustomer(value, base) && value.FirstName === "New",
    isDone: (rows, { id }) => rows.find((row) => row.id === id).record.FirstName === "New",
  },
  merge: {
    request: "mergeCustomers",
    is: "once",
    input: ({ id, other }) => [{ into: id, from: [other] }],
    isRight: isCustomer,
    isDone: (rows, { id, other }) => rows.find((row) => row.id === other).merged_into === id,
  },
  unsubscribe: {
    request: "unsubscribeCustomers",
    is: "repeatable",
    input: ({ id }) => [{ ids: [id], mode: "All" }],
    isRight: (value) => value === undefined,
    isDone: (rows, { id }) => rows.find((row) => row.id === id).record.ReceiveEmailMarketing === false,
  },
  scheduleDeletion: {
    request: "markCustomersForDeletion",
    is: "repeatable",
    input: ({ id }) => [[id]],
    // If the request is repeated, the deletion is scheduled already.
    isRight: ({ deleted, skipped }, { id }) => [...deleted, ...skipped].join() === String(id),
    isDone: (rows, { id }) => rows.find((row) => row.id === id).deletion_scheduled_at !== null,
  },
};

const isSlow = (fault) => fault.endsWith(`;${SLOW}`) || fault === "trickle;300";

function caseOf(method, fault, look) {
  const { is, skips = 0 } = OPERATIONS[method];
  const expected = { acts: look.acts ?? false, leastMs: look.leastMs ?? 0 };
  if (look.error && !(look.isTransient && is !== "once")) {
    // A read has no unknown outcome.
    const outcome = is === "read" && look.outcome === "unknown" ? "notSent" : look.outcome;
    Object.assign(expected, { error: look.error, outcome, status: look.status, sent: 1, leastMs: 0 });
  } else {
    // The client repeats the request that met the fault, and succeeds.
    Object.assign(expected, { acts: true, sent: look.error ? 2 : 1 });
  }
  return {
    name: `${method}, ${fault}`,
    method,
    faults: [...Array(skips).fill(null), fault],
    isRedirect: look.isRedirect ?? false,
    options: { timeoutMs: isSlow(fault) ? IMPATIENT_MS : PATIENT_MS },
    expected,
  };
}

/** The errors of answers to an authentication that are no ProtocolError, after which nothing is sent. */
const UNSENT = { "page;200": "BlockedError", "page;403": "BlockedError", "page;401": "HttpError", fail: "HttpError" };

/** Cases with several faults, with faults of the authentication, or with expectations of their own. */
const SPECIAL = [
  ...["revoked", "page;401"].flatMap((fault) => [
    ...["get", "create", "unsubscribe"].map((method) => ({
      name: `${method}, a token that is refused is replaced once: ${fault}`,
      method,
      faults: [fault],
      expected: { acts: true, sent: 2, authentications: 2 },
    })),
    ...["get", "create"].map((method) => ({
      name: `${method}, a token that is refused again ends the call: ${fault}`,
      method,
      faults: [fault, fault],
      expected: { error: "HttpError", status: 401, outcome: "refused", acts: false, sent: 2, authentications: 2 },
    })),
  ]),
  ...["get", "create"].map((method) => ({
    name: `${method}, a token that has expired is replaced`,
    method,
    faults: [],
    authenticationFaults: ["expired-token"],
    expected: { acts: true, sent: 2, authentications: 2 },
  })),
  ...["reset-after", "status-before;503", "half-body", "too-many;0", "page;503;0"].map((fault) => ({
    name: `create, authentication meets ${fault} and is repeated`,
    method: "create",
    faults: [],
    authenticationFaults: [fault],
    expected: { acts: true, sent: 1, authentications: 2 },
  })),
  ...["truncated", "page;200", "page;403", "page;401", "fail", "duplicate-keys", "empty"].map((fault) => ({
    name: `create, authentication meets ${fault} and nothing is sent`,
    method: "create",
    faults: [],
    authenticationFaults: [fault],
    expected: {
      error: UNSENT[fault] ?? "ProtocolError",
      outcome: "notSent",
      acts: false,
      sent: 0,
      authentications: 1,
    },
  })),
  {
    name: "edit, unknown members are sent back with every digit",
    method: "edit",
    faults: ["unknown-members"],
    expected: {
      acts: true,
      sent: 1,
      holds: [
        '"VendorSerial":9007199254740993,"VendorScore":0.12345678901234567890123,"VendorBalance":100000000000000000000.10',
        '"VendorNotes":{"Tags":["a",18446744073709551615,null],"Deep":{"Flag":true}}',
      ],
    },
  },
  {
    // The date does not show whether the API means the third or, in its own time zone, the second.
    name: "edit, a date with a time zone is refused",
    method: "edit",
    faults: ["odd-date"],
    expected: { error: "ValidationError", outcome: "notSent", acts: false, sent: 0 },
  },
  {
    name: "get, a lasting failure ends the call after four attempts",
    method: "get",
    faults: Array(4).fill("reset-before"),
    expected: { error: "NetworkError", outcome: "notSent", acts: true, sent: 4 },
  },
  {
    name: "scheduleDeletion, a refusal after a lost answer stays unknown",
    method: "scheduleDeletion",
    faults: ["reset-after", "status-before;404"],
    expected: { error: "HttpError", status: 404, outcome: "unknown", acts: true, sent: 2 },
  },
  {
    name: "create, the total time-out ends the call",
    method: "create",
    faults: [`delay-before;${SLOW}`],
    options: { totalTimeoutMs: IMPATIENT_MS },
    expected: { error: "TimeoutError", outcome: "unknown", acts: false, sent: 1, mostMs: SLOW },
  },
  {
    name: "get, the total time-out leaves no time for a Retry-After",
    method: "get",
    faults: ["too-many;30"],
    options: { totalTimeoutMs: 5000 },
    expected: { error: "HttpError", status: 429, outcome: "refused", acts: true, sent: 1, mostMs: SLOW },
  },
  {
    name: "get, a Retry-After of more than a minute ends the call",
    method: "get",
    faults: ["too-many;3600"],
    expected: { error: "HttpError", status: 429, outcome: "refused", acts: true, sent: 1, mostMs: SLOW },
  },
  ...["object", "text", "none"].map((reason) => ({
    name: `create, an abort under way gives the caller's reason: ${reason}`,
    method: "create",
    faults: [`delay-before;${SLOW}`],
    abort: { afterMs: IMPATIENT_MS, reason },
    expected: { error: "AbortError", outcome: "unknown", acts: false, sent: 1, isOwnReason: true, mostMs: SLOW },
  })),
  {
    name: "get, an abort between two attempts",
    method: "get",
    faults: ["too-many;6"],
    abort: { afterMs: IMPATIENT_MS, reason: "object" },
    expected: { error: "AbortError", outcome: "refused", acts: true, sent: 1, isOwnReason: true, mostMs: SLOW },
  },
  {
    name: "create, an abort before the call sends nothing",
    method: "create",
    faults: [],
    abort: { reason: "object" },
    expected: { error: "AbortError", outcome: "notSent", acts: false, sent: 0, isOwnReason: true, authentications: 0 },
  },
];

/** The table. */
export const CASES = [
  ...Object.entries(FAULTS).flatMap(([fault, look]) =>
    (look.on ?? Object.keys(OPERATIONS)).map((method) => caseOf(method, fault, look)),
  ),
  ...SPECIAL.map((special) => ({ ...special, options: { timeoutMs: PATIENT_MS, ...special.options } })),
];

/**
 * Whether browsers send a request of the case again by themselves where its connection was used before: the connection
 * closes before the answer has begun, or the answer is 408.
 */
export function isResentByBrowsers({ faults, authenticationFaults = [] }) {
  return [...faults, ...authenticationFaults].some((fault) =>
    ["reset-before", "reset-after", "page;408"].includes(fault),
  );
}

/** Creates the customers of a case, and returns the arguments of its call. Every operation except create needs a customer. */
export async function prepare(client, { name, method }) {
  const create = async (surname) => (await client.create(guest(surname))).Id;
  const base = { label: name, id: await create(name) };
  if (method === "merge") base.other = await create(`${name} other`);
  return { base, input: OPERATIONS[method].input(base) };
}

/**
 * Makes one call and returns its result as plain data. It runs in a page too, and so uses nothing else from this file.
 * `faults` are the faults of the requests to customers in their order, `authenticationFaults` those of the requests for
 * a token. `cisResentByBrowserss` uses every connection only once.
 */
export async function attempt({ CustomerClient, isCustomerApiError }, call) {
  const { baseUrl, credentials, requestId, method, input, faults, authenticationFaults = [], options, abort } = call;
  const { cisResentByBrowserss = false } = call;
  const left = { customer: [...faults], authentication: [...authenticationFaults] };
  const client = new CustomerClient({
    baseUrl,
    credentials,
    microsite: "oak-and-salt",
    ...options,
    fetch(request, init) {
      const isAuthentication = new URL(request.url).pathname.startsWith("/api/Jwt/");
      const fault = left[isAuthentication ? "authentication" : "customer"].shift();
      if (fault) request.headers.set("X-Sandbox-Fault", fault);
      if (cisResentByBrowserss) request.headers.set("X-Sandbox-Connection", "close");
      request.headers.set("X-Request-Id", requestId);
      facts.sent += 1;
      return fetch(request, init);
    },
  });
  const controller = new AbortController();
  const reason = { object: { why: "left the page" }, text: "left the page", none: undefined }[abort?.reason];
  if (abort?.afterMs) setTimeout(() => controller.abort(reason), abort.afterMs);
  else if (abort) controller.abort(reason);
  const start = performance.now();
  const facts = { sent: 0 };
  try {
    facts.value = await client[method](...input, { signal: controller.signal });
  } catch (error) {
    const { name, code, outcome, status, cause } = error;
    const isOwnReason = controller.signal.aborted && cause === controller.signal.reason;
    facts.error = {
      name,
      code,
      outcome,
      status,
      isOwnReason,
      isReal: error instanceof Error && isCustomerApiError(error),
    };
    if (!facts.error.isReal) facts.error.stack = error.stack;
  }
  client.free();
  return { ...facts, ms: performance.now() - start };
}

/** How a result differs from the table, in words. Empty if it does not. */
export function faultsFound({ method, expected }, result, { base, arrived, rows }) {
  const operation = OPERATIONS[method];
  const found = [];
  const check = (what, seen, wanted) => seen === wanted || found.push(`${what}: ${seen}, expected ${wanted}`);
  check("error", result.error?.name, expected.error);
  if (result.error && expected.error) {
    check("real error", result.error.isReal, true);
    check("outcome", result.error.outcome, expected.outcome);
    if (expected.status) check("status", result.error.status, expected.status);
    if (expected.isOwnReason) check("own reason", result.error.isOwnReason, true);
  } else if (!result.error) check("right value", operation.isRight(result.value, base), true);
  const count = (name) => arrived.filter((request) => request.operation === name).length;
  check("requests sent", count(operation.request), expected.sent);
  for (const text of expected.holds ?? []) {
    const { body } = arrived.find((request) => request.operation === operation.request) ?? {};
    if (!body?.includes(text)) found.push(`not sent: ${text}`);
  }
  if (expected.authentications !== undefined)
    check("authentications", count("authenticateV2"), expected.authentications);
  if (operation.isDone) check("done", operation.isDone(rows, base), expected.acts);
  if (result.ms < (expected.leastMs ?? 0)) found.push(`took ${result.ms} ms, at least ${expected.leastMs} expected`);
  if (result.ms > (expected.mostMs ?? Infinity))
    found.push(`took ${result.ms} ms, at most ${expected.mostMs} expected`);
  return found;
}
