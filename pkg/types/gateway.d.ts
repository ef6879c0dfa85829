/** Types of `dinerkit/gateway`: a fetch handler that keeps the account's credentials away from browsers. */
import type { InitInput, Names } from "./index.js";
import type { Locale } from "./locale.js";

export default function init(input?: InitInput): Promise<void>;

// Made from src/gateway/options.rs by `cargo xtask docs`:

export interface GatewayOptions {
  /**
   * Origin and optional prefix of the remote API: https, except to this machine itself (`localhost`, `127.0.0.0/8`,
   * `[::1]`).
   */
  upstream: string | URL;
  /**
   * Whether `upstream` may be http on another machine. Anyone on the way there can then read and change the account's
   * password and the guests' data, so use it only in a private network that you trust. Default false.
   */
  allowHttpUpstream?: boolean;
  /** The account at the remote API. */
  credentials: {
    /** The account's user name. */
    username: string;
    /** The account's password. */
    password: string;
  };
  /** The restaurants that the gateway serves, by their names in the remote API. At least one. */
  microsites: string[];
  /**
   * Origins of the pages that hold the widget, exactly as browsers send them. If the gateway's own origin serves such
   * pages, list it too: a request's Host proves nothing. Default: none.
   */
  origins?: string[];
  /**
   * Where guests reach this gateway: links in e-mails lead there, its own form is posted from there, and the widget's
   * script asks there. Default: no such links, and the script asks the host that it came from.
   */
  publicUrl?: string;
  /**
   * Whether a request comes from staff. Default: nobody is staff. A request with an `Authorization` that nothing
   * accepts gets 401. If the function throws, or takes longer than 5 seconds, the request gets 424.
   */
  staff?: (request: Request) => boolean | Promise<boolean>;
  /**
   * The guest's address, as the runtime or the proxy in front knows it. It is sent as `IpAddress`, and guests' limits
   * go by it. Never take it from a header that guests can set. Default: no address is sent, and there is no limit per
   * address. If the function returns none, throws, or takes longer than 5 seconds, no address is sent, and all such
   * requests share one rate limit.
   */
  clientAddress?: (request: Request) => string | null | undefined | Promise<string | null | undefined>;
  /**
   * Secrets that sign capabilities. The first one signs, all of them verify. Without any there are no capabilities.
   * Default: none.
   */
  capabilityKeys?: CapabilityKey[];
  /** How long the capability in the answer to a create is valid, in seconds; a year at most. Default 900. */
  capabilitySeconds?: number;
  /** What one address may do in a minute, in the units of the table in docs/gateway.md; 0 for no limit. Default 120. */
  perAddress?: number;
  /**
   * Requests to the remote API in a minute. All gateways of an account share its rate limit, so give each one its part.
   * Default 200.
   */
  requestsPerMinute?: number;
  /** The part of `requestsPerMinute` that guests leave to staff. Default: a quarter of `requestsPerMinute`. */
  staffReserve?: number;
  /** Changes to the set of fields that guests may write. */
  guestFields?: {
    /** Fields that guests may write besides their own: names of docs/fields.md. Default: none. */
    add?: string[];
    /** Fields that guests may not write after all. Default: none. */
    remove?: string[];
  };
  /** Where to remember what became of requests with an `Idempotency-Key`. Default: `memoryStore()`. */
  store?: RequestStore;
  /** How long a restaurant's Setup is used without asking for it again, in seconds. Default 300. */
  setupFreshSeconds?: number;
  /**
   * How much longer a Setup is used while a new one is being fetched or cannot be fetched, in seconds. Default 3600.
   */
  setupStaleSeconds?: number;
  /**
   * Words of your own for the pages of an unsubscribe link, in one language for every guest; `{restaurant}` stands for
   * the restaurant's name. Default: the guest's language.
   */
  words?: UnsubscribeWords;
  /** How the pages that the gateway draws look and where they lead, by the microsite's name. Default: none. */
  pages?: Record<string, PageOptions>;
  /**
   * Languages of the gateway's pages besides English, by their tags: all that `dinerkit/locales` holds, or some of
   * them. Default: none.
   */
  locales?: Record<string, Locale>;
  /**
   * Called once for each request, for a log. Nothing in the event is about a person. The gateway does not wait for it,
   * and its failure is not the request's.
   */
  onEvent?: (event: GatewayEvent) => void | Promise<void>;
  /** Longest request body, in bytes. Default 65536. */
  maxBodyBytes?: number;
  /** Which call authenticates. Default `"v2"`. */
  authentication?: "v2" | "token";
  /** How a record is sent to the remote API. Default `"json"`. */
  encoding?: "json" | "form";
  /** The longest that one attempt at the remote API may take, in milliseconds. Default 30000. */
  timeoutMs?: number;
  /** The longest that a request may take with all its attempts and waits, in milliseconds. Default 90000. */
  totalTimeoutMs?: number;
  /** What sends the requests to the remote API. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Corrections of the guessed names of the remote API, on both sides. Default: none. */
  names?: Names;
}

/** Secrets that sign capabilities. The first one signs, all of them verify. Without any there are no capabilities. */
export interface CapabilityKey {
  /** Stands in each capability, so that keys can be exchanged: letters, digits, `-` and `_`. */
  id: string;
  /** At least 32 bytes from a random generator, such as `openssl rand -base64 32`. */
  secret: string;
}

/**
 * Words of your own for the pages of an unsubscribe link, in one language for every guest; `{restaurant}` stands for
 * the restaurant's name. Default: the guest's language.
 */
export interface UnsubscribeWords {
  /** The tag of their language, also of the texts that are left out. Default `en`. */
  lang?: string;
  /** Heading of the page that asks. */
  askTitle?: string;
  /** What that page asks. */
  askText?: string;
  /** Its button. */
  askButton?: string;
  /** Heading after it is done. */
  doneTitle?: string;
  /** What the guest reads then. */
  doneText?: string;
  /** Heading if the link is damaged or too old. */
  voidTitle?: string;
  /** What the guest reads then. */
  voidText?: string;
  /** Heading if the remote API did not confirm it. */
  failedTitle?: string;
  /** What the guest reads then. */
  failedText?: string;
  /** Heading if there are too many requests at the moment. */
  busyTitle?: string;
  /** What the guest reads then. */
  busyText?: string;
}

/** How the pages that the gateway draws look and where they lead, by the microsite's name. */
export interface PageOptions {
  /** The restaurant's own site, for the way back: an https URL. Default: no link. */
  site?: string;
  /** Its privacy notice: an https URL. Default: no link. */
  privacy?: string;
  /** The colour of buttons and links, as `#rgb` or `#rrggbb`, like the other colours. Default: the widget's. */
  accent?: string;
  /** The colour of the text on a button. */
  onAccent?: string;
  /** The colour of the text. */
  text?: string;
  /** The colour of the page. */
  surface?: string;
}

// Until here.

// Made from src/gateway/exchange/log.rs by `cargo xtask docs`:

type GatewayOperation =
  | "setup"
  | "get"
  | "create"
  | "update"
  | "merge"
  | "unsubscribe"
  | "scheduleDeletion"
  | "unsubscribePage"
  | "unsubscribeByLink"
  | "form"
  | "createByForm";
type GatewayRole = "guest" | "own" | "staff";
type GatewayRefusal = "origin" | "role" | "authorization" | "capability" | "field" | "allowance" | "budget";

// Until here.

export interface GatewayEvent {
  method: string;
  /** What the request asked for; null if there is no such operation. */
  operation: GatewayOperation | null;
  microsite: string | null;
  role: GatewayRole;
  /** The status of the answer. */
  status: number;
  /**
   * Why the gateway refused the request, if its content was not the reason: a page that may not use the gateway
   * (`origin`), an operation for staff (`role`), an `authorization` that is not accepted, a `capability` or a link that is
   * invalid or for something else, a `field` that is not the guest's, the limit of the address (`allowance`), or the
   * limit of the account (`budget`).
   */
  refused?: GatewayRefusal;
  /** What went wrong at the remote API: a code of `CustomerApiError`, and the HTTP status. */
  upstream?: { code: string; status: number | null };
  ms: number;
}

export interface CapabilityRequest {
  microsite: string;
  /** The Id of the customer. */
  id: number;
  /** `"record"`: to read, edit and unsubscribe the record. `"unsubscribe"`: only that. Default `"record"`. */
  purpose?: "record" | "unsubscribe";
  /** How long it is valid, in seconds; a year at most. Default `capabilitySeconds`; 60 days to unsubscribe. */
  expiresIn?: number;
}

/** What a server may hand over with a request. */
export interface GatewayContext {
  /** Keeps the runtime alive until the promise is settled. */
  waitUntil?(promise: Promise<unknown>): void;
  /**
   * The request's body, for servers that can read it without a web stream, which costs Node more than all else that is
   * done with a request. Default: `Request.body`.
   */
  body?: {
    getReader(): { read(): Promise<{ done?: boolean; value?: Uint8Array }>; cancel(): Promise<unknown> };
  };
}

export interface Gateway {
  /**
   * A standard fetch handler: it always resolves to a Response. On runtimes that end with their request, hand over the
   * context that keeps them alive: `fetch(request, env, context) { return gateway.fetch(request, context) }`.
   */
  fetch(request: Request, context?: GatewayContext): Promise<Response>;
  /** A token for one guest's own record: the `token` of a `CustomerClient` that talks to this gateway. */
  capability(request: CapabilityRequest): string;
  /** The address of a page with a button that unsubscribes the customer, for e-mails and for `List-Unsubscribe`. */
  unsubscribeLink(request: { microsite: string; id: number; expiresIn?: number }): string;
}

/** What is wrong with an option: the path to it, and what to say of it, to follow its name. */
export interface OptionIssue {
  path: (string | number)[];
  /** `takes whole milliseconds above 0`, for example. Never repeats a value. */
  message: string;
}

/**
 * Makes a gateway. Throws a TypeError for wrong options. Its message names all of them; its member `issues` lists the
 * same, as `OptionIssue[]`.
 */
export function createGateway(options: GatewayOptions): Gateway;

type Awaitable<T> = T | Promise<T>;

/**
 * Where the gateway remembers requests. The texts are neither personal nor secret. Each call may take 5 seconds. If
 * `putIfAbsent` fails or takes longer, nothing is sent (424). If `put` fails, the request is answered all the same.
 */
export interface RequestStore {
  /** Puts `text` unless there is one that has not expired; returns that one, or nothing. Must be atomic. */
  putIfAbsent(key: string, text: string, seconds: number): Awaitable<string | null | undefined>;
  put(key: string, text: string, seconds: number): Awaitable<unknown>;
  delete(key: string): Awaitable<unknown>;
}

/**
 * A store in this process' memory. It holds at most `max` outcomes (default 10000) and as many requests that are under
 * way; the oldest goes first.
 */
export function memoryStore(options?: { max?: number }): RequestStore;

/** What `kvStore` needs of a Cloudflare KV namespace. */
export interface KvNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** A store in a key-value namespace. A claim there is not atomic, so that the store is exact within one isolate only. */
export function kvStore(namespace: KvNamespace, options?: { prefix?: string }): RequestStore;

/** What `sqliteStore` needs of a database of `node:sqlite`, `bun:sqlite` or better-sqlite3. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): {
    run(...values: (string | number)[]): { changes: number | bigint };
    get(...values: (string | number)[]): unknown;
  };
}

/**
 * A store in SQLite, exact across the processes of one machine. It sets the connection's busy time-out to 5 seconds and,
 * if possible, the database's journal to WAL: give it a database of its own.
 */
export function sqliteStore(database: SqliteDatabase, options?: { table?: string }): RequestStore;

/** What answers requests for the widget's files, and returns undefined for every other request. */
export type WidgetHandler = (request: Request) => Awaitable<Response> | undefined;

/**
 * Serves the widget's files below `/dinerkit/`, and below the path of `publicUrl`:
 * `fetch: (request) => widget(request) ?? gateway.fetch(request)`. The script `diner-form.js` gets the address of the
 * gateway written in: `publicUrl`, or else the host of each request. On Node, Bun and Deno; workerd has `widgetScript`.
 */
export function widgetFiles(options?: { publicUrl?: string }): WidgetHandler;

/**
 * Serves the script `/dinerkit/diner-form.js` alone, for platforms that serve the package's folder `dist/web` as static
 * assets. `script` reads the script from there. The address of the gateway is written in, as by `widgetFiles`.
 */
export function widgetScript(options: {
  publicUrl?: string;
  script: (request: Request) => Awaitable<string>;
}): WidgetHandler;
