/** For the browser tests: Chromium, pages whose complaints fail the test, and what axe finds. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const CHROME = process.env.CHROME ?? "/usr/bin/chromium";

/** The longest that a step of a page may take. */
export const STEP_MS = 10_000;

/**
 * Starts Chromium without the look-ups of its own, which a closed network would only refuse. `options` are Playwright's,
 * such as `ignoreDefaultArgs`.
 */
export async function launch(scope, options = {}) {
  const args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  args.push("--disable-component-update", "--disable-sync");
  // Chromium does not start with its own sandbox as root, which is the user in a container.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  const browser = await chromium.launch({ executablePath: CHROME, args, ...options });
  scope.after(() => browser.close());
  return browser;
}

/** Opens a page; `problems` collects the errors and warnings of its console and its uncaught errors. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  // This route matches no request. It is here because Chromium may let the next request pass, unseen by
  // `waitForRequest` too, if a page's first `page.route` comes after the page was loaded: one in thirty on a busy
  // machine.
  await page.route(
    () => false,
    () => {},
  );
  const problems = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  return { page, problems, close: () => context.close() };
}

/** Runs a test on a page of its own; the page's problems fail the test, except those that `expected` matches. */
export async function withPage(browser, test, { expected = [], ...options } = {}) {
  const { page, problems, close } = await openPage(browser, options);
  try {
    await test(page);
    assert.deepEqual(
      problems.filter((problem) => !expected.some((pattern) => pattern.test(problem))),
      [],
    );
  } finally {
    await close();
  }
}

/**
 * The barriers that axe finds for people who see or hear the page differently, one text for each rule. It looks at what
 * the selector `within` names; by default at the whole page.
 */
export async function barriers(page, within = "html") {
  await page.evaluate(axeSource());
  const { violations } = await page.evaluate((within) => globalThis.axe.run(within), within);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
}

/** The same for a page that runs no scripts, which axe needs: it looks at a copy of what the page shows. */
export async function barriersOfCopy(page, options) {
  const { page: copy, close } = await openPage(page.context().browser(), options);
  try {
    await copy.setContent(await page.content());
    return await barriers(copy);
  } finally {
    await close();
  }
}

/** What a guest could not read or reach: elements that stand out of the page, and texts that are wider than their box. */
export function lost(page) {
  return page.evaluate(() => {
    const isOut = ({ left, right, width }) =>
      width > 0 && (left < 0 || right > document.documentElement.clientWidth + 1);
    // What is typed into a field may be longer than the field.
    const isTyped = (node) => node.matches("input:not([type=date]), textarea");
    const isCut = (node) =>
      !isTyped(node) && node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).overflowX !== "visible";
    return [...document.querySelectorAll("body *:not(.skip, svg *, option, .diner-status)")]
      .filter((node) => node.checkVisibility() && (isOut(node.getBoundingClientRect()) || isCut(node)))
      .map((node) => `${node.localName}.${node.className} ${node.textContent.trim().slice(0, 40)}`);
  });
}

let axe;
/** The script that is axe. */
export function axeSource() {
  axe ??= readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  return axe;
}

/** Presses Tab until the control of this name has the focus, as people without a mouse do. */
export async function tabTo(page, name, key = "Tab") {
  const MOST_STOPS = 80;
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press(key);
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

/** The name of the element that has the focus, or its text if it has no name. */
export function focused(page) {
  return page.evaluate(() => document.activeElement.name || document.activeElement.textContent.trim());
}
