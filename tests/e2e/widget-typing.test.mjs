/** For whoever changes the widget: what is said while the guest types, and how numbers are grouped. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { focused, tabTo } from "../support/browser.mjs";
import { GUEST, GUEST_RECORD, openForm, typeGuest } from "../support/guest.mjs";
import {
  description,
  followFirstProblem,
  hold,
  phonesLoaded,
  recordIn,
  send,
  SUITE_MS,
  useForm,
  valueOf,
} from "../support/widget.mjs";

const PHONE_TABLES = "**/dinerkit/guest-*.bin";

describe("<diner-form>: typing", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();
  const recordOf = (Id) => recordIn(site.db, Id);

  /** Goes to the mobile number and waits until the widget's rules know how numbers are grouped. */
  async function toMobile(page) {
    await tabTo(page, "Mobile");
    await phonesLoaded(page);
  }
  const press = async (page, ...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const mobile = (page) => valueOf(page, "Mobile");
  const caret = (page) => page.locator("[name=Mobile]").evaluate((control) => control.selectionStart);

  it("refuses an empty form, says why at each field, and takes the guest to the list", () =>
    withForm(async (page) => {
      const { type, issues } = await send(page);
      assert.equal(type, "diner-invalid");
      assert.deepEqual(
        issues.map(({ path }) => path[0]),
        ["Surname", "Email", "Mobile"],
      );
      assert.match(await focused(page), /^3 things need your attention:/);
      for (const [name, message] of [
        ["Surname", "Enter your surname."],
        ["Email", "Enter your email address."],
        ["Mobile", "Enter your mobile number."],
      ]) {
        const field = page.locator(`[name=${name}]`);
        assert.equal(await field.getAttribute("aria-invalid"), "true", name);
        assert.ok((await description(field)).includes(message), name);
      }
      const links = page.locator(".diner-summary a");
      assert.deepEqual(await links.allInnerTexts(), [
        "Surname: Enter your surname.",
        "Email address: Enter your email address.",
        "Mobile number: Enter your mobile number.",
      ]);
      await links.nth(1).focus();
      await page.keyboard.press("Enter");
      assert.equal(await focused(page), "Email");
    }));

  it("says nothing before the guest has left a field, and then keeps up with what they type", () =>
    withForm(async (page) => {
      const error = page.locator("[id$=Email-error]");
      await tabTo(page, "Email");
      await page.keyboard.type("zoe@");
      assert.equal(await error.innerText(), "");
      await page.keyboard.press("Tab");
      assert.equal(await error.innerText(), "Enter an email address like name@example.com.");
      assert.match(await page.locator(".diner-status").textContent(), /^Email address: /);
      await tabTo(page, "Email", "Shift+Tab");
      await page.keyboard.press("End");
      await page.keyboard.type("example.com");
      assert.equal(await error.innerText(), "");
      assert.equal(await page.locator("[name=Email]").getAttribute("aria-invalid"), "false");
    }));

  it("offers the address that was probably meant, which one press of a button puts into the field", () =>
    withForm(async (page) => {
      const email = page.locator("[name=Email]");
      const field = page.locator(".diner-email");
      const use = field.locator("button");
      await typeGuest(page, { ...GUEST, Email: "Zoe <zoe.obrien@example,com>" });
      const { issues } = await send(page);
      // The page may log what it hears, so it does not hear what was meant.
      const issue = { code: "email_mistyped", path: ["Email"], params: {}, severity: "error" };
      assert.deepEqual(issues, [issue]);
      assert.equal(await field.locator(".diner-error").innerText(), "Did you mean zoe.obrien@example.com?");
      assert.equal(await use.innerText(), "Use zoe.obrien@example.com");
      assert.match(await description(email), /Did you mean zoe\.obrien@example\.com\?/);
      assert.equal(
        await page.locator(".diner-summary li").innerText(),
        "Email address: Did you mean zoe.obrien@example.com?",
      );
      await use.focus();
      await page.keyboard.press("Enter");
      assert.equal(await focused(page), "Email");
      assert.equal(await valueOf(page, "Email"), "zoe.obrien@example.com");
      assert.equal(await email.getAttribute("aria-invalid"), "false");
      assert.equal(await use.count(), 0);
      // Of an address with a name around it, a slip's button mends the address.
      await email.fill("Zoe <zoe.obrien@gmial.com>");
      assert.equal(await use.innerText(), "Use zoe.obrien@gmail.com");
      await use.click();
      assert.equal(await valueOf(page, "Email"), "zoe.obrien@gmail.com");
      await email.fill("mailto:zoe.obrien@example.com?subject=A%20table");
      const { type, Id } = await send(page);
      assert.equal(type, "diner-created");
      assert.equal((await recordOf(Id)).Email, "zoe.obrien@example.com");
    }));

  it("refuses nothing and loses nothing when the page's own field is wrong", () =>
    withForm(async (page) => {
      await typeGuest(page, GUEST);
      await page.locator("[name=BookingDate]").evaluate((date) => {
        date.value = "2001-01-01";
      });
      const { type } = await send(page);
      assert.equal(type, "diner-invalid");
      assert.match(await focused(page), /^One thing needs your attention:/);
      assert.notEqual(await description(page.locator("[name=BookingDate]")), "");
      assert.match(await page.locator(".diner-summary").innerText(), /One thing needs your attention:\s+Date: /);
      assert.equal(await valueOf(page, "Surname"), GUEST.Surname);
    }));

  it("lists what is wrong in the order in which it is seen, wherever it stands in the page", () =>
    withForm(async (page) => {
      await typeGuest(page, { ...GUEST, Surname: "" });
      await page.evaluate(() => {
        const form = document.querySelector("diner-form");
        const own = (slot) => Object.assign(document.createElement("input"), { name: slot, required: true, slot });
        form.prepend(own("after"));
        form.append(own("before"));
      });
      assert.equal((await send(page)).type, "diner-invalid");
      const links = await page.locator(".diner-summary a").allInnerTexts();
      assert.deepEqual(
        links.map((text) => text.split(":")[0]),
        ["before", "Surname", "after"],
      );
      await followFirstProblem(page);
      assert.equal(await focused(page), "before");
    }));

  it("names a group of the page's own radio buttons once, and survives a control that fails", () =>
    withForm(
      async (page) => {
        await typeGuest(page, GUEST);
        await page.evaluate(() => {
          class Broken extends HTMLElement {
            get willValidate() {
              throw new Error("broken by the test");
            }
          }
          customElements.define("broken-control", Broken);
          const seating = document.createElement("fieldset");
          seating.innerHTML = `<legend>Seating</legend><broken-control></broken-control>
            <label><input type="radio" name="Seat" value="in" required aria-describedby="date" /> Inside</label>
            <label><input type="radio" name="Seat" value="out" required /> Outside</label>`;
          document.querySelector("diner-form .booking").append(seating);
        });
        assert.equal((await send(page)).type, "diner-invalid");
        const links = await page.locator(".diner-summary a").allInnerTexts();
        assert.equal(links.length, 1);
        assert.match(links[0], /^Seating: ./);
        const inside = page.getByLabel("Inside");
        assert.equal(`Seating: ${(await description(inside)).trim()}`, links[0]);
        await inside.check();
        assert.equal(await inside.getAttribute("aria-describedby"), "date");
        assert.equal((await send(page)).type, "diner-created");
      },
      { expected: [/broken by the test/] },
    ));

  it("groups a number while it is typed, without a word, and can be undone", () =>
    withForm(async (page) => {
      await toMobile(page);
      await page.evaluate(() => {
        const told = new MutationObserver((changes) => {
          globalThis.told = (globalThis.told ?? 0) + changes.length;
        });
        const options = { childList: true, characterData: true, subtree: true };
        for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]"))
          told.observe(region, options);
      });
      const seen = [];
      for (const key of "07700900123") {
        await page.keyboard.press(key);
        seen.push(await mobile(page));
        assert.equal(await caret(page), seen.at(-1).length);
      }
      assert.deepEqual(seen.slice(4), [
        "07700",
        "07700 9",
        "07700 90",
        "07700 900",
        "07700 9001",
        "07700 90012",
        "07700 900123",
      ]);
      assert.equal(await page.evaluate(() => globalThis.told), undefined, "nothing is announced");
      const undone = [];
      for (let step = 0; step < 2; step++) {
        await press(page, "Control+z");
        undone.push(await mobile(page));
      }
      assert.deepEqual(undone, ["077009", ""], "the grouping is a step of its own");
      await page.keyboard.type("+33639980001");
      assert.equal(await mobile(page), "+33 6 39 98 00 01");
      await press(page, "Tab");
      assert.equal(await valueOf(page, "MobileCountryCode"), "+33");
      assert.equal(await mobile(page), "+33 6 39 98 00 01");
    }));

  it("leaves a number alone that is edited in the middle, taken back or composed, until it is left", () =>
    withForm(async (page) => {
      await toMobile(page);
      await page.keyboard.type("07700900123");
      await press(page, "Home", "ArrowRight", "ArrowRight", "ArrowRight", "5");
      assert.deepEqual([await mobile(page), await caret(page)], ["077500 900123", 4]);
      await press(page, "Backspace", "ArrowRight", "ArrowRight", "Delete");
      assert.deepEqual([await mobile(page), await caret(page)], ["07700900123", 5]);
      await press(page, "Delete", "8");
      assert.deepEqual([await mobile(page), await caret(page)], ["07700800123", 6]);
      await press(page, "Tab");
      assert.equal(await mobile(page), "07700 800123");
      await tabTo(page, "Mobile", "Shift+Tab");
      await press(page, "End", ...Array(6).fill("Backspace"));
      assert.equal(await mobile(page), "07700 ");
      await press(page, "Backspace", "Backspace");
      assert.equal(await mobile(page), "0770");
      await press(page, "Control+a", "Backspace");
      const session = await page.context().newCDPSession(page);
      await session.send("Input.imeSetComposition", { text: "0770090", selectionStart: 7, selectionEnd: 7 });
      assert.equal(await mobile(page), "0770090");
      await session.send("Input.insertText", { text: "0770090" });
      await page.keyboard.type("0");
      assert.equal(await mobile(page), "07700 900");
    }));

  it("groups what is pasted, and leaves what is no number", () =>
    withForm(async (page) => {
      await page.locator("[name=FirstName]").fill("(07700) 900-123");
      await press(page, "Control+a", "Control+c");
      await toMobile(page);
      await press(page, "Control+v");
      assert.equal(await mobile(page), "07700 900123");
      for (const typed of ["07700900123 ext 5", "٠٧٧٠٠٩٠٠١٢٣", "０７７００９００１２３"]) {
        await press(page, "Control+a", "Backspace");
        await page.keyboard.insertText(typed);
        assert.equal(await mobile(page), typed);
      }
    }));

  it("keeps a number that it refuses as it was typed, and says what to change", () =>
    withForm(async (page) => {
      const field = page.locator("[name=Mobile]");
      await toMobile(page);
      for (const [keys, seen, words] of [
        ["07400 12345O", "07400 12345O", /letters/],
        ["02079460018 ext 12", "020 7946 0018ext 12", /extension/],
        ["02079460018 #12", "020 7946 0018#12", /extension/],
        ["07400123456/07400654321", "07400 123456/07400654321", /one number/],
        ["074", "074", /missing/],
        ["07400 1234567", "074001234567", /too many/],
        ["+999 7400 123456", "+9997400123456", /country/],
        ["07400 123456", "07400 123456", undefined],
      ]) {
        await field.fill("");
        await page.keyboard.type(keys);
        await page.keyboard.press("Tab");
        assert.equal(await mobile(page), seen);
        const invalid = await field.getAttribute("aria-invalid");
        assert.equal(invalid === "true", words !== undefined, keys);
        if (words) assert.match(await description(field), words, keys);
        await page.keyboard.press("Shift+Tab");
      }
    }));

  it("changes nothing while it does not know how numbers are grouped, or never learns it", () =>
    withForm(
      async (page) => {
        const { asked, letGo } = await hold(page, PHONE_TABLES);
        await openForm(page, site);
        await asked;
        await tabTo(page, "Mobile");
        await page.keyboard.type("07700900");
        assert.equal(await mobile(page), "07700900");
        letGo();
        await phonesLoaded(page);
        await page.keyboard.type("1");
        assert.equal(await mobile(page), "07700 9001");

        await page.route(PHONE_TABLES, (route) => route.abort());
        await openForm(page, site);
        await typeGuest(page, { ...GUEST, Mobile: "07700900123" });
        assert.equal(await mobile(page), "07700900123");
        assert.equal((await recordOf((await send(page)).Id)).Mobile, GUEST_RECORD.Mobile);
      },
      { prepare: () => {}, expected: [/ERR_FAILED/] },
    ));
});
