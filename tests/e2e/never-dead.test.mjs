/** For whoever relies on a page: a fault inside a module of the page ends neither the form nor what the page does next. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tabTo } from "../support/browser.mjs";
import { GUEST, GUEST_RECORD, typeGuest } from "../support/guest.mjs";
import { phonesLoaded, recordIn, send, SUITE_MS, useForm, valueOf } from "../support/widget.mjs";
import { onShortStack, withFault } from "../consumers/runtimes/used-up-stack.mjs";

/** From now on the platform's `normalize`, which the rules ask, uses up the stack; returns what ends that. */
const breakRules = (page) =>
  page.evaluate(() => {
    const { normalize } = String.prototype;
    globalThis.mend = () => (String.prototype.normalize = normalize);
    String.prototype.normalize = function endless() {
      return endless.call(this) + 1;
    };
  });

const mendRules = (page) => page.evaluate(() => void globalThis.mend());

describe("after a fault in a module", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  /** What the console says of it. */
  const expected = [/no rules/];

  it("<diner-form> goes on without the answer, and judges what is typed next", () =>
    withForm(
      async (page) => {
        await phonesLoaded(page);
        await typeGuest(page, { ...GUEST, Mobile: "" });
        await breakRules(page);
        await tabTo(page, "FirstName");
        await page.keyboard.press("End");
        await page.keyboard.type("ë");
        assert.equal(await valueOf(page, "FirstName"), `${GUEST.FirstName}ë`);
        await mendRules(page);
        await page.keyboard.press("Backspace");
        const typed = "07700 900123";
        await tabTo(page, "Mobile");
        await page.keyboard.type(typed.replace(" ", ""));
        assert.equal(await valueOf(page, "Mobile"), typed, "it is grouped: the new instance has the tables");
        await tabTo(page, "Email");
        await page.keyboard.type("nobody@");
        await page.keyboard.press("Tab");
        await page.waitForFunction(() => document.querySelector("[id$=Email-error]").textContent);
        await tabTo(page, "Email");
        await page.keyboard.type(GUEST.Email);
        const { type, Id } = await send(page);
        assert.equal(type, "diner-created");
        const record = await recordIn(site.db, Id);
        for (const [name, value] of Object.entries(GUEST_RECORD)) assert.equal(record[name], value, name);
      },
      { expected },
    ));

  it("<diner-form> can be sent while its rules fail: the gateway checks", () =>
    withForm(
      async (page) => {
        await breakRules(page);
        await typeGuest(page, { ...GUEST, Email: "nobody" });
        const refused = await send(page);
        assert.deepEqual([refused.type, refused.issues.map(({ path }) => path[0])], ["diner-invalid", ["Email"]]);
        await tabTo(page, "Email");
        await page.keyboard.press("Control+A");
        await page.keyboard.type(GUEST.Email);
        const { type, Id } = await send(page);
        assert.equal(type, "diner-created");
        assert.equal((await recordIn(site.db, Id)).Surname, GUEST.Surname);
      },
      { expected: [...expected, /400/] },
    ));

  it("the package's own module of a page begins anew", () =>
    withForm(async (page) => {
      const found = await page.evaluate(
        async ([fault, short]) => {
          const [withFault, onShortStack] = [fault, short].map((source) => new Function(`return ${source}`)());
          const dinerkit = await import("/pkg/entry/browser.js");
          const { checkCustomer, CustomerClient, CustomerForm, inspectPhone, InternalError } = dinerkit;
          await dinerkit.init();
          await dinerkit.loadPhones();
          const draft = {
            FirstName: "Zo\u0308e",
            Surname: "Lee",
            Email: "a@b\u00fccher.example",
            Mobile: "+44 7400 123456",
          };
          const before = JSON.stringify(checkCustomer(draft));
          const form = new CustomerForm({ draft });
          let answer;
          let requests = 0;
          const fetch = () => ((requests += 1), new Promise((resolve) => (answer = resolve)));
          const client = new CustomerClient({ baseUrl: "/", microsite: "oak", fetch });
          const create = client.create(draft).catch(({ code, outcome }) => `${code} ${outcome}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
          const error = withFault(() => form.set("FirstName", "Zo\u0308"));
          const { errors, value } = onShortStack(() => checkCustomer(draft));
          answer(Response.json({ Id: 7 }));
          return {
            error: [
              error instanceof InternalError,
              error.outcome,
              error.build.version === dinerkit.buildInfo().version,
            ],
            // Where the stack ends before the module, the engine's error is the caller's own.
            others: errors.map((one) => one.name).filter((name) => !["RangeError", "InternalError"].includes(name)),
            same: [JSON.stringify(value) === before, JSON.stringify(form.snapshot()) === JSON.stringify(draft)],
            verdict: inspectPhone(44, "07400 123456").verdict,
            create: await create,
            requests,
          };
        },
        [withFault.toString(), onShortStack.toString()],
      );
      assert.deepEqual(found, {
        error: [true, "notSent", true],
        others: [],
        same: [true, true],
        verdict: "valid",
        create: "internal unknown",
        requests: 1,
      });
    }));
});
