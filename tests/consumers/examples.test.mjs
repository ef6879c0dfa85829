/**
 * For web developers: the examples for frameworks, each built from the packed tarball, served, and booked on by keyboard.
 * Environment: see fixture.mjs.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  assertChecks,
  assertStored,
  book,
  bookOwn,
  openExample,
  send,
  startExampleGateway,
} from "../support/example.mjs";
import { describeFixtures, serveFolder } from "../support/fixture.mjs";
import { GUEST, typeGuest } from "../support/guest.mjs";
import { run } from "../support/program.mjs";
import { freePort } from "../support/server.mjs";
import { serveWordPress } from "../support/wordpress.mjs";

const EXAMPLES = new URL("../../examples/", import.meta.url);
/** The address that stands for the gateway in the examples. */
const GATEWAY = "https://booking.example";
/** Files that a page with only the widget does not need. */
const UNUSED = /core_bg|phones|phone-formats/;
/** Languages of the form that the English examples do not need. */
const OTHER_LANGUAGES = ["de", "fr", "nl"];

/** Writes the gateway's address into a file of an example, as its reader does. */
async function writeGateway(fixture, file, url) {
  const text = await readFile(new URL(file, EXAMPLES), "utf8");
  const [, ...path] = file.split("/");
  await writeFile(join(fixture.folder, ...path), text.replaceAll(GATEWAY, url));
}

/** For each of the other languages, a text of it that no tool changes. */
async function otherWords({ folder }) {
  const words = [];
  for (const tag of OTHER_LANGUAGES) {
    const url = pathToFileURL(join(folder, "node_modules", "dinerkit", "dist", "locales", `${tag}.js`));
    const texts = JSON.stringify((await import(url)).default).match(/[ A-Za-z]{20,}/g);
    words.push(texts.sort((a, b) => b.length - a.length)[0]);
  }
  return words;
}

/** Holds that a page neither loads nor has the browser fetch in advance what it does not use. */
async function assertNothingInVain(fixture, url, { bodies, paths, hints }) {
  const inAdvance = await Promise.all(hints.map(async (path) => (await fetch(new URL(path, url))).text()));
  const all = [...bodies.map(String), ...inAdvance].join("\n");
  const seen = [...paths, ...hints].filter((path) => UNUSED.test(path));
  for (const text of await otherWords(fixture)) if (all.includes(text)) seen.push(text);
  assert.deepEqual(seen, []);
}

/**
 * Builds an example and books on its page. Options:
 * - `variable`, which tells the example where the gateway is, or else the `file` below examples/ that says so;
 * - the command line `build`;
 * - the command line `serve` of its server, or the `folder` to serve;
 * - `hasRules`: the example's server checks details too;
 * - `also(scope, url, fixture)`, for more.
 */
const example =
  ({ variable, file, build, serve, folder, hasRules, also }) =>
  async (scope, fixture) => {
    const gateway = await startExampleGateway(scope);
    if (file) await writeGateway(fixture, file, gateway.url);
    const env = variable && { [variable]: gateway.url };
    if (build) await fixture.run(build, env);
    const server = serve && (await fixture.serve(scope, serve, { env }));
    const url = server ? server.url : await serveFolder(scope, join(fixture.folder, folder));
    gateway.open(url);
    try {
      if (hasRules) await assertChecks(url);
      const loaded = await openExample(scope, url, book);
      await assertNothingInVain(fixture, url, loaded);
      await also?.(scope, url, fixture);
      return { result: {}, copies: await fixture.copiesAmong(loaded.bodies) };
    } catch (error) {
      throw new Error(`${error.message}\n${server?.log() ?? ""}`, { cause: error });
    }
  };

/** The page with a form of its own and the rules inside a classic script: from a server and from the disk. */
async function plainOwnForm(scope, url, { folder }) {
  for (const address of [new URL("own-form.html", url), pathToFileURL(join(folder, "own-form.html"))]) {
    const use = async (page) => {
      await page.locator("[name=Surname]").fill(GUEST.Surname);
      await page.locator("[name=Mobile]").fill("+44 7400 123456");
      await page.keyboard.press("Enter");
      await page.locator("p:has([name=Email]) [role=alert]:not(:empty)").waitFor();
      await page.locator("[name=Email]").fill(GUEST.Email);
      await page.keyboard.press("Enter");
      await page.getByText("+44 7400123456", { exact: true }).waitFor();
    };
    await openExample(scope, address.href, use, { hasWidget: false });
  }
}

/** The page's own form in React, which keeps what was typed and sends it by the client. */
const reactOwnForm = (scope, url) =>
  openExample(scope, url, async (page) => {
    await page.getByLabel("Our own form").check();
    await bookOwn(page);
    await page.getByLabel("Our own form").uncheck();
    await page.locator("diner-form [name=Surname]").waitFor();
  });

/** A page with what the plugin's README has it write. */
async function pageOfReadme() {
  const [, shortcode] = /```shortcode\n([^]*?)```/.exec(
    await readFile(new URL("wordpress/README.md", EXAMPLES), "utf8"),
  );
  return `<!-- wp:shortcode -->\n${shortcode}<!-- /wp:shortcode -->`;
}

/** The plugin on a page, as its README has it. */
async function wordPress(scope, { folder }) {
  const gateway = await startExampleGateway(scope);
  const site = await serveWordPress(scope, {
    plugin: join(folder, "dinerkit.php"),
    content: await pageOfReadme(),
    port: String(await freePort()),
    constants: { DINERKIT_GATEWAY: gateway.url },
  });
  gateway.open(site.url);
  const html = await (await fetch(site.page)).text();
  assert.match(html, /<noscript><a href="[^"]+\/Restaurant\/oak-and-salt\/form">/);
  assert.doesNotMatch(await (await fetch(site.url)).text(), /diner-form/, "other pages load no script");
  await openExample(scope, site.page, async (page) => {
    await typeGuest(page, GUEST);
    assert.equal((await send(page)).type, "diner-invalid");
    await page.locator("[name=BookingDate]").fill("2026-12-24");
    const { type, Id } = await send(page);
    assert.equal(type, "diner-created");
    await assertStored(Id);
  });
  return { result: {}, versions: site.versions };
}

const VITE = {
  variable: "VITE_GATEWAY",
  build: "vite build",
  serve: "vite preview --host 127.0.0.1 --port {port} --strictPort",
};
const heavy = (name, folder, tools, { write, ...options }) => ({
  name,
  folder,
  tools,
  write,
  isHeavy: true,
  run: example(options),
});

const next = { variable: "NEXT_PUBLIC_GATEWAY", hasRules: true };
const nuxt = { variable: "NUXT_PUBLIC_GATEWAY", hasRules: true };
const svelteKit = { variable: "GATEWAY", hasRules: true };
const astro = { variable: "PUBLIC_GATEWAY", hasRules: true };
const angular = { file: "angular/src/index.html", write: "`CUSTOM_ELEMENTS_SCHEMA`" };

const list = [
  { name: "plain HTML", folder: "html", run: example({ file: "html/index.html", folder: ".", also: plainOwnForm }) },
  {
    name: "React, Vite",
    folder: "react",
    tools: ["react", "react-hook-form", "vite"],
    run: example({ ...VITE, also: reactOwnForm }),
  },
  { name: "Vue, Vite", folder: "vue", tools: ["vue", "vite"], run: example(VITE) },
  heavy("Next, build and start", "next", ["next", "react"], {
    ...next,
    build: "next build",
    serve: "next start -p {port}",
  }),
  heavy("Next, build with webpack", "next", ["next", "react"], {
    ...next,
    build: "next build --webpack",
    serve: "next start -p {port}",
  }),
  heavy("Next, dev", "next", ["next", "react"], { ...next, serve: "next dev -p {port}" }),
  heavy("Nuxt, build", "nuxt", ["nuxt", "vue"], {
    ...nuxt,
    write: "nothing, or `build:manifest` so that nothing is prefetched in vain",
    build: "nuxt build",
    serve: "node .output/server/index.mjs",
  }),
  heavy("Nuxt, dev", "nuxt", ["nuxt", "vue"], { ...nuxt, serve: "nuxt dev --host 127.0.0.1 --port {port}" }),
  heavy("SvelteKit, build with adapter-node", "sveltekit", ["@sveltejs/kit", "svelte"], {
    ...svelteKit,
    build: "vite build",
    serve: "node build",
  }),
  heavy("SvelteKit, dev", "sveltekit", ["@sveltejs/kit", "svelte"], {
    ...svelteKit,
    serve: "vite dev --host 127.0.0.1 --port {port} --strictPort",
  }),
  heavy("Astro, build with the Node adapter", "astro", ["astro"], {
    ...astro,
    build: "astro build",
    serve: "node dist/server/entry.mjs",
  }),
  heavy("Astro, dev", "astro", ["astro"], { ...astro, serve: "astro dev --host 127.0.0.1 --port {port}" }),
  heavy("Angular, ng build", "angular", ["@angular/core"], { ...angular, build: "ng build", folder: "dist/browser" }),
  heavy("Angular, ng serve", "angular", ["@angular/core"], {
    ...angular,
    serve: "ng serve --port {port}",
  }),
  { name: "WordPress of Debian", folder: "wordpress", write: "the plugin", isHeavy: true, run: wordPress },
];

describeFixtures(
  "frameworks",
  EXAMPLES,
  list.map((fixture) => ({ ...fixture, expected: {}, loads: { guest: 1 } })),
);

describe("the package", () => {
  it("has all examples but those in Rust", async () => {
    const [tracked, packed] = await Promise.all([
      run("git", ["ls-files", "examples"], { cwd: fileURLToPath(new URL("../../", import.meta.url)) }),
      run("tar", ["-tzf", process.env.TARBALL]),
    ]);
    const files = new Set(packed.stdout.split("\n"));
    const missing = tracked.stdout
      .trim()
      .split("\n")
      .filter((file) => !file.endsWith(".rs") && !files.has(`package/${file}`));
    assert.deepEqual(missing, []);
  });
});
