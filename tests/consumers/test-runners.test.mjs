/**
 * For whoever tests a page or a program that uses the package: the packed tarball in each test runner. A runner's tests
 * load the package, ask the rules, create a customer before `dinerkit/testing` and, where there is a DOM, fill the form
 * in and send it. Environment: see fixture.mjs.
 */
import { describeFixtures } from "../support/fixture.mjs";

const base = new URL("fixtures/", import.meta.url);
const folder = "test-runners";

const RULES = "judges a guest by the rules";
const CALL = "creates a customer";
const FORM = "draws the form, fills it in and sends it";
const LIBRARIES = ["React Testing Library", "Vue Test Utils"].map((name) => `${name} and user-event fill the form in`);

/** A runner's command line. It ends well, and says of each of these tests that it ran. */
const runner = (name, tools, line, titles, { env, ...more } = {}) => ({
  name,
  folder,
  tools,
  async run(scope, fixture) {
    const { stdout, stderr } = await fixture.run(line, env);
    return { result: titles.filter((title) => `${stdout}${stderr}`.includes(title)) };
  },
  expected: titles,
  ...more,
});

const vitest = (name, tools, titles, more) =>
  runner(
    `Vitest, ${name}`,
    ["vitest", ...tools],
    `{newer} node_modules/vitest/vitest.mjs run --reporter=verbose --project=${name}`,
    titles,
    more,
  );
const jest = (name, project, tools, titles) =>
  runner(`Jest, ${name}`, ["jest", ...tools], `jest --verbose --selectProjects ${project}`, titles);
const DOM = "jest-environment-jsdom";

describeFixtures("test runners", base, [
  jest("CommonJS", "node", [], [RULES, CALL]),
  jest("Babel", "babel", ["babel-jest"], [RULES, CALL]),
  jest("jsdom", "jsdom", [DOM], [RULES, FORM]),
  jest("jsdom with Node's fetch", "jsdom-and-fetch", [DOM], [RULES, CALL, FORM]),
  vitest("node", [], [RULES, CALL]),
  vitest("jsdom", ["jsdom"], [RULES, CALL, FORM, ...LIBRARIES]),
  vitest("happy-dom", ["happy-dom"], [RULES, CALL, FORM, ...LIBRARIES]),
  runner(
    "node:test, with happy-dom",
    ["happy-dom"],
    "{node} --test --test-reporter=tap node/rules.test.mjs node/form.test.mjs",
    [RULES, CALL, FORM],
  ),
  runner("Mocha, with jsdom", ["mocha", "jsdom"], "{newer} node_modules/mocha/bin/mocha.js --timeout 60000 mocha", [
    RULES,
    CALL,
    FORM,
  ]),
  runner("Bun's test runner, with happy-dom", ["happy-dom"], "{bun} test --timeout 60000 bun", [RULES, CALL, FORM]),
  runner("Deno's test runner", [], "{deno} test deno", [RULES, CALL], {
    env: { DENO_DIR: ".deno", DENO_NO_UPDATE_CHECK: "1" },
  }),
]);
