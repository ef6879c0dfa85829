/**
 * For readers of README.md and docs/: what they copy from there works. Every sample of a page is run, in a project that
 * has installed the packed tarball; samples of HTML are run in a browser by tests/e2e/samples.test.mjs. A block that
 * can't be run has its reason beside it in the page. Environment: TARBALL, XTASK, and the sandbox's.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { before, describe, it } from "node:test";
import { Project } from "../support/project.mjs";
import { anchorOf, PAGES, SAMPLES, samplesIn, textOf } from "../support/samples.mjs";
import { runCommands, runConfiguration } from "./samples/commands.mjs";
import { renderComponent } from "./samples/components.mjs";
import { AROUND } from "./samples/around.mjs";
import { runScript } from "./samples/scripts.mjs";
import { hasSection } from "../support/with-your-bundler.mjs";

/** Pieces of examples, by their languages: each line stands in the example, which tests/consumers/examples.test.mjs runs. */
const PIECES = {
  "angular-ts": "examples/angular/src/booking.ts",
  astro: "examples/astro/src/pages/index.astro",
  shortcode: "examples/wordpress/README.md",
};
function assertPiece(project, { language, code }) {
  const lines = (text) => text.split("\n").map((line) => line.trim());
  const known = new Set(lines(textOf(PIECES[language])));
  assert.deepEqual(
    lines(code).filter((line) => !known.has(line)),
    [],
  );
}

/** What runs the samples of a language. */
const RUNNERS = {
  ...Object.fromEntries(Object.keys(PIECES).map((language) => [language, assertPiece])),
  js: runScript,
  ts: runScript,
  jsx: renderComponent,
  tsx: renderComponent,
  vue: renderComponent,
  svelte: renderComponent,
  sh: runCommands,
  toml: runConfiguration,
};
/** The languages whose samples are run elsewhere, or are none. */
const ELSEWHERE = {
  html: "tests/e2e/samples.test.mjs",
  csp: "tests/e2e/your-page.test.mjs",
  css: "tests/e2e/widget-looks.test.mjs",
  text: "output of a command",
};
/** Blocks of a page that are made from the types: signatures, which the compiler reads where they come from. */
const SIGNATURE = "ts signature";
/** Blocks for TypeScript's compiler: see tests/consumers/typescript.test.mjs. */
const isCompiled = ({ info }) => info.endsWith(" compiled");

/** Samples that name a test runner are run by it, in tests/consumers/test-runners.test.mjs. */
const isTest = ({ page, info, language }) => page === "docs/testing-your-page.md" && info !== language;

const samples = SAMPLES.filter((sample) => sample.info !== SIGNATURE && !isTest(sample) && !isCompiled(sample));
const project = await Project.install();

describe("samples of README.md and docs/", () => {
  before(() => Promise.all(["react", "react-dom", "vue", "svelte", "jose"].map((name) => project.link(name))));

  for (const sample of samples.filter(({ language, reason }) => RUNNERS[language] && !reason)) {
    it(`${sample.name} (${sample.language})`, () => RUNNERS[sample.language](project, sample));
  }

  it("each have something that runs them, or a reason why nothing does", (context) => {
    const unknown = samples.filter(({ language, reason }) => !RUNNERS[language] && !ELSEWHERE[language] && !reason);
    assert.deepEqual(
      unknown.map(({ name, language }) => `${name} (${language})`),
      [],
    );
    const notRun = samples.filter(({ reason }) => reason);
    for (const { name, reason } of notRun) context.diagnostic(`not run: ${name}: ${reason}`);
    context.diagnostic(`${samples.length} samples, ${notRun.length} of them not run`);
    assert.deepEqual(
      notRun.map(({ name }) => name),
      NOT_RUN,
      "a sample was added that nothing runs: run it, or list it here too",
    );
  });

  it("have no surroundings left over from a sample that has gone", () => {
    const names = new Set(samples.map(({ name }) => name));
    assert.deepEqual(
      Object.keys(AROUND).filter((name) => !names.has(name)),
      [],
    );
  });
});

/** All samples that nothing runs; their reasons are in the pages. */
const NOT_RUN = [];

describe("a page with samples", () => {
  it("is read block by block, with the reason of one that is not run", () => {
    const page = [
      "# A page",
      "",
      "```js",
      "one();",
      "```",
      "## Its `second` part",
      "- In a list:",
      "",
      "  <!-- not run: it takes an hour -->",
      "  ```sh",
      "  two",
      "    three",
      "  ```",
      "",
      "```",
      "what came out",
      "```",
    ].join("\n");
    assert.deepEqual(
      samplesIn("p.md", page).map(({ name, language, code, reason }) => [name, language, code, reason]),
      [
        ["p.md#a-page", "js", "one();", undefined],
        ["p.md#its-second-part", "sh", "two\n  three", "it takes an hour"],
      ],
    );
  });
});

describe("links of README.md and docs/", () => {
  /** The relative links of a page outside of its samples: `[path, anchor]`. */
  const linksOf = (text) =>
    [...text.replaceAll(/^ *```[^]*?^ *```/gm, "").matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => target.split("#"));
  /** The anchors of a page; of equal ones, the later have numbers. */
  function anchorsOf(text) {
    const seen = new Map();
    return [...text.replaceAll(/^ *```[^]*?^ *```/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) => {
      const anchor = anchorOf(heading);
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times ? `${anchor}-${times}` : anchor;
    });
  }

  /** The links of a page that lead nowhere. */
  async function broken(page, read) {
    const found = [];
    for (const [path, anchor] of linksOf(await read(page))) {
      const target = path ? new URL(path, `file:///${page}`).pathname.slice(1) : page;
      const text = await read(target).catch((error) => (error.code === "EISDIR" ? "" : undefined));
      const isThere = text !== undefined && (!anchor || anchorsOf(text).includes(anchor));
      if (!isThere) found.push(`${page}: ${path}${anchor ? `#${anchor}` : ""}`);
    }
    return found;
  }

  const packed = (path) => readFile(`${project.folder}/node_modules/dinerkit/${path}`, "utf8");

  it("lead somewhere in the repository", async () => {
    const found = await Promise.all([...PAGES, "llms.txt"].map((page) => broken(page, async (path) => textOf(path))));
    assert.deepEqual(found.flat(), []);
  });

  it("lead somewhere in the package, which has all of the pages", async () => {
    const found = await Promise.all([...PAGES, "llms.txt"].map((page) => broken(page, packed)));
    assert.deepEqual(found.flat(), []);
  });

  it("lead to the repository where the package lacks a file, which npm's page needs no folder for", async () => {
    const { repository } = JSON.parse(await packed("package.json"));
    const readme = await packed("README.md");
    // With a folder, npm's page would look for the README's relative links in it.
    assert.equal(repository?.directory, undefined);
    if (repository) assert.ok(readme.includes(repository.url.replace(/^git\+/, "").replace(/\.git$/, "")));
    assert.match(readme, /\]\(https:\/\/[^)]*\/CONTRIBUTING\.md\)/);
  });

  it("are those of a page about bundlers that has a section for each kind of fixtures", () => {
    assert.deepEqual(["browsers", "servers"].map(hasSection), [true, true]);
  });

  it("are those of pages that say first for whom they are", () => {
    const other = PAGES.filter((page) => page.startsWith("docs/") && !/^# .+\n\nFor [^\n]+/.test(textOf(page)));
    assert.deepEqual(other, []);
  });
});
