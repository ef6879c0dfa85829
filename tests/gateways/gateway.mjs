/**
 * For the gateways suite: one gateway as a process. It reads from the environment `GATEWAY`, which is JSON: `options` of
 * `createGateway`, and `engine` (`{ kind, url }`, see engine.mjs) or null for a gateway that shares nothing. When it
 * listens it prints one line of JSON, `{"url"}`. Beside the gateway's paths it has `/status`, which answers with what
 * `status()` says, and `/sends`, which answers with the times when it has sent something to the remote API.
 */
import init, { createGateway } from "../../pkg/gateway/server.js";
import { clientAddress, serve } from "../../server/http.js";
import { connectEngine } from "./engine.mjs";

/** As harness.mjs has it. */
const STAFF = "Bearer staff";
const { options, engine } = JSON.parse(process.env.GATEWAY);

await init();
/** When each request left for the remote API, by this machine's clock. */
const sends = [];
const shared = engine && (await connectEngine(engine));
const gateway = createGateway({
  ...options,
  ...(shared && { shared }),
  clientAddress,
  fetch: (request) => {
    sends.push(Date.now());
    return fetch(request);
  },
  staff: (request) => request.headers.get("authorization") === STAFF,
});

const OWN = { "/status": () => gateway.status(), "/sends": () => sends };
const answer = (request, context) => {
  const own = OWN[new URL(request.url).pathname];
  return own ? Response.json(own()) : gateway.fetch(request, context);
};

// The tests stand for a proxy that names the guests' addresses.
const { url } = await serve(answer, { host: "127.0.0.1", port: 0, trustedProxies: ["127.0.0.1"] });
console.log(JSON.stringify({ url }));
