/** For the browser tests: the whole chain on this machine, which is the sandbox, and before it the gateway with the pages. */
import { before } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { start } from "./program.mjs";
import { ACCOUNT, startSandbox } from "./sandbox.mjs";
import { suiteScope } from "./scope.mjs";

const SERVER = fileURLToPath(new URL("../../www/serve.mjs", import.meta.url));

/** The token that opens the site's desk. */
export const DESK_TOKEN = "desk-of-this-test";

/**
 * Starts a sandbox and a site before it. Returns the site's `url`, `demo` and `desk`, the path `db` of the sandbox's
 * database, and `stopSandbox()`, which leaves the gateway without its remote API.
 */
export async function startSite(scope) {
  const sandbox = await startSandbox(scope);
  const env = {
    UPSTREAM_URL: sandbox.url,
    SANDBOX_USERNAME: ACCOUNT.username,
    SANDBOX_PASSWORD: ACCOUNT.password,
    PORT: "0",
    DESK_TOKEN,
  };
  const site = await start(scope, process.execPath, [SERVER], { env }).ready();
  return { ...site, db: sandbox.db, stopSandbox: sandbox.stop };
}

/** A site and a `browser` for the suite that calls this in its body; filled in before the suite's first test. */
export function useSite() {
  const scope = suiteScope();
  const site = {};
  before(async () => {
    const [started, browser] = await Promise.all([startSite(scope), launch(scope)]);
    Object.assign(site, started, { browser });
  });
  return site;
}
