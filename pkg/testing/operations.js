/**
 * For the stand-in's API: what each operation of the contract does. The request has been checked. A function gets
 * `{ request, site, id }` and what all share, and returns `{ status, body }`.
 */
import { NAMES } from "../dist/names.js";
import { absorbed, created, replaced, shown, zoneless } from "./customers.js";
import { MESSAGES, MODE_WHEN_LEFT_OUT, MODES, OLD_TOKEN_REFUSED_STATUS, UNSUBSCRIBED_STATUS } from "./guesses.js";
import { fieldsOf } from "./microsites.js";
import { denied, invalid, noCustomer } from "./problem.js";

const ok = (body) => ({ status: 200, body });

/** By the `operationId` of the contract: the name that the client's method has, and what is done. */
export const BEHAVIOUR = {
  authenticateV2: { name: "authenticate", run: authenticate },
  authenticateToken: { name: "authenticate", run: oldToken },
  getCustomerSetup: { name: "setup", run: ({ site }) => ok(site.setup) },
  getCustomer: { name: "get", run: (call) => ok(shown(find(call, call.id))) },
  createCustomer: { name: "create", run: create, wording },
  updateCustomer: { name: "update", run: update, wording },
  mergeCustomers: { name: "merge", run: merge },
  unsubscribeCustomers: { name: "unsubscribe", run: unsubscribe },
  markCustomersForDeletion: { name: "scheduleDeletion", run: markForDeletion },
};

/** The names of all operations, as the client calls them. */
export const OPERATION_NAMES = [...new Set(Object.values(BEHAVIOUR).map(({ name }) => name))];

/** Refuses the absence of members that the API reports in words of its own; the schema has none for it. */
function wording(request) {
  const isMissing = (name) => [undefined, null, ""].includes(request[name]);
  const errors = [];
  if (isMissing("Email")) errors.push(["Email", MESSAGES.emailMissing]);
  if (isMissing("Mobile") && isMissing("Phone")) errors.push(["Mobile", MESSAGES.numberMissing]);
  if (errors.length) throw invalid(...errors);
}

/** The account's token, if the credentials in the request are right. */
function signIn({ request, account, tokens, now }) {
  const isRight = request.Username === account.username && request.Password === account.password;
  return isRight ? tokens.issue(now) : undefined;
}

function authenticate(call) {
  const signedIn = signIn(call);
  if (!signedIn) return ok({ Status: "Fail", Token: null, TokenExpiryUtc: null });
  return ok({ Status: "Success", Token: signedIn.token, TokenExpiryUtc: zoneless(signedIn.end) });
}

function oldToken(call) {
  const signedIn = signIn(call);
  if (!signedIn) throw denied(OLD_TOKEN_REFUSED_STATUS);
  return ok(signedIn.token);
}

function find({ store, site, now }, id) {
  const record = store.find(site.group, id, now);
  if (!record) throw noCustomer();
  return record;
}

function create({ store, site, request, now }) {
  return ok(shown(store.insert(site.group, created(request, fieldsOf(site), now))));
}

function update(call) {
  const { store, site, id, request } = call;
  const record = replaced(find(call, id), request, fieldsOf(site));
  store.save(id, record);
  return ok(shown(record));
}

function merge(call) {
  const { store, request } = call;
  const masterId = request[NAMES.masterCustomerId];
  const ids = idsOf(request, "customerIdsToMerge");
  const master = find(call, masterId);
  if (ids.includes(masterId)) throw invalid([NAMES.customerIdsToMerge, MESSAGES.masterAmongOthers]);
  const others = ids.map((id) => find(call, id));
  const record = absorbed(master, others);
  store.save(masterId, record);
  for (const id of ids) store.remove(id);
  return ok(shown(record));
}

function unsubscribe(call) {
  const { store, request } = call;
  const flags = MODES[(request[NAMES.marketingCommunicationMode] ?? MODE_WHEN_LEFT_OUT).toLowerCase()];
  for (const id of idsOf(request)) {
    const record = { ...find(call, id) };
    for (const flag of flags ?? []) record[flag] = false;
    store.save(id, record);
  }
  // After the customers, which every operation looks for first. What was written is taken back.
  if (!flags) throw invalid([NAMES.marketingCommunicationMode, MESSAGES.unknownMode]);
  return { status: UNSUBSCRIBED_STATUS };
}

function markForDeletion({ store, site, request, now }) {
  const [deleted, skipped] = [[], []];
  for (const id of idsOf(request)) (store.schedule(site.group, id, now) ? deleted : skipped).push(id);
  return ok({ [NAMES.deletedCustomerIds]: deleted, [NAMES.skippedCustomerIds]: skipped });
}

/** The Ids of the request in their order, without repetitions. */
const idsOf = (request, key = "customerIds") => [...new Set(request[NAMES[key]])];
