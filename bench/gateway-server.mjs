/**
 * For bench/gateway.mjs: the gateway on Node, as in production but for its two limits, which are lifted. OPTIONS is
 * createGateway's, as JSON. When it is ready it prints one line of JSON, `{"url"}`.
 */
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import init, { createGateway } from "../pkg/gateway/node.js";

await init();
const addresses = new WeakMap();
const gateway = createGateway({
  ...JSON.parse(process.env.OPTIONS),
  clientAddress: (request) => addresses.get(request),
});
const server = createServer(
  getRequestListener((request, { incoming }) => {
    addresses.set(request, incoming.socket.remoteAddress);
    return gateway.fetch(request);
  }),
);
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
process.once("SIGTERM", () => process.exit());
