/**
 * For whoever bundles the package: the packed tarball, bundled by each bundler, for servers and for pages, and unbundled
 * in every Node that `engines` names. Environment: see fixture.mjs.
 */
import { describeFixtures, DEVELOPMENT, program, served, site } from "../support/fixture.mjs";
import { HAS_NODES } from "../support/runtimes.mjs";

const base = new URL("fixtures/", import.meta.url);
const folder = "bundlers";

/** A fixture that one bundler bundles for a server into out/NAME; `runtime` runs the script there. */
function server(name, tool, out, build, script, more) {
  const { runtime = "{node}", output = `out/${out}`, ...others } = more ?? {};
  return { name, folder, tools: [tool], build, run: program(`${runtime} ${script}`, { output }), ...others };
}

const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

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
    "esbuild",
    "bun",
    "{bun} build --target=bun src/server.mjs --outfile=out/bun/server.js",
    "out/bun/server.js",
    { runtime: "{bun}", tools: [] },
  ),
  server(
    "bun build --compile",
    "esbuild",
    "bun-compile",
    "{bun} build --compile src/server.mjs --outfile out/bun-compile/server",
    "",
    { runtime: "out/bun-compile/server", tools: [] },
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
  },
]);

/** The lowest that `engines` names, the last without `require` of ES modules, and the newest of each line. */
const nodes = ["20.0", "20.8", "22", "24", "26"];
describeFixtures(
  "Node without a bundler",
  base,
  [["this", "{node}"], ...(HAS_NODES ? nodes : []).map((name) => [name, `node_modules/node-${name}/bin/node`])].flatMap(
    ([name, file]) => [
      { name: `${name}, import`, folder: "node", run: program(`${file} src/server.mjs`) },
      { name: `${name}, require`, folder: "node", run: program(`${file} src/server.cjs`) },
    ],
  ),
);

describeFixtures("browsers", base, [
  { name: "Vite, build", folder, tools: ["vite"], build: "vite build --outDir out/vite", run: site("out/vite") },
  {
    name: "Vite, development server",
    folder,
    tools: ["vite"],
    run: served("vite --port {port}", { policy: DEVELOPMENT }),
  },
]);
