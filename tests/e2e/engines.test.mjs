/**
 * For whoever changes the widget: a whole booking by keyboard in Firefox and in WebKitGTK, on a dark device. Chromium has
 * all other tests of this folder.
 */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Key } from "selenium-webdriver";
import { axeSource } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { ENGINES } from "../support/engines.mjs";
import { GUEST } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { SUITE_MS } from "../support/widget.mjs";
import { documentOf, PAGES } from "./pages/pages.mjs";

const HOSTS = ["bare", "Bootstrap 5", "light only"];
/** Long, for a machine that is busy with other things. */
const PATIENCE_MS = 60_000;
const MOST_STOPS = 80;
/** A window so small that the page is scrolled, with the browser's own bars. */
const WINDOW = { width: 500, height: 600 };

for (const [engine, { open, missing }] of Object.entries(ENGINES)) {
  // xtask counts a test that is skipped as failed.
  if (missing) it(`the widget in ${engine}`, { skip: missing });
  else {
    describe(`the widget in ${engine}`, { timeout: SUITE_MS }, () => {
      const embedding = useEmbedding(open);
      for (const host of PAGES.filter(({ name }) => HOSTS.includes(name))) {
        it(`takes a whole booking by keyboard: ${host.name}`, () => book(embedding, host));
      }
    });
  }
}

/** Opens a page of a host, sends the form with a mistake, mends it by way of the list of problems, and sends it again. */
async function book({ browser: driver, db, gateway, publish }, host) {
  const run = (script, ...values) => driver.executeScript(`return (${script})(...arguments)`, ...values);
  const shows = (selector) =>
    driver.wait(
      () => run((selector) => document.querySelector(selector)?.checkVisibility() ?? false, selector),
      PATIENCE_MS,
      `${selector} is not seen`,
    );
  const type = (...keys) =>
    driver
      .actions()
      .sendKeys(...keys)
      .perform();
  const focused = () => run(() => document.activeElement.name || document.activeElement.className);
  const tabTo = async (name) => {
    for (let stop = 0; (await focused()) !== name; stop++) {
      assert.ok(stop < MOST_STOPS, `the keyboard does not reach ${name}`);
      await type(Key.TAB);
    }
  };
  const barriers = async () => {
    await driver.executeScript(axeSource());
    const { violations } = await driver.executeAsyncScript((done) => void globalThis.axe.run("diner-form").then(done));
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`);
  };

  const surname = `O’Brien-Łukasz ${host.name}`;
  const { html, files } = await documentOf(host, gateway);
  await driver.manage().window().setRect(WINDOW);
  await driver.get(publish(html, {}, files));
  assert.equal(await run(() => matchMedia("(prefers-color-scheme: dark)").matches), true);
  await shows("[name=ReceiveRestaurantEmailMarketing]");
  // Each engine has another way to type a date.
  await run(() => void (document.querySelector("[name=BookingDate]").value = "2030-01-15"));
  for (const [name, text] of Object.entries({ ...GUEST, Surname: surname, Email: "zoe.obrien@" })) {
    await tabTo(name);
    await type(text);
  }
  await type(Key.ENTER);

  await shows(".diner-summary a");
  assert.equal(await focused(), "diner-summary");
  const list = await run(() => {
    const node = document.activeElement;
    const { top, bottom } = node.getBoundingClientRect();
    const title = document.getElementById(node.getAttribute("aria-labelledby")).textContent;
    return { title, isInView: top >= 0 && bottom <= innerHeight };
  });
  assert.deepEqual(list, { title: "One thing needs your attention:", isInView: true });
  assert.deepEqual(await barriers(), [], "with a mistake");

  await type(Key.TAB);
  await type(Key.ENTER);
  assert.equal(await focused(), "Email");
  const top = () => run(() => document.activeElement.getBoundingClientRect().top);
  const before = await top();
  await type(Key.END, "example.com");
  assert.equal(await run(() => document.querySelector(".diner-summary").textContent), "");
  assert.equal(await top(), before, "the field that is typed into has not moved");
  await type(Key.ENTER);
  await driver.wait(
    () => run(() => document.activeElement.shadowRoot?.activeElement?.className === "diner-thanks"),
    PATIENCE_MS,
    "the thanks do not get the focus",
  );
  assert.deepEqual(await barriers(), [], "when thanking");
  const customers = (await stored(db)).filter(({ record }) => record.Surname === surname);
  assert.deepEqual(
    customers.map(({ record }) => record.Email),
    [GUEST.Email],
  );
}
