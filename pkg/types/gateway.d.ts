/** Types of `dinerkit/gateway`: a fetch handler that keeps the account's credentials away from browsers. */
import type { BuildInfo, Fetch, InitInput, Names } from "./index.js";
import type { Locale } from "./locale.js";
import type { Request, Response, URL } from "./platform.js";

/**
 * Loads the gateway's WebAssembly module. Call it once before `createGateway`; later calls return the promise of the
 * first one. After a failure, call it again. Rejects with the platform's error where the module cannot be loaded.
 */
export function init(input?: InitInput): Promise<void>;
export default init;

// Made from the table of options by `cargo xtask docs`:

/** What `createGateway` takes. An unknown option is refused by its name, at every level. */
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
   * The time zone of the restaurants whose Setup names none, by its IANA name. The drinking age counts by the day
   * there. Default: a guest may say either on the day before and the day of the birthday, because the day is not known.
   */
  timeZone?: string;
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
   * Whether a guest's create is admitted, to keep robots out: `token` is what a challenge has given the page, if it has
   * (the widget's property `challenge`, the header `Dinerkit-Challenge`). Default: every create is. Not asked for
   * staff, nor for guests with a capability. The body of `request` has been read. If the function answers anything but
   * true, throws, or takes longer than 5 seconds, the request gets 424 and nothing is sent.
   */
  admit?: (request: Request, about: CreateFacts) => boolean | Promise<boolean>;
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
   * Requests to the remote API in a minute. All gateways of an account share its rate limit: give them a `shared`
   * state, or each one its part. Default 200.
   */
  requestsPerMinute?: number;
  /** The part of `requestsPerMinute` that guests leave to staff. Default: a quarter of `requestsPerMinute`. */
  staffReserve?: number;
  /** Changes to the set of fields that guests may write. Default: none. */
  guestFields?: {
    /** Fields that guests may write besides their own: names of docs/fields.md. Default: none. */
    add?: string[];
    /** Fields that guests may not write after all. Default: none. */
    remove?: string[];
  };
  /** Where to remember what became of requests with an `Idempotency-Key`. Default: `memoryStore()`. */
  store?: RequestStore;
  /**
   * The state that all gateways of the account share: what became of requests with an `Idempotency-Key`, the account's
   * budget, the limits of addresses, the account's token and the Setups. It takes the place of `store`, and needs
   * `sharedSecret` or `capabilityKeys`. Default: each gateway has a state of its own.
   */
  shared?: SharedEngine;
  /**
   * What the gateways of a shared state have in common: it seals the token there and hides addresses. At least 32 bytes
   * from a random generator, such as `openssl rand -base64 32`, and the same for all of them. Default: the secret of
   * the first capability key.
   */
  sharedSecret?: string;
  /**
   * How many gateways share the state. A gateway that cannot reach it for longer than a minute goes on with its part,
   * `requestsPerMinute / processes` requests a minute; so the others leave the part of one that they do not see unused.
   * Default: it goes on with none.
   */
  processes?: number;
  /**
   * For a program that works through a list, and hands its requests to a gateway of its own: whether what counts as
   * staff's there takes only what guests and staff leave. Half of the account's requests of each minute stay free for
   * them, and everything above gets 429. With `shared`, that gateway is none of the `processes`, and sends nothing
   * while it has lost the shared state. Default false.
   */
  background?: boolean;
  /**
   * Called once each time when the shared state begins to fail, when the gateway begins to go on alone, and when it is
   * well again. The gateway does not wait for it. Default: none.
   */
  onShared?: (event: SharedEvent) => void | Promise<void>;
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
   * and its failure is not the request's. Default: none.
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
  fetch?: Fetch;
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
  /** The colour of the text on a button. Default: the widget's. */
  onAccent?: string;
  /** The colour of the text. Default: the widget's. */
  text?: string;
  /** The colour of the page. Default: the widget's. */
  surface?: string;
}

// Until here.

// Made from the names of a log's events by `cargo xtask docs`:

/** What a request to the gateway asks for. */
export type GatewayOperation =
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
/** Who asks: a guest, a guest with a capability for the own record, or staff. */
export type GatewayRole = "guest" | "own" | "staff";
/** Why the gateway refused a request. */
export type GatewayRefusal =
  "origin" | "role" | "authorization" | "capability" | "admission" | "field" | "allowance" | "budget";

// Until here.

/** What `admit` is told of a create besides the request. */
export interface CreateFacts {
  /** What a challenge has given the page: ASCII without spaces, of at most 4096 characters. Default: it has none. */
  token?: string;
}

/** What `onEvent` is told of a request. Nothing in it is about a person. */
export interface GatewayEvent {
  /** The request's HTTP method. */
  method: string;
  /** What the request asked for; null if there is no such operation. */
  operation: GatewayOperation | null;
  /** The restaurant, by its name in the remote API; null if the path names none that the gateway serves. */
  microsite: string | null;
  /** Who asked. */
  role: GatewayRole;
  /** The status of the answer. */
  status: number;
  /**
   * Why the gateway refused the request, if its content was not the reason: a page that may not use the gateway
   * (`origin`), an operation for staff (`role`), an `authorization` that is not accepted, a `capability` or a link that is
   * invalid or for something else, a create that the option `admit` does not admit (`admission`), a `field` that is not
   * the guest's, the limit of the address (`allowance`), or the limit of the account (`budget`).
   */
  refused?: GatewayRefusal;
  /** What went wrong at the remote API. */
  upstream?: UpstreamFailure;
  /**
   * The gateway's module has failed, at this request or, without a `stack`, at another that was under way. Please report
   * it.
   */
  fault?: GatewayFault;
  /** How long the answer took, in milliseconds. */
  ms: number;
}

/** What went wrong at the remote API. */
export interface UpstreamFailure {
  /** A code of `CustomerApiError`. */
  code: string;
  /** The status of the remote API's answer; null where there was none. */
  status: number | null;
}

/** A failure of the gateway's module. It holds nothing of what was asked. */
export interface GatewayFault {
  /** What `buildInfo` says. */
  build: BuildInfo;
  /** Where in the module it failed, as the engine says; null at a request that was under way. */
  stack: string | null;
}

/** For which record a capability is, for what, and how long. */
export interface CapabilityRequest {
  /** The restaurant, by its name in the remote API: one of `GatewayOptions.microsites`. */
  microsite: string;
  /** The Id of the customer. */
  id: number;
  /** `"record"`: to read, edit and unsubscribe the record. `"unsubscribe"`: only that. Default `"record"`. */
  purpose?: "record" | "unsubscribe";
  /** How long it is valid, in seconds; a year at most. Default `capabilitySeconds`; 60 days to unsubscribe. */
  expiresIn?: number;
}

/** For which record a link to unsubscribe is, and how long. */
export interface LinkRequest {
  /** The restaurant, by its name in the remote API: one of `GatewayOptions.microsites`. */
  microsite: string;
  /** The Id of the customer. */
  id: number;
  /** How long the link is valid, in seconds; a year at most. Default: 60 days. */
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
  body?: BodySource;
}

/** A body that can be read. A `ReadableStream` of bytes is one. */
export interface BodySource {
  /** Begins to read. Called once. */
  getReader(): BodyReader;
}

/** What reads a body. */
export interface BodyReader {
  /** The next bytes, or that there are no more. */
  read(): Promise<BodyChunk>;
  /** Ends the reading early: the body is too long. */
  cancel(): Promise<unknown>;
}

/** A piece of a body. */
export interface BodyChunk {
  /** Whether the body is at its end. Default false. */
  done?: boolean;
  /** The bytes. Default: none. */
  value?: Uint8Array;
}

/** A gateway: a fetch handler, and what its operator can make of it. */
export interface Gateway {
  /**
   * A standard fetch handler: it always resolves to a Response. On runtimes that end with their request, hand over the
   * context that keeps them alive: `fetch(request, env, context) { return gateway.fetch(request, context) }`.
   */
  fetch(request: Request, context?: GatewayContext): Promise<Response>;
  /**
   * A token for one guest's own record: the `token` of a `CustomerClient` that talks to this gateway. Throws a TypeError
   * without `capabilityKeys`, and for a request that is wrong.
   */
  capability(request: CapabilityRequest): string;
  /**
   * The address of a page with a button that unsubscribes the customer, for e-mails and for `List-Unsubscribe`. Throws a
   * TypeError without `capabilityKeys` and `publicUrl`, and for a request that is wrong.
   */
  unsubscribeLink(request: LinkRequest): string;
  /** How the gateway is, for health checks and metrics. It asks nobody. */
  status(): GatewayStatus;
  /**
   * Gives back to the other gateways what this one holds of the shared budget, and ends the shared engine. Call it once,
   * when no request is under way any more; without a shared state it does nothing. It never rejects.
   */
  close(): Promise<void>;
  /**
   * What this process has counted since it began, as a monitor such as Prometheus reads it (OpenMetrics 1.0): the whole
   * answer to `GET /metrics`. It tells how much is booked, so serve it where guests can't reach it, or behind a token.
   * Nothing in it is about a person, and no request adds a series to it by what it says.
   */
  metrics(): Response;
}

/** What is wrong with an option: the path to it, and what to say of it, to follow its name. */
export interface OptionIssue {
  /** Where the option stands: `["capabilityKeys", 0, "secret"]`. */
  path: (string | number)[];
  /** `takes whole milliseconds above 0`, for example. Never repeats a value. */
  message: string;
}

/**
 * Makes a gateway. Throws a TypeError for wrong options. Its message names all of them; its member `issues` lists the
 * same, as `OptionIssue[]`.
 */
export function createGateway(options: GatewayOptions): Gateway;

/** A value, now or later. */
export type Awaitable<Value> = Value | Promise<Value>;

/**
 * Where the gateway remembers requests. The texts are neither personal nor secret. Each call may take 5 seconds. If
 * `putIfAbsent` fails or takes longer, nothing is sent (424). If `put` fails, the request is answered all the same.
 */
export interface RequestStore {
  /** Puts `text` unless there is one that has not expired; returns that one, or nothing. Must be atomic. */
  putIfAbsent(key: string, text: string, seconds: number): Awaitable<string | null | undefined>;
  /** Puts `text`, whatever there is, for so many seconds. */
  put(key: string, text: string, seconds: number): Awaitable<unknown>;
  /** Removes what is under the key, if anything. */
  delete(key: string): Awaitable<unknown>;
}

/**
 * Where gateways keep the state that they share. All that is decided is decided by the gateways, by comparing and
 * replacing texts: an engine only keeps them. Texts hold nothing personal but, sealed, the account's token.
 */
export interface SharedEngine {
  /** What it is, for logs, metrics and checks: `redis`, `postgres`, `durable`, `deno-kv`, `sqlite` or `memory`. */
  name: string;
  /**
   * Reads the texts of all entries, compares those that have `expected`, and only if all are equal puts or deletes those
   * that have `text`. Atomic as a whole. One that throws, or takes longer than 5 seconds, may have been done or not.
   */
  swap(entries: SharedEntry[], options?: SharedSwapOptions): Awaitable<SharedReply>;
  /** What is set up wrongly, and what the engine cannot promise, in sentences. Default: nothing is known. */
  examine?(): Awaitable<SharedFinding[]>;
  /** Ends what the engine itself has opened. Default: it has opened nothing. */
  close?(): Awaitable<void>;
}

/** One text of a swap. */
export interface SharedEntry {
  /** Where the text is. It begins with `dinerkit:{`, and is in a swap only once. */
  key: string;
  /** What must be there; null: nothing. Default: whatever is there. */
  expected?: string | null;
  /** What is put there, at most 60,000 bytes of UTF-8; null: it is deleted. Default: it stays as it is. */
  text?: string | null;
  /** How long the text is kept, in seconds. Given with every text that is put. */
  seconds?: number;
}

/** How a swap is done. */
export interface SharedSwapOptions {
  /**
   * Whether the write must outlive the failure of one server, as far as the engine can promise it: it throws where that
   * fails. Default false.
   */
  durable?: boolean;
}

/** What a swap found and did. */
export interface SharedReply {
  /** Whether everything was equal, and so everything was written. */
  isDone: boolean;
  /** What was there before, in the order of the entries; null for nothing, and for a text whose time is over. */
  texts: (string | null)[];
  /** The engine's time, in milliseconds since 1970; this process' where the engine has none. */
  nowMs: number;
}

/** What an engine's `examine` has found. */
export interface SharedFinding {
  /** Whether the engine cannot be used like this. False for what is only to be known. */
  isWrong: boolean;
  /** A sentence that says what to do. */
  text: string;
}

/**
 * How it stands with the shared state. `well`: it answers. `failing`: it does not, and this gateway goes on with what
 * it had before. `alone`: that lasts, and this gateway goes on with its own part of the budget (`processes`).
 */
export type SharedHealth = "well" | "alone" | "failing";

/** What `onShared` is told when the shared state changes. */
export interface SharedEvent {
  /** The engine's name. */
  engine: string;
  /** How it stands now. */
  state: SharedHealth;
  /** How long it has been otherwise, in milliseconds. */
  ms: number;
  /**
   * Why it fails: `thrown` (the engine has thrown an error), `timeout` (it has not answered in time), `reply` (it has
   * answered with something else than a reply) or `version` (the texts are of another version of dinerkit).
   */
  reason?: "thrown" | "timeout" | "reply" | "version";
  /**
   * What to do about what the engine has thrown; of an engine of your own, its words, in one line and without an
   * address' password. Not about a person.
   */
  message?: string;
}

/** How a gateway is, for health checks and metrics. */
export interface GatewayStatus {
  /** The shared state; null without one. */
  shared: SharedStatus | null;
  /** The account's budget of requests. */
  budget: BudgetStatus;
}

/** How it stands with the shared state. */
export interface SharedStatus {
  /** The engine's name. */
  engine: string;
  /** How it is. */
  state: SharedHealth;
  /** Since when, in milliseconds since 1970. */
  sinceMs: number;
}

/** What is used of the account's budget in the running minute. */
export interface BudgetStatus {
  /** What all gateways may send in a minute: `requestsPerMinute`. */
  perMinute: number;
  /** What this gateway has sent in the last minute. */
  used: number;
  /** What this gateway may send now without asking the shared state; without one, what is left of the minute. */
  left: number;
  /** What all gateways have sent and hold, as far as this one has last seen; null without a shared state. */
  shared: number | null;
}

/** How much a shared state in memory holds. */
export interface MemoryEngineOptions {
  /** The most texts that are kept; the oldest goes first. Default 100000. */
  max?: number;
}

/** A shared state in this process' memory: for several gateways of one process, and for tests. */
export function memoryEngine(options?: MemoryEngineOptions): SharedEngine;

/**
 * A client of the npm package `redis` (4 or later: `createClient` and `createCluster`; 5 or later: `createClientPool` and
 * `createSentinel` as well) or `ioredis` (5 or later: `Redis` and `Cluster`), connected by whoever has made it.
 */
export type RedisClient = NodeRedisClient | IoRedisClient;

/** What a client of `redis` has. */
export interface NodeRedisClient {
  /** Sends a command. */
  sendCommand(...args: never[]): unknown;
  /** Begins a list of commands that are sent together. */
  multi(...args: never[]): unknown;
}

/** What a client of `ioredis` has. */
export interface IoRedisClient {
  /** Sends a command. */
  call(...args: never[]): unknown;
  /** Begins a list of commands that are sent together. */
  pipeline(...args: never[]): unknown;
}

/** How the state is kept in Redis. */
export interface RedisEngineOptions {
  /**
   * How long a durable swap waits until a replica has it, in milliseconds, where the server has replicas. Other swaps of
   * the same process wait with it. Default 1000.
   */
  waitMs?: number;
}

/**
 * A shared state in Redis 5 or later, or Valkey: on one server, behind Sentinel or in a cluster. A swap is one round
 * trip. The client stays the caller's: the engine does not close it. Throws a TypeError for a client of another shape.
 */
export function redisEngine(client: RedisClient, options?: RedisEngineOptions): SharedEngine;

/** A client or a pool of PostgreSQL, such as `Pool` of the npm package `pg`. */
export interface PostgresClient {
  /** Runs one statement with its values `$1`, `$2`, …; resolves to its rows, objects by the columns' names. */
  query(text: string, values: unknown[]): Promise<PostgresResult>;
}

/** What a statement has found. */
export interface PostgresResult {
  /** The rows, as objects by the columns' names. */
  rows: unknown[];
}

/**
 * A shared state in PostgreSQL 11 or later: in the table `dinerkit_shared`, which the first swap makes with a function
 * `dinerkit_swap_v1`, in the first schema of the `search_path`. A swap is one statement. The client stays the caller's:
 * the engine does not close it. Throws a TypeError for a client without `query`.
 */
export function postgresEngine(client: PostgresClient): SharedEngine;

/**
 * A shared state in SQLite, for the gateways of one machine: never on a network's file system. It sets the connection's
 * busy time-out to 5 seconds, `synchronous` to FULL and, if possible, the database's journal to WAL: give it a database
 * of its own. Throws a TypeError for something else than a database.
 */
export function sqliteEngine(database: SqliteDatabase, options?: SqliteEngineOptions): SharedEngine;

/** Where in a database the state is kept. */
export interface SqliteEngineOptions {
  /** The table's name, made if it is not there. Default `dinerkit_shared`. */
  table?: string;
}

/** What `Deno.openKv` resolves to: of it, what the shared state uses. */
export interface DenoKv {
  /** Reads several values at once. */
  getMany(...args: never[]): Promise<readonly unknown[]>;
  /** Begins a list of checks and writes that are done together or not at all. */
  atomic(): unknown;
}

/**
 * A shared state in Deno KV. A swap is two round trips, more where others swap the same keys, and the time is this
 * machine's. Throws a TypeError for something else than a `Deno.Kv`.
 */
export function denoKvEngine(kv: DenoKv): SharedEngine;

/** How much a store in memory holds. */
export interface MemoryStoreOptions {
  /** The most outcomes that are kept, and the most requests that are under way. Default 10000. */
  max?: number;
}

/**
 * A store in this process' memory. It holds at most `max` outcomes and as many requests that are under way; the oldest
 * goes first.
 */
export function memoryStore(options?: MemoryStoreOptions): RequestStore;

/** What `kvStore` needs of a Cloudflare KV namespace. */
export interface KvNamespace {
  /** The text under a key; null if there is none. */
  get(key: string): Promise<string | null>;
  /** Puts a text under a key. */
  put(key: string, value: string, options: KvPutOptions): Promise<void>;
  /** Removes what is under a key. */
  delete(key: string): Promise<void>;
}

/** How long a key-value namespace keeps a text. */
export interface KvPutOptions {
  /** Seconds until the text is gone. */
  expirationTtl: number;
}

/** Where in a key-value namespace a store keeps its texts. */
export interface KvStoreOptions {
  /** Stands before each key. Default `dinerkit:`. */
  prefix?: string;
}

/** A store in a key-value namespace. A claim there is not atomic, so that the store is exact within one isolate only. */
export function kvStore(namespace: KvNamespace, options?: KvStoreOptions): RequestStore;

/** What `sqliteStore` needs of a database of `node:sqlite`, `bun:sqlite` or better-sqlite3. */
export interface SqliteDatabase {
  /** Runs statements. */
  exec(sql: string): unknown;
  /** Prepares a statement, to be run any number of times. */
  prepare(sql: string): SqliteStatement;
}

/** A prepared statement. */
export interface SqliteStatement {
  /** Runs it with these values; says how many rows it changed. */
  run(...values: (string | number)[]): SqliteChanges;
  /** The first row that it finds, or nothing. */
  get(...values: (string | number)[]): unknown;
}

/** What a statement changed. */
export interface SqliteChanges {
  /** How many rows. */
  changes: number | bigint;
}

/** Where in a database a store keeps its texts. */
export interface SqliteStoreOptions {
  /** The table's name, made if it is not there. Default `dinerkit_requests`. */
  table?: string;
}

/**
 * A store in SQLite, exact across the processes of one machine. It sets the connection's busy time-out to 5 seconds and,
 * if possible, the database's journal to WAL: give it a database of its own.
 */
export function sqliteStore(database: SqliteDatabase, options?: SqliteStoreOptions): RequestStore;

/** What answers requests for the widget's files, and returns undefined for every other request. */
export type WidgetHandler = (request: Request) => Awaitable<Response> | undefined;

/** Where guests reach the widget's files. */
export interface WidgetFilesOptions {
  /** The gateway's address, as in `GatewayOptions`. Default: the host of each request. */
  publicUrl?: string;
}

/** Where guests reach the widget's script, and where it is read. */
export interface WidgetScriptOptions extends WidgetFilesOptions {
  /** Reads `diner-form.js` from the platform's static assets. */
  script: (request: Request) => Awaitable<string>;
}

/**
 * Serves the widget's files below `/dinerkit/`, and below the path of `publicUrl`:
 * `fetch: (request) => widget(request) ?? gateway.fetch(request)`. The script `diner-form.js` gets the address of the
 * gateway written in: `publicUrl`, or else the host of each request. On Node, Bun and Deno; workerd has `widgetScript`.
 * Throws a TypeError for a `publicUrl` that is none.
 */
export function widgetFiles(options?: WidgetFilesOptions): WidgetHandler;

/**
 * Serves the script `/dinerkit/diner-form.js` alone, for platforms that serve the package's folder `dist/web` as static
 * assets. The address of the gateway is written in, as by `widgetFiles`. Throws a TypeError for a `publicUrl` that is
 * none.
 */
export function widgetScript(options: WidgetScriptOptions): WidgetHandler;
