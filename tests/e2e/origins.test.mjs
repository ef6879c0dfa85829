/** For whoever changes whose pages the gateway answers: what a page of another origin gets, in a real browser. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { GUEST, typeGuest } from "../support/guest.mjs";
import { stored } from "../support/sandbox.mjs";
import { SETUP, SUITE_MS } from "../support/widget.mjs";

const RESTAURANT = "/api/ConsumerApi/v1/Restaurant/oak-and-salt/";

describe("a page whose origin is not in origins", { timeout: SUITE_MS }, () => {
  const embedding = useEmbedding();

  /** Runs a test on a page that stands under the other name of its host, as with and without `www.`. */
  async function withStranger(test, { setup } = {}) {
    const { page, problems, close } = await openPage(embedding.browser);
    try {
      const html = `<!doctype html><html lang="en"><title>Book</title><link rel="icon" href="data:," />
        <script type="module" src="${embedding.gateway}/dinerkit/diner-form.js"></script>
        <diner-form microsite="oak-and-salt"><p slot="help">Call us</p></diner-form></html>`;
      const url = new URL(embedding.publish(html));
      url.hostname = "localhost";
      await page.addInitScript(() =>
        document.addEventListener("diner-error", ({ detail }) => (globalThis.failure ??= detail.error.message)),
      );
      const headers = { "Access-Control-Allow-Origin": "*" };
      if (setup) await page.route(SETUP, (route) => route.fulfill({ json: setup, headers }));
      await page.goto(url.href);
      await test(page, url.origin, problems);
    } finally {
      await close();
    }
  }

  const refusal = (origin) => `This gateway does not answer pages of ${origin}: add that to its option \`origins\`.`;

  it("is told so in its console, with the origin and the option", () =>
    withStranger(async (page, origin, problems) => {
      await page.waitForFunction(() => globalThis.failure);
      assert.equal(await page.evaluate(() => globalThis.failure), refusal(origin));
      const own = problems.filter((text) => text.startsWith("dinerkit: "));
      assert.equal(own.length, 1, problems.join("\n"));
      assert.ok(own[0].includes(refusal(origin)), own[0]);
      assert.ok(
        problems.every((text) => own.includes(text) || /status of 403/.test(text)),
        problems.join("\n"),
      );
      await page.getByRole("button", { name: "Try again" }).waitFor();
    }));

  it("is told so once it sends, if it has the Setup, as a page of the gateway's own host has it", async () =>
    withStranger(
      async (page, origin, problems) => {
        await typeGuest(page, GUEST);
        await page.locator("diner-form button[type=submit]").click();
        await page.waitForFunction(() => globalThis.failure);
        assert.deepEqual(
          problems.filter((text) => text.startsWith("dinerkit: ")),
          [`dinerkit: the form could not be sent (${refusal(origin)})`],
        );
      },
      // Browsers name no origin in a `GET` to the page's own host.
      { setup: await (await fetch(embedding.gateway + RESTAURANT + "Customers/Setup")).json() },
    ));

  it("reads each refusal, and nothing else happens", () =>
    withStranger(async (page, origin) => {
      const ask = (path, init) =>
        page.evaluate(
          async ([url, options]) => {
            const response = await fetch(url, options);
            return [response.status, await response.json()];
          },
          [embedding.gateway + RESTAURANT + path, init],
        );
      const headers = { "Content-Type": "application/json", "Idempotency-Key": "0123456789abcdef" };
      const body = JSON.stringify({ Surname: "Stranger", Email: "a@b.example", Mobile: "+44 7700 900123" });
      for (const [path, init] of [
        ["Customers/Setup"],
        ["Customer", { method: "POST", headers, body }],
        ["Customer/7", { headers: { Authorization: "Bearer x" } }],
        ["Customers/Merge", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }],
      ]) {
        const expected = [403, { Message: refusal(origin), Code: "origin_not_allowed" }];
        assert.deepEqual(await ask(path, init), expected, path);
      }
      const records = (await stored(embedding.db)).map(({ record }) => record);
      assert.deepEqual(
        records.filter(({ Surname }) => Surname === "Stranger"),
        [],
      );
    }));
});
