/**
 * For every runtime's gateway entry: a standard fetch handler around the module's decisions. Credentials stay here;
 * what a request may ask and what is answered is decided in the module.
 */
import * as core from "../dist/gateway.js";
import { Driver } from "./driver.js";
import { Interruption, readBody } from "./exchange.js";

const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Type": "application/json",
  "X-Content-Type-Options": "nosniff",
};

/** Somewhere on Earth it may be this day already (UTC+14): no guest's own today lies after it. */
const LATEST_ZONE_MS = 14 * 3_600_000;
const latestDay = () => new Date(Date.now() + LATEST_ZONE_MS).toISOString().slice(0, 10);

/** What browsers of the operator's own pages are told, and no others. */
function corsHeaders(gateway, request) {
  const origin = request.headers.get("origin");
  if (origin === null || !gateway.allowsOrigin(origin)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Methods": "GET, POST, PUT",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
  };
}

/** The body's bytes, or nothing where there are more than the gateway takes. */
async function boundedBody(request, max) {
  try {
    return await readBody(request, max);
  } catch (reason) {
    if (reason instanceof Interruption) return undefined;
    throw reason;
  }
}

export function createGateway({ upstream, credentials, staff, clientAddress, fetch, ...policy }) {
  const gateway = new core.Gateway(JSON.stringify(policy));
  // One session for all microsites: they share the account's token and its budget.
  const account = {
    baseUrl: new URL(upstream).href,
    microsite: policy.microsites[0],
    credentials,
    names: policy.names,
  };
  const driver = new Driver(new core.Session(JSON.stringify(account), false), { bodyMax: core.bodyMax(), fetch });

  /** Staff where the operator's check says so. Who brings an authorization that it refuses is told, not served as a guest. */
  async function roleOf(request) {
    if (!staff) return "guest";
    if ((await staff(request)) === true) return "staff";
    return request.headers.has("authorization") ? "denied" : "guest";
  }

  async function answer(request) {
    const { pathname } = new URL(request.url);
    const plan = gateway.plan(
      request.method,
      pathname,
      request.headers.get("origin") ?? undefined,
      request.headers.get("content-type") ?? undefined,
      await boundedBody(request, gateway.maxBodyBytes),
      await roleOf(request),
      (await clientAddress?.(request)) ?? undefined,
      latestDay(),
    );
    try {
      const call = plan.call();
      // Run to its end even when the guest's browser has gone: half a create helps nobody.
      if (call) await driver.run(call);
      return gateway.reply(plan, call);
    } finally {
      plan.free();
    }
  }

  async function respond(request) {
    let status = 500;
    let body = '{"Message":"The gateway failed."}';
    try {
      [status, body] = await answer(request);
    } catch {
      // The reason may hold what the guest typed or what the operator's own function threw: only that it
      // failed goes out, as the 500 above.
    }
    return new Response(body, { status, headers: { ...HEADERS, ...corsHeaders(gateway, request) } });
  }

  return {
    fetch(request, context) {
      const response = respond(request);
      // A runtime that ends with its request would leave a create half done when the guest's browser goes.
      context?.waitUntil?.(response);
      return response;
    },
  };
}
