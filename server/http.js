/**
 * For the command, the demo and the load test: a fetch handler on Node's HTTP server, with true addresses of guests,
 * health checks, and an end that loses nothing.
 */
import { createServer } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { getRequestListener } from "@hono/node-server";

/** For liveness: the process answers. */
export const HEALTH_PATH = "/healthz";
/** For readiness: it takes requests, and is not about to end. */
export const READY_PATH = "/readyz";

const OK = 200;
const UNAVAILABLE = 503;

/** A browser's request fits in one packet or few; who takes longer keeps a place from others. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** How often Node looks for those; by itself every half minute. */
const LOOK_MS = 1000;
/** Longer than the minute that proxies keep a connection for, so that none sends into one that is closing. */
const KEEP_ALIVE_MS = 65_000;

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

/** `GatewayContext.body`: its answer goes out on the same socket, so that one that is not read to its end stays open. */
const bodyOf = (incoming) => ({
  getReader() {
    const pieces = incoming.iterator({ destroyOnReturn: false });
    return { read: () => pieces.next(), cancel: () => pieces.return() };
  },
});

/**
 * Serves a gateway's `fetch`. `trustedProxies` (addresses and networks) may name the guest in `addressHeader`; all
 * others are the guest themselves. Answers once it listens, with its `url` and with `drain`.
 */
export async function serve(handle, { host, port, trustedProxies = [], addressHeader = "x-forwarded-for" }) {
  /** Requests, and what they have handed over to be finished after their answer. */
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
  /** Connections, with the number of their requests that are not answered yet. */
  const connections = new Map();
  const endIfQuiet = (socket) => {
    if (connections.get(socket) === 0) socket.end(() => socket.destroy());
  };
  const options = {
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: LOOK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  const server = createServer(options, (incoming, outgoing) => {
    const { socket } = incoming;
    connections.set(socket, connections.get(socket) + 1);
    outgoing.once("close", () => {
      if (connections.has(socket)) connections.set(socket, connections.get(socket) - 1);
      if (isDraining) endIfQuiet(socket);
    });
    if (isDraining) outgoing.setHeader("Connection", "close");
    if (incoming.url === HEALTH_PATH) return health(outgoing, true);
    if (incoming.url === READY_PATH) return health(outgoing, !isDraining);
    return listener(incoming, outgoing);
  });
  server.on("connection", (socket) => {
    connections.set(socket, 0);
    socket.once("close", () => connections.delete(socket));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  const { address, port: actualPort } = server.address();

  return {
    url: `http://${isIPv6(address) ? `[${address}]` : address}:${actualPort}`,

    /**
     * Ends it: says that it is not ready, takes requests for `delayMs` more, then none; and finishes what is under way,
     * within `graceMs` of that. Answers with the number of requests that were cut off.
     */
    async drain({ delayMs = 0, graceMs }) {
      isDraining = true;
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      const finished = (async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        // Node would wait for those that have not asked for anything yet, as browsers open them in advance.
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

function health(outgoing, isWell) {
  const headers = { "Content-Type": "text/plain", "Cache-Control": "no-store" };
  outgoing.writeHead(isWell ? OK : UNAVAILABLE, headers).end(isWell ? "ok\n" : "draining\n");
}

/** Without what is the connection's or the machine's own: a port, a zone, and IPv6's spelling of IPv4. */
const plain = (address = "") =>
  address
    .replace(/^\[(.*)\](:\d+)?$|^([\d.]+):\d+$/, "$1$3")
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/i, "");

const socketAddress = ({ socket }) => plain(socket.remoteAddress);

/**
 * Who sent a request. The header is read from its end, where the nearest proxy has written: the first that is no proxy
 * of ours is the guest, and what stands before it is only what the guest says. Undefined where a proxy does not name
 * anybody.
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
