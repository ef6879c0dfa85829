/** For operators on workerd: the gateway as a worker. wrangler.toml has its settings, `wrangler secret` its secrets. */
import init, { createGateway, kvStore } from "dinerkit/gateway";
import locales from "dinerkit/locales";

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
    store: kvStore(env.REQUESTS),
    onEvent: (event) => console.log(JSON.stringify(event)),
  });
}

export default {
  async fetch(request, env, context) {
    opened ??= open(env);
    const gateway = await opened;
    // With the context, a create goes on to its end when the guest's browser has gone.
    return gateway.fetch(request, context);
  },
};
