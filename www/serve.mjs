/**
 * For `cargo xtask demo` and the browser tests: one Node server with the demo microsite, the desk, the gateway, and
 * the demo's tables (bookings.mjs).
 *
 * Environment: UPSTREAM_URL (the remote API, here the sandbox), SANDBOX_USERNAME, SANDBOX_PASSWORD, PORT (default 0:
 * any free one), DESK_TOKEN (default "desk"). When it is ready it prints one line of JSON, `{"url","demo","desk"}`.
 * It listens on the loopback interface only, because neither the desk's token nor plain HTTP is safe on a network. It
 * answers only to its own host names, so that a foreign site can't reach it by a name that resolves to this machine.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import init, { createGateway } from "../pkg/gateway/server.js";
import { filesHandler } from "../pkg/lib/gateway/widget-files.js";
import locales from "../pkg/lib/locales.js";
import { clientAddress, toListener } from "../server/http.js";
import { bookings } from "./bookings.mjs";

const HOST = "127.0.0.1";
const NAMES = [HOST, "localhost"];
const MISDIRECTED_REQUEST = 421;
const MICROSITES = ["oak-and-salt", "harbour-room", "little-lantern"];
const PAGES = ["demo", "desk"];
/** The pages have relative links, so their addresses need the final slash. */
/** Where the demo's page books a table. */
const BOOKINGS = "/demo/bookings";
const REDIRECTS = { "/": "/demo/", "/demo": "/demo/", "/desk": "/desk/" };

const { DESK_TOKEN = "desk", PORT = "0" } = process.env;
const upstream = setting("UPSTREAM_URL");
const credentials = { username: setting("SANDBOX_USERNAME"), password: setting("SANDBOX_PASSWORD") };

await init();

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Answer requests to the gateway and of tables. Set once the port is known, which is part of the pages' origins. */
let api;
let tables;
let hosts = [];
function open(port) {
  hosts = NAMES.map((name) => `${name}:${port}`);
  const origins = hosts.map((host) => `http://${host}`);
  const gateway = createGateway({
    upstream,
    credentials,
    microsites: MICROSITES,
    origins,
    staff: (request) => request.headers.get("Authorization") === `Bearer ${DESK_TOKEN}`,
    clientAddress,
    locales,
    // With capabilities a guest can change what was sent a moment ago. They end with this process.
    capabilityKeys: [{ id: "demo", secret: randomBytes(32).toString("base64") }],
    // All requests come from this machine, so a limit for each address would limit the whole demo.
    perAddress: 0,
  });
  api = toListener(gateway.fetch);
  tables = toListener(bookings(origins));
}

const policy = contentSecurityPolicy();
const setHeaders = (response) => {
  response.setHeader("Content-Security-Policy", policy);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
};
// `dev` reads the files again for each request, so that an edit shows at once.
const assets = sirv(here("../pkg"), { dev: true, setHeaders });
const pages = sirv(here("."), { dev: true, setHeaders });

const FILES = "../pkg/dist/inline/web.js";
let widget;
let builtAt;
/** Answers requests for the widget's files. They are read again once they have been built again. */
const widgetListener = toListener(async (request) => {
  const { mtimeMs } = statSync(here(FILES));
  if (mtimeMs !== builtAt) {
    // Another address, because a module is loaded only once from each.
    const { default: files } = await import(`${FILES}?built=${mtimeMs}`);
    [widget, builtAt] = [filesHandler(files), mtimeMs];
  }
  return widget(request);
});

const server = createServer((request, response) => {
  const refuse = (status, text) => response.writeHead(status, { "Content-Type": "text/plain" }).end(`${text}\n`);
  const notFound = () => refuse(404, "not found");
  if (!hosts.includes(request.headers.host)) return refuse(MISDIRECTED_REQUEST, `ask for ${hosts.join(" or ")}`);
  if (request.url.startsWith("/api/")) return api(request, response);
  if (request.url.startsWith("/dinerkit/")) return widgetListener(request, response);
  if (request.url === BOOKINGS) return tables(request, response);
  if (request.url in REDIRECTS) return response.writeHead(302, { Location: REDIRECTS[request.url] }).end();
  if (request.url.startsWith("/pkg/")) {
    request.url = request.url.slice("/pkg".length);
    return assets(request, response, notFound);
  }
  return pages(request, response, notFound);
});

server.on("error", (error) => {
  const inUse = error.code === "EADDRINUSE";
  console.error(inUse ? `port ${PORT} is taken: set PORT to another, or to 0 for any free one` : error.message);
  process.exit(2);
});
server.listen(Number(PORT), HOST, () => {
  const { port } = server.address();
  open(port);
  const url = `http://${HOST}:${port}`;
  console.log(JSON.stringify({ url, demo: `${url}/demo/`, desk: `${url}/desk/` }));
});

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
}

function setting(name) {
  const value = process.env[name];
  if (value) return value;
  console.error(`set ${name}; see the head of www/serve.mjs`);
  process.exit(2);
}

/** A policy that allows only our own scripts and WebAssembly, and the pages' import maps, which must be inline, by hash. */
function contentSecurityPolicy() {
  const hashes = PAGES.flatMap((page) =>
    [...readFileSync(here(`${page}/index.html`), "utf8").matchAll(/<script type="importmap">([^]*?)<\/script>/g)].map(
      ([, map]) => `'sha256-${createHash("sha256").update(map).digest("base64")}'`,
    ),
  );
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${[...new Set(hashes)].join(" ")}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}
