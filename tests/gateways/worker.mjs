/**
 * For the gateways suite: one gateway as a worker, with a Durable Object as the shared state. Its bindings are `SETTINGS`
 * (the JSON of gateway.mjs) and `SHARED` (the namespace of the object).
 */
import init, { createGateway } from "dinerkit/gateway";
import { durableEngine } from "dinerkit/gateway/durable";

export { SharedState } from "dinerkit/gateway/durable";

const STAFF = "Bearer staff";
let gateway;

async function open({ SETTINGS, SHARED }) {
  await init();
  return createGateway({
    ...JSON.parse(SETTINGS).options,
    shared: durableEngine(SHARED),
    clientAddress: (request) => request.headers.get("x-forwarded-for") ?? undefined,
    staff: (request) => request.headers.get("authorization") === STAFF,
  });
}

export default {
  async fetch(request, env, context) {
    gateway ??= open(env);
    const opened = await gateway;
    if (new URL(request.url).pathname === "/status") return Response.json(opened.status());
    return opened.fetch(request, context);
  },
};
