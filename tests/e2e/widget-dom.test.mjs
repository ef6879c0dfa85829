/**
 * For whoever changes the widget: it is at home in the DOM of other people's pages, which copy, move, hide, translate and
 * print what they hold. Each page is of another host than the gateway.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, it } from "node:test";
import { build } from "esbuild";
import { withPage } from "../support/browser.mjs";
import { useEmbedding } from "../support/embedding.mjs";
import { GUEST, nextEnd } from "../support/guest.mjs";
import { ROOT } from "../support/samples.mjs";
import { recordIn, SEND, SUITE_MS } from "../support/widget.mjs";
import german from "../../www/widget/locales/de.js";
import french from "../../www/widget/locales/fr.js";

const FORM = '<diner-form microsite="oak-and-salt"></diner-form>';
const SETUP_PATH = /\/Customers\/Setup$/;

describe("<diner-form> in the DOM", { timeout: SUITE_MS }, () => {
  const embedding = useEmbedding();

  const script = () => `<script type="module" src="${embedding.gateway}/dinerkit/diner-form.js"></script>`;

  /** How often the gateway was asked for a Setup since the page was opened. */
  const setups = () => embedding.asked.filter((request) => SETUP_PATH.test(request)).length;

  /** Opens a page with this body, and waits for `forms` forms to be ready. */
  const open = (body, test, { head = script(), html = '<html lang="en">', forms = 1, files, ...options } = {}) =>
    withPage(
      embedding.browser,
      async (page) => {
        await page.addInitScript(() => {
          globalThis.ready = 0;
          document.addEventListener("diner-ready", () => (globalThis.ready += 1), true);
        });
        embedding.asked.length = 0;
        const icon = '<link rel="icon" href="data:,">';
        await page.goto(
          embedding.publish(
            `<!doctype html>${html}<head><title>Oak</title>${icon}${head}</head><body>${body}`,
            {},
            files,
          ),
        );
        await isReady(page, forms);
        await test(page);
      },
      options,
    );

  const isReady = (page, times) => page.waitForFunction((least) => globalThis.ready >= least, times);

  const fill = async (scope, guest = GUEST) => {
    for (const [field, value] of Object.entries(guest)) await scope.locator(`[name=${field}]`).fill(value);
  };

  /** Sends the form in `scope`, and looks for the customer in the database. */
  async function book(page, scope = page, surname = GUEST.Surname) {
    const end = nextEnd(page);
    await scope.getByRole("button", { name: SEND }).click();
    const { type, Id, issues } = await end;
    assert.deepEqual([type, issues], ["diner-created", undefined]);
    assert.equal((await recordIn(embedding.db, Id)).Surname, surname);
  }

  const surname = (scope) => scope.locator("[name=Surname]").inputValue();

  /** The name of the control that has the focus, also inside shadow roots. */
  const focusedName = (page) =>
    page.evaluate(() => {
      let { activeElement } = document;
      while (activeElement?.shadowRoot?.activeElement) ({ activeElement } = activeElement.shadowRoot);
      return activeElement?.name;
    });

  /** The ids that stand on the page more than once. */
  const doubleIds = (page) =>
    page.evaluate(() => {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      return ids.filter((id, index) => ids.indexOf(id) !== index);
    });

  const warnings = (page) => {
    const said = [];
    page.on("console", (message) => message.type() === "warning" && said.push(message.text()));
    return said;
  };

  // ------------------------------------------------------------ copies of the script

  it("is defined once, also where a page has several copies of the script, of one gateway or of another host", () => {
    const other = "/copies/diner-form.js";
    return readFile(`${ROOT}pkg/dist/web/dinerkit/diner-form.js`, "utf8").then((body) =>
      open(
        FORM,
        async (page) => {
          assert.equal(await page.locator("diner-form form").count(), 1);
          assert.equal(setups(), 1);
          await fill(page);
          await book(page);
        },
        {
          files: { [other]: { type: "text/javascript", body } },
          head: `${script()}<script src="${embedding.gateway}/dinerkit/diner-form.js"></script>
            <script src="${embedding.gateway}/dinerkit/diner-form.js?again"></script><script src="${other}"></script>`,
        },
      ),
    );
  });

  it("says in the console which copy is left aside, if that is the package's", async () => {
    const path = "/copies/package.js";
    const options = { bundle: true, format: "esm", minify: true, conditions: ["production"], write: false };
    const { outputFiles } = await build({
      stdin: { contents: 'import "dinerkit/widget";', resolveDir: ROOT },
      ...options,
      logLevel: "error",
    });
    let said;
    await withPage(
      embedding.browser,
      async (page) => {
        said = warnings(page);
        const scripts = `${script()}<script type="module" src="${path}"></script>`;
        const files = { [path]: { type: "text/javascript", body: outputFiles[0].text } };
        await page.goto(
          embedding.publish(
            `<!doctype html><title>Oak</title><link rel="icon" href="data:,">${scripts}${FORM}`,
            {},
            files,
          ),
        );
        await page.locator("[name=Surname]").waitFor();
        await fill(page);
        await book(page);
        assert.equal(said.length, 1, said.join("\n"));
        assert.match(said[0], /^dinerkit: .*another copy/);
      },
      { expected: [/^dinerkit: .*another copy/] },
    );
  });

  // ------------------------------------------------------------ shadow roots

  for (const mode of ["open", "closed"]) {
    it(`works in a ${mode} shadow root of the page: events, language, style, focus`, () =>
      open(
        `<div id="outer" lang="de"></div><script>
          const root = document.querySelector("#outer").attachShadow({ mode: "${mode}" });
          root.innerHTML = '<section><div id="inner"></div></section>';
          const deep = root.querySelector("#inner").attachShadow({ mode: "${mode}" });
          deep.innerHTML = '${FORM}';
          globalThis.form = deep.querySelector("diner-form");
          globalThis.root = deep;
        </script>`,
        async (page) => {
          const form = await page.evaluateHandle(() => globalThis.form);
          const all = (selector) => form.$(selector);
          assert.equal(await (await all(".diner-button")).innerText(), german.send);
          assert.equal(await page.evaluate(() => globalThis.root.adoptedStyleSheets.length), 1);
          assert.equal(
            await page.evaluate(() => getComputedStyle(globalThis.form.querySelector(".diner-pair")).display),
            "grid",
          );
          // Refused at first: the focus goes to the list of problems.
          const refused = nextEnd(page);
          await (await all("[name=Surname]")).press("Enter");
          assert.equal((await refused).type, "diner-invalid");
          assert.equal(await page.evaluate(() => globalThis.root.activeElement.className), "diner-summary");
          for (const [field, value] of Object.entries(GUEST)) await (await all(`[name=${field}]`)).fill(value);
          // The label is its control's.
          await (await all("[id$=-Email]")).evaluate((email) => email.labels[0].click());
          assert.equal(await page.evaluate(() => globalThis.root.activeElement.name), "Email");
          const end = nextEnd(page);
          await (await all(".diner-button")).click();
          const { type, Id } = await end;
          assert.equal(type, "diner-created");
          assert.equal((await recordIn(embedding.db, Id)).Surname, GUEST.Surname);
        },
      ));
  }

  it("brings its style with it into another root, and adopts it there only once", () =>
    open(`<div id="host"></div>${FORM}`, async (page) => {
      await page.evaluate(() => {
        globalThis.form = document.querySelector("diner-form");
        globalThis.root = document.querySelector("#host").attachShadow({ mode: "open" });
        const { root, form } = globalThis;
        for (const parent of [root, document.body, root]) parent.append(form);
      });
      assert.deepEqual(
        await page.evaluate(() =>
          [document, globalThis.root].map(({ adoptedStyleSheets }) => adoptedStyleSheets.length),
        ),
        [1, 1],
      );
      await fill(page);
      await book(page);
      assert.equal(setups(), 1);
    }));

  it("goes with its style and its text into the document of a frame or of another window", () =>
    open(`${FORM}<iframe style="height: 60rem; width: 100%"></iframe>`, async (page) => {
      await fill(page);
      await page.evaluate(() => {
        const { contentDocument } = document.querySelector("iframe");
        contentDocument.body.append(document.querySelector("diner-form"));
      });
      const frame = page.frameLocator("iframe");
      assert.equal(await surname(frame), GUEST.Surname);
      assert.equal(await frame.locator(".diner-fields").evaluate((list) => getComputedStyle(list).display), "grid");
      await book(page.frames()[1]);
      assert.equal(await frame.locator("[name=Surname]").isVisible(), false);
      assert.equal(setups(), 1);
    }));

  // ------------------------------------------------------------ dialog and template

  it("keeps what was typed in a dialog that is closed and opened again", () =>
    open(`<dialog>${FORM}<button id="close">Close</button></dialog>`, async (page) => {
      const show = () => page.evaluate(() => document.querySelector("dialog").showModal());
      await show();
      await fill(page);
      await page.keyboard.press("Escape");
      assert.equal(await page.locator("[name=Surname]").isVisible(), false);
      await show();
      assert.equal(await surname(page), GUEST.Surname);
      await book(page);
      assert.equal(setups(), 1);
    }));

  it("is built where the content of a template is put, once for each", () =>
    open(
      `<template>${FORM}</template><main></main>`,
      async (page) => {
        assert.equal(setups(), 0);
        await page.evaluate(() => {
          const { content } = document.querySelector("template");
          for (let each = 0; each < 2; each++) document.querySelector("main").append(content.cloneNode(true));
        });
        await isReady(page, 2);
        assert.deepEqual(await doubleIds(page), []);
        const second = page.locator("diner-form").nth(1);
        await fill(second);
        assert.equal(await surname(page.locator("diner-form").first()), "");
        await book(page, second);
      },
      { forms: 0 },
    ));

  // ------------------------------------------------------------ copies of the element

  const OWN = '<p slot="before"><label>Party <input name="Party" required></label></p>';
  const WITH_OWN = FORM.replace("></", `>${OWN}</`);

  it("builds a copy of a form anew: without what was typed, and with ids of its own", () =>
    open(WITH_OWN, async (page) => {
      await fill(page);
      // The page's own control is marked as wrong, and belongs to the first form.
      const refused = nextEnd(page);
      await page.getByRole("button", { name: SEND }).click();
      assert.equal((await refused).type, "diner-invalid");
      const texts = await page.evaluate(() => {
        globalThis.copy = document.querySelector("diner-form").cloneNode(true);
        return [...globalThis.copy.querySelectorAll(":scope > [data-diner-place] *")].map(
          ({ value, textContent }) => value || textContent,
        );
      });
      for (const value of Object.values(GUEST)) assert.ok(!texts.includes(value), "no copy holds what was typed");
      await page.evaluate(() => document.body.append(globalThis.copy));
      await isReady(page, 2);
      const [first, second] = [page.locator("diner-form").first(), page.locator("diner-form").nth(1)];
      assert.equal(await second.locator("form").count(), 1);
      assert.equal(await second.locator(".diner-summary li").count(), 0);
      assert.equal(await second.locator("[data-diner-place]").count(), 3);
      assert.equal(await surname(second), "");
      assert.equal(await surname(first), GUEST.Surname);
      assert.deepEqual(await doubleIds(page), []);
      // Enter in the copy's own control submits the copy, and not the original.
      await fill(second, { ...GUEST, Surname: "Copy" });
      const own = second.locator("[name=Party]");
      assert.equal(await own.getAttribute("aria-invalid"), null);
      await own.fill("2");
      const end = nextEnd(page);
      await own.press("Enter");
      const { type, Id } = await end;
      assert.equal(type, "diner-created");
      assert.equal((await recordIn(embedding.db, Id)).Surname, "Copy");
      assert.equal(await surname(first), GUEST.Surname);
    }));

  it("builds a form anew from HTML that was saved with the form in it", () =>
    open(FORM, async (page) => {
      await fill(page);
      await page.evaluate(() => {
        const { body } = document;
        const saved = body.innerHTML;
        body.replaceChildren();
        body.innerHTML = saved;
      });
      await isReady(page, 2);
      assert.equal(await page.locator("form").count(), 1);
      assert.equal(await page.locator("[name=Surname]").count(), 1);
      await fill(page);
      await book(page);
    }));

  // ------------------------------------------------------------ moving

  const MOVES = {
    "is appended elsewhere": () => document.querySelector("main").append(globalThis.form),
    "is put somewhere by moveBefore": () => document.querySelector("main").moveBefore(globalThis.form, null),
    "is removed and added a moment later": () =>
      new Promise((resolve) => {
        globalThis.form.remove();
        setTimeout(() => {
          document.querySelector("main").append(globalThis.form);
          resolve();
        }, 100);
      }),
    "has its parent replaced": () => {
      const parent = document.createElement("section");
      globalThis.form.replaceWith(parent);
      parent.append(globalThis.form);
    },
  };
  for (const [what, move] of Object.entries(MOVES)) {
    it(`keeps what was typed, the focus and the caret when it ${what}, and asks for no second Setup`, () =>
      open(`${FORM}<main></main>`, async (page) => {
        await fill(page);
        await page.evaluate(() => {
          globalThis.form = document.querySelector("diner-form");
          const control = globalThis.form.querySelector("[name=Surname]");
          control.focus();
          control.setSelectionRange(2, 2);
        });
        await page.evaluate(move);
        assert.equal(await focusedName(page), "Surname");
        await page.keyboard.type("x");
        assert.equal(await surname(page), `${GUEST.Surname.slice(0, 2)}x${GUEST.Surname.slice(2)}`);
        await book(page, page, `${GUEST.Surname.slice(0, 2)}x${GUEST.Surname.slice(2)}`);
        assert.equal(setups(), 1);
      }));
  }

  it("takes no focus that the guest has given to something else while it was away", () =>
    open(`${FORM}<input name="Elsewhere">`, async (page) => {
      await page.locator("[name=Surname]").focus();
      await page.evaluate(() => {
        const form = document.querySelector("diner-form");
        form.remove();
        document.querySelector("[name=Elsewhere]").focus();
        document.body.append(form);
      });
      assert.equal(await focusedName(page), "Elsewhere");
    }));

  it("is loaded anew if an attribute changed while it was away", () =>
    open(FORM, async (page) => {
      await fill(page, { Surname: "Kept" });
      await page.evaluate(() => {
        const form = document.querySelector("diner-form");
        form.remove();
        form.setAttribute("microsite", "little-lantern");
        setTimeout(() => document.body.append(form));
      });
      await isReady(page, 2);
      assert.equal(setups(), 2);
      assert.equal(await surname(page), "Kept");
    }));

  // ------------------------------------------------------------ two on a page

  for (const second of ["oak-and-salt", "little-lantern"]) {
    it(`is two forms on one page, of oak-and-salt and ${second}, that do not touch each other`, () =>
      open(
        `${FORM}<diner-form microsite="${second}"></diner-form>`,
        async (page) => {
          const [one, two] = [page.locator("diner-form").first(), page.locator("diner-form").nth(1)];
          assert.deepEqual(await doubleIds(page), []);
          await fill(one, { ...GUEST, Surname: "One" });
          await fill(two, { ...GUEST, Surname: "Two" });
          await book(page, two, "Two");
          assert.equal(await two.locator("[name=Surname]").isVisible(), false);
          assert.equal(await surname(one), "One");
          await book(page, one, "One");
        },
        { forms: 2 },
      ));
  }

  it("gives each of two elements that are made anew its own text", () =>
    open(
      FORM + FORM,
      async (page) => {
        const [one, two] = [page.locator("diner-form").first(), page.locator("diner-form").nth(1)];
        await fill(one, { Surname: "One" });
        await fill(two, { Surname: "Two" });
        await page.evaluate((html) => {
          document.body.innerHTML = html;
        }, FORM + FORM);
        await isReady(page, 4);
        assert.deepEqual([await surname(one), await surname(two)], ["One", "Two"]);
      },
      { forms: 2 },
    ));

  it("gives the next element nothing where nothing may be kept, as on a kiosk", () => {
    const kiosk = FORM.replace(" ", ' keep="none" ');
    return open(kiosk, async (page) => {
      await fill(page, { Surname: "One" });
      await page.evaluate((html) => {
        document.body.innerHTML = html;
      }, kiosk);
      await isReady(page, 2);
      assert.equal(await surname(page), "");
    });
  });

  const IN_ROOTS = `${"<div></div>".repeat(2)}<script>
    for (const host of document.querySelectorAll("div")) host.attachShadow({ mode: "open" }).innerHTML = '${FORM}';
  </script>`;
  for (const [where, body] of [
    ["on a page", FORM + FORM],
    ["in shadow roots", IN_ROOTS],
  ]) {
    it(`gets back its own text when a page with two forms ${where} is loaded again`, () =>
      open(
        body,
        async (page) => {
          const [one, two] = [page.locator("diner-form").first(), page.locator("diner-form").nth(1)];
          await fill(one, { Surname: "One" });
          await fill(two, { Surname: "Two" });
          await page.reload();
          await isReady(page, 2);
          assert.deepEqual([await surname(one), await surname(two)], ["One", "Two"]);
        },
        { forms: 2 },
      ));
  }

  it("gives a form that stays nothing of one that is removed", () =>
    open(
      FORM + FORM,
      async (page) => {
        await fill(page.locator("diner-form").first(), { Surname: "One" });
        await page.evaluate(() => {
          const [first, second] = document.querySelectorAll("diner-form");
          first.remove();
          second.setAttribute("country", "FR");
        });
        await isReady(page, 3);
        assert.equal(await surname(page), "");
      },
      { forms: 2 },
    ));

  // ------------------------------------------------------------ hidden and print

  it("is not seen while it is hidden, and is the same form afterwards", () =>
    open(FORM.replace(" ", " hidden "), async (page) => {
      const form = page.locator("diner-form");
      assert.equal(await form.isVisible(), false);
      await page.evaluate(() => (document.querySelector("diner-form").hidden = false));
      await fill(page);
      await page.evaluate(() => (document.querySelector("diner-form").hidden = true));
      assert.equal(await form.isVisible(), false);
      await page.evaluate(() => (document.querySelector("diner-form").hidden = false));
      assert.equal(await surname(page), GUEST.Surname);
      await book(page);
    }));

  it("prints what was typed, and no words about loading", () =>
    open(
      FORM,
      async (page) => {
        await page.locator("[name=Surname]").fill(GUEST.Surname);
        await page.locator(".diner-loading", { hasText: "Loading the form…" }).waitFor();
        await page.emulateMedia({ media: "print" });
        assert.equal(await page.locator("[name=Surname]").isVisible(), true);
        assert.equal(await page.locator(".diner-loading").isVisible(), false);
      },
      {
        forms: 0,
        // The Setup never comes.
        get head() {
          return `<script>{
            const { fetch } = globalThis;
            globalThis.fetch = (url, ...more) =>
              String(url).endsWith("/Setup") ? new Promise(() => {}) : fetch(url, ...more);
          }</script>${script()}`;
        },
      },
    ));

  // ------------------------------------------------------------ translators

  it("has the restaurant's wordings as they are, and works on while a translator rewrites its words", () =>
    open(FORM, async (page) => {
      const legends = page.locator(".diner-consents fieldset > legend");
      assert.ok((await legends.count()) > 0);
      for (const legend of await legends.all()) assert.equal(await legend.getAttribute("translate"), "no");
      // As Google Translate does it: each text, also one that comes later, goes into two <font>.
      await page.evaluate(() => {
        const translate = (root) => {
          const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          const texts = [];
          while (walker.nextNode()) texts.push(walker.currentNode);
          for (const text of texts) {
            const { parentElement } = text;
            if (!parentElement || !text.data.trim() || parentElement.closest("font, script, style, [translate=no]"))
              continue;
            const fonts = [document.createElement("font"), document.createElement("font")];
            text.replaceWith(fonts[0]);
            fonts[0].append(fonts[1]);
            fonts[1].append(`«${text.data}»`);
          }
        };
        translate(document.body);
        globalThis.rewritten = 0;
        new MutationObserver((records) => {
          for (const { addedNodes } of records) {
            for (const node of addedNodes) {
              if (node.nodeName === "FONT") globalThis.rewritten += 1;
              else if (node.parentElement) translate(node.parentElement);
            }
          }
        }).observe(document.body, { childList: true, subtree: true });
      });
      await page.locator("[name=Email]").fill("zoe@");
      await page.locator("[name=Email]").blur();
      const error = page.locator("[id$=Email-error]");
      await error.filter({ hasText: /^«.*»$/ }).waitFor();
      // What stands there is not said again with each key.
      const rewritten = await page.evaluate(() => globalThis.rewritten);
      await page.locator("[name=Surname]").pressSequentially("Lee");
      assert.equal(await page.evaluate(() => globalThis.rewritten), rewritten);
      const options = await page.locator("[name=Title] option").evaluateAll((all) => all.map(({ value }) => value));
      assert.ok(options.every((value) => !value.includes("«")));
      await fill(page);
      await error.filter({ hasNotText: "«" }).waitFor({ state: "attached" });
      await page.locator("[name=Title]").selectOption({ index: 1 });
      const end = nextEnd(page);
      await page.locator(".diner-button").click();
      const { type, Id } = await end;
      assert.equal(type, "diner-created");
      assert.equal((await recordIn(embedding.db, Id)).Title, options[1]);
    }));

  // ------------------------------------------------------------ clicks

  it("shows a message after the click that takes the guest out of a field, which must not miss what it moves", () =>
    open(`${FORM}<a href="#below" id="below">Below</a>`, async (page) => {
      const email = page.locator("[name=Email]");
      const error = page.locator("[id$=Email-error]");
      await email.fill("zoe@");
      await page.locator("[name=ReceiveRestaurantEmailMarketing]").check();
      await error.filter({ hasText: /./ }).waitFor();
      await email.fill(GUEST.Email);
      await email.fill("zoe@");
      await page.locator("#below").click();
      assert.equal(new URL(page.url()).hash, "#below");
    }));

  // ------------------------------------------------------------ language

  const button = (page) => page.locator(".diner-button");

  it("follows the language of every ancestor as it changes, and keeps what was typed", () =>
    open(`<main><div id="near">${FORM}</div></main>`, async (page) => {
      await fill(page);
      await page.evaluate(() => (document.documentElement.lang = "de"));
      await button(page).filter({ hasText: german.send }).waitFor();
      assert.equal(await surname(page), GUEST.Surname);
      await page.evaluate(() => (document.querySelector("#near").lang = "fr"));
      await button(page).filter({ hasText: french.send }).waitFor();
      await page.evaluate(() => document.querySelector("#near").removeAttribute("lang"));
      await button(page).filter({ hasText: german.send }).waitFor();
      assert.equal(await surname(page), GUEST.Surname);
    }));

  it("is not loaded anew if an ancestor's lang changes behind a nearer one, or elsewhere", () =>
    open(`<main lang="en"><p id="other">Other</p>${FORM}</main>`, async (page) => {
      await page.evaluate(async () => {
        document.documentElement.lang = "de";
        document.querySelector("#other").lang = "de";
        document.querySelector("main").lang = "en";
        await new Promise((resolve) => setTimeout(resolve));
      });
      assert.equal(setups(), 1);
      assert.equal(await page.evaluate(() => globalThis.ready), 1);
    }));

  it("follows the language across shadow roots, and of the place to which it is moved", () =>
    open(`${FORM}<div id="host" lang="de"></div><p lang="fr"></p>`, async (page) => {
      await page.evaluate(() => {
        const root = document.querySelector("#host").attachShadow({ mode: "open" });
        root.append(document.querySelector("diner-form"));
      });
      await button(page).filter({ hasText: german.send }).waitFor();
      await page.evaluate(() => (document.querySelector("#host").lang = "en"));
      await button(page).filter({ hasText: SEND }).waitFor();
      await page.evaluate(() =>
        document.querySelector("p").append(document.querySelector("#host").shadowRoot.querySelector("diner-form")),
      );
      await button(page).filter({ hasText: french.send }).waitFor();
    }));
});
