/** For operators on workerd: the gateway as a worker. wrangler.toml has its settings, `wrangler secret` its secrets. */
import init, { createGateway, widgetScript } from "dinerkit/gateway";
import { durableEngine } from "dinerkit/gateway/durable";
import locales from "dinerkit/locales";

/** The class of the object in which all isolates keep what they share. */
export { SharedState } from "dinerkit/gateway/durable";

/** Made with the first request, with which the settings come. */
let opened;

async function open(env) {
  await init();
  return createGateway({
    upstream: env.UPSTREAM_URL,
    credentials: { username: env.RESDIARY_USERNAME, password: env.RESDIARY_PASSWORD },
    microsites: env.MICROSITES.split(" "),
    origins: env.ORIGINS.split(" "),
    publicUrl: env.PUBLIC_URL,
    locales,
    capabilityKeys: [{ id: env.CAPABILITY_KEY, secret: env.CAPABILITY_SECRET }],
    requestsPerMinute: Number(env.REQUESTS_PER_MINUTE),
    perAddress: Number(env.PER_ADDRESS),
    // Set by Cloudflare, whatever the guest sends. Elsewhere: by whatever stands in front.
    clientAddress: (request) => request.headers.get("CF-Connecting-IP"),
    shared: durableEngine(env.SHARED),
    sharedSecret: env.SHARED_SECRET,
    onShared: (event) => console.log(JSON.stringify(event)),
    onEvent: (event) => console.log(JSON.stringify(event)),
  });
}

/** The other files of the widget are static assets, which the platform serves before it asks the worker. */
const widgetOf = (env) =>
  widgetScript({
    publicUrl: env.PUBLIC_URL,
    script: async (request) => (await env.ASSETS.fetch(request.url)).text(),
  });

export default {
  async fetch(request, env, context) {
    const script = widgetOf(env)(request);
    if (script) return script;
    opened ??= open(env);
    const gateway = await opened;
    // With the context, a create goes on to its end when the guest's browser has gone.
    return gateway.fetch(request, context);
  },
};
