/**
 * For whoever bundles the package: the packed tarball, bundled by each bundler, for servers and for pages. Environment:
 * see fixture.mjs.
 */
import { describeFixtures, program, site } from "../support/fixture.mjs";

const base = new URL("fixtures/", import.meta.url);
const folder = "bundlers";

describeFixtures("servers", base, [
  {
    name: "esbuild, ES module",
    folder,
    tools: ["esbuild"],
    build: "esbuild src/server.mjs --bundle --platform=node --format=esm --outfile=out/esbuild-esm/server.mjs",
    run: program("node out/esbuild-esm/server.mjs", { output: "out/esbuild-esm" }),
  },
]);

describeFixtures("browsers", base, [
  {
    name: "Vite, build",
    folder,
    tools: ["vite"],
    build: "vite build --outDir out/vite",
    run: site("out/vite"),
  },
]);
