/** For operators on Deno: the gateway as a server. deno.json has its permissions, .env its settings; see README.md. */
import { DatabaseSync } from "node:sqlite";
import init, { createGateway, sqliteStore, widgetFiles } from "dinerkit/gateway";
import locales from "dinerkit/locales";

const setting = (name) => {
  const value = Deno.env.get(name);
  if (value) return value;
  console.error(`set ${name} in .env`);
  Deno.exit(2);
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
  store: sqliteStore(new DatabaseSync("requests.db")),
  onEvent: (event) => console.log(JSON.stringify(event)),
});

/** Answers requests for the widget's files, which pages embed from here. */
const widget = widgetFiles({ publicUrl: setting("PUBLIC_URL") });

Deno.serve({ hostname: setting("HOST"), port: Number(setting("PORT")) }, (request, { remoteAddr }) => {
  addresses.set(request, remoteAddr.hostname);
  return widget(request) ?? gateway.fetch(request);
});
