/**
 * For the command, the demo and the load test: a fetch handler on Node's HTTP server. It knows the guests' addresses
 * behind a proxy, answers health checks, and ends without losing a request.
 */
import { createServer } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { isForMetrics } from "./metrics.js";

/** For liveness: the process answers. */
export const HEALTH_PATH = "/healthz";
/** For readiness: it takes requests, and is not about to end. */
export const READY_PATH = "/readyz";

const OK = 200;
const UNAVAILABLE = 503;

/** A browser's request fits into a few packets; a slower client keeps a connection that others need. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** How often Node looks for such connections; its default is half a minute. */
const LOOK_MS = 1000;
/** Longer than the minute for which proxies keep a connection, so that no proxy uses one that is being closed. */
const KEEP_ALIVE_MS = 65_000;

const LIMITS = {
  headersTimeout: HEADERS_MS,
  requestTimeout: REQUEST_MS,
  connectionsCheckingInterval: LOOK_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
};

const addresses = new WeakMap();

/** `GatewayOptions.clientAddress` for requests that come through `toListener`. */
export const clientAddress = (request) => addresses.get(request);

/** A listener for Node's HTTP server that hands requests to a fetch handler, `(request, context) => Promise<Response>`. */
export function toListener(handle, addressOf = socketAddress) {
  return getRequestListener((request, { incoming }) => {
    addresses.set(request, addressOf(incoming));
    return handle(request, { body: bodyOf(incoming) });
  });
}

/** `GatewayContext.body`. The socket stays open if the body is not read to its end: the answer goes out on it. */
const bodyOf = (incoming) => ({
  getReader() {
    const pieces = incoming.iterator({ destroyOnReturn: false });
    return { read: () => pieces.next(), cancel: () => pieces.return() };
  },
});

/** Has a server listen; resolves to its URL once it does. */
async function listening(server, { host, port }) {
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  const { address, port: actualPort } = server.address();
  return `http://${isIPv6(address) ? `[${address}]` : address}:${actualPort}`;
}

/** Serves a listener of Node's HTTP server. Resolves once it listens, to its `url` and `close`. */
export async function serveAside(listener, place) {
  const server = createServer(LIMITS, listener);
  const url = await listening(server, place);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, close };
}

/**
 * Serves a gateway's `fetch`. `trustedProxies` (addresses and networks) name the guest in `addressHeader`; every other
 * connection is a guest's own. `facts` returns the lines that a health check has besides `ok`. `metrics`, if it is given,
 * is the listener for `/metrics`. Resolves once the server listens, to its `url` and `drain`.
 */
export async function serve(
  handle,
  { host, port, trustedProxies = [], addressHeader = "x-forwarded-for" },
  { facts = () => [], metrics } = {},
) {
  /** Requests that are under way, and work that goes on after an answer. */
  const pending = new Set();
  const waitUntil = (work) => {
    const kept = Promise.resolve(work)
      .catch(() => {})
      .finally(() => pending.delete(kept));
    pending.add(kept);
  };
  const addressOf = addressReader(trustedProxies, addressHeader);
  const listener = toListener((request, context) => handle(request, { ...context, waitUntil }), addressOf);

  let isDraining = false;
  /** The number of unanswered requests of each connection. */
  const connections = new Map();
  const endIfQuiet = (socket) => {
    if (connections.get(socket) === 0) socket.end(() => socket.destroy());
  };
  const server = createServer(LIMITS, (incoming, outgoing) => {
    const { socket } = incoming;
    connections.set(socket, connections.get(socket) + 1);
    outgoing.once("close", () => {
      if (connections.has(socket)) connections.set(socket, connections.get(socket) - 1);
      if (isDraining) endIfQuiet(socket);
    });
    if (isDraining) outgoing.setHeader("Connection", "close");
    if (incoming.url === HEALTH_PATH) return health(outgoing, true, facts());
    if (incoming.url === READY_PATH) return health(outgoing, !isDraining);
    if (metrics && isForMetrics(incoming)) return metrics(incoming, outgoing);
    return listener(incoming, outgoing);
  });
  server.on("connection", (socket) => {
    connections.set(socket, 0);
    socket.once("close", () => connections.delete(socket));
  });
  const url = await listening(server, { host, port });

  return {
    url,

    /**
     * Ends the server. It says that it is not ready, takes requests for `delayMs` more, and then finishes those that are
     * under way, within `graceMs`. Resolves to the number of requests that were cut off.
     */
    async drain({ delayMs = 0, graceMs }) {
      isDraining = true;
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      const finished = (async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        // Browsers open connections in advance. Node would wait for those that have not sent a request yet.
        for (const socket of connections.keys()) endIfQuiet(socket);
        await closed;
        while (pending.size > 0) await Promise.all(pending);
      })();
      let timer;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, graceMs)));
      await Promise.race([finished, late]);
      clearTimeout(timer);
      server.closeAllConnections();
      return pending.size;
    },
  };
}

/** The first line is for programs. Monitors and people read the others, which do not change the status. */
function health(outgoing, isWell, facts = []) {
  const headers = { "Content-Type": "text/plain", "Cache-Control": "no-store" };
  const lines = [isWell ? "ok" : "draining", ...facts];
  outgoing.writeHead(isWell ? OK : UNAVAILABLE, headers).end(lines.map((line) => `${line}\n`).join(""));
}

/** An address without its port, its zone and IPv6's prefix for IPv4. */
const plain = (address = "") =>
  address
    .replace(/^\[(.*)\](:\d+)?$|^([\d.]+):\d+$/, "$1$3")
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/i, "");

const socketAddress = ({ socket }) => plain(socket.remoteAddress);

/**
 * Returns a function that tells the address of a request's sender. The header is read from its end, where the nearest
 * proxy has written: the first address that is no proxy of ours is the guest's, and what stands before it is only what
 * the guest claims. The address is undefined if a proxy names nobody.
 */
export function addressReader(trustedProxies, header) {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) {
    const [address, bits] = proxy.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address) => trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  return (incoming) => {
    let address = socketAddress(incoming);
    if (!isIP(address) || !isTrusted(address)) return address || undefined;
    const named = (incoming.headers[header.toLowerCase()] ?? "").split(",");
    for (const hop of named.reverse()) {
      address = plain(hop.trim());
      if (!isIP(address)) return undefined;
      if (!isTrusted(address)) return address;
    }
    return address;
  };
}
