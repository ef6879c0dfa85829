/** For the browser tests of the widget: a form on a page of its own, and what is often done with it. */
import { STEP_MS, tabTo, withPage } from "./browser.mjs";
import { nextEnd, openForm } from "./guest.mjs";
import { stored } from "./sandbox.mjs";
import { useSite } from "./site.mjs";

export const SEND = "Send my details";
export const CREATE = "**/Restaurant/*/Customer";
export const SETUP = "**/Customers/Setup";
/** Long, for a machine that is busy with other things; each step has its own, short time. */
export const SUITE_MS = 600_000;

/** A site for the suite that calls this, and what runs a test on a page of it. */
export function useForm() {
  const site = useSite();
  return {
    site,
    /** Runs a test on a page with the form, or on what `prepare` makes of one. */
    withForm(test, { microsite, prepare = (page) => openForm(page, site, microsite), ...options } = {}) {
      const prepared = async (page) => {
        await watchModule(page);
        await prepare(page);
        await test(page);
      };
      return withPage(site.browser, prepared, options);
    },
  };
}

/** Sends the form by keyboard; resolves to what came of it. */
export async function send(page, button = SEND) {
  const end = nextEnd(page);
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  return end;
}

/** From the list of problems, which has the focus after a submit, goes by keyboard to the control of the first. */
export async function followFirstProblem(page) {
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
}

/** A customer's record in the database. */
export const recordIn = async (db, Id) => (await stored(db)).find(({ id }) => id === Id).record;

export const valueOf = (page, name) => page.locator(`[name=${name}]`).inputValue();

/** Changes attributes and waits until the form has been loaded anew. */
export const reload = (page, attributes) =>
  page.evaluate(
    ([changes, ms]) =>
      new Promise((resolve, reject) => {
        const form = document.querySelector("diner-form");
        setTimeout(() => reject(new Error(`not ready within ${ms} ms`)), ms);
        form.addEventListener("diner-ready", () => resolve(), { once: true });
        for (const [name, value] of Object.entries(changes)) form.setAttribute(name, value);
      }),
    [attributes, STEP_MS],
  );

/** Holds the requests to a URL back until they are let go; `asked` resolves when the first has come. */
export async function hold(page, url) {
  const { promise: held, resolve: letGo } = deferred();
  const asked = page.waitForRequest(url);
  await page.route(url, async (route) => {
    await held;
    await route.continue();
  });
  return { asked, letGo };
}

/** A promise with its `resolve`. */
export function deferred() {
  let resolve;
  const promise = new Promise((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

/** The header by which an answer is known to be the gateway's own, and not a proxy's. */
export const GATEWAYS = { "Dinerkit-Version": "0.1.0" };

/**
 * Has creates arrive, and their answers not: the connection is reset. With `hold`, not before `letGo()` is called; with
 * `times`, later ones are answered. `lost` resolves once the first has arrived.
 */
export async function loseAnswers(page, { hold, times = Infinity } = {}) {
  const { promise: held, resolve: letGo } = deferred();
  const { promise: lost, resolve: arrived } = deferred();
  let left = times;
  await page.route(CREATE, async (route) => {
    if (left-- <= 0) return route.fallback();
    await route.fetch();
    arrived();
    if (hold) await held;
    // A request that the page has given up can't be aborted any more.
    await route.abort("connectionreset").catch(() => {});
  });
  return { letGo, lost };
}

/** The `Idempotency-Key` of each create that the page sends from now on. */
export function keysOf(page) {
  const keys = [];
  page.on("request", (request) => {
    const key = request.headers()["idempotency-key"];
    if (key) keys.push(key);
  });
  return keys;
}

/** From now on the page's client waits for nothing before it tries again. */
export const retryAtOnce = (page) => page.evaluate(() => void (Math.random = () => 0));

/** What the guest reads of a failure. */
export const failure = (page) => page.locator(".diner-failure").innerText();

/** What a screen reader says after a control's name: the text of everything that describes it. */
export const description = (control) =>
  control.evaluate((node) =>
    node
      .getAttribute("aria-describedby")
      .split(" ")
      .map((id) => document.getElementById(id).textContent)
      .join(" "),
  );

/** Watches the widget's module from the page's start, for the two functions below. */
const watchModule = (page) =>
  page.addInitScript(() => {
    globalThis.checks = 0;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...source) => {
      const made = await instantiate(...source);
      const { instance, module } = made;
      // The page's own module comes compiled, and has no questions of the widget's.
      if (!instance) return made;
      const { ask, memory, takeTables } = instance.exports;
      const watched = {
        ask(question, length) {
          const text = new TextDecoder().decode(new Uint8Array(memory.buffer, question, length));
          if (text.startsWith('["check')) globalThis.checks += 1;
          return ask(question, length);
        },
        takeTables(...bytes) {
          globalThis.hasPhones = true;
          return takeTables(...bytes);
        },
      };
      return { module, instance: { exports: { ...instance.exports, ...watched } } };
    };
  });

/** Waits until the widget's rules know which phone numbers exist and how they are grouped. */
export const phonesLoaded = (page) => page.waitForFunction(() => globalThis.hasPhones);

/** How often the rules were asked about a whole form since the last time. */
export const checks = (page) =>
  page.evaluate(() => {
    const { checks } = globalThis;
    globalThis.checks = 0;
    return checks;
  });
