/**
 * For the gateway's benchmarks: starts servers, puts wrk on them, and reads what wrk and the kernel have measured. All
 * that was started ends with `endAll()`.
 *
 * Environment: SANDBOX_USERNAME, SANDBOX_PASSWORD, UPSTREAM_URL (the sandbox, without its limit), WRK_BIN.
 */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const { SANDBOX_PASSWORD, SANDBOX_USERNAME, UPSTREAM_URL, WRK_BIN } = process.env;
export const HOST = "127.0.0.1";
const MICROSITE = "oak-and-salt";
export const PATH = `/api/ConsumerApi/v1/Restaurant/${MICROSITE}/`;
export const START_MS = 20_000;
/** How long wrk waits for an answer before it counts as failed. */
const PATIENCE = "30s";
/** How many ticks a second the kernel counts for processes: USER_HZ, which is 100 on every Linux. */
const TICK_US = 10_000;

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Functions that each end something that was started, in the order of the starts. */
export const endings = [];

/** Ends everything, what was started last first. */
export async function endAll() {
  for (const end of endings.reverse()) await end();
}

/** Starts a server. `ready` resolves to its address once it accepts requests. */
export async function start(program, args, env, ready) {
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

/** A port that nobody listens on now. */
export async function freePort() {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a Node program that prints one line of JSON with its `url` when it is ready. */
export function startNode(args, env) {
  return start(process.execPath, args, env, async (child) => {
    const [line] = await once(createInterface(child.stdout), "line", { signal: AbortSignal.timeout(START_MS) });
    return JSON.parse(line).url;
  });
}

const SECRET = randomBytes(32).toString("base64");

/** Starts the command that operators run, without rate limits. `more` is more of its environment. */
export const startGateway = (more = {}) =>
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
    ...more,
  });

/** Sends a request that must succeed. Resolves to the answer. */
export async function ask(url, options) {
  const response = await fetch(url, options);
  const text = await response.text();
  assert.ok(response.ok, `${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/** What `fetch` takes for a POST of JSON. */
export const sending = (body, headers = {}) => ({
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

/**
 * One turn: what wrk measures, and the processor time that the proxies take for each request. `urls` and `pids` are
 * those of one server or of several, among which wrk's connections are divided.
 */
export async function turn({ urls, pids = [], authorization }, { method, path, body }, connections, seconds) {
  const ports = urls.map((url) => new URL(url).port);
  const env = { ...process.env, METHOD: method, KEY: `${randomUUID()}-`, PORTS: ports.join(" ") };
  if (body) env.BODY = JSON.stringify(body);
  if (authorization) env.AUTHORIZATION = authorization;
  const before = sum(pids.map(used));
  const { stdout } = await promisify(execFile)(
    WRK_BIN,
    [
      `-t${urls.length}`,
      `-c${connections}`,
      `-d${seconds}`,
      "--timeout",
      PATIENCE,
      "-s",
      here("gateway.lua"),
      urls[0] + path,
    ],
    { env },
  );
  const said = JSON.parse(stdout.slice(stdout.lastIndexOf("{")));
  assert.equal(said.failed, 0, `${said.failed} of ${said.requests} requests failed: ${method} ${urls}`);
  return {
    requests: said.requests,
    perSecond: (said.requests / said.us) * 1e6,
    p50: said.p50 / 1e3,
    p99: said.p99 / 1e3,
    cpu: pids.length > 0 ? (sum(pids.map(used)) - before) / said.requests : null,
  };
}

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
