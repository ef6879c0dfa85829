/**
 * For whoever tests a page or a program that uses the package: the packed tarball in each test runner. A runner's tests
 * load the package, ask the rules, create a customer before `dinerkit/testing` and, where there is a DOM, fill the form
 * in and send it. Environment: see fixture.mjs.
 */
import { describeFixtures, EXPECTED, INLINE, site } from "../support/fixture.mjs";

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
const runner = (name, tools, line, titles, env) => ({
  name,
  folder,
  tools,
  run: reports(line, titles, env),
  expected: titles,
});

const vitest = (name, tools, titles) =>
  runner(
    `Vitest, ${name}`,
    ["vitest", ...tools],
    `{newer} node_modules/vitest/vitest.mjs run --reporter=verbose --project=${name}`,
    titles,
  );
const jest = (name, project, tools, titles) =>
  runner(`Jest, ${name}`, ["jest", ...tools], `jest --verbose --selectProjects ${project}`, titles);
const DOM = "jest-environment-jsdom";

const storybook = { folder: "storybook", tools: ["storybook", "@storybook/web-components-vite"], isHeavy: true };
const STORIES = ["Empty", "Sent", "Checked"];
/** Opens a story of the built Storybook. Its page has scripts and styles inline. */
const story = (id) => site("storybook-static", { path: `iframe.html?viewMode=story&id=${id}`, policy: INLINE });

describeFixtures("test runners", base, [
  jest("CommonJS", "node", [], [RULES, CALL]),
  jest("Babel", "babel", ["babel-jest"], [RULES, CALL]),
  jest("jsdom", "jsdom", [DOM], [RULES, FORM]),
  jest("jsdom with Node's fetch", "jsdom-and-fetch", [DOM], [RULES, CALL, FORM]),
  vitest("node", [], [RULES, CALL]),
  vitest("jsdom", ["jsdom"], [RULES, CALL, FORM, ...LIBRARIES]),
  vitest("happy-dom", ["happy-dom"], [RULES, CALL, FORM, ...LIBRARIES]),
  vitest("browser", ["playwright"], [RULES, CALL, FORM]),
  runner(
    "node:test, with happy-dom",
    ["happy-dom"],
    "{node} --test --test-reporter=tap node/rules.test.mjs node/form.test.mjs",
    [RULES, CALL, FORM],
  ),
  runner("Mocha, with jsdom", ["mocha", "jsdom"], "{newer} node_modules/mocha/bin/mocha.js --timeout 30000 mocha", [
    RULES,
    CALL,
    FORM,
  ]),
  runner("Bun's test runner, with happy-dom", ["happy-dom"], "{bun} test --timeout 30000 bun", [RULES, CALL, FORM]),
  runner("Deno's test runner", [], "{deno} test deno", [RULES, CALL], {
    DENO_DIR: ".deno",
    DENO_NO_UPDATE_CHECK: "1",
  }),
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
]);
