/**
 * For web developers: the examples for frameworks, each built from the packed tarball, served and booked on by keyboard.
 * Environment: see fixture.mjs.
 */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { describeFixtures, serveFolder } from "../support/fixture.mjs";
import { assertChecks, book, bookOwn, startExampleGateway, visitExample } from "../support/example.mjs";
import { NEWER_NODE } from "../support/runtimes.mjs";
import { serveWordPress } from "../support/wordpress.mjs";

/** The address that stands for the gateway in the examples. */
const GATEWAY = "https://booking.example";
/** What no page loads that does not ask for it: other languages than the page's, and the tables of what it does not use. */
const UNUSED = /\b(ar|da|de|es|fr|it|ja|nb|nl|pl|pt|sv|zh-Hans)\b[^/]*\.js$|phone-formats|core_bg/;

/** Writes the gateway's address into a file of an example, as its reader does. */
async function writeGateway(fixture, file, url) {
  const path = join(fixture.folder, file);
  await writeFile(path, (await readFile(path, "utf8")).replaceAll(GATEWAY, url));
}

/**
 * Builds an example and books on its page. Options: `variable`, by which the example is told where the gateway is, or
 * else the `file` that says so; `build`, a command line; the line of its server (`serve`) or the `folder` that it has
 * built; `hasRules` for an example whose server has the rules too; `host`, for a server that answers to no other name.
 */
const example =
  ({ variable, file, build, serve, folder, host = "localhost", hasRules = false, also = async () => {} }) =>
  async (scope, fixture) => {
    const gateway = await startExampleGateway(scope);
    if (file) await writeGateway(fixture, file, gateway.url);
    // The newest Node, because most frameworks have left Node 20 behind.
    const path = [join(fixture.folder, "node_modules", ".bin"), dirname(NEWER_NODE ?? process.execPath), process.env.PATH];
    const env = { PATH: path.join(delimiter), ...(variable && { [variable]: gateway.url }) };
    if (build) await fixture.run(build, env);
    const server = serve ? await fixture.serve(scope, serve, env) : undefined;
    const url = server
      ? server.url.replace("localhost", host)
      : await serveFolder(scope, join(fixture.folder, folder));
    gateway.open(url);
    try {
      if (hasRules) await assertChecks(url);
      const { bodies, paths, hints } = await visitExample(scope, url, book);
      assert.deepEqual(
        [...hints, ...paths].filter((requested) => UNUSED.test(requested) && !requested.includes("/node_modules/")),
        [],
      );
      await also(scope, url, fixture);
      return { result: {}, copies: await fixture.copiesAmong(bodies) };
    } catch (error) {
      throw new Error(`${error.message}\n${server?.log() ?? ""}`, { cause: error });
    }
  };

const VITE = { variable: "VITE_GATEWAY", build: "vite build", serve: "vite preview --port {port} --strictPort" };

const list = [
  { name: "plain HTML", folder: "html", run: example({ file: "index.html", folder: "." }) },
  { name: "React, Vite", folder: "react", tools: ["react", "react-hook-form", "vite"], run: example({ ...VITE, also: ownForm }) },
  { name: "Vue, Vite", folder: "vue", tools: ["vue", "vite"], run: example(VITE) },
  {
    name: "Next",
    folder: "next",
    tools: ["next", "react"],
    isHeavy: true,
    run: example({ variable: "NEXT_PUBLIC_GATEWAY", build: "next build", serve: "next start -p {port}", hasRules: true }),
  },
  {
    name: "Next, next dev",
    folder: "next",
    tools: ["next", "react"],
    isHeavy: true,
    run: example({ variable: "NEXT_PUBLIC_GATEWAY", serve: "next dev -p {port}", hasRules: true }),
  },
  {
    name: "Nuxt",
    folder: "nuxt",
    tools: ["nuxt", "vue"],
    isHeavy: true,
    run: example({
      variable: "NUXT_PUBLIC_GATEWAY",
      build: "nuxt build",
      serve: "node .output/server/index.mjs",
      hasRules: true,
    }),
  },
  {
    name: "Nuxt, nuxt dev",
    folder: "nuxt",
    tools: ["nuxt", "vue"],
    isHeavy: true,
    run: example({ variable: "NUXT_PUBLIC_GATEWAY", serve: "nuxt dev --port {port}", hasRules: true }),
  },
  {
    name: "SvelteKit, adapter-node, in devDependencies",
    folder: "sveltekit",
    tools: ["@sveltejs/kit", "svelte"],
    isHeavy: true,
    run: example({ variable: "GATEWAY", build: "vite build", serve: "node build", hasRules: true }),
  },
  {
    name: "SvelteKit, vite dev",
    folder: "sveltekit",
    tools: ["@sveltejs/kit", "svelte"],
    isHeavy: true,
    run: example({ variable: "GATEWAY", serve: "vite dev --port {port} --strictPort", hasRules: true }),
  },
  {
    name: "Angular, ng build",
    folder: "angular",
    tools: ["@angular/core"],
    isHeavy: true,
    run: example({ file: "src/index.html", build: "ng build", folder: "dist/browser" }),
  },
  {
    name: "Angular, ng serve",
    folder: "angular",
    tools: ["@angular/core"],
    isHeavy: true,
    run: example({ file: "src/index.html", serve: "ng serve --port {port}", host: "127.0.0.1" }),
  },
  {
    name: "Astro",
    folder: "astro",
    tools: ["astro"],
    isHeavy: true,
    run: example({
      variable: "PUBLIC_GATEWAY",
      build: "astro build",
      serve: "node dist/server/entry.mjs",
      hasRules: true,
    }),
  },
  {
    name: "Astro, astro dev",
    folder: "astro",
    tools: ["astro"],
    isHeavy: true,
    run: example({ variable: "PUBLIC_GATEWAY", serve: "astro dev --port {port}", hasRules: true }),
  },
];

/** The form of the page's own. */
async function ownForm(scope, url, fixture) {
  await visitExample(scope, url, async (page) => {
    await page.getByLabel("Our own form").check();
    await bookOwn(page);
  });
  assert.ok(fixture);
}

describeFixtures(
  "frameworks",
  new URL("../../examples/", import.meta.url),
  list.map((fixture) => ({ ...fixture, expected: {} })),
);
