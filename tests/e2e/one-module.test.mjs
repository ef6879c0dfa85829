/** For whoever changes the package's widget: a page that uses `dinerkit` as well loads one module, not two. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { GUEST, typeGuest } from "../support/guest.mjs";
import { send, SUITE_MS, useForm } from "../support/widget.mjs";

/** Beside the package's files, which both look for next to their own script. */
const SCRIPT = "/pkg/dist/page-of-this-test.js";
const PAGE = "/demo/both.html";

const bundle = async (contents) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    conditions: ["browser", "production"],
    external: ["./words/*"],
    format: "esm",
    loader: { ".css": "text" },
    logLevel: "error",
    write: false,
  });
  return outputFiles[0].text;
};

describe("a page's module", { timeout: SUITE_MS }, () => {
  const { site, withForm } = useForm();

  for (const [what, contents, expected] of [
    ["the widget alone", 'import "dinerkit/widget";', "guest_bg.wasm"],
    ["the widget and dinerkit", 'import "dinerkit/widget"; import init from "dinerkit"; init();', "core_bg.wasm"],
  ]) {
    it(`is ${expected} with ${what}`, () => {
      const modules = [];
      return withForm(
        async (page) => {
          await page.locator("[name=Surname]").waitFor();
          await typeGuest(page, { ...GUEST, Email: "zoe@" });
          assert.equal((await send(page)).issues[0].code, "email_invalid");
          await page.locator("[name=Email]").fill(GUEST.Email);
          assert.equal((await send(page)).type, "diner-created");
          assert.deepEqual(modules, [expected]);
        },
        {
          prepare: async (page) => {
            const body = `<!doctype html><html lang="en"><title>Both</title><link rel="icon" href="/demo/icon.svg">
              <diner-form microsite="oak-and-salt"></diner-form><script type="module" src="${SCRIPT}"></script></html>`;
            page.on("request", (request) => {
              const { pathname } = new URL(request.url());
              if (pathname.endsWith(".wasm")) modules.push(pathname.split("/").pop());
            });
            const script = await bundle(contents);
            await page.route(`**${PAGE}`, (route) => route.fulfill({ contentType: "text/html", body }));
            await page.route(`**${SCRIPT}`, (route) => route.fulfill({ contentType: "text/javascript", body: script }));
            await page.goto(new URL(PAGE, site.demo).href);
          },
        },
      );
    });
  }
});
