/**
 * For whoever bundles the package: the packed tarball, bundled by each bundler, for servers and for pages, and unbundled
 * in every Node that `engines` names. Environment: see fixture.mjs.
 */
import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  ask,
  describeFixtures,
  DEVELOPMENT,
  endpoint,
  EXPECTED,
  INLINE,
  opened,
  program,
  served,
  site,
} from "../support/fixture.mjs";
import { HAS_NODES } from "../support/runtimes.mjs";

const base = new URL("fixtures/", import.meta.url);
const folder = "bundlers";

test("package names every file that it loads by a literal, which bundlers can follow", async () => {
  const pkg = fileURLToPath(new URL("../../pkg/", import.meta.url));
  const found = [];
  for (const file of await readdir(pkg, { recursive: true })) {
    if (!/^(dist|entry|frameworks|gateway|lib|testing)[^]*\.(js|cjs)$/.test(file)) continue;
    // What a gateway serves is bundled by nobody: its first script imports the later one from the gateway.
    if (file.startsWith("dist/web/")) continue;
    const text = await readFile(join(pkg, file), "utf8");
    for (const [loaded] of text.matchAll(
      /(\bimport|\brequire)\((?!")[^)]*\)|new URL\((?!")[^)]*import\.meta[^)]*\)/g,
    )) {
      found.push(`${file}: ${loaded}`);
    }
  }
  assert.deepEqual(found, []);
});

test("package names for Parcel, which reads no exports, the same files", async () => {
  const { exports, alias } = JSON.parse(await readFile(new URL("../../pkg/package.json", import.meta.url), "utf8"));
  /** What a bundler that follows addresses of files gets in a page. */
  const fileOf = (target) => (typeof target === "string" ? target : fileOf(target.browser?.webpack ?? target.default));
  const expected = {};
  for (const [path, target] of Object.entries(exports)) {
    const file = fileOf(target);
    if (path !== "." && file !== path) expected[path] = file.replace("*", "$1");
  }
  assert.deepEqual(alias, expected);
});

/** What is in a script for a server by a bundler that has the condition `node`. */
const FAST = { fast: 1 };

/** A fixture that one bundler bundles for a server into out/NAME; `runtime` runs the script there. */
function server(name, tool, out, build, script, more) {
  const { runtime = "{node}", output = `out/${out}`, loads = FAST, ...others } = more ?? {};
  return { name, folder, tools: [tool], build, run: program(`${runtime} ${script}`, { output }), loads, ...others };
}

/** Lets the tools for Workers hand on the environment, which they else read from a file. */
const VARIABLES = { env: { CLOUDFLARE_INCLUDE_PROCESS_ENV: "true" } };

/** What comes of fixtures/shared/gateway.mjs. */
const GATEWAY = { setup: 200, script: 200 };

const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Fixtures of Next, built by one of its bundlers. */
function next(bundler, flag) {
  const shared = { folder: "next", tools: ["next", "react"], build: `next build ${flag}`, isHeavy: true };
  const start = "next start --port {port}";
  return [
    { ...shared, name: `Next with ${bundler}, route handler`, run: endpoint(start, "/api/check") },
    { ...shared, name: `Next with ${bundler}, server component`, run: endpoint(start, "/server") },
    { ...shared, name: `Next with ${bundler}, edge runtime`, run: endpoint(start, "/api/edge") },
    {
      ...shared,
      name: `Next with ${bundler}, standalone in another folder`,
      run: elsewhere(".next/standalone", "node server.js", "/api/check"),
    },
    {
      ...shared,
      name: `Next with ${bundler}, client component`,
      run: served(start, { path: "/page", policy: INLINE }),
    },
  ];
}

/** Moves what was built to another folder, where nothing of the project is found, and serves it there. */
const elsewhere = (output, line, path) => async (scope, fixture) => {
  const cwd = await mkdtemp(join(tmpdir(), "dinerkit-elsewhere-"));
  const away = `${fixture.folder}.away`;
  await cp(join(fixture.folder, output), cwd, { recursive: true });
  await rename(fixture.folder, away);
  scope.after(() => rm(cwd, { recursive: true }));
  try {
    return { result: await ask(await fixture.serve(scope, line, { cwd }), path) };
  } finally {
    await rename(away, fixture.folder);
  }
};

describeFixtures("servers", base, [
  server(
    "esbuild --platform=node, ES module",
    "esbuild",
    "esbuild-esm",
    "esbuild src/server.mjs --bundle --platform=node --format=esm --outfile=out/esbuild-esm/server.mjs",
    "out/esbuild-esm/server.mjs",
  ),
  server(
    "esbuild --platform=node, CommonJS",
    "esbuild",
    "esbuild-cjs",
    "esbuild src/server.mjs --bundle --platform=node --minify --outfile=out/esbuild-cjs/server.cjs",
    "out/esbuild-cjs/server.cjs",
  ),
  server(
    "webpack, target node, production",
    "webpack",
    "webpack-node",
    "webpack --mode production --target node --entry ./src/server.mjs -o out/webpack-node --output-filename server.cjs",
    "out/webpack-node/server.cjs",
  ),
  server(
    "Rollup with node-resolve",
    "rollup",
    "rollup-node",
    "rollup src/server.mjs -d out/rollup-node -p node-resolve",
    "out/rollup-node/server.js",
    { loads: { core: 1 } },
  ),
  server(
    "Rollup with node-resolve and the condition node",
    "rollup",
    "rollup-node-condition",
    'rollup src/server.mjs -d out/rollup-node-condition -p node-resolve={exportConditions:["node"]}',
    "out/rollup-node-condition/server.js",
  ),
  server(
    "Vite, SSR build with noExternal",
    "vite",
    "vite-ssr",
    "vite build -c vite.ssr.config.mjs --ssr src/server.mjs --outDir out/vite-ssr",
    "out/vite-ssr/server.js",
  ),
  server(
    "bun build --target=bun",
    "bun",
    "bun",
    "{bun} build --target=bun src/server.mjs --outfile=out/bun/server.js",
    "out/bun/server.js",
    { runtime: "{bun}" },
  ),
  server(
    "bun build --compile",
    "bun",
    "bun-compile",
    "{bun} build --compile src/server.mjs --outfile out/bun-compile/server",
    "",
    { runtime: "out/bun-compile/server" },
  ),
  server(
    "esbuild --platform=node, CommonJS, the gateway",
    "esbuild",
    "esbuild-gateway",
    "esbuild src/gateway.mjs --bundle --platform=node --minify --outfile=out/esbuild-gateway/server.cjs",
    "out/esbuild-gateway/server.cjs",
    { expected: GATEWAY, loads: { gateway: 1 } },
  ),
  server(
    "webpack, target node, production, the gateway",
    "webpack",
    "webpack-gateway",
    "webpack --mode production --target node --entry ./src/gateway.mjs -o out/webpack-gateway --output-filename server.cjs",
    "out/webpack-gateway/server.cjs",
    { expected: GATEWAY, loads: { gateway: 1 } },
  ),
  server(
    "bun build --compile, the gateway",
    "bun",
    "bun-gateway",
    "{bun} build --compile src/gateway.mjs --outfile out/bun-gateway/server",
    "",
    { runtime: "out/bun-gateway/server", expected: GATEWAY, loads: { gateway: 1 } },
  ),
  {
    name: "Node, single executable",
    folder,
    tools: ["postject", "esbuild"],
    build: [
      "esbuild src/server.mjs --bundle --platform=node --outfile=out/sea/server.cjs",
      "{node} --experimental-sea-config sea-config.json",
      "cp {node} out/sea/server",
      `postject out/sea/server NODE_SEA_BLOB out/sea/server.blob --sentinel-fuse ${FUSE}`,
    ],
    run: program("out/sea/server", { output: "out/sea/server" }),
    loads: FAST,
  },
  ...next("Turbopack", "--turbopack"),
  ...next("webpack", "--webpack"),
  {
    name: "Next with Turbopack, development server",
    folder: "next",
    tools: ["next", "react"],
    run: endpoint("next dev --turbopack --port {port}", "/api/check"),
    isHeavy: true,
  },
  {
    name: "SvelteKit with adapter-node, in devDependencies",
    folder: "sveltekit",
    tools: ["@sveltejs/kit", "@sveltejs/adapter-node"],
    build: "vite build",
    run: elsewhere("build", "node .", "/check"),
    isHeavy: true,
  },
  {
    name: "wrangler dev",
    folder: "cloudflare",
    tools: ["wrangler"],
    run: endpoint("wrangler dev --port {port}", "/", VARIABLES),
    isHeavy: true,
  },
  {
    name: "Cloudflare's Vite plugin, development server",
    folder: "cloudflare",
    tools: ["@cloudflare/vite-plugin", "vite"],
    run: endpoint("vite dev --port {port}", "/", VARIABLES),
    isHeavy: true,
  },
  {
    name: "Cloudflare's Vite plugin, build and preview",
    folder: "cloudflare",
    tools: ["@cloudflare/vite-plugin", "vite"],
    build: "vite build",
    run: endpoint("vite preview --port {port}", "/", VARIABLES),
    isHeavy: true,
  },
]);

/** The lowest that `engines` names, the last without `require` of ES modules, and the newest of each line. */
const nodes = ["20.0", "20.8", "22", "24", "26"];
const programs = HAS_NODES ? nodes.map((name) => [name, `node-${name}`, `node_modules/node-${name}/bin/node`]) : [];
describeFixtures(
  "Node without a bundler",
  base,
  [["of this machine", "node", "{node}"], ...programs].flatMap(([name, tool, file]) => [
    { name: `Node ${name}, import`, folder: "node", tools: [tool], run: program(`${file} src/server.mjs`) },
    { name: `Node ${name}, require`, folder: "node", tools: [tool], run: program(`${file} src/server.cjs`) },
  ]),
);

/** A fixture that one bundler bundles for a page into out/NAME. */
function page(name, tool, out, build, { write, loads, emits, expected, ...options } = {}) {
  return { name, folder, tools: [tool], build, run: site(`out/${out}`, options), write, loads, emits, expected };
}

/** What comes of fixtures/shared/page-widget.mjs; and where the widget's own module is inside the script, unused. */
const WIDGET = { expected: { ...EXPECTED, objects: true }, emits: { core: 1, guest: 1 } };
const WIDGET_INLINE = { ...WIDGET, loads: WIDGET.emits };

/** What does not work without a line of configuration, and says so. */
const named = (run, what) => async (scope, fixture) => {
  await assert.rejects(run(scope, fixture), what);
  return { result: "named" };
};

/** For bundlers that write a script only. */
const script = "page.js";
const classic = { script, isClassic: true };
const vite7 = "{node} node_modules/vite7/bin/vite.js";

describeFixtures("browsers", base, [
  page("Vite, build", "vite", "vite", "vite build --outDir out/vite"),
  {
    name: "Vite, development server",
    folder,
    tools: ["vite"],
    run: served("vite --port {port}", { policy: DEVELOPMENT }),
  },
  page("Vite, build with the widget", "vite", "vite-widget", "vite build -c vite.widget.config.mjs", {
    path: "widget.html",
    ...WIDGET,
  }),
  page("Vite 7, build", "vite7", "vite7", `${vite7} build --outDir out/vite7`),
  {
    name: "Vite 7, development server",
    folder,
    tools: ["vite7"],
    run: served(`${vite7} --port {port}`, { policy: DEVELOPMENT }),
  },
  page(
    "webpack, production",
    "webpack",
    "webpack",
    "webpack --mode production --entry ./src/page.mjs -o out/webpack --output-filename page.js",
    classic,
  ),
  page(
    "webpack, development",
    "webpack",
    "webpack-development",
    "webpack --mode development --devtool source-map --entry ./src/page.mjs -o out/webpack-development --output-filename page.js",
    classic,
  ),
  page(
    "webpack, production, with the widget",
    "webpack",
    "webpack-widget",
    "webpack --mode production --entry ./src/page-widget.mjs -o out/webpack-widget --output-filename page.js",
    { ...classic, ...WIDGET },
  ),
  {
    name: "webpack with a rule for every .wasm, whose error says what to do",
    folder,
    tools: ["webpack"],
    run: named(
      (_, fixture) =>
        fixture.run("webpack --mode production -c webpack.rule.config.mjs --entry ./src/page.mjs -o out/webpack-rule"),
      /exclude dinerkit from the rule for \.wasm, or import dinerkit\/inline/,
    ),
    expected: "named",
    write: "`exclude: /dinerkit/` in the rule",
  },
  page(
    "webpack with a rule for every .wasm",
    "webpack",
    "webpack-exclude",
    "webpack --mode production -c webpack.exclude.config.mjs --entry ./src/page.mjs -o out/webpack-exclude --output-filename page.js",
    { ...classic, write: "`exclude: /dinerkit/` in the rule" },
  ),
  page(
    "esbuild, ES module",
    "esbuild",
    "esbuild-page",
    "esbuild src/page.mjs --bundle --minify --format=esm --outfile=out/esbuild-page/page.js",
    { script },
  ),
  page(
    "esbuild, classic script",
    "esbuild",
    "esbuild-classic",
    "esbuild src/page.mjs --bundle --minify --outfile=out/esbuild-classic/page.js",
    classic,
  ),
  page(
    "esbuild, with the widget",
    "esbuild",
    "esbuild-widget",
    "esbuild src/page-widget.mjs --bundle --minify --format=esm --outfile=out/esbuild-widget/page.js",
    { script, ...WIDGET_INLINE },
  ),
  page("Rollup with node-resolve", "rollup", "rollup", "rollup src/page.mjs -d out/rollup -p node-resolve", { script }),
  {
    name: "Rollup with node-resolve for browsers, whose error says what to do",
    folder,
    tools: ["rollup"],
    build: "rollup src/page.mjs -d out/rollup-browser -p node-resolve={browser:true}",
    run: named(site("out/rollup-browser", { script }), /dinerkit\/inline/),
    expected: "named",
    write: '`import … from "dinerkit/inline"`',
  },
  page(
    "Rollup with node-resolve for browsers, dinerkit/inline",
    "rollup",
    "rollup-inline",
    "rollup src/page-inline.mjs -d out/rollup-inline -p node-resolve={browser:true}",
    { script: "page-inline.js", write: '`import … from "dinerkit/inline"`' },
  ),
  page(
    "Rollup with import-meta-assets",
    "rollup",
    "rollup-assets",
    "rollup -c rollup.assets.config.mjs src/page.mjs -d out/rollup-assets",
    { script },
  ),
  page("Bun, build", "bun", "bun-page", "{bun} build src/page.mjs --outdir out/bun-page", { script }),
  page(
    "Bun, build --production",
    "bun",
    "bun-production",
    "{bun} build --production src/page.mjs --outdir out/bun-production",
    { script },
  ),
  {
    name: "Bun, development server",
    folder,
    tools: ["bun"],
    run: served("{bun} index.html --port={port}", { policy: DEVELOPMENT }),
  },
  {
    name: "import map, without a bundler",
    folder,
    run: site(".", { path: "import-map.html", policy: { "script-src": "'unsafe-inline'" } }),
  },
  { name: "classic script with a global", folder, run: site(".", { path: "classic.html" }) },
  {
    name: "classic script, from the disk",
    folder,
    run: opened("classic.html"),
    expected: { ...EXPECTED, created: undefined },
  },
  {
    name: "SvelteKit, page",
    folder: "sveltekit",
    tools: ["@sveltejs/kit", "vite"],
    build: "vite build",
    run: served("node build", { policy: INLINE }),
    isHeavy: true,
  },
  {
    name: "SvelteKit, development server",
    folder: "sveltekit",
    tools: ["@sveltejs/kit", "vite"],
    run: served("vite dev --port {port}", { policy: DEVELOPMENT }),
    isHeavy: true,
  },
  {
    name: "Parcel, build",
    folder: "parcel",
    tools: ["parcel"],
    build: "parcel build index.html --dist-dir out/page --no-cache",
    // Parcel puts an import map of its own into the page.
    run: site("out/page", { policy: { "script-src": "'unsafe-inline'" } }),
    isHeavy: true,
  },
  {
    name: "Parcel, build with the widget",
    folder: "parcel",
    tools: ["parcel"],
    build: "parcel build widget.html --dist-dir out/widget --no-cache",
    run: site("out/widget", { path: "widget.html", policy: { "script-src": "'unsafe-inline'" } }),
    ...WIDGET,
    isHeavy: true,
  },
  {
    name: "Parcel, development server",
    folder: "parcel",
    tools: ["parcel"],
    run: served("parcel index.html --port {port} --no-cache", { policy: DEVELOPMENT }),
    isHeavy: true,
  },
  {
    name: "Rspack, production",
    folder: "rspack",
    tools: ["@rspack/core"],
    build: "rspack build --mode production --entry ./src/page.mjs -o out/rspack",
    run: site("out/rspack", { script: "main.js", isClassic: true }),
    isHeavy: true,
  },
  {
    name: "Rsbuild, build",
    folder: "rspack",
    tools: ["@rsbuild/core"],
    build: "rsbuild build --dist-path out/rsbuild",
    run: site("out/rsbuild", { path: "index.html" }),
    isHeavy: true,
  },
  {
    name: "Rsbuild, development server",
    folder: "rspack",
    tools: ["@rsbuild/core"],
    run: served("rsbuild dev --port {port}", { policy: DEVELOPMENT }),
    isHeavy: true,
  },
  {
    name: "Angular, ng build",
    folder: "angular",
    tools: ["@angular/core", "@angular/build"],
    build: "ng build",
    run: site("out/browser", { policy: INLINE }),
    isHeavy: true,
  },
  {
    name: "Angular, ng serve",
    folder: "angular",
    tools: ["@angular/core", "@angular/build"],
    run: served("ng serve --port {port}", { policy: DEVELOPMENT }),
    isHeavy: true,
  },
]);
