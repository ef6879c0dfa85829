/** For operators: `dinerkit gateway`, the gateway on Node. Bundled with its libraries into pkg/dist/command.js. */
import { Console } from "node:console";
import { readFileSync } from "node:fs";
import init, { createGateway, sqliteStore, widgetFiles } from "dinerkit/gateway";
import locales from "dinerkit/locales";
import { importSPKI } from "jose";
import { check, omissions } from "./check.js";
import { ConfigError, readConfig } from "./config.js";
import { clientAddress, serve, serveAside } from "./http.js";
import { metricsListener, onlyMetrics } from "./metrics.js";
import { help, ofTheCommand } from "./options.js";
import { judgeOrigin, originOf } from "./origins.js";
import { probe } from "./probe/index.js";
import { engineAt, SharedWatch } from "./shared.js";
import { optionsReader, tableRows } from "./table.js";
import { DONE, ends, ID_MAX, NOT_WELL, refuseStray, refuseStrayOfProbe, say, UsageError } from "./words.js";

const HELP = (rows) => `dinerkit gateway [--config FILE]            serve the gateway
dinerkit gateway check [--config FILE]      try the credentials and each microsite, and say what is wrong
dinerkit gateway check --origin URL         say as well whether the gateway answers the pages at that address
dinerkit gateway probe [--config FILE]      say which of the guessed names and paths of the remote API are right
                                            --customer ID [--microsite NAME]  look at this customer's members too
                                            --test-host                       make customers at a test host, and learn more
                                            --spec FILE                       compare with the vendor's own specification
                                            --write FILE                      add the names that were found to FILE
                                            --json, --at-most N               the report as JSON; N requests at most
dinerkit gateway link MICROSITE ID...       make links for e-mails by which these customers unsubscribe, one a line
dinerkit gateway --print-config             show the configuration with its defaults, secrets masked
dinerkit check FILE...                      say which rows of a file of guests are wrong (dinerkit check --help)
dinerkit import FILE                        create the guests of a file, each at most once (dinerkit import --help)
dinerkit unsubscribe FILE                   take a list of customers from the mailing lists (it has --help too)
dinerkit schedule-deletion FILE             have a list of customers deleted (it has --help too)
dinerkit verify [FOLDER]                    compare the files of this package, or of the one in FOLDER, with its own sums
dinerkit verify --sums FILE [FOLDER]        compare them with these sums, such as those that a release has
dinerkit verify --source CHECKOUT [FOLDER]  build the package anew from its commit, and compare them with that
dinerkit --version
dinerkit --help

The configuration is FILE (TOML), and the environment before it: credentials.password, for example, is
DINERKIT_CREDENTIALS_PASSWORD, or DINERKIT_CREDENTIALS_PASSWORD_FILE for a file that holds it.
What each key means stands in docs/gateway.md of the package. The keys, their names in the environment and their defaults:

${help(rows)}

With --source, --previous TARBALL names the release before, if the package keeps files of that.

Exit status: 0 done, 1 not everything was well, 2 the command or its configuration is wrong.
`;

/** How long the end of the command waits for the shared state. */
const CLOSE_MS = 5000;
const SIGNALS = ["SIGTERM", "SIGINT"];

// Libraries write to stderr, so that nothing comes between the lines of the log.
globalThis.console = new Console(process.stderr);

const log = (event, facts) => say(JSON.stringify({ time: new Date().toISOString(), event, ...facts }));

await ends(run, { errors: [ConfigError] });

async function run({ values: options, positionals }) {
  if (options.help) {
    await init();
    return said(HELP(tableRows()).trimEnd());
  }
  if (options.version) {
    const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
    return said(JSON.parse(manifest).version);
  }
  const [command, action, ...more] = positionals;
  const isKnown =
    action === "link" ? more.length > 1 : [undefined, "check", "probe"].includes(action) && more.length === 0;
  if (command !== "gateway" || !isKnown) {
    throw new UsageError(
      "say `dinerkit gateway`, `dinerkit gateway check`, `dinerkit gateway probe`, `dinerkit gateway link MICROSITE ID`, `dinerkit verify`, `dinerkit check`, `dinerkit import`, `dinerkit unsubscribe` or `dinerkit schedule-deletion`, in this order; --help tells more",
    );
  }
  refuseStray("gateway", options);
  refuseStrayOfProbe(action, options);
  if (action && options["print-config"]) throw new UsageError(`${action} and --print-config go one at a time`);
  const origins = originsOf(options.origin, action);
  await init();
  if (action === "probe") {
    return probe(options, () => readConfig(optionsReader(), options.config, process.env), say);
  }
  const reader = optionsReader();
  const config = readConfig(reader, options.config, process.env);
  const gateway = await gatewayOptions(config, reader);
  if (action === undefined && !options["print-config"]) return serveUntilEnded(config, gateway);
  if (options["print-config"]) return said(JSON.stringify(config.shown, null, 2));
  if (action === "link") return said(linksOf(more, config, createGateway(gateway)).join("\n"));
  if (config.values.store) await sqliteFor(config);
  const isAnswered = checkOrigins(origins, config.values);
  return (await check(gateway, config.values, say, await engineOf(config))) && isAnswered ? DONE : NOT_WELL;
}

/** The origins of the pages that `check` is asked about. */
function originsOf(addresses = [], action) {
  if (addresses.length > 0 && action !== "check") throw new UsageError("--origin goes with gateway check");
  return addresses.map((address) => {
    const origin = originOf(address);
    if (origin) return origin;
    throw new UsageError(`--origin takes the address of a page, such as https://www.oak.example, and not ${address}`);
  });
}

/** Says of each origin whether the gateway answers its pages; returns whether it answers all of them. */
function checkOrigins(asked, { origins }) {
  const judged = asked.map((origin) => judgeOrigin(origin, origins));
  for (const { isAllowed, text } of judged) say(`${isAllowed ? "well " : "wrong"}  ${text}`);
  return judged.every(({ isAllowed }) => isAllowed);
}

/** A link for each of the Ids. Wrong words are a UsageError; a configuration that allows no links is a ConfigError. */
function linksOf([microsite, ...ids], { values, at }, gateway) {
  const { microsites } = values;
  if (!microsites.includes(microsite)) {
    throw new UsageError(`${microsite} is none of the gateway's microsites: ${microsites.join(", ")}`);
  }
  const unknown = ids.find((id) => !/^[1-9]\d*$/.test(id) || Number(id) > ID_MAX);
  if (unknown !== undefined) throw new UsageError(`${unknown} is no Id of a customer: a whole number above 0`);
  try {
    return ids.map((id) => gateway.unsubscribeLink({ microsite, id: Number(id) }));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConfigError(at([], error.message));
  }
}

function said(text) {
  say(text);
  return DONE;
}

/** What `createGateway` takes of the configuration. */
async function gatewayOptions({ values, at }, { rows, staff: isStaff }) {
  const { staff } = values;
  const own = ofTheCommand(rows);
  const ofGateway = Object.entries(values).filter(([name]) => !own.has(name));
  const options = { ...Object.fromEntries(ofGateway), clientAddress, locales };
  if (!staff) return options;
  if (staff.publicKey) {
    try {
      await importSPKI(staff.publicKey, staff.algorithms[0]);
    } catch {
      const path = ["staff", "publicKey"];
      throw new ConfigError(at(path, `staff.publicKey takes a key for ${staff.algorithms[0]}, in PEM`));
    }
  }
  return { ...options, staff: isStaff };
}

async function serveUntilEnded(config, options) {
  const { listen, store, shutdown, accessLog } = config.values;
  const opened = store && (await openStore(config));
  const shared = await engineOf(config);
  const onEvent = accessLog ? (event) => log("request", event) : undefined;
  const watch = new SharedWatch((event) => log("shared", event));
  const onShared = (event) => watch.note(event);
  const gateway = createGateway({ ...options, onEvent, onShared, store: opened?.store, shared });
  const widget = widgetFor(config);
  const handle = (request, context) => widget(request) ?? gateway.fetch(request, context);
  // If the reader of the log ends, the gateway goes on.
  process.stdout.on("error", () => {});
  const aside = metricsFor(config, gateway);
  const monitored = await aside.serve();
  const serving = { metrics: aside.listener, facts: () => (shared ? [`shared: ${watch.state}`] : []) };
  const server = await listening(config, "listen", listen, () => serve(handle, listen, serving)).catch((error) => {
    // Nothing may keep the process alive.
    monitored?.close();
    shared?.close();
    throw error;
  });
  // The handlers are set before "listening" is logged, because a signal may follow at once.
  const signalled = new Promise((resolve) => SIGNALS.forEach((name) => process.once(name, resolve)));
  log("listening", { url: server.url, ...(monitored && { metrics: monitored.url }) });
  for (const text of omissions(config.values)) log("note", { text });
  if (shared) watch.watch(shared).then(logFindings);

  const signal = await signalled;
  // A second signal ends the process at once.
  SIGNALS.forEach((name) => process.removeAllListeners(name));
  log("draining", { signal });
  const cutOff = await server.drain({ delayMs: shutdown.delaySeconds * 1000, graceMs: shutdown.graceSeconds * 1000 });
  await Promise.race([gateway.close(), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))]);
  monitored?.close();
  opened?.database.close();
  log("stopped", { cutOff });
  // Open connections to the remote API would keep the process alive for a while.
  process.exit(cutOff === 0 ? DONE : NOT_WELL);
}

/** The engine of the shared state, if the configuration names one. */
async function engineOf({ values: { shared } }) {
  return shared && engineAt(shared.url);
}

/** Logs what an engine finds wrong with itself, and what it can't promise. */
function logFindings(findings) {
  for (const { text } of findings) log("note", { text: `shared: ${text}` });
}

/**
 * What answers a monitor: a `listener` for the gateway's own server, or none; and `serve`, which opens a server of its
 * own if the configuration has a port for one.
 */
function metricsFor(config, gateway) {
  const { listen, metrics } = config.values;
  if (!metrics) return { serve() {} };
  const listener = metricsListener(gateway, metrics.token);
  if (metrics.port === undefined) return { listener, serve() {} };
  const place = { host: metrics.host ?? listen.host, port: metrics.port };
  return { serve: () => listening(config, "metrics", place, () => serveAside(onlyMetrics(listener), place)) };
}

/** What serves the widget's files. A `publicUrl` that is no URL, although it looks like one, is a ConfigError. */
function widgetFor({ at, values: { publicUrl } }) {
  try {
    return widgetFiles({ publicUrl });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConfigError(at(["publicUrl"], error.message.replace("options.", "")));
  }
}

/** Opens a server at the place that the table of the configuration names. Where that is no place for one, a ConfigError. */
async function listening({ at }, table, { host, port }, open) {
  try {
    return await open();
  } catch (error) {
    if (error.syscall === undefined) throw error;
    const wrongHost = { member: "host", reason: `${host} is not an address of this machine: give another host` };
    const reasons = {
      EADDRINUSE: { member: "port", reason: `${host}:${port} is taken: give another port` },
      EACCES: { member: "port", reason: `this account may not use port ${port}: give one above 1023` },
      EADDRNOTAVAIL: wrongHost,
      ENOTFOUND: wrongHost,
    };
    const { member, reason } = reasons[error.code] ?? { reason: `listening at host ${host} failed (${error.code})` };
    throw new ConfigError(at([table, member].filter(Boolean), reason));
  }
}

/** Node's own SQLite. `check` calls this too, but opens no file, because it may run under another account. */
async function sqliteFor({ at }) {
  try {
    return await import("node:sqlite");
  } catch {
    const need = "store.file needs SQLite, which Node has from 22.13 on; leave it out to use memory";
    throw new ConfigError(at(["store", "file"], `${need} (this is ${process.version})`));
  }
}

/** The store in the file that the configuration names, and its database. */
async function openStore(config) {
  const { at, values } = config;
  const sqlite = await sqliteFor(config);
  try {
    const database = new sqlite.DatabaseSync(values.store.file);
    return { database, store: sqliteStore(database) };
  } catch (error) {
    const { file } = values.store;
    throw new ConfigError(at(["store", "file"], `store.file ${file} can't be used: ${error.message}`));
  }
}
