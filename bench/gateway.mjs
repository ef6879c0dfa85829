/**
 * For `cargo xtask bench gateway`: wrk against the sandbox, directly, through nginx, through a bare proxy on Node and
 * through the gateway, in turns. Prints the rows as one line of JSON. docs/benchmarks.md says what is compared, and
 * why.
 *
 * Environment: UPSTREAM_URL (the sandbox, without its limit), SANDBOX_USERNAME, SANDBOX_PASSWORD, NGINX_BIN and WRK_BIN
 * (the programs), SECONDS (how long one turn takes).
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "./compare.mjs";

const { NGINX_BIN, SANDBOX_PASSWORD, SANDBOX_USERNAME, UPSTREAM_URL, WRK_BIN } = process.env;
const SECONDS = Number(process.env.SECONDS);
const ROUNDS = 3;
const CONNECTIONS = [1, 16, 128];
const HOST = "127.0.0.1";
const MICROSITE = "oak-and-salt";
const PATH = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
const START_MS = 20_000;
const WARM_UP_SECONDS = 1;
/** How long wrk waits for an answer before it counts as failed. */
const PATIENCE = "30s";
/** How many ticks a second the kernel counts for processes: USER_HZ, which is 100 on every Linux. */
const TICK_US = 10_000;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The processes that were started. They are ended in the order of their start. */
const endings = [];

/** Starts a server. `ready` resolves to its address once it accepts requests. */
async function start(program, args, env, ready) {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  endings.push(stop);
  const failed = async () => {
    throw new Error(`${program} ended before it was ready (status ${(await ended)[0]})`);
  };
  return { pid: child.pid, stop, url: await Promise.race([ready(child), failed()]) };
}

/** nginx with its default settings, except that it keeps connections open on both sides and, like the gateway, has no log. */
async function startNginx() {
  const folder = await mkdtemp(join(tmpdir(), "dinerkit-nginx-"));
  endings.push(() => rm(folder, { recursive: true }));
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  await writeFile(
    join(folder, "nginx.conf"),
    `daemon off;
worker_processes auto;
pid nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${name};`).join(" ")}
  upstream sandbox { server ${new URL(UPSTREAM_URL).host}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen ${HOST}:${port};
    keepalive_requests 1000000000;
    location / { proxy_pass http://sandbox; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`,
  );
  const url = `http://${HOST}:${port}`;
  return start(NGINX_BIN, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"], {}, async () => {
    const until = Date.now() + START_MS;
    for (;;) {
      try {
        await fetch(url);
        return url;
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  });
}

async function freePort() {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a Node program that prints one line of JSON with its `url` when it is ready. */
function startNode(args, env) {
  return start(process.execPath, args, env, async (child) => {
    const [line] = await once(createInterface(child.stdout), "line", { signal: AbortSignal.timeout(START_MS) });
    return JSON.parse(line).url;
  });
}

const SECRET = randomBytes(32).toString("base64");

/** Starts the command that operators run, without rate limits. */
const startGateway = () =>
  startNode([here("../pkg/bin/dinerkit.js"), "gateway"], {
    DINERKIT_UPSTREAM: UPSTREAM_URL,
    DINERKIT_CREDENTIALS_USERNAME: SANDBOX_USERNAME,
    DINERKIT_CREDENTIALS_PASSWORD: SANDBOX_PASSWORD,
    DINERKIT_MICROSITES: MICROSITE,
    DINERKIT_CAPABILITY_KEYS: `bench:${SECRET}`,
    DINERKIT_PER_ADDRESS: "0",
    DINERKIT_REQUESTS_PER_MINUTE: "1000000000",
    DINERKIT_LISTEN_PORT: "0",
    DINERKIT_ACCESS_LOG: "false",
  });

async function ask(url, options) {
  const response = await fetch(url, options);
  const text = await response.text();
  assert.ok(response.ok, `${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const sending = (body, headers = {}) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** The processor time of a process and its children, in microseconds. */
function used(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  // The name in brackets may hold any text. In the words after it, user and system time are the 12th and 13th.
  const [user, system] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ").slice(11, 13);
  return (Number(user) + Number(system)) * TICK_US + children.reduce((sum, child) => sum + used(child), 0);
}

/** One turn: what wrk measures, and the processor time that the proxy takes for each request. */
async function turn({ url, pid, authorization }, { method, path, body }, connections, seconds = SECONDS) {
  const env = { ...process.env, METHOD: method, KEY: `${randomUUID()}-` };
  if (body) env.BODY = JSON.stringify(body);
  if (authorization) env.AUTHORIZATION = authorization;
  const before = pid && used(pid);
  const { stdout } = await promisify(execFile)(
    WRK_BIN,
    ["-t1", `-c${connections}`, `-d${seconds}`, "--timeout", PATIENCE, "-s", here("gateway.lua"), url + path],
    { env },
  );
  const said = JSON.parse(stdout.slice(stdout.lastIndexOf("{")));
  assert.equal(said.failed, 0, `${said.failed} of ${said.requests} requests failed: ${method} ${url}`);
  return {
    perSecond: (said.requests / said.us) * 1e6,
    p50: said.p50 / 1e3,
    p99: said.p99 / 1e3,
    cpu: pid ? (used(pid) - before) / said.requests : null,
  };
}

/** A row: the median of each figure, and the gateway's requests as a share of nginx's: the median of the rounds' ratios. */
function row(name, connections, rounds) {
  const figures = (turns) =>
    Object.fromEntries(
      Object.keys(turns[0]).map((figure) => [figure, turns[0][figure] && median(turns.map((turn) => turn[figure]))]),
    );
  const targets = Object.keys(rounds[0]);
  return {
    name,
    connections,
    ...Object.fromEntries(targets.map((target) => [target, figures(rounds.map((round) => round[target]))])),
    ratio: median(rounds.map(({ nginx, gateway }) => gateway.perSecond / nginx.perSecond)),
  };
}

/** The requests. The last one reads a record through the gateway with the record's capability. */
async function operations() {
  const gateway = await startGateway();
  const setup = await ask(`${gateway.url}${PATH}Customers/Setup`);
  const guest = {
    Title: "Ms",
    FirstName: "Ann",
    Surname: "Lee",
    Email: "ann.lee@guest.example",
    MobileCountryCode: 44,
    Mobile: "7700900123",
    Birthday: "1990-05-17T00:00:00",
    Address: { Street: "1 High Street", Town: "Bath", Postcode: "BA1 1AA" },
    ReceiveRestaurantEmailMarketing: true,
    RestaurantEmailMarketingOptInText: setup.RestaurantEmailMarketingOptInText,
  };
  const { Id, Capability } = await ask(`${gateway.url}${PATH}Customer`, sending(guest));
  await gateway.stop();
  return [
    { name: "GET Setup", method: "GET", path: `${PATH}Customers/Setup` },
    { name: "POST Customer", method: "POST", path: `${PATH}Customer`, body: guest },
    { name: "GET Customer", method: "GET", path: `${PATH}Customer/${Id}`, own: `Bearer ${Capability}` },
  ];
}

async function measure() {
  const { Token } = await ask(
    `${UPSTREAM_URL}/api/Jwt/v2/Authenticate`,
    sending({ Username: SANDBOX_USERNAME, Password: SANDBOX_PASSWORD }),
  );
  const authorization = `Bearer ${Token}`;
  const nginx = await startNginx();
  const node = await startNode([here("proxy.mjs")], {});
  const rows = [];
  for (const operation of await operations()) {
    for (const connections of CONNECTIONS) {
      // The client remembers each request of the last minute. A new gateway remembers few, as one with a rate limit
      // does.
      const gateway = await startGateway();
      const targets = Object.entries({
        sandbox: { url: UPSTREAM_URL, authorization },
        nginx: { ...nginx, authorization },
        node: { ...node, authorization },
        gateway: { ...gateway, authorization: operation.own },
      });
      for (const [, target] of targets) await turn(target, operation, connections, WARM_UP_SECONDS);
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) {
        const turns = {};
        for (let place = 0; place < targets.length; place++) {
          const [name, target] = targets[(round + place) % targets.length];
          turns[name] = await turn(target, operation, connections);
        }
        rounds.push(turns);
      }
      await gateway.stop();
      rows.push(row(operation.name, connections, rounds));
    }
  }
  return rows;
}

try {
  console.log(JSON.stringify(await measure()));
} finally {
  for (const end of endings.reverse()) await end();
}
