/**
 * For the stand-in: the remote API as a function from a request to an answer, both plain values. A request is checked in
 * the order in which the API refuses: route, method, query, token, limit, restaurant, body. Then the operation runs.
 */
import { copyOf, parsed, text } from "../lib/plain.js";
import { Tokens, RateLimit } from "./account.js";
import { decode } from "./body.js";
import { created, MEMBERS, shown } from "./customers.js";
import { BODY_LIMIT, KNOWN_QUERY_PARAMETER } from "./guesses.js";
import { fieldsOf } from "./microsites.js";
import { BEHAVIOUR } from "./operations.js";
import { denied, invalid, noMethod, noMicrosite, noRoute, Problem, tooLarge, tooMany, unreadable } from "./problem.js";
import { errorsOf } from "./schema.js";
import { Store } from "./store.js";

const INT32 = 2 ** 31;

/** The segments of a path. A trailing slash and doubled slashes do not matter. */
const segmentsOf = (path) => path.split("/").filter((segment) => segment !== "");

/**
 * A function that finds the operation of a request: `{ operation, name, parameters }`, with the path's parameters as they
 * came. Without an operation, `isKnown` says whether the path has one for another method.
 */
export function routerOf(operations) {
  const patterns = operations.map((operation) => ({ operation, pattern: segmentsOf(operation.path) }));
  return (method, path) => {
    const segments = segmentsOf(path);
    const routes = patterns.map(({ operation, pattern }) => ({ operation, parameters: match(pattern, segments) }));
    const fitting = routes.filter(({ parameters }) => parameters);
    const route = fitting.find(({ operation }) => operation.method === (method === "HEAD" ? "GET" : method));
    return route ? { ...route, ...BEHAVIOUR[route.operation.id] } : { isKnown: fitting.length > 0 };
  };
}

function match(pattern, segments) {
  if (pattern.length !== segments.length) return undefined;
  const parameters = {};
  // Not by `entries`, which returns the members themselves where Prototype.js is loaded.
  for (let index = 0; index < pattern.length; index++) {
    const expected = pattern[index];
    const name = /^\{(.*)\}$/.exec(expected)?.[1];
    if (name) parameters[name] = segments[index];
    else if (expected !== segments[index]) return undefined;
  }
  return parameters;
}

/**
 * Makes an API with these microsites and nothing else in it. `route` is made by `routerOf`; `ownRequest` and `wireAnswer`
 * are those of `wireOf`; `now` is a clock in milliseconds.
 */
export function createApi({ microsites, account, requestsPerMinute, now, route, ownRequest, wireAnswer }) {
  const store = new Store();
  const tokens = new Tokens(account.username);
  const limit = new RateLimit(requestsPerMinute);

  function siteOf(text) {
    let name;
    try {
      name = decodeURIComponent(text);
    } catch {
      throw unreadable();
    }
    return microsites.get(name);
  }

  function prepare({ method, path, query, headers, bytes }) {
    const { operation, isKnown, parameters, wording, run } = route(method, path);
    if (!operation) throw isKnown ? noMethod() : noRoute();
    const { micrositeName, customerId } = parameters;
    const site = micrositeName === undefined ? undefined : siteOf(micrositeName);
    for (const name of query.keys()) {
      if (name.toLowerCase() !== KNOWN_QUERY_PARAMETER) throw noRoute();
    }
    if (operation.isSecured) {
      if (!tokens.accept(headers.get("authorization"), now())) throw denied();
      if (!limit.admit(now())) throw tooMany();
      if (!site) throw noMicrosite();
    }
    const id = customerId === undefined ? undefined : idOf(customerId);
    let request = {};
    if (operation.body) {
      if (bytes.length > BODY_LIMIT) throw tooLarge();
      request = decode(operation.body, headers.get("content-type"), bytes);
      const isObject = typeof request === "object" && !Array.isArray(request);
      if (isObject) wording?.(request);
      const errors = errorsOf(operation.body.schema, request);
      if (errors.length) throw invalid(...errors);
      request = ownRequest(operation.id, request);
    }
    return { id: operation.id, run, call: { request, site, id, store, tokens, account, now: now() } };
  }

  return {
    /** Answers `{ method, path, query, headers, bytes }` with `{ status, body }`. A 204 has no body. */
    respond(message) {
      try {
        const { id, run, call } = prepare(message);
        const { status, body } = store.transaction(() => run(call));
        return copyOf({ status, body: wireAnswer(id, body) });
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return { status: problem.status, body: problem.envelope };
      }
    },

    /**
     * Stores a customer without the API's checks; returns its record as the API shows it. Members that only the API
     * writes, and those that the contract does not have, are stored as they are given.
     */
    add(microsite, customer) {
      const site = microsites.get(microsite);
      const given = parsed(text(customer, "customer"));
      const isWritten = (name) => MEMBERS.some((member) => member.name === name && member.isWritten);
      const others = Object.entries(given).filter(([name]) => !isWritten(name));
      const record = { ...created(given, fieldsOf(site), now()), ...Object.fromEntries(others) };
      return copyOf(shown(store.insert(site.group, record)));
    },

    /** Gives a customer a booking in so many seconds. Returns false if there is no such customer. */
    book: (id, seconds) => store.book(id, now() + seconds * 1000),
    customers: () => store.records(),
    scheduledIds: () => store.scheduledIds(),
  };
}

function idOf(text) {
  const id = Number(text);
  if (!/^[+-]?\d+$/.test(text) || id < -INT32 || id >= INT32) throw unreadable();
  return id;
}
