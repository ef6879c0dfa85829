/** For the tests on Node: the gateway behind `node:http`. Its settings are those of the examples. */
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import init, { createGateway, sqliteStore, widgetFiles } from "dinerkit/gateway";
import locales from "dinerkit/locales";
import { openDatabase } from "./sqlite.mjs";

const { env } = process;

await init();

const addresses = new WeakMap();
const database = await openDatabase("requests.db");

const gateway = createGateway({
  upstream: env.UPSTREAM_URL,
  credentials: { username: env.RESDIARY_USERNAME, password: env.RESDIARY_PASSWORD },
  microsites: env.MICROSITES.split(" "),
  origins: env.ORIGINS.split(" "),
  publicUrl: env.PUBLIC_URL,
  locales,
  capabilityKeys: [{ id: env.CAPABILITY_KEY, secret: env.CAPABILITY_SECRET }],
  perAddress: Number(env.PER_ADDRESS),
  clientAddress: (request) => addresses.get(request),
  store: database && sqliteStore(database),
  onEvent: (event) => console.log(JSON.stringify(event)),
});

const widget = widgetFiles({ publicUrl: env.PUBLIC_URL });

const listener = getRequestListener((request, { incoming }) => {
  addresses.set(request, incoming.socket.remoteAddress);
  return widget(request) ?? gateway.fetch(request);
});

const server = createServer(listener).listen(Number(env.PORT), env.HOST, () => {
  console.log(`Listening on http://${env.HOST}:${server.address().port}/`);
});
