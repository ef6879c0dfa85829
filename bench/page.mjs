/**
 * For `cargo xtask bench page`: our form beside others, as a guest with a slow phone on a slow network meets them. Prints
 * the figures as one line of JSON. docs/benchmarks.md says what is compared, and why.
 *
 * Environment: CHROME and SANDBOX_BIN (the programs), AGAINST (the folder of another checkout of ours, built; may be
 * missing), ROUNDS (how often each page is visited under each condition).
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../tests/support/browser.mjs";
import { start } from "../tests/support/program.mjs";
import { ACCOUNT, startSandbox } from "../tests/support/sandbox.mjs";
import { median } from "./compare.mjs";
import { inHtml, MICROSITE, ours, peer } from "./page/contenders.mjs";
import { servePages } from "./page/server.mjs";
import { FAST, SCREENS, SLOW, visit, visitWithLateSetup } from "./page/visit.mjs";

const { AGAINST } = process.env;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What was started. It is ended in the reverse order. */
const endings = [];
const scope = { after: (end) => void endings.push(end) };

/** Starts the gateway of a checkout, as operators start it. Returns its address. */
async function startGateway(root, sandbox, origin) {
  const env = {
    DINERKIT_UPSTREAM: sandbox.url,
    DINERKIT_CREDENTIALS_USERNAME: ACCOUNT.username,
    DINERKIT_CREDENTIALS_PASSWORD: ACCOUNT.password,
    DINERKIT_MICROSITES: MICROSITE,
    DINERKIT_ORIGINS: origin,
    DINERKIT_CAPABILITY_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    DINERKIT_PER_ADDRESS: "0",
    DINERKIT_LISTEN_PORT: "0",
  };
  const gateway = start(scope, process.execPath, [join(root, "pkg/bin/dinerkit.js"), "gateway"], { env });
  return (await gateway.event("listening")).url;
}

/** Visits all contenders in turns; returns the rounds of each. Each round begins with another contender. */
async function rounds(browser, contenders, conditions, address) {
  const visits = new Map(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (let place = 0; place < contenders.length; place++) {
      const contender = contenders[(round + place) % contenders.length];
      visits.get(contender.name).push(await visit(browser, contender, conditions, address(contender)));
    }
  }
  return visits;
}

/** The median of each figure. */
function medians(visits) {
  const rounds = visits.map(({ figures }) => figures);
  return Object.fromEntries(
    Object.entries(rounds[0]).map(([name, first]) => [
      name,
      first === null ? null : median(rounds.map((figures) => figures[name])),
    ]),
  );
}

/** The requests of the visit whose first field came at the median time. */
function waterfall(visits) {
  const { field } = medians(visits);
  return visits
    .find(({ figures }) => figures.field === field)
    .requests.map(({ url, method, type, start, end, bytes }) => {
      const { pathname } = new URL(url);
      return { path: pathname, method, type, start, end, bytes };
    });
}

/** How much later one contender's first field is there than another's: the median of the rounds' ratios. */
const later = (visits, name, than) =>
  median(visits.get(name).map(({ figures }, round) => figures.field / visits.get(than)[round].figures.field));

async function measure() {
  const [browser, sandbox] = await Promise.all([launch(scope), startSandbox(scope)]);
  const contenders = [];
  const pages = new Map();
  const address = ({ name }) => `${site}/${name}/`;
  const site = await servePages(scope, {
    pages,
    find(path) {
      const [, name, ...rest] = path.split("/");
      return contenders.find((contender) => contender.name === name)?.find(rest.join("/"));
    },
    plain: (path) =>
      contenders.some(({ name, isPlain }) => isPlain && path.startsWith(`/${name}/`) && path.endsWith(".js")),
  });
  const add = (contender) => {
    contenders.push(contender);
    pages.set(`/${contender.name}/`, contender.page);
    return contender;
  };

  const gateway = await startGateway(ROOT, sandbox, site);
  const mine = add(ours({ name: "ours", root: ROOT, gateway }));
  add(ours({ name: "ours-de", root: ROOT, gateway, lang: "de" }));
  // The first visit also compiles and fills what the servers keep.
  const { requests } = await visit(browser, mine, FAST, address(mine));
  const script = requests.find(({ type }) => type === "Script");
  const blocked = script.length || script.bytes;
  add(await inHtml({ name: "blocked", what: `the fields in HTML behind a script of ${blocked} bytes`, blocked }));
  add(await inHtml({ name: "html", what: "the fields in HTML" }));
  add(await peer({ name: "peer", what: "intl-tel-input, its utils and valibot", gateway }));
  if (AGAINST) {
    const before = await startGateway(AGAINST, sandbox, site);
    add(ours({ name: "against", root: AGAINST, gateway: before }));
  }

  const [slow, fast] = [
    await rounds(browser, contenders, SLOW, address),
    await rounds(browser, contenders, FAST, address),
  ];
  const lateSetups = [];
  for (const contender of contenders.filter(({ name }) => ["ours", "against"].includes(name))) {
    for (const screen of SCREENS) {
      const figures = await visitWithLateSetup(browser, contender, SLOW, address(contender), screen);
      lateSetups.push({ name: contender.name, width: screen.width, ...figures });
    }
  }
  return {
    contenders: contenders.map(({ name, what }) => ({
      name,
      what,
      slow: medians(slow.get(name)),
      fast: medians(fast.get(name)),
      waterfall: waterfall(slow.get(name)),
    })),
    later: { ours: later(slow, "ours", "blocked"), german: later(slow, "ours-de", "blocked") },
    lateSetups,
  };
}

try {
  console.log(JSON.stringify(await measure()));
} finally {
  for (const end of endings.reverse()) await end();
}
