/**
 * For the stand-in: the caller's corrections of the guessed names of the remote API. Inside, the stand-in has the names of
 * the contract; a request is renamed on its way in, and an answer on its way out.
 */
import { NAMES } from "../dist/names.js";
import { OPERATIONS } from "./contract.js";
import { knownOnly } from "./options.js";
import { resolved } from "./schema.js";

/** The keys of the names that an operation has in its path, in its request and in its answer. */
const PATHS = {
  mergeCustomers: "mergePath",
  unsubscribeCustomers: "unsubscribePath",
  markCustomersForDeletion: "markForDeletionPath",
};
const METHODS = { mergeCustomers: "mergeMethod" };
const REQUESTS = {
  mergeCustomers: ["masterCustomerId", "customerIdsToMerge"],
  unsubscribeCustomers: ["customerIds", "ipAddress", "marketingCommunicationMode"],
  markCustomersForDeletion: ["customerIds"],
};
const CUSTOMER = ["hasDeclinedEmail"];
const ANSWERS = {
  getCustomerSetup: Object.keys(NAMES).filter((key) => key.startsWith("setup")),
  getCustomer: CUSTOMER,
  createCustomer: CUSTOMER,
  updateCustomer: CUSTOMER,
  mergeCustomers: CUSTOMER,
  markCustomersForDeletion: ["deletedCustomerIds", "skippedCustomerIds"],
};
const CUSTOM_FIELD = Object.keys(NAMES).filter((key) => key.startsWith("customField"));

/** The contract's operations under these names, and what renames their requests and answers. */
export function wireOf(names = {}) {
  knownOnly(names, Object.keys(NAMES), "names");
  /** The names of these keys that are corrected, as `[ours, theirs]`. */
  const corrected = (keys = []) => keys.filter((key) => names[key]).map((key) => [NAMES[key], names[key]]);
  const operations = OPERATIONS.map((operation) => {
    const { id, method, path, body } = operation;
    const [[own, wire] = []] = corrected([PATHS[id]]);
    return {
      ...operation,
      method: names[METHODS[id]] ?? method,
      path: own ? path.replace(own, wire) : path,
      body: body && { ...body, schema: withNames(body.schema, corrected(REQUESTS[id])) },
    };
  });
  return {
    operations,
    /** A request of this operation under our names. */
    ownRequest: (id, request) =>
      renamed(
        request,
        corrected(REQUESTS[id]).map(([own, wire]) => [wire, own]),
      ),
    /** An answer of this operation under theirs. */
    wireAnswer(id, answer) {
      const fields = answer?.CustomFields?.map((field) => renamed(field, corrected(CUSTOM_FIELD)));
      return renamed(fields ? { ...answer, CustomFields: fields } : answer, corrected(ANSWERS[id]));
    },
  };
}

/** A schema whose properties have other names. */
function withNames(schema, pairs) {
  if (pairs.length === 0) return schema;
  const { required, properties, ...rest } = resolved(schema);
  const nameOf = Object.fromEntries(pairs);
  return {
    ...rest,
    required: required.map((name) => nameOf[name] ?? name),
    properties: renamed(properties, pairs),
  };
}

/** An object whose members have other names. */
function renamed(object, pairs) {
  if (pairs.length === 0 || Object(object) !== object) return object;
  const nameOf = Object.fromEntries(pairs);
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [nameOf[name] ?? name, value]));
}
