/** For whoever changes the rules: where a browser has a verdict of its own, ours is the same; and the widget draws what the table says. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import common from "email-providers/common.json" with { type: "json" };
import providers from "email-providers/all.json" with { type: "json" };
import free from "free-email-domains";
import init, { inspectEmail } from "../../pkg/entry/inline.js";
import { openPage, withPage } from "../support/browser.mjs";
import { openForm } from "../support/guest.mjs";
import { useSite } from "../support/site.mjs";

const ADDRESSES = 20_000;
const SEED = 20_261_123;

describe("the rules in a browser", { timeout: 120_000 }, () => {
  const site = useSite();

  it("calls an e-mail address valid where the browser does, and sends nothing that the browser refuses", async () => {
    const { page, close } = await openPage(site.browser);
    await openForm(page, site);
    const { valid, unwrapped, differences } = await page.evaluate(
      async ([count, seed]) => {
        const { default: init, inspectEmail } = await import("/pkg/entry/browser.js");
        await init();
        let state = seed;
        // Numerical Recipes' linear congruential generator: the same addresses in every run.
        const below = (bound) => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return Math.floor((state / 2 ** 32) * bound);
        };
        const pick = (list) => list[below(list.length)];
        const LOCAL = [..."abzAZ09.!#$%&'*+/=?^_`{|}~-", ...' "(),:;<>@[\\]\t\n\u00a0é中\u0000\u007f'];
        // Not here: ß, which Chromium's input still turns into ss while its URLs no longer do, and joiners, which it drops.
        const DOMAIN = [..."abzAZ09.-", ..."_ @[]:/?#%\\\n\u00a0", ..."üéñø中例İıſ。｡ａ\u00ad"];
        const LABELS = [
          "example",
          "com",
          "xn--bcher-kva",
          "xn--",
          "bücher",
          "例え",
          "テスト",
          "-a",
          "a-",
          "1",
          "a".repeat(63),
        ];
        const text = (alphabet, plain, longest) =>
          // Mostly the plain beginning of an alphabet, or next to nothing would be valid.
          Array.from({ length: below(longest) }, () => alphabet[below(below(12) ? plain : alphabet.length)]).join("");
        const domain = () =>
          below(2) ? Array.from({ length: 1 + below(4) }, () => pick(LABELS)).join(".") : text(DOMAIN, 9, 16);
        const address = () => `${text(LOCAL, 27, 12)}${below(20) ? "@" : pick(["", "@@", " @ "])}${domain()}`;
        const input = Object.assign(document.createElement("input"), { type: "email" });
        document.body.replaceChildren(input);
        input.focus();
        // A Unicode domain gets its ASCII form where a guest edits, not where a script sets the value; there Chromium makes
        // spaces of line breaks, which the standard strips.
        const enter = (typed) => {
          input.value = "";
          if (/^[\0-\x7f]*$/.test(typed)) input.value = typed;
          else document.execCommand("insertText", false, typed.replaceAll("\n", ""));
        };
        // The browser allows a top-level domain with ASCII letters among those of another script. There is none.
        const isMixed = (typed) => {
          const top = typed.split(/[@.。｡]/u).at(-1);
          return /[a-zａ]/iu.test(top) && /[中例]/u.test(top);
        };
        const differences = [];
        let valid = 0;
        let unwrapped = 0;
        const isValid = (address) => {
          enter(address);
          return input.validity.valid;
        };
        for (let index = 0; index < count; index++) {
          const typed = address();
          enter(typed);
          const browsers = input.validity.valid;
          const { email, issues } = inspectEmail(typed);
          const ours = !issues.some(({ severity }) => severity === "error");
          valid += browsers;
          // What is valid is sent as the browser has it. From another text we may take an address that the browser takes.
          const sent = browsers && /^[\0-\x7f]*$/.test(typed) ? input.value : email;
          unwrapped += ours && !browsers;
          const { suggestion } = issues.find(({ code }) => code === "email_mistyped")?.params ?? {};
          const mayRefuse = (!browsers || isMixed(typed)) && (!suggestion || isValid(suggestion));
          const isRight = ours ? email === sent && isValid(email) : mayRefuse;
          if (!isRight) differences.push([typed, browsers, email, suggestion]);
        }
        return { valid, unwrapped, differences };
      },
      [ADDRESSES, SEED],
    );
    await close();
    // A table of invalid addresses alone would agree with anything that refuses.
    assert.ok(valid > ADDRESSES / 10 && valid < ADDRESSES * 0.9, `${valid} of ${ADDRESSES} are valid`);
    assert.ok(unwrapped > 100, `${unwrapped} of ${ADDRESSES} are unwrapped`);
    assert.deepEqual(differences, []);
  });

  it("suggests another domain for a slip, and for no domain that guests do have", async () => {
    await init();
    const suggestionFor = (domain) =>
      inspectEmail(`ann@${domain}`).issues.find(({ code }) => code === "email_typo")?.params.suggestion;
    // The lists hold what people have typed as well, slips of it included. These are the alarms, each one a slip.
    const SLIPS =
      "gamil.com gmai.com gmail.co gmail.om gmal.com gmial.com hitmail.com homail.com hotmai.com hotmail.cm hotmail.co hotmail.con " +
      "hotmails.com hotmial.com liberto.it outiook.com proto2mail.com sbcglbal.net yaho.com yahoo.co yahoo.om";
    const alarms = [...new Set([...providers, ...free])].filter(suggestionFor).sort();
    assert.equal(alarms.join(" "), SLIPS);
    assert.deepEqual(common.filter(suggestionFor), []);
    assert.equal(suggestionFor("gmial.com"), "gmail.com");
  });

  it("draws what the table says, and nothing that it does not say", async () => {
    await withPage(site.browser, async (page) => {
      // The table is a part of the script.
      await page.route("**/dinerkit/diner-form.js", async (route) => {
        const response = await route.fetch();
        const script = await response.text();
        const [firstName, email] = ["FirstName", "Email"].map(
          (name) => new RegExp(`\\{name:"${name}",[^{]*\\{[^}]*\\}\\},`),
        );
        assert.match(script, firstName);
        assert.match(script, email);
        const changed = '{name:"FirstName",required:"always",html:{type:"search",autocomplete:"nickname"}},';
        await route.fulfill({ response, body: script.replace(firstName, changed).replace(email, "") });
      });
      await openForm(page, site);
      const controls = await page
        .locator("diner-form")
        .evaluate((form) =>
          Object.fromEntries(
            [...form.querySelectorAll("input, select")].map((control) => [
              control.name,
              [control.type, control.autocomplete, control.inputMode, control.required],
            ]),
          ),
        );
      assert.deepEqual(controls.FirstName, ["search", "nickname", "", true]);
      assert.deepEqual(controls.Surname, ["text", "family-name", "", true]);
      assert.equal(controls.Email, undefined);
    });
  });
});
