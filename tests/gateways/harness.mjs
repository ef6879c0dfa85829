/**
 * For the gateways suite: several gateways as processes before one sandbox, what guests and staff send them, and what the
 * sandbox has seen. The sandbox keeps a list of all arrivals, so that a test need not rely on its refusals.
 */
import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { start } from "../support/program.mjs";
import { DENO } from "../support/runtimes.mjs";
import { ACCOUNT, startSandbox, stored } from "../support/sandbox.mjs";
import { startWorkers } from "./workers.mjs";

export const STAFF = "Bearer staff";
export const MICROSITES = ["oak-and-salt", "harbour-room", "little-lantern"];
/** How many requests of an account the remote API takes in a minute, and the length of that minute. */
export const BUDGET = 200;
export const MINUTE_MS = 60_000;
/** Whether the long load runs on every engine. */
export const ALL = process.env.ALL === "1";

const KEY = { id: "k1", secret: "a-key-of-at-least-thirty-two-bytes" };
const COMMAND = fileURLToPath(new URL("../../pkg/bin/dinerkit.js", import.meta.url));
const PROGRAM = fileURLToPath(new URL("gateway.mjs", import.meta.url));
/** Deno's key-value store is there in Deno alone, and unstable. */
const IN_DENO = [DENO, "run", "--allow-all", "--unstable-kv", "--no-lock", "--node-modules-dir=manual"];
/** How long a guest goes on asking under one key for an answer, and how long the guest waits in between. */
const GUEST_PATIENCE_MS = 45_000;
const GUEST_PAUSE_MS = 100;

/** Starts a sandbox with the remote API's limit, unless `perMinute` is another, and a list of what arrives. */
export async function startVendor(scope, perMinute = BUDGET) {
  const sandbox = await startSandbox(scope, "--faults", "--rate-per-minute", `${perMinute}`);
  return {
    ...sandbox,
    port: Number(new URL(sandbox.url).port),
    /** Every request that arrived, with `atMs`, `operation`, `path` and `status`, the oldest first. */
    async arrivals() {
      const response = await fetch(`${sandbox.url}/sandbox/requests`);
      if (!response.ok) throw new Error(`the list of requests: ${response.status} ${await response.text()}`);
      return response.json();
    },
    /** The customers with a surname. */
    rows: async (surname) =>
      (await stored(sandbox.db)).filter((row) => surname === undefined || row.surname === surname),
  };
}

/**
 * One request on a connection of its own: a server may close one that is kept just when the next request goes out, and
 * nobody would know what became of that.
 */
async function exchange(url, options, body) {
  const asked = request(url, { ...options, agent: false });
  asked.end(body);
  const [answer] = await once(asked, "response");
  let text = "";
  for await (const piece of answer.setEncoding("utf8")) text += piece;
  return { status: answer.statusCode, headers: answer.headers, text };
}

/** One gateway: a process that a test can kill. */
class Gateway {
  constructor(program, url) {
    Object.assign(this, { program, url });
  }

  async kill() {
    this.program.kill("SIGKILL");
    await this.program.ended;
  }

  /** Sends a request below a microsite's path. Resolves to `{ status, body, retryAfter }`; without an answer to `{ status: 0, reason }`. */
  async ask(method, path, { microsite = MICROSITES[0], body, address, headers } = {}) {
    try {
      const {
        status,
        headers: said,
        text,
      } = await exchange(
        `${this.url}/api/ConsumerApi/v1/Restaurant/${microsite}/${path}`,
        {
          method,
          headers: {
            ...(body && { "Content-Type": "application/json" }),
            ...(address && { "X-Forwarded-For": address }),
            ...headers,
          },
        },
        body && JSON.stringify(body),
      );
      const retryAfter = said["retry-after"];
      return { status, body: text && JSON.parse(text), retryAfter: retryAfter && Number(retryAfter) };
    } catch (error) {
      return { status: 0, reason: error.code ?? error.message };
    }
  }

  /** A guest's create, under `key` if there is one. */
  create(guest, { key, ...options } = {}) {
    return this.ask("POST", "Customer", { body: guest, ...options, headers: key && { "Idempotency-Key": key } });
  }

  setup(microsite) {
    return this.ask("GET", "Customers/Setup", { microsite, address: nextAddress() });
  }

  /** Staff's read of a record. */
  read(id, options) {
    return this.ask("GET", `Customer/${id}`, { ...options, headers: { Authorization: STAFF } });
  }

  /** When it has sent something to the remote API, in milliseconds since 1970; a worker does not tell. */
  async sends() {
    if (!this.program) return [];
    return (await fetch(`${this.url}/sends`)).json();
  }

  async status() {
    return (await fetch(`${this.url}/status`)).json();
  }
}

/**
 * Starts so many gateways before `upstream`, which is the address of a sandbox or of a proxy before it. `engine` is what
 * they share, `{ kind, url }`, or nothing; with a list each takes its own. `options` are more options of `createGateway`.
 */
export async function startGateways(scope, { upstream, engine, count = 4, options }) {
  const settings = (index) => ({
    engine: (Array.isArray(engine) ? engine[index] : engine) ?? null,
    options: {
      upstream,
      credentials: ACCOUNT,
      microsites: MICROSITES,
      capabilityKeys: [KEY],
      ...options,
    },
  });
  const all = Array.from({ length: count }, (_, index) => settings(index));
  if (all[0].engine?.kind === "durable") {
    // All in one process, so that none can be killed.
    return (await startWorkers(scope, all)).map((url) => new Gateway(undefined, url));
  }
  return Promise.all(all.map((one) => startGateway(scope, one)));
}

async function startGateway(scope, settings) {
  const env = { GATEWAY: JSON.stringify(settings) };
  const [file, ...args] = settings.engine?.kind === "deno-kv" ? IN_DENO : [process.execPath];
  const program = start(scope, file, [...args, PROGRAM], { env: { ...env, DENO_NO_UPDATE_CHECK: "1" } });
  return new Gateway(program, (await program.ready()).url);
}

/** Starts a gateway as operators do, by the command. `engine.url` is that of its table `[shared]`. */
export async function startCommand(scope, { upstream, engine, requestsPerMinute = BUDGET }) {
  const env = {
    DINERKIT_UPSTREAM: upstream,
    DINERKIT_CREDENTIALS_USERNAME: ACCOUNT.username,
    DINERKIT_CREDENTIALS_PASSWORD: ACCOUNT.password,
    DINERKIT_MICROSITES: MICROSITES.join(","),
    DINERKIT_CAPABILITY_KEYS: `${KEY.id}:${KEY.secret}`,
    DINERKIT_REQUESTS_PER_MINUTE: `${requestsPerMinute}`,
    DINERKIT_LISTEN_PORT: "0",
    DINERKIT_LISTEN_TRUSTED_PROXIES: "127.0.0.1",
    DINERKIT_SHARED_URL: engine.url,
  };
  const program = start(scope, process.execPath, [COMMAND, "gateway"], { env });
  return new Gateway(program, (await program.event("listening")).url);
}

let addresses = 0;

/** Another address each time, so that no limit of an address is felt. */
export function nextAddress() {
  addresses += 1;
  return `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

/** A guest of a microsite, whom no other guest of this run is like. */
export function guest(name, microsite = MICROSITES[0]) {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const details = { Surname: name, Email: `${plain}@guest.example`, Mobile: "+44 7700 900123" };
  // One restaurant has a question that must be answered; the others have none.
  return microsite === MICROSITES[1] ? { ...details, Field2: "A friend" } : details;
}

/**
 * Statuses after which a guest asks again under the same key: nobody answered, came too slowly, under way, upstream not
 * asked, too many.
 */
const UNDER_WAY = 409;
const AGAIN = new Set([0, 408, UNDER_WAY, 424, 429]);

/**
 * A guest who asks these gateways in turn under one key until one gives a final answer, patience ends, or so many (`enough`)
 * have said that the request is under way. Resolves to all answers.
 */
export async function insist(gateways, details, { key, microsite, patienceMs = GUEST_PATIENCE_MS, enough = Infinity }) {
  const answers = [];
  const end = Date.now() + patienceMs;
  for (let turn = 0; ; turn += 1) {
    const answer = await gateways[turn % gateways.length].create(details, { key, microsite, address: nextAddress() });
    answers.push(answer);
    const underWay = answers.filter(({ status }) => status === UNDER_WAY).length;
    if (!AGAIN.has(answer.status) || underWay >= enough || Date.now() > end) return answers;
    await delay(Math.min(GUEST_PAUSE_MS * (turn + 1), 1000));
  }
}

/** The largest number of arrivals in any minute. */
export function mostInAMinute(arrivals) {
  let from = 0;
  return arrivals.reduce((most, { atMs }, index) => {
    while (arrivals[from].atMs <= atMs - MINUTE_MS) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}

/** How many items there are of each name. */
export function tally(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
