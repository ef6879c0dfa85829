/**
 * For the benchmarks: the first check on a page, from the navigation to the answer, in Chromium with a slow processor and
 * a slow network, where the contenders' bundles take turns. Each visit has a new profile, so that nothing is cached.
 * Environment: CHROME.
 */
import { brotliCompressSync } from "node:zlib";
import { launch } from "../../tests/support/browser.mjs";
import { servePages } from "../page/server.mjs";
import { SLOW, throttle } from "../page/visit.mjs";

/** How long a visit may take. */
const PATIENCE_MS = 60_000;

async function visit(browser, url) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  try {
    const page = await context.newPage();
    const protocol = await context.newCDPSession(page);
    await protocol.send("Performance.enable", { timeDomain: "timeTicks" });
    await throttle(protocol, SLOW);
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForFunction("globalThis.checkedAt !== undefined", undefined, { timeout: PATIENCE_MS });
    const at = await page.evaluate("globalThis.checkedAt");
    if (at < 0) throw new Error(`${url} refuses the form`);
    const { metrics } = await protocol.send("Performance.getMetrics");
    return { at, work: metrics.find(({ name }) => name === "TaskDuration").value * 1000 };
  } finally {
    await context.close();
  }
}

/**
 * For each round the times of each contender in milliseconds: `at`, when the check was done, and `work`, how long the
 * main thread was busy until then. `sizes` are the bytes of the scripts as they are sent.
 */
export async function timePages(scripts, { rounds, progress }) {
  const endings = [];
  const scope = { after: (end) => void endings.push(end) };
  try {
    const browser = await launch(scope);
    const names = Object.keys(scripts);
    const folder = (name) => `/${names.indexOf(name)}/`;
    const page = '<!doctype html><title>First check</title><script type="module" src="script.js"></script>';
    const site = await servePages(scope, {
      pages: new Map(names.map((name) => [folder(name), page])),
      find: (path) => scripts[names.find((name) => path === `${folder(name)}script.js`)],
    });
    const rounded = [];
    // The first visit also compresses the scripts, and is not counted.
    for (const name of names) await visit(browser, site + folder(name));
    for (let round = 0; round < rounds; round++) {
      progress(`first check in Chromium, round ${round + 1} of ${rounds}`);
      const times = {};
      for (let place = 0; place < names.length; place++) {
        const name = names[(round + place) % names.length];
        times[name] = await visit(browser, site + folder(name));
      }
      rounded.push(times);
    }
    const sizes = Object.fromEntries(names.map((name) => [name, brotliCompressSync(scripts[name]).length]));
    return { rounds: rounded, sizes };
  } finally {
    for (const end of endings.reverse()) await end();
  }
}
