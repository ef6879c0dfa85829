/**
 * For builtins.test.mjs: what scripts of a page, and libraries of a server, do to the built-ins. Each function does to its
 * own realm what its name says; the names in brackets are those who do it.
 */

/** Adds members as scripts of that age do: they are enumerable. */
const add = (prototype, members) => void Object.assign(prototype, members);

const { stringify, parse } = JSON;

/** Deep-freezes what programs share, as SES' `lockdown` does. */
function freezePrimordials() {
  const seen = new Set();
  const freeze = (value) => {
    if (Object(value) !== value || seen.has(value)) return;
    seen.add(value);
    Object.freeze(value);
    freeze(Object.getPrototypeOf(value));
    for (const { value: inner, get, set } of Object.values(Object.getOwnPropertyDescriptors(value))) {
      [inner, get, set].forEach(freeze);
    }
  };
  const names = ["Object", "Function", "Array", "String", "Number", "Boolean", "Symbol", "Date", "Promise", "RegExp"];
  names.push("Map", "Set", "WeakMap", "WeakSet", "JSON", "Math", "Reflect", "Proxy", "Uint8Array");
  for (const name of names) freeze(globalThis[name]);
}

/** A promise that is no subclass of the platform's, with what ES2015 has. */
function plainPromise(Native) {
  return class Promise {
    #native;
    constructor(begin) {
      this.#native = new Native(begin);
    }
    then(...handlers) {
      return Promise.resolve(this.#native.then(...handlers));
    }
    catch(handler) {
      return this.then(undefined, handler);
    }
    static resolve(value) {
      return value instanceof Promise ? value : new Promise((resolve) => resolve(value));
    }
    static reject(reason) {
      return new Promise((_, reject) => reject(reason));
    }
    static all(values) {
      return Promise.resolve(Native.all(values));
    }
    static race(values) {
      return Promise.resolve(Native.race(values));
    }
  };
}

export const CHANGES = {
  "toJSON of Array.prototype, as a text (Prototype.js)": () =>
    add(Array.prototype, {
      toJSON() {
        return `[${this.map((one) => stringify(one)).join(", ")}]`;
      },
    }),
  "toJSON of Array.prototype, hidden": () =>
    Object.defineProperty(Array.prototype, "toJSON", { value: () => "an array", configurable: true }),
  "toJSON of String.prototype, Number.prototype and Boolean.prototype (Prototype.js)": () => {
    for (const { prototype } of [String, Number, Boolean]) add(prototype, { toJSON: () => "a text" });
  },
  "toJSON of Date.prototype (Prototype.js, Datejs)": () =>
    add(Date.prototype, {
      toJSON() {
        return `"${this.getUTCFullYear()}"`;
      },
    }),
  "toJSON of Object.prototype": () => add(Object.prototype, { toJSON: () => "an object" }),
  "no toJSON of Date.prototype": () => delete Date.prototype.toJSON,

  "more members of Array.prototype (Prototype.js, MooTools)": () =>
    add(Array.prototype, { each() {}, first: null, size: 3, clone: Array.prototype.slice, extra: { text: "x" } }),
  "members of Array.prototype with less than the language's (Prototype.js 1.6)": () =>
    add(Array.prototype, {
      entries: Array.prototype.slice,
      map(change) {
        const made = [];
        for (let index = 0; index < this.length; index++) made.push(change(this[index], index));
        return made;
      },
      reduce() {
        return this.length > 1 ? this : this[0];
      },
    }),
  "another iterator of arrays (core-js, es6-shim)": () => {
    Array.prototype[Symbol.iterator] = function* () {
      for (let index = 0; index < this.length; index++) yield this[index];
    };
  },

  "functions of Object.prototype (old plugins)": () =>
    add(Object.prototype, { each() {}, extend: (object) => object, merge: Object.assign }),
  "values of Object.prototype": () => add(Object.prototype, { extra: "x", count: 7, list: [1], nothing: null }),
  "functions of Object.prototype with names of descriptors": () =>
    add(Object.prototype, { enumerable: true, writable: true }),
  "functions of Object.prototype that many objects have": () => {
    const names = "clone each extend filter forEach has inherits isEmpty keys log map merge off on size values watch";
    for (const name of names.split(" ")) add(Object.prototype, { [name]: () => name });
  },
  "members of Function.prototype (MooTools)": () =>
    add(Function.prototype, { extend: (own) => own, delay: () => 0, argumentNames: () => [] }),
  "members of String.prototype (Prototype.js, MooTools)": () =>
    add(String.prototype, { strip() {}, gsub() {}, contains: () => true, toArray: () => [], getAll: () => [] }),

  "bind of Function.prototype (Prototype.js)": () =>
    add(Function.prototype, {
      bind(...given) {
        const [context, ...first] = given;
        if (given.length < 2 && context === undefined) return this;
        return (...rest) => this.apply(context, [...first, ...rest]);
      },
    }),
  "Array.from that maps nothing (MooTools)": () => {
    Array.from = (given) =>
      given === null || given === undefined
        ? []
        : typeof given === "object"
          ? Array.prototype.slice.call(given)
          : [given];
  },
  "Object.keys, values and entries of all enumerable members (sloppy polyfills)": () => {
    const all = (object) => {
      const names = [];
      for (const name in object) names.push(name);
      return names;
    };
    add(Object.prototype, { extra: "x" });
    Object.keys = all;
    Object.values = (object) => all(object).map((name) => object[name]);
    Object.entries = (object) => all(object).map((name) => [name, object[name]]);
  },
  "Object.hasOwn and Object.fromEntries of a page (sloppy polyfills)": () => {
    Object.hasOwn = (object, name) => name in object;
    Object.fromEntries = (entries) => {
      const made = {};
      for (const pair of entries) made[pair[0]] = pair[1];
      return made;
    };
  },

  "JSON.stringify that is wrapped, and its results are kept": () => {
    const results = [];
    JSON.stringify = (...given) => {
      results.push(given);
      return stringify(...given);
    };
  },
  "JSON.stringify that writes its own, with spaces and names in order": () => {
    const sorted = (_, value) =>
      Object(value) === value && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value;
    JSON.stringify = (value, change) => stringify(value, change ?? sorted, 1);
  },
  "JSON.stringify that leaves out null and false (log libraries)": () => {
    JSON.stringify = (value) => stringify(value, (_, one) => (one === null || one === false ? undefined : one));
  },
  "JSON.parse that makes dates (date revivers)": () => {
    const date = /^\d{4}-\d\d-\d\d(T.*)?$/;
    JSON.parse = (text, change) =>
      parse(text, change ?? ((_, value) => (typeof value === "string" && date.test(value) ? new Date(value) : value)));
  },

  "Promise that is no native one (core-js, es6-promise, bluebird)": () => {
    globalThis.Promise = plainPromise(Promise);
  },
  "Promise, timers and more of zone.js": () => import("zone.js"),
  "then of promises that is wrapped (zone.js, tracing)": () => {
    const { then } = Promise.prototype;
    Promise.prototype.then = function (...handlers) {
      return then.apply(this, handlers);
    };
  },
  "structuredClone that is missing": () => delete globalThis.structuredClone,

  "fetch that takes a text as the address (tracing)": () => {
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) => {
      const url = typeof input === "string" ? input : input.url;
      if (!url.startsWith("http")) throw new TypeError("no address");
      return fetch(input, init);
    };
  },
  "fetch that hands on the address and the options only (tracing)": () => {
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) => fetch(String(input?.url ?? input), { ...init });
  },
  "fetch whose promise is not native (zone.js, core-js)": () => {
    const { fetch } = globalThis;
    const Other = plainPromise(Promise);
    globalThis.fetch = (input, init) => Other.resolve(fetch(input, init));
  },
  "Request that is no request (MooTools)": () => {
    globalThis.Request = class Request {
      send() {}
    };
  },
  "Headers of a polyfill (whatwg-fetch)": () => {
    globalThis.Headers = class Headers {
      #map = new Map();
      constructor(given) {
        if (given instanceof Headers) given.forEach((value, name) => this.append(value, name));
        else for (const name of Object.getOwnPropertyNames(given ?? {})) this.append(name, given[name]);
      }
      append(name, value) {
        this.#map.set(name.toLowerCase(), String(value));
      }
      get(name) {
        return this.#map.get(name.toLowerCase()) ?? null;
      }
      forEach(call) {
        for (const [name, value] of this.#map) call(value, name);
      }
    };
  },
  "AbortController of a polyfill": () => {
    globalThis.AbortController = class AbortController {
      signal = Object.assign(new EventTarget(), { aborted: false });
      abort() {
        this.signal.aborted = true;
        this.signal.dispatchEvent(new Event("abort"));
      }
    };
  },

  "normalize, trim and replaceAll of String.prototype (polyfills)": () => {
    const { normalize } = String.prototype;
    add(String.prototype, {
      normalize(form = "NFC") {
        return normalize.call(this, form);
      },
      trim() {
        return this.replace(/^[\s\uFEFF\xA0]+|[\s\uFEFF\xA0]+$/g, "");
      },
      replaceAll(from, to) {
        return from instanceof RegExp ? this.replace(from, to) : this.split(from).join(to);
      },
      startsWith(text) {
        return this.indexOf(text) === 0;
      },
    });
  },
  "Date with more of its own (Datejs, MooTools)": () => {
    add(Date.prototype, { clone() {}, set() {}, format: () => "x", toISOString: Date.prototype.toISOString });
    Date.today = () => new Date(0);
    Date.parse = () => null;
  },
  "Date that is a subclass (test clocks)": () => {
    globalThis.Date = class Date extends globalThis.Date {};
  },

  "frozen built-ins (SES)": freezePrimordials,
  "frozen Object.prototype and Array.prototype": () => {
    Object.freeze(Object.prototype);
    Object.freeze(Array.prototype);
  },
};

const OF_SERVERS = ["createGateway", "the gateway's", "a capability", "fetch of its own", "what has arrived"];

/** What can't be the same: parts of the names of steps, and why. */
export const DIFFERS = {
  "Object.keys, values and entries of all enumerable members (sloppy polyfills)": {
    steps: [...OF_SERVERS, "StandIn", "stand-in"],
    why: "wasm-bindgen reads the options of a gateway by Object.entries; such polyfills are a matter of old browsers",
  },
  "Request that is no request (MooTools)": {
    steps: ["fetch of its own", "stand-in"],
    why: "a fetch that the caller gives is promised a Request, and a stand-in makes some; MooTools is a page's",
  },
};
