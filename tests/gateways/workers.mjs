/** For the gateways suite: several workers in one workerd, each with a gateway, before one Durable Object. */
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { workerModules } from "../support/worker-modules.mjs";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));
/** The class of the object, as the worker exports it, and the date whose workerd is asked for. */
const CLASS = "SharedState";
const COMPATIBILITY_DATE = "2026-01-01";

/** Starts a worker for each of the settings; resolves to their addresses. */
export async function startWorkers(scope, settings) {
  const bundle = await workerModules(WORKER);
  const name = (index) => `gateway-${index}`;
  const miniflare = new Miniflare({
    // No look-ups of where this machine stands.
    cf: false,
    workers: settings.map((one, index) => ({
      name: name(index),
      ...bundle,
      compatibilityDate: COMPATIBILITY_DATE,
      bindings: { SETTINGS: JSON.stringify(one) },
      // The object lives in the first worker, and all have it.
      durableObjects: { SHARED: { className: CLASS, ...(index > 0 && { scriptName: name(0) }) } },
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    })),
  });
  scope.after(() => miniflare.dispose());
  await miniflare.ready;
  const urls = await Promise.all(settings.map((_, index) => miniflare.unsafeGetDirectURL(name(index))));
  return urls.map(({ origin }) => origin);
}
