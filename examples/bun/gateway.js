/** For operators on Bun: the gateway as a server. Bun reads its settings from .env; see README.md. */
import { Database } from "bun:sqlite";
import init, { createGateway, sqliteStore, widgetFiles } from "dinerkit/gateway";
import locales from "dinerkit/locales";

const setting = (name) => {
  const value = process.env[name];
  if (value) return value;
  console.error(`set ${name} in .env`);
  process.exit(2);
};

await init();

/** Where requests came from. */
const addresses = new WeakMap();

const gateway = createGateway({
  upstream: setting("UPSTREAM_URL"),
  credentials: { username: setting("RESDIARY_USERNAME"), password: setting("RESDIARY_PASSWORD") },
  microsites: setting("MICROSITES").split(" "),
  origins: setting("ORIGINS").split(" "),
  publicUrl: setting("PUBLIC_URL"),
  locales,
  capabilityKeys: [{ id: setting("CAPABILITY_KEY"), secret: setting("CAPABILITY_SECRET") }],
  perAddress: Number(setting("PER_ADDRESS")),
  // Behind a proxy this is the proxy's: take the header that the proxy sets, whatever the guest sends.
  clientAddress: (request) => addresses.get(request),
  store: sqliteStore(new Database("requests.db")),
  onEvent: (event) => console.log(JSON.stringify(event)),
});

/** Answers requests for the widget's files, which pages embed from here. */
const widget = widgetFiles({ publicUrl: setting("PUBLIC_URL") });

const server = Bun.serve({
  hostname: setting("HOST"),
  port: Number(setting("PORT")),
  // Bun would hang up after 10 seconds without a byte: before a slow body is answered, and in a long create.
  idleTimeout: 120,
  fetch(request, server) {
    addresses.set(request, server.requestIP(request)?.address);
    return widget(request) ?? gateway.fetch(request);
  },
});
console.log(`Listening on ${server.url}`);
