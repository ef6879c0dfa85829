/** Types of `dinerkit/gateway`: a fetch handler that keeps the account's credentials away from browsers. */
import type { InitInput, Names } from "./index.js";
import type { Locale } from "./locale.js";

export default function init(input?: InitInput): Promise<void>;

export interface GatewayOptions {
  /** Origin and optional prefix of the remote API: https, but for this machine itself (localhost, 127.0.0.0/8, [::1]). */
  upstream: string | URL;
  /**
   * Whether `upstream` may be http on another machine. Default false. Whoever is on the way there then reads the
   * account's password and its guests' data, and can change them: only for a private network that you trust.
   */
  allowHttpUpstream?: boolean;
  credentials: { username: string; password: string };
  /** The microsites that may be asked for. */
  microsites: string[];
  /**
   * Origins of the pages that hold the widget, exactly as browsers send them: the gateway's own too, where it serves
   * pages. A request's Host proves nothing.
   */
  origins?: string[];
  /**
   * Whether this request comes from staff. Default: nobody is. A request with an `Authorization` that nothing accepts
   * gets 401; one for which this throws, or takes longer than 5 seconds, 424.
   */
  staff?: (request: Request) => boolean | Promise<boolean>;
  /**
   * The guest's address, as the runtime or the proxy in front knows it; sent as IpAddress, and what guests' limits go by.
   * Default: none is sent, and no limit is per address. Never take it from a header that guests can set. Where it
   * answers with none, throws, or takes longer than 5 seconds, none is sent, and such requests share one allowance.
   */
  clientAddress?: (request: Request) => string | null | undefined | Promise<string | null | undefined>;
  /** What one address may do in a minute, in the units of the table in docs/gateway.md; 0 for no limit. Default 120. */
  perAddress?: number;
  /** The account's budget, which all gateways of the account share: give each its part. Default 200. */
  requestsPerMinute?: number;
  /** The part of the budget that guests leave to staff. Default a quarter. */
  staffReserve?: number;
  /** Secrets that sign capabilities: the first signs, all verify. Without any there are no capabilities. */
  capabilityKeys?: CapabilityKey[];
  /** How long the capability that a create answers with is good for, in seconds. Default 900. */
  capabilitySeconds?: number;
  /** Changes to the set of fields that guests may write: names of docs/fields.md. */
  guestFields?: { add?: string[]; remove?: string[] };
  /** Where to remember what became of requests with an `Idempotency-Key`. Default: `memoryStore()`. */
  store?: RequestStore;
  /** How long a restaurant's Setup is used without asking again, in seconds. Default 300. */
  setupFreshSeconds?: number;
  /** How much longer it is used while a new one is fetched or cannot be, in seconds. Default 3600. */
  setupStaleSeconds?: number;
  /** Where guests reach this gateway, for the links in e-mails. Its own form is posted from there. */
  publicUrl?: string;
  /** Words of your own for the pages of such a link, in one language for every guest. Default: the guest's language. */
  words?: UnsubscribeWords;
  /** How the pages that the gateway draws look, and where they lead, by the microsite's name. */
  pages?: Record<string, PageOptions>;
  /**
   * Languages of the gateway's pages besides English, by their tags: what `dinerkit/locales` holds, or a few of
   * them. Default: none.
   */
  locales?: Record<string, Locale>;
  /** Called once for each request, for a log. Nothing in it is of a person. Neither waited for nor a request's failure. */
  onEvent?: (event: GatewayEvent) => void | Promise<void>;
  /** Longest request body, in bytes. Default 65536. */
  maxBodyBytes?: number;
  /** Which call authenticates: `"v2"`, the default, or `"token"`. */
  authentication?: "v2" | "token";
  /** How a record is sent to the remote API: `"json"`, the default, or `"form"`. */
  encoding?: "json" | "form";
  /** For one attempt at the remote API, in milliseconds. Default 30000. */
  timeoutMs?: number;
  /** For a request with all its waits, in milliseconds. Default 90000. */
  totalTimeoutMs?: number;
  fetch?: typeof globalThis.fetch;
  /** Guessed names, on both sides. */
  names?: Names;
}

export interface CapabilityKey {
  /** Stands in each capability, so that keys can be exchanged: letters, digits, `-` and `_`. */
  id: string;
  /** At least 32 bytes from a random generator, such as `openssl rand -base64 32`. */
  secret: string;
}

/** The pages of one microsite. Colours are `#rgb` or `#rrggbb`. */
export interface PageOptions {
  /** The restaurant's own site, for the way back: an https URL. Default: no link. */
  site?: string;
  /** Its privacy notice: an https URL. Default: no link. */
  privacy?: string;
  /** Of buttons and links. */
  accent?: string;
  /** Of the text on a button. */
  onAccent?: string;
  /** Of the text. */
  text?: string;
  /** Of the page. */
  surface?: string;
}

/** Texts of the pages of an unsubscribe link; `{restaurant}` stands for the restaurant's name. */
export interface UnsubscribeWords {
  /** The tag of their language, also of the texts that are left out. Default `en`. */
  lang?: string;
  askTitle?: string;
  askText?: string;
  askButton?: string;
  doneTitle?: string;
  doneText?: string;
  voidTitle?: string;
  voidText?: string;
  failedTitle?: string;
  failedText?: string;
  busyTitle?: string;
  busyText?: string;
}

export interface GatewayEvent {
  method: string;
  /** What was asked for; null where there is no such thing. */
  operation:
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
    | "createByForm"
    | null;
  microsite: string | null;
  role: "guest" | "own" | "staff";
  /** Of the answer. */
  status: number;
  /**
   * Why it was refused, where that was not for what it says: a page that may not use the gateway (`origin`), an operation
   * for staff (`role`), an `authorization` that is not accepted, a `capability` or a link that is void or for something
   * else, a `field` that is not the guest's, the address's own limit (`allowance`), the account's `budget`.
   */
  refused?: "origin" | "role" | "authorization" | "capability" | "field" | "allowance" | "budget";
  /** What went wrong at the remote API: a code of `CustomerApiError`, and its HTTP status. */
  upstream?: { code: string; status: number | null };
  ms: number;
}

export interface CapabilityRequest {
  microsite: string;
  /** The customer's. */
  id: number;
  /** `"record"`, the default: to read, edit and unsubscribe it. `"unsubscribe"`: that only. */
  purpose?: "record" | "unsubscribe";
  /** In seconds, a year at most. Default `capabilitySeconds`; 60 days to unsubscribe. */
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
   * A standard fetch handler: always resolves to a Response. On runtimes that end with their request, hand over what
   * keeps them alive: `fetch(request, env, context) { return gateway.fetch(request, context) }`.
   */
  fetch(request: Request, context?: GatewayContext): Promise<Response>;
  /** What lets a guest back to the own record: the `token` of a `CustomerClient` that talks to this gateway. */
  capability(request: CapabilityRequest): string;
  /** The address of a page with a button that unsubscribes the customer, for e-mails and for `List-Unsubscribe`. */
  unsubscribeLink(request: { microsite: string; id: number; expiresIn?: number }): string;
}

export function createGateway(options: GatewayOptions): Gateway;

type Awaitable<T> = T | Promise<T>;

/**
 * Where the gateway remembers requests. What it is given is neither personal nor secret. Each call may take 5 seconds;
 * if `putIfAbsent` fails or takes longer, nothing is sent (424). If `put` does, the request is answered all the same.
 */
export interface RequestStore {
  /** Puts `text` unless there is one that is not over its time; answers with that one, or with nothing. Atomic. */
  putIfAbsent(place: string, text: string, seconds: number): Awaitable<string | null | undefined>;
  put(place: string, text: string, seconds: number): Awaitable<unknown>;
  delete(place: string): Awaitable<unknown>;
}

/**
 * In this process' memory: at most `max` outcomes (default 10000), and as many requests that are under way, the oldest
 * given up first.
 */
export function memoryStore(options?: { max?: number }): RequestStore;

/** What `kvStore` needs of a Cloudflare KV namespace. */
export interface KvNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** In a key-value namespace. Claims there are not atomic: exact within one isolate only. */
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
 * In SQLite, exact across processes of one machine. Sets the connection's busy time-out to 5 seconds, and the database's
 * journal to WAL where it can be: give it one of its own.
 */
export function sqliteStore(database: SqliteDatabase, options?: { table?: string }): RequestStore;
