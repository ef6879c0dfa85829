/**
 * For whoever tests a page or a program that uses the package: the packed tarball in each test runner. A runner's tests
 * load the package, ask the rules, create a customer before `dinerkit/testing` and, where there is a DOM, fill the form
 * in and send it. Environment: see fixture.mjs.
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { it } from "node:test";
import { describeFixtures, EXPECTED, INLINE, serveFolder, site } from "../support/fixture.mjs";
import { SAMPLES, textOf } from "../support/samples.mjs";
import { linesFor, sectionOf } from "../support/with-your-bundler.mjs";

const base = new URL("fixtures/", import.meta.url);
const folder = "test-runners";

const RULES = "judges a guest by the rules";
const CALL = "creates a customer";
const FORM = "draws the form, fills it in and sends it";
const LIBRARIES = ["React Testing Library", "Vue Test Utils"].map((name) => `${name} and user-event fill the form in`);

/** Runs a runner to its end, which must be a good one; the result is which of the tests it says that it ran. */
const reports = (line, titles, env) => async (scope, fixture) => {
  const { stdout, stderr } = await fixture.run(line, env);
  return { result: titles.filter((title) => `${stdout}${stderr}`.includes(title)) };
};

/** A runner's command line, and the tests that it runs. */
const runner = (name, tools, line, titles, { env, write } = {}) => ({
  name,
  folder,
  tools,
  write,
  run: reports(line, titles, env),
  expected: titles,
});

const vitest = (name, project, tools, titles) =>
  runner(
    name,
    ["vitest", ...tools],
    `{newer} node_modules/vitest/vitest.mjs run --reporter=verbose --project=${project}`,
    titles,
  );
const jest = (name, project, tools, titles, more) =>
  runner(name, ["jest", ...tools], `jest --verbose --selectProjects ${project}`, titles, more);
const DOM = "jest-environment-jsdom";
const WITH_DOM = { write: "for the form, a DOM of jsdom or happy-dom" };

/** Runs the sample that docs/testing-your-page.md has for a runner, as `file`. `titles` are those of its tests. */
const documented = (name, tools, file, line, titles) => ({
  ...runner(`${name}, as ${TESTING_PAGE} has it`, tools, line, titles),
  async run(scope, fixture) {
    const { code } = DOCUMENTED.find(({ info }) => info === `js ${name.toLowerCase()}`);
    await mkdir(join(fixture.folder, "documented"), { recursive: true });
    await writeFile(join(fixture.folder, "documented", file), code);
    const PAGE_URL = await serveFolder(scope, join(fixture.folder, "node_modules/dinerkit"), PAGE);
    return reports(line, titles, { PAGE_URL })(scope, fixture);
  },
});

const TESTING_PAGE = "docs/testing-your-page.md";
/** The samples of that page which name their runner. */
const DOCUMENTED = SAMPLES.filter(({ page, info }) => page === TESTING_PAGE && info.includes(" "));
/** What the sample for a real browser tests. */
const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>A restaurant's page</title>
<body><diner-form microsite="oak-and-salt" gateway="https://booking.example"></diner-form>
<script type="module" src="/dist/widget-inline.js"></script></body></html>`;

const VITEST = "{newer} node_modules/vitest/vitest.mjs run --reporter=verbose --project=documented";
const samples = [
  documented("Vitest", ["vitest", "jsdom"], "form.test.js", VITEST, [
    "a guest leaves their details",
    "a guest whose connection breaks is not stored twice",
    "a guest reads that it did not work",
  ]),
  documented("Jest", ["jest", DOM], "welcome.jest.cjs", "jest --verbose --selectProjects documented", [
    "a guest is welcomed",
  ]),
  documented("node:test", [], "job.test.mjs", "{node} --test --test-reporter=tap documented/job.test.mjs", [
    "our nightly job unsubscribes whoever asked for it",
    "our gateway lets staff in",
  ]),
  documented("Playwright", ["@playwright/test"], "page.spec.mjs", "playwright test", ["a guest leaves their details"]),
];

const storybook = { folder: "storybook", tools: ["storybook", "@storybook/web-components-vite"], isHeavy: true };
const STORIES = ["Empty", "Sent", "Checked"];
/** Opens a story of the built Storybook. Its page has scripts and styles inline. */
const story = (id) => site("storybook-static", { path: `iframe.html?viewMode=story&id=${id}`, policy: INLINE });

const runners = [
  jest("Jest", "node", [], [RULES, CALL]),
  jest("Jest with Babel", "babel", ["babel-jest"], [RULES, CALL]),
  jest("Jest in jsdom", "jsdom", [DOM], [RULES, CALL, FORM, "draws the form for a fetch that is made by hand"]),
  jest("Jest in jsdom with React Testing Library", "react", [DOM, "@testing-library/react"], LIBRARIES.slice(0, 1)),
  jest("Jest with ES modules as they are", "modules modules-jsdom", [DOM], [RULES, CALL, FORM], {
    env: { NODE_OPTIONS: "--experimental-vm-modules --no-warnings" },
    write: "Jest's own `--experimental-vm-modules`; in jsdom, an environment with Node's fetch and `TextEncoder`",
  }),
  vitest("Vitest", "node", [], [RULES, CALL]),
  vitest("Vitest in jsdom", "jsdom", ["jsdom"], [RULES, CALL, FORM, ...LIBRARIES]),
  vitest("Vitest in happy-dom", "happy-dom", ["happy-dom"], [RULES, CALL, FORM, ...LIBRARIES]),
  vitest("Vitest in jsdom with the condition browser", "inlined", ["jsdom"], [RULES, CALL, FORM]),
  vitest("Vitest in a browser", "browser", ["playwright"], [RULES, CALL, FORM]),
  runner(
    "node:test",
    ["happy-dom"],
    "{node} --test --test-reporter=tap node/rules.test.mjs node/form.test.mjs",
    [RULES, CALL, FORM],
    WITH_DOM,
  ),
  runner(
    "Mocha",
    ["mocha", "jsdom"],
    "{newer} node_modules/mocha/bin/mocha.js --timeout 30000 mocha",
    [RULES, CALL, FORM],
    WITH_DOM,
  ),
  runner("Bun", ["happy-dom"], "{bun} test --timeout 30000 bun", [RULES, CALL, FORM], WITH_DOM),
  runner("Deno", [], "{deno} test deno", [RULES, CALL], { env: { DENO_DIR: ".deno", DENO_NO_UPDATE_CHECK: "1" } }),
  {
    name: "Storybook, stories as tests in Vitest",
    ...storybook,
    run: reports("{newer} node_modules/vitest/vitest.mjs run --reporter=verbose", STORIES),
    expected: STORIES,
  },
  {
    name: "Storybook, build",
    ...storybook,
    build: "{newer} node_modules/storybook/dist/bin/dispatcher.js build",
    async run(scope, fixture) {
      const { result, copies, instances } = await story("rules--checked")(scope, fixture);
      const form = await story("form--sent")(scope, fixture);
      return { result: [result, form.result], copies, instances };
    },
    expected: [EXPECTED, "sent"],
  },
];

describeFixtures("test runners", base, [...samples, ...runners]);

it("each runner is a line of docs/testing-your-page.md", () => {
  assert.deepEqual(sectionOf(textOf(TESTING_PAGE), "With your test runner"), linesFor(runners));
});

it("each sample of docs/testing-your-page.md that names a runner is run by it", () => {
  assert.deepEqual(
    samples.map(({ name }) => name.toLowerCase()),
    DOCUMENTED.map(({ info }) => `${info.split(" ")[1]}, as ${TESTING_PAGE} has it`),
  );
});
